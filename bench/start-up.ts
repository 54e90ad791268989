/**
How long the program takes to start, beside the smallest thing that could: `node --import tsx bench/start-up.ts`. Ratios in one run on one machine.
*/
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import process from 'node:process';

import pty from '@lydell/node-pty';
import {build} from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const program = process.env['SLIPWAY'] ?? join(root, 'dist/slipway.mjs');
const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
const rounds = 15;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Wall time of whole processes, in turns, so that a slow moment hits all of them. */
const timeTogether = (commands: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, number>> => {
	const times = Object.fromEntries(Object.keys(commands).map(name => [name, [] as number[]]));
	for (let round = 0; round < rounds; round++) {
		for (const [name, args] of Object.entries(commands)) {
			const start = performance.now();
			spawnSync(process.execPath, [...args], {stdio: 'ignore', cwd: folder});
			times[name]?.push(performance.now() - start);
		}
	}

	return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
};

/** Milliseconds from the start of the process to the moment when a pseudo-terminal has received `wanted`. Only a process that ends by itself leaves its compiled code for the next one. */
const firstFrame = (args: readonly string[], wanted: string, ending: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<number> =>
	new Promise((done, fail) => {
		const {CI: _, ...env} = process.env;
		const start = performance.now();
		const terminal = pty.spawn(process.execPath, [...args], {cols: 80, rows: 24, cwd: folder, env: {...(env as Record<string, string>), XDG_STATE_HOME: join(folder, 'state'), LANG: 'C.UTF-8'}});
		let text = '';
		let tookMs: number | null = null;
		terminal.onData(data => {
			text += data;
			if (tookMs !== null || !text.includes(wanted)) return;
			tookMs = performance.now() - start;
			// What handles signals is there just after the first frame.
			setTimeout(() => terminal.kill(ending), ending === 'SIGTERM' ? 500 : 0);
		});
		terminal.onExit(() => (tookMs === null ? fail(new Error(`It ended before it showed ${wanted}:\n${text}`)) : done(tookMs)));
	});

const frames = async (cases: Readonly<Record<string, readonly [readonly string[], string]>>): Promise<Readonly<Record<string, number>>> => {
	const times = Object.fromEntries(Object.keys(cases).map(name => [name, [] as number[]]));
	for (const [args, wanted] of Object.values(cases)) await firstFrame(args, wanted, 'SIGTERM');
	for (let round = 0; round < rounds; round++) for (const [name, [args, wanted]] of Object.entries(cases)) times[name]?.push(await firstFrame(args, wanted));
	return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
};

const print = (name: string, value: number, floor: number, limit: number): void => console.log(`${name.padEnd(44)} ${value.toFixed(0).padStart(6)} ms  ${(value / floor).toFixed(2).padStart(6)} ×   (at most ${limit} ×)`);

const tasks = Array.from({length: 200}, (_, index) => `      - {id: task-${index}, name: Task ${index}, run: 'echo ${index}', timeout: 5m, effect: reads}\n`).join('');
writeFileSync(join(folder, 'long.runbook.yaml'), `name: Long\ntargets: {uat: {}}\nsteps:\n  - id: all\n    name: All\n    tasks:\n${tasks}`);
writeFileSync(join(folder, 'hello.tsx'), "import {Text, render} from 'ink';\nimport React from 'react';\nrender(<Text>hello from ink</Text>, {alternateScreen: true});\nsetInterval(() => {}, 1000);\n");
await build({
	entryPoints: [join(folder, 'hello.tsx')],
	outfile: join(folder, 'hello.mjs'),
	bundle: true,
	platform: 'node',
	format: 'esm',
	minify: true,
	nodePaths: [join(root, 'node_modules')],
	define: {'process.env.NODE_ENV': '"production"'},
	alias: {'react-devtools-core': join(root, 'scripts/bundle/no-devtools.ts')},
	banner: {js: "import {createRequire as benchRequire} from 'node:module';const require=benchRequire(import.meta.url);"},
});

const whole = timeTogether({floor: ['-e', '0'], version: [program, '--version'], help: [program, '--help'], validate: [program, 'validate', 'long.runbook.yaml']});
const floor = whole['floor'] ?? 1;
print('node -e 0', floor, floor, 1);
print('slipway --version', whole['version'] ?? 0, floor, 1.5);
print('slipway --help', whole['help'] ?? 0, floor, 1.5);
print('slipway validate, 200 tasks', whole['validate'] ?? 0, floor, 4);

const first = await frames({
	hello: [[join(folder, 'hello.mjs')], 'hello from ink'],
	home: [[program], 'quit'],
	run: [[program, 'run', 'long.runbook.yaml'], 'Enter starts it'],
});
const hello = first['hello'] ?? 1;
print('first frame of a bundled Ink hello', hello, hello, 1);
print('first frame of slipway (home)', first['home'] ?? 0, hello, 1.15);
print('first frame of slipway run, 200 tasks', first['run'] ?? 0, hello, 1.15);
rmSync(folder, {recursive: true, force: true});
