/**
What supervising an action costs, against the same command without us, on this machine and its disk:

	node --import tsx bench/supervisor.ts

- start to known end of `true`, beside a bare spawn
- memory held by a supervised `sleep` beyond the sleep itself (PSS, /proc/PID/smaps_rollup)
- 1 GB of output through an action, beside `command > file`, and while a reader indexes it
*/
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {createNodeSupervisor, createShellSupervisor} from '../source/supervisor/create-supervisor.ts';
import {openOutputLog} from '../source/supervisor/output.ts';
import type {Supervisor, Trace} from '../source/supervisor/supervisor.ts';
import type {SafeText} from '../source/text/safe-text.ts';

const within = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
const env = {PATH: process.env['PATH'] ?? '/usr/bin:/bin'};
let attempts = 0;

const start = (supervisor: Supervisor, argv: readonly string[]): string => {
	const attempt = ++attempts;
	const folder = join(within, String(attempt));
	mkdirSync(folder);
	supervisor.start({folder, runId: 'bench', taskId: 'bench', attempt, argv, cwd: within, env});
	return folder;
};

const endOf = (supervisor: Supervisor, folder: string): Promise<Trace> => new Promise(resolve => {
	const hold = setInterval(() => {}, 60_000);
	supervisor.follow(folder, trace => {
		if (trace.kind !== 'starting' && trace.kind !== 'running') {
			clearInterval(hold);
			resolve(trace);
		}
	});
});

const timeMs = async (work: () => Promise<unknown>): Promise<number> => {
	const from = performance.now();
	await work();
	return performance.now() - from;
};

const percentile = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]!;

const show = (name: string, value: string): void => {
	console.log(`${name.padEnd(58)} ${value}`);
};

const bareSpawn = async (argv: readonly string[], stdio: 'ignore' | readonly ['ignore', number, 'ignore'] = 'ignore'): Promise<void> => {
	await once(spawn(argv[0]!, argv.slice(1), {stdio: stdio as 'ignore', env}), 'exit');
};

const benchStart = async (): Promise<void> => {
	const supervisors = {shell: createShellSupervisor(), node: createNodeSupervisor()};
	const times: Record<'bare' | 'shell' | 'node', number[]> = {bare: [], shell: [], node: []};
	for (let round = 0; round < 60; round++) {
		times.bare.push(await timeMs(() => bareSpawn(['true'])));
		for (const kind of round < 20 ? ['shell', 'node'] as const : ['shell'] as const) {
			times[kind].push(await timeMs(() => endOf(supervisors[kind], start(supervisors[kind], ['true']))));
		}
	}

	for (const [name, values] of Object.entries(times)) {
		show(`start to known end of \`true\`, ${name}`, `p50 ${percentile(values, 0.5).toFixed(1)} ms, p90 ${percentile(values, 0.9).toFixed(1)} ms`);
	}
};

const pssKb = (pid: number): number => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1]);

const benchMemory = async (): Promise<void> => {
	for (const [name, supervisor] of [['shell', createShellSupervisor()], ['node', createNodeSupervisor()]] as const) {
		const folders = Array.from({length: 5}, () => start(supervisor, ['sleep', '60']));
		while (folders.some(folder => supervisor.readTrace(folder).kind !== 'running')) {
			await new Promise(resolve => {
				setTimeout(resolve, 20);
			});
		}

		const shims = folders.map(folder => pssKb(Number.parseInt(readFileSync(join(folder, 'sup'), 'latin1'), 10)));
		show(`PSS of the shim of a running action (5 at once), ${name}`, `${percentile(shims, 0.5)} kB`);
		for (const folder of folders) {
			supervisor.cancel(folder, 'KILL');
			await endOf(supervisor, folder);
		}
	}
};

const gigabyte = ['sh', '-c', 'yes "a line of output as programs print them, some eighty characters long, with a number 12345" | head -c 1000000000'];

const benchOutput = async (): Promise<void> => {
	const supervisor = createShellSupervisor();
	const plain: number[] = [];
	const supervised: number[] = [];
	const read: number[] = [];
	let most = 0;
	const turns = [
		async (): Promise<string> => {
			plain.push(await timeMs(async () => spawnSync('sh', ['-c', `${gigabyte[2]} > plain`], {cwd: within, env})));
			return join(within, 'plain');
		},
		async (): Promise<string> => {
			let folder = '';
			supervised.push(await timeMs(async () => {
				folder = start(supervisor, gigabyte);
				await endOf(supervisor, folder);
			}));
			return folder;
		},
		async (): Promise<string> => {
			const from = performance.now();
			const folder = start(supervisor, gigabyte);
			const log = openOutputLog(folder, text => text as SafeText);
			log.subscribe(() => {
				log.lines(log.lineCount() - 50, 50);
				most = Math.max(most, process.memoryUsage().rss);
			});
			await endOf(supervisor, folder);
			read.push(performance.now() - from);
			const behindMs = await timeMs(() => log.readAll().then(() => log.readAll()));
			show('  lines indexed, reader behind the end by', `${log.lineCount()}, ${behindMs.toFixed(0)} ms (${statSync(join(folder, 'out')).size} bytes)`);
			log.close();
			return folder;
		},
	];
	// Each is first in every third round: who comes after a gigabyte was removed finds another disk than who comes before.
	for (let round = 0; round < 6; round++) {
		for (let turn = 0; turn < turns.length; turn++) rmSync(await turns[(round + turn) % turns.length]!(), {recursive: true});
	}

	const base = percentile(plain, 0.5);
	show('1 GB, `command > file`', `${base.toFixed(0)} ms`);
	show('1 GB through an action, followed', `${percentile(supervised, 0.5).toFixed(0)} ms, ${(percentile(supervised, 0.5) / base).toFixed(2)} ×`);
	show('1 GB through an action, followed, indexed and shown', `${percentile(read, 0.5).toFixed(0)} ms, ${(percentile(read, 0.5) / base).toFixed(2)} ×`);
	show('memory of this program while it reads', `${(most / 1e6).toFixed(0)} MB`);
};

try {
	await benchStart();
	await benchMemory();
	await benchOutput();
} finally {
	rmSync(within, {recursive: true, force: true});
}
