import {setTimeout as pause} from 'node:timers/promises';

import {readRunRecord} from '../stores/read-run.ts';

/** Who took a run over. */
export type Successor = {readonly by: string; readonly at: string; readonly host: string; readonly tty: string | null; readonly reason: string};

/** Who takes a run over asks for its lock all the time, and begins with the line that says so. */
const patienceMs = 1000;

/** Who has taken over a run that was just left with so many lines; waits a moment for them. `null` when nobody has, or it can't be read. */
export const findSuccessor = async (root: string, runId: string, lineCount: number): Promise<Successor | null> => {
	const deadline = Date.now() + patienceMs;
	try {
		for (;;) {
			for (const {type, data, by, at} of readRunRecord(root, runId).lines.slice(lineCount)) {
				if (type === 'session.opened' && data.takeOver !== undefined) return {by, at, host: data.host, tty: data.tty, reason: data.takeOver};
			}

			if (Date.now() > deadline) return null;
			await pause(50);
		}
	} catch {
		return null;
	}
};
