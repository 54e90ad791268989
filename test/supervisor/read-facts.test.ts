import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {createShellSupervisor} from '../../source/supervisor/create-supervisor.ts';
import type {ProcessTable} from '../../source/supervisor/identity.ts';
import {readFacts} from '../../source/supervisor/read-facts.ts';
import {classifyTrace} from '../../source/supervisor/trace.ts';
import {aFolder, anAttempt, isEnded} from './an-attempt.ts';

const slot = (text: string): string => `${text.padEnd(63)}\n`;

/** Higher than any number that a machine gives to a process. */
const shimPid = 2 ** 30;

/** A process table in which the shim lives for the first look, and during that look something happens. */
const aTableIn = (happens: () => void): ProcessTable => ({
	boot: 'b',
	isAlive(identity) {
		if (identity.pid !== shimPid) {
			return false;
		}

		happens();
		return true;
	},
	findByEnvironment: () => [],
	findByOpenFile: () => [],
});

test('an action that starts and ends between two looks at its files is finished', context => {
	const {folder} = anAttempt(aFolder(context), ['true']);
	const write = (name: string, text: string): void => {
		writeFileSync(join(folder, name), slot(text));
	};
	write('pid', 'pending');
	write('exit', 'pending');
	write('sup', `${shimPid} 10 b`);
	const table = aTableIn(() => {
		write('pid', `${shimPid + 1} 20 b`);
		write('exit', 'exit 0');
	});
	assert.partialDeepStrictEqual(classifyTrace(readFacts(folder, table)), {kind: 'finished', exitCode: 0});
});

test('a shim that writes the end and leaves just after it was seen alive leaves no doubt', context => {
	const {folder} = anAttempt(aFolder(context), ['true']);
	const write = (name: string, text: string): void => {
		writeFileSync(join(folder, name), slot(text));
	};
	write('pid', `${shimPid + 1} 20 b`);
	write('exit', 'pending');
	write('sup', `${shimPid} 10 b`);
	assert.equal(classifyTrace(readFacts(folder, aTableIn(() => {}))).kind, 'running', 'the action is gone, its end is on the way');
	const table = aTableIn(() => {
		write('exit', 'exit 5');
	});
	assert.partialDeepStrictEqual(classifyTrace(readFacts(folder, table)), {kind: 'finished', exitCode: 5});
});

test('a reader that looks all the time sees an attempt only go forwards', context => {
	const within = aFolder(context);
	const supervisor = createShellSupervisor();
	const order = ['starting', 'running', 'finished'];
	for (let round = 0; round < 40; round++) {
		const {folder, ...spec} = anAttempt(within, ['true']);
		supervisor.start({folder, ...spec});
		let reached = 0;
		for (const deadline = performance.now() + 5000; reached < 2 && performance.now() < deadline;) {
			const trace = supervisor.readTrace(folder);
			const now = order.indexOf(trace.kind);
			assert.ok(now >= reached, `${order[reached]} and then ${JSON.stringify(trace)}`);
			assert.ok(!isEnded(trace) || trace.kind === 'finished');
			reached = now;
		}

		assert.equal(reached, 2);
	}
});
