import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as wait} from 'node:timers/promises';

import {createNodeSupervisor, createShellSupervisor} from '../../source/supervisor/create-supervisor.ts';
import type {AttemptSpec, Supervisor, Trace} from '../../source/supervisor/supervisor.ts';
import {randomFrom, seed} from '../a-seed.ts';
import {aFolder, anAttempt, readText, timesRun, until, untilEnd, witnessed} from './an-attempt.ts';

/** What must hold for every attempt, whoever was killed when. */
const assertHonest = (spec: AttemptSpec, trace: Trace, story: string): void => {
	const ran = timesRun(spec);
	const isProved = /^\d/.test(readText(join(spec.folder, 'pid')));
	assert.ok(ran <= 1, `${story}: ran ${ran} times`);
	assert.ok(ran === 0 || isProved, `${story}: ran without a proof`);
	assert.ok(trace.kind !== 'in-doubt' || !trace.why.includes('damaged'), `${story}: a kill leaves no damaged file: ${JSON.stringify(trace)}`);
	assert.ok(trace.kind !== 'never-started' || ran === 0, `${story}: ran and is called never started`);
	if (trace.kind === 'finished') {
		assert.match(readText(join(spec.folder, 'exit')), /^exit \d/, `${story}: finished without a written end`);
		assert.ok(trace.exitCode !== 0 || ran === 1, `${story}: succeeded without having run`);
	}
};

const kill = (pid: number): void => {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// Gone already.
	}
};

const firstNumber = (path: string): number | null => {
	const number = Number.parseInt(readText(path), 10);
	return Number.isNaN(number) ? null : number;
};

/** The children of this process, so that a shim can be killed before it has written who it is. */
const childrenOf = (pid: number): readonly number[] =>
	readText(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);

const killTree = (spec: AttemptSpec, victim: string, others: readonly number[]): void => {
	const shims = childrenOf(process.pid).filter(pid => !others.includes(pid));
	const action = firstNumber(join(spec.folder, 'pid')) ?? shims.flatMap(childrenOf)[0];
	for (const pid of victim === 'action' ? [] : shims) {
		kill(pid);
	}

	if (victim !== 'shim' && action !== undefined) {
		kill(action);
	}
};

const rounds: ReadonlyArray<readonly [name: string, create: () => Supervisor, count: number, longestMs: number]> = [
	['shell', createShellSupervisor, 300, 16],
	['node', createNodeSupervisor, 20, 70],
];

for (const [name, create, count, longestMs] of rounds) {
	test(`${name}: kill -9 of shim, action or both at ${count} random moments: nothing is invented, nothing runs twice`, async context => {
		const within = aFolder(context);
		const supervisor = create();
		const random = randomFrom(seed);
		const seen: Record<string, number> = {};
		for (let round = 0; round < count; round++) {
			const victim = ['shim', 'action', 'both'][Math.floor(random() * 3)]!;
			const afterMs = random() * longestMs;
			const story = `seed ${seed}, round ${round}, kill ${victim} after ${afterMs.toFixed(1)} ms`;
			const others = childrenOf(process.pid);
			const spec = anAttempt(within, witnessed(random() < 0.5 ? '' : 'sleep 0.005'));
			supervisor.start(spec);
			await wait(afterMs);
			killTree(spec, victim, others);
			const trace = await untilEnd(supervisor, spec.folder);
			// Whatever was still on its way has left the FIFO, so what is said now is said for ever.
			await until(() => supervisor.findStrays(spec).length === 0, 'all are gone');
			assertHonest(spec, trace, story);
			assertHonest(spec, supervisor.readTrace(spec.folder), story);
			assert.ok(victim !== 'action' || trace.kind !== 'in-doubt', `${story}: a living shim always knows, and not ${JSON.stringify(trace)}`);
			seen[trace.kind] = (seen[trace.kind] ?? 0) + 1;
		}

		context.diagnostic(`seed ${seed}: ${JSON.stringify(seen)}`);
		assert.ok(count < 100 || ['never-started', 'finished', 'in-doubt'].every(kind => seen[kind]! > 0), `the moments cover all ends: ${JSON.stringify(seen)}`);
	});
}

test('kill -9 of the starting program, alone or with all it started, at random moments: nothing runs twice, what never started stays so', async context => {
	const within = aFolder(context);
	const supervisor = createShellSupervisor();
	const random = randomFrom(seed);
	const seen: Record<string, number> = {};
	for (let round = 0; round < 25; round++) {
		const specs = Array.from({length: 8}, () => anAttempt(within, witnessed('sleep 0.02')));
		const list = join(within, `specs.${round}.json`);
		writeFileSync(list, JSON.stringify(specs));
		const program = spawn(process.execPath, [join(import.meta.dirname, 'starter.ts'), 'shell', list], {stdio: ['ignore', 'pipe', 'inherit']});
		await once(program.stdout, 'data');
		const isAll = random() < 0.5;
		await wait(random() * 160);
		const shims = isAll ? childrenOf(program.pid!) : [];
		const actions = shims.flatMap(childrenOf);
		program.kill('SIGKILL');
		[...shims, ...actions].forEach(kill);
		await once(program, 'exit');

		// At once, while shims are on their way: "never started" must be true now and for ever.
		const first = specs.map(spec => supervisor.readTrace(spec.folder).kind);
		for (const [index, spec] of specs.entries()) {
			const story = `seed ${seed}, round ${round}, attempt ${index}, kill ${isAll ? 'all' : 'the program'}`;
			const trace = await untilEnd(supervisor, spec.folder);
			await until(() => supervisor.findStrays(spec).length === 0, 'all are gone');
			assertHonest(spec, trace, story);
			assert.equal(supervisor.readTrace(spec.folder).kind, trace.kind, `${story}: what is said once is said for ever`);
			assert.ok(isAll || trace.kind === 'finished' || trace.kind === 'never-started', `${story}: ${trace.kind}`);
			assert.ok(isAll || trace.kind !== 'finished' || trace.exitCode === 0, `${story}: the death of the program changed the end`);
			assert.ok(first[index] !== 'never-started' || trace.kind === 'never-started', `${story}: was called never started and then ran`);
			seen[trace.kind] = (seen[trace.kind] ?? 0) + 1;
		}
	}

	context.diagnostic(`seed ${seed}: ${JSON.stringify(seen)}`);
	assert.ok(['never-started', 'finished', 'in-doubt'].every(kind => seen[kind]! > 0), `the moments cover all ends: ${JSON.stringify(seen)}`);
});
