/**
How soon the screen answers, and what the program takes meanwhile, in a real pseudo-terminal of 120 by 40; build before: `npm run build`.

	node --import tsx bench/screen.ts

- from a key to the screen that it leads to, while nothing runs (p95 at most 15 ms)
- the same while an action prints 1 GB as fast as it can (p95 at most 60 ms), and what the program holds then (at most 170 MB)
- how long that action takes, beside the same command into a file
*/
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import process from 'node:process';
import {setTimeout as pause} from 'node:timers/promises';

import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const program = process.env['SLIPWAY'] ?? resolve(import.meta.dirname, '../dist/slipway.mjs');
const [columns, rows] = [120, 40];
const idlePresses = 60;
const floods = 4;
const flood = 'yes "a line of output as programs print them, some eighty characters long, with a number 12345" | head -c 1000000000';

const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
const tasks = Array.from({length: floods}, (_, index) => `      - {id: flood-${index}, name: Flood ${index}, run: '${flood}', timeout: 10m, effect: reads}\n`).join('');
writeFileSync(join(folder, 'flood.runbook.yaml'), `name: Flood\ntargets: {uat: {}}\nsteps:\n  - id: all\n    name: All\n    tasks:\n${tasks}      - {id: seen, name: See it, confirm: It was seen}\n`);

const {CI: _, ...own} = process.env;
const terminal = pty.spawn(process.execPath, [program, 'run', 'flood.runbook.yaml'], {cols: columns, rows, cwd: folder, env: {...(own as Record<string, string>), XDG_STATE_HOME: join(folder, 'state'), LANG: 'C.UTF-8', TERM: 'xterm-256color'}});
const screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
const text = (): string => Array.from({length: rows}, (_row, row) => screen.buffer.active.getLine(row)?.translateToString(true) ?? '').join('\n');

let look = (): void => {};
terminal.onData(data => screen.write(data, () => look()));

/** Milliseconds until the screen, as a terminal has understood it, is as wanted. */
const shows = (isWanted: (text: string) => boolean, deadlineMs = 60_000): Promise<number> =>
	new Promise((done, fail) => {
		const start = performance.now();
		const late = setTimeout(() => fail(new Error(`The screen does not come:\n${text()}`)), deadlineMs);
		look = () => {
			if (!isWanted(text())) return;
			clearTimeout(late);
			look = () => {};
			done(performance.now() - start);
		};
		look();
	});

const helpWords = 'Look at the task before or after';

/** Opens the help, or closes it again. */
const toggleHelp = async (): Promise<number> => {
	const isOpen = text().includes(helpWords);
	const shown = shows(now => now.includes(helpWords) !== isOpen);
	terminal.write('?');
	return shown;
};

const percentile = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

const print = (name: string, values: readonly number[], limit: number): void =>
	console.log(`${name.padEnd(46)} p50 ${percentile(values, 0.5).toFixed(0).padStart(4)} ms, p95 ${percentile(values, 0.95).toFixed(0).padStart(4)} ms, most ${Math.max(...values).toFixed(0).padStart(4)} ms of ${values.length}   (p95 at most ${limit} ms)`);

const memoryMb = (field: 'VmRSS' | 'VmHWM'): number => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${terminal.pid}/status`, 'latin1'))?.[1]) / 1024;

await shows(now => now.includes('Enter starts it'));
const idle: number[] = [];
for (let count = 0; count < idlePresses; count++) {
	await pause(80);
	idle.push(await toggleHelp());
}

print('key to screen, idle', idle, 15);
const beforeMb = memoryMb('VmRSS');

const flooded: number[] = [];
for (let count = 0; count < floods; count++) {
	await shows(now => now.includes(`Enter starts it: Flood ${count}`));
	// An enter that comes sooner was meant for the panel before.
	await pause(600);
	terminal.write('\r');
	await shows(now => now.includes('It goes on if this terminal closes'));
	const isDone = (): boolean => text().includes(`Enter starts it: Flood ${count + 1}`) || text().includes('It was seen');
	while (!isDone()) {
		await pause(20);
		if (!isDone()) flooded.push(await toggleHelp());
		if (text().includes(helpWords)) flooded.push(await toggleHelp());
	}
}

print('key to screen, while 1 GB is printed', flooded, 60);
console.log(`${'memory before, and the most'.padEnd(46)} ${beforeMb.toFixed(0)} MB, ${memoryMb('VmHWM').toFixed(0)} MB   (at most 170 MB)`);

const plain = Array.from({length: floods}, () => {
	const start = performance.now();
	spawnSync('sh', ['-c', `${flood} > plain`], {cwd: folder});
	rmSync(join(folder, 'plain'));
	return performance.now() - start;
});
const journal = spawnSync('sh', ['-c', 'cat state/slipway/runs/*/journal.jsonl'], {cwd: folder, encoding: 'utf8'}).stdout;
const shown = [...journal.matchAll(/"durationMs":(\d+)/g)].map(match => Number(match[1]));
console.log(`${'1 GB through a run, beside `command > file`'.padEnd(46)} ${percentile(shown, 0.5).toFixed(0)} ms, ${percentile(plain, 0.5).toFixed(0)} ms, ${(percentile(shown, 0.5) / percentile(plain, 0.5)).toFixed(2)} ×   (at most 1.1 ×)`);

process.kill(terminal.pid, 'SIGTERM');
await new Promise<void>(done => {
	terminal.onExit(() => done());
});
rmSync(folder, {recursive: true, force: true});
