import {engineAt, replayRun} from '../engine/replay-run.ts';
import {redactUrls, safeRedactor} from '../text/redact.ts';
import type {Io} from './command.ts';
import {thisMachine} from './machine.ts';

/** Steps through a run at the terminal; a look at the run as it was at a line comes back to that line. */
export const timeline = async (runId: string, from: number | null, io: Io): Promise<number> => {
	const {runTimeline} = await import('../ui/timeline-app.tsx');
	const replay = replayRun(io.env, runId);
	const clean = safeRedactor(redactUrls);
	for (let at = from ?? replay.lines.length - 1; ; ) {
		const choice = await runTimeline(replay, clean, at);
		if (choice.kind === 'leave') return replay.damage === null ? 0 : 1;
		at = choice.line;
		const {runApp} = await import('../ui/app.tsx');
		await runApp({engine: engineAt(thisMachine(io), runId, at), clean});
	}
};
