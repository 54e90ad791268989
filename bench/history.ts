/**
What a long history costs, on one machine, with the bundled program (`npm run build` first):

	node --import tsx bench/history.ts [RUNS] [FOLDER]

- generates RUNS runs (100,000) as they lie on disk, unless FOLDER has them already; without FOLDER they are removed afterwards
- home and history in a pseudo-terminal: from the start of the program to the first full screen (at most 300 ms), and from a key to the
  filtered list (at most 100 ms)
- `slipway runs`, with a filter, and without an index
*/
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';

import {ATerminal, program} from '../test/e2e/a-terminal.ts';
import {writePastRun, type PastRun} from '../test/engine/a-past-run.ts';

const count = Number(process.argv[2] ?? 100_000);
const given = process.argv[3];
const state = given ?? mkdtempSync(join(tmpdir(), 'slipway-history-'));
const root = join(state, 'slipway');
const rounds = 7;

const services = ['user', 'otp', 'idgen', 'hrms', 'mdms', 'location', 'workflow', 'billing', 'collection', 'filestore'];
const people = ['op-a@ops1', 'op-b@ops2', 'op-c@ops1', 'op-d@ops3'];

/** About three releases an hour, now and then one that goes wrong, is left, or is a rehearsal. */
const aPast = (index: number): PastRun => ({
	at: new Date(Date.now() - 3_600_000 - index * 1_200_000),
	name: `egov-${services[index % services.length]}`,
	from: `2.${index % 13}.${index % 7}`,
	to: `2.${index % 13}.${(index % 7) + 1}`,
	target: index % 3 === 0 ? 'production' : 'uat',
	by: people[index % people.length] ?? '',
	ends: index % 20_000 === 9 ? 'open' : index % 37 === 0 ? 'rolled-back' : index % 211 === 0 ? 'abandoned' : 'succeeded',
	waived: index % 19 === 0,
	rehearsal: index % 50 === 0,
	upgradeMs: 60_000 + ((index * 7919) % 240_000),
});

const show = (name: string, value: string): void => {
	console.log(`${name.padEnd(70)} ${value}`);
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const generate = (): void => {
	const there = existsSync(join(root, 'runs')) ? readdirSync(join(root, 'runs')).length : 0;
	if (there >= count) return;
	const from = performance.now();
	for (let index = there; index < count; index++) writePastRun(root, aPast(index));
	show(`${count - there} runs written`, `${Math.round((performance.now() - from) / 1000)} s`);
};

const environment = {XDG_STATE_HOME: state, LANG: 'C.UTF-8', NO_COLOR: '1'};

/** Runs the program in a pipe; milliseconds. */
const timeCommand = (...args: readonly string[]): number => {
	const from = performance.now();
	const {status, stderr} = spawnSync(process.execPath, [program, ...args], {env: {...process.env, ...environment}, encoding: 'utf8', maxBuffer: 1024 * 1024 * 1024});
	if (status !== 0) throw new Error(stderr);
	return performance.now() - from;
};

const untilShown = async (terminal: ATerminal, wanted: RegExp): Promise<number> => {
	const from = performance.now();
	while (!wanted.test(terminal.text)) {
		if (performance.now() - from > 120_000) throw new Error(`The screen does not show ${wanted}:\n${terminal.text}`);
		await new Promise(next => setTimeout(next, 1));
	}

	return performance.now() - from;
};

type Times = {readonly home: number; readonly homeFilter: number; readonly history: number; readonly historyFilter: number; readonly sorted: number};

const lookAround = async (): Promise<Times> => {
	await using terminal = new ATerminal({args: [], env: environment});
	const home = await untilShown(terminal, /Past[\s\S]*q quit/);
	terminal.type('/');
	await untilShown(terminal, / \/ name/);
	terminal.type('z');
	const homeFilter = await untilShown(terminal, /Nothing matches/);
	terminal.type('\u001B');
	await untilShown(terminal, /Past/);
	terminal.type('h');
	const history = await untilShown(terminal, /newest first/);
	terminal.type('s');
	await untilShown(terminal, /oldest first/);
	terminal.type('s');
	const sorted = await untilShown(terminal, /longest first/);
	terminal.type('/');
	await untilShown(terminal, / \/ name/);
	terminal.type('8');
	const historyFilter = await untilShown(terminal, /\d+ runs that match/);
	terminal.type('\u0003');
	await untilShown(terminal, /Past/);
	terminal.type('q');
	await terminal.exited;
	return {home, homeFilter, history, historyFilter, sorted};
};

try {
	generate();
	rmSync(join(root, 'index.db'), {force: true});
	show('`slipway runs` without an index: every journal is read, once', `${(timeCommand('runs') / 1000).toFixed(1)} s`);
	const bare = median(Array.from({length: rounds}, () => {
		const from = performance.now();
		spawnSync(process.execPath, ['-e', '0']);
		return performance.now() - from;
	}));
	const timeOf = (...args: readonly string[]): number => median(Array.from({length: rounds}, () => timeCommand(...args)));
	show('node -e 0', `${Math.round(bare)} ms`);
	show('`slipway runs`, the newest 50', `${Math.round(timeOf('runs'))} ms`);
	show('`slipway runs otp 2.8 --target uat --since 2000d`', `${Math.round(timeOf('runs', 'otp', '2.8', '--target', 'uat', '--since', '2000d'))} ms`);
	show('`slipway runs --json`, all of them', `${Math.round(timeCommand('runs', '--json'))} ms`);
	show('`slipway runs --stats`, 90 days', `${Math.round(timeOf('runs', '--stats'))} ms`);
	const times: Times[] = [];
	for (let round = 0; round < rounds; round++) times.push(await lookAround());
	show('home: start of the program to the first full screen (at most 300 ms)', `${Math.round(median(times.map(({home}) => home)))} ms`);
	show('home: a key to the filtered list (at most 100 ms)', `${Math.round(median(times.map(({homeFilter}) => homeFilter)))} ms`);
	show('history: a key to the first screen', `${Math.round(median(times.map(({history}) => history)))} ms`);
	show('history: a key to the filtered list, 1 character (at most 100 ms)', `${Math.round(median(times.map(({historyFilter}) => historyFilter)))} ms`);
	show('history: a key to another order (at most 100 ms)', `${Math.round(median(times.map(({sorted}) => sorted)))} ms`);
} finally {
	if (given === undefined) rmSync(state, {recursive: true, force: true});
}
