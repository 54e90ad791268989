import type {Engine} from '../engine/engine.ts';
import {followRun} from '../engine/follow-run.ts';
import {readRun} from '../engine/read-run.ts';
import {engineAt} from '../engine/replay-run.ts';
import {Problem} from '../errors.ts';
import type {RunState} from '../run/state.ts';
import {walkOf} from '../run/walk.ts';
import {listRuns, runFolderPath, stateFolder} from '../stores/run-folder.ts';
import {runOwner} from '../stores/run-lock.ts';
import {safeRedactor} from '../text/redact.ts';
import {makeSafe} from '../text/safe-text.ts';
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
	usage: 'show [RUN] [--timeline] [--at LINE] [--compare RUN]',
	describe: 'Looks at a run, read-only: the same screen as when it was driven, in its last state. In lines without a terminal.',
	options: {
		timeline: {type: 'boolean', describe: 'Step through its events, with what was known at each, output and evidence. Only at a terminal'},
		at: {type: 'string', value: 'LINE', describe: 'As it was known after this line of its journal (1 is the first)'},
		compare: {type: 'string', value: 'RUN', describe: 'Beside another run: what differs in inputs, tasks, durations, results, findings'},
	},
	positionals: {least: 0, most: 1},
	run: async ({positionals, values}, io) => {
		const runId = findRun(io, positionals[0], 'last');
		if (values['compare'] !== undefined) return (await import('./compare.ts')).compare(runId, findRun(io, String(values['compare']), 'last'), io);
		const at = values['at'] === undefined ? null : lineIn(io, runId, String(values['at']));
		if (values['timeline'] === true && io.isTerminal) return (await import('./timeline.ts')).timeline(runId, at, io);
		const engine = at === null ? followRun(thisMachine(io), runId) : engineAt(thisMachine(io), runId, at);
		if (io.isTerminal) return look(engine);
		printLines(engine, io)();
		if (at !== null) io.out(knownThen(engine.snapshot()));
		await engine.close('left');
		const {damage} = readRun(io.env, runId);
		if (damage === null) return 0;
		io.err(`slipway: ${damage}\n  What is shown comes before it.\n  See \`slipway verify ${runId}\`.\n`);
		return 1;
	},
};

/** Its index. Throws `Problem` (`usage`) for a line that is not there. */
const lineIn = (io: Io, runId: string, text: string): number => {
	const {lines} = readRun(io.env, runId);
	const number = Number(text);
	if (Number.isSafeInteger(number) && number >= 1 && number <= lines.length) return number - 1;
	throw new Problem({code: 'usage', what: `The journal has no line ${text}.`, why: `It has ${lines.length} lines.`, todo: `Give a number from 1 to ${lines.length}.`});
};

/** How the tasks stood, for those who can't see the screen. */
const knownThen = (state: RunState): string =>
	makeSafe(`\nKnown after line ${state.lines}, ${state.lastAt.slice(0, 19).replace('T', ' ')} UTC:\n${walkOf(state).map(({task, status}) => `  ${status.replace('-', ' ').padEnd(12)}${task.name}\n`).join('')}`);

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
