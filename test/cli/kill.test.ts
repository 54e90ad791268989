import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import process from 'node:process';
import {test, type TestContext} from 'node:test';
import {setTimeout as wait} from 'node:timers/promises';

import type {JournalLine} from '../../source/journal/event.ts';
import {randomFrom, seed} from '../a-seed.ts';

/** The bundled program, as people have it. */
const program = resolve(import.meta.dirname, '../../dist/slipway.mjs');

const rounds = 10;
const taskIds = ['one', 'two', 'three', 'four'] as const;

/** Each task leaves its name and attempt in the witness file. None may be repeated by itself. */
const runbook = `name: Release a service
targets: {uat: {}}
steps:
  - id: all
    name: All
    tasks:
${taskIds.map(id => `      - {id: ${id}, run: 'echo "$SLIPWAY_TASK $SLIPWAY_ATTEMPT" >>witness; sleep 0.0${id.length}'}\n`).join('')}`;

/** One operator's machine, on which everything may be killed at any moment. */
class Machine {
	readonly home = mkdtempSync(join(tmpdir(), 'slipway-kill-'));
	readonly environment = {PATH: process.env['PATH'], HOME: this.home, XDG_STATE_HOME: join(this.home, 'state')};

	constructor(context: TestContext) {
		context.after(() => rmSync(this.home, {recursive: true, force: true, maxRetries: 5}));
		mkdirSync(this.runs, {recursive: true, mode: 0o700});
		writeFileSync(join(this.home, 'release.runbook.yaml'), runbook);
	}

	get runs(): string {
		return join(this.home, 'state', 'slipway', 'runs');
	}

	get witness(): readonly string[] {
		return linesOf(join(this.home, 'witness'));
	}

	/** Starts the program; after so long it is killed, and with `all` everything that it started. Gives what it wrote when it ended by itself. */
	async slipway(args: readonly string[], killAfterMs: number | null, all = false): Promise<{readonly status: number | null; readonly text: string}> {
		const child = spawn(process.execPath, [program, ...args], {cwd: this.home, env: this.environment, stdio: ['ignore', 'pipe', 'pipe']});
		let text = '';
		for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more: string) => (text += more));
		const closed = once(child, 'exit');
		if (killAfterMs !== null) {
			await Promise.race([closed, wait(killAfterMs)]);
			const descendants = all ? descendantsOf(child.pid!) : [];
			child.kill('SIGKILL');
			descendants.forEach(kill);
		}

		const [status] = (await closed) as [number | null];
		return {status, text};
	}
}

const linesOf = (path: string): readonly string[] => {
	try {
		return readFileSync(path, 'utf8').split('\n').slice(0, -1);
	} catch {
		return [];
	}
};

const descendantsOf = (pid: number): readonly number[] => {
	try {
		const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
		return children.flatMap(child => [child, ...descendantsOf(child)]);
	} catch {
		return [];
	}
};

const kill = (pid: number): void => {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// Gone already.
	}
};

const hasProc = spawnSync('test', ['-d', '/proc/self/task']).status === 0;

test(`the program is killed again and again, alone or with all it started, ${rounds} releases long: no task runs twice, no record breaks, no end is invented`, {skip: !hasProc && 'needs /proc', timeout: 300_000}, async context => {
	const random = randomFrom(seed);
	const seen = {kills: 0, nothing: 0, inDoubt: 0, failed: 0, succeeded: 0};
	const from = performance.now();
	assert.equal((await new Machine(context).slipway(['run', 'release.runbook.yaml', '--yes'], null)).status, 0, `${program} runs the release when nobody kills it; \`npm run build\` makes it`);
	const undisturbedMs = performance.now() - from;
	/** Most of the first third goes into starting up. */
	const moment = (): number => (0.3 + random() * 0.8) * undisturbedMs;
	for (let round = 0; round < rounds; round++) {
		const machine = new Machine(context);
		const story = `seed ${seed}, round ${round}`;
		await machine.slipway(['run', 'release.runbook.yaml', '--yes'], moment(), random() < 0.4);
		seen.kills++;
		for (let death = 0; death < 3 && random() < 0.7; death++) {
			await machine.slipway(['resume', '--yes'], moment(), random() < 0.4);
			seen.kills++;
		}

		const [run] = readdirSync(machine.runs);
		if (run === undefined) {
			assert.deepEqual(machine.witness, [], `${story}: something ran without a record`);
			seen.nothing++;
			continue;
		}

		const last = await machine.slipway(['resume', run, '--yes'], null);
		const verified = await machine.slipway(['verify', run], null);
		if (linesOf(join(machine.runs, run, 'journal.jsonl')).length === 0) {
			assert.deepEqual(machine.witness, [], `${story}: something ran without a record`);
			seen.nothing++;
			continue;
		}

		assert.equal(verified.status, 0, `${story}: ${verified.text}`);
		const lines = linesOf(join(machine.runs, run, 'journal.jsonl')).map(line => JSON.parse(line) as JournalLine);
		for (const id of taskIds) {
			const ran = machine.witness.filter(line => line.startsWith(`${id} `));
			assert.ok(ran.length <= 1, `${story}: ${id} ran ${ran.length} times: ${machine.witness.join(', ')}`);
			for (const line of ran) assert.ok(lines.some(({type, data}) => type === 'attempt.started' && `${data.task} ${data.attempt}` === line), `${story}: ${line} ran before it was written down`);
			for (const {type, data} of lines) {
				if (type === 'attempt.finished' && data.task === id && data.outcome === 'succeeded') assert.deepEqual(ran, [`${id} ${data.attempt}`], `${story}: ${id} is said to have succeeded`);
				if (type === 'attempt.never-started' && data.task === id) assert.ok(!ran.includes(`${id} ${data.attempt}`), `${story}: ${id} ran and is said never to have started`);
			}
		}

		const ending = lines.findLast(({type}) => type === 'run.ended');
		const isInDoubt = lines.some(({type}) => type === 'attempt.in-doubt');
		const hasFailed = lines.some(({type, data}) => type === 'attempt.finished' && data.outcome !== 'succeeded');
		assert.ok(ending !== undefined || isInDoubt || hasFailed, `${story}: it is neither at its end nor does it say why not:\n${last.text}`);
		if (ending !== undefined) assert.deepEqual(machine.witness.map(line => line.split(' ')[0]), [...taskIds], `${story}: it ended as succeeded`);
		seen[ending !== undefined ? 'succeeded' : isInDoubt ? 'inDoubt' : 'failed']++;
	}

	context.diagnostic(`seed ${seed}: ${JSON.stringify(seen)}`);
	assert.ok(seen.succeeded > 0, JSON.stringify(seen));
});
