import {followRun, readRun} from '../engine/read-run.ts';
import type {Engine} from '../engine/engine.ts';
import {listRuns, runFolderPath, stateFolder} from '../stores/run-folder.ts';
import {runOwner} from '../stores/run-lock.ts';
import {safeRedactor} from '../text/redact.ts';
import type {Command, Io} from './command.ts';
import {findRun} from './find-run.ts';
import {holdOpen} from './hold-open.ts';
import {thisMachine} from './machine.ts';
import {printLines} from './unattended.ts';

/** `slipway watch [RUN]` */
export const watch: Command = {
	usage: 'watch [RUN]',
	describe: 'Follows a run that somebody drives, read-only. Without a name it is the one that is being driven now.',
	options: {},
	positionals: {least: 0, most: 1},
	run: async ({positionals}, io) => {
		const engine = followRun(thisMachine(io), findRun(io, positionals[0] ?? drivenRun(io), 'last'));
		if (io.isTerminal) return look(engine);
		const stop = printLines(engine, io);
		await holdOpen(untilEnded(engine));
		stop();
		await engine.close('left');
		return 0;
	},
};

/** `slipway show [RUN]` */
export const show: Command = {
	usage: 'show [RUN]',
	describe: 'Looks at a run, read-only: the same screen as when it was driven, in its last state. In lines without a terminal.',
	options: {},
	positionals: {least: 0, most: 1},
	run: async ({positionals}, io) => {
		const runId = findRun(io, positionals[0], 'last');
		if (io.isTerminal) return look(followRun(thisMachine(io), runId));
		const engine = followRun(thisMachine(io), runId);
		printLines(engine, io)();
		await engine.close('left');
		const {damage} = readRun(io.env, runId);
		if (damage === null) return 0;
		io.err(`slipway: ${damage}\n  What is shown comes before it.\n  See \`slipway verify ${runId}\`.\n`);
		return 1;
	},
};

const look = async (engine: Engine): Promise<number> => {
	const {runApp} = await import('../ui/app.tsx');
	return runApp({engine, clean: safeRedactor(engine.redact)});
};

/** The newest run that somebody drives now; undefined when nobody drives one. */
const drivenRun = (io: Io): string | undefined => {
	const root = stateFolder(io.env);
	return listRuns(root)
		.slice(0, newest)
		.find(id => runOwner(runFolderPath(root, id)) !== null);
};

/** A run that is driven is one of the last ones; to look at all would take long where there are many thousands. */
const newest = 200;

const untilEnded = (engine: Engine): Promise<void> =>
	new Promise(resolve => {
		const look = (): void => {
			if (engine.snapshot().ending === null) return;
			stop();
			resolve();
		};
		const stop = engine.subscribe(look);
		look();
	});
