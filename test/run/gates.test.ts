import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {gatesBefore} from '../../source/run/gates.ts';
import type {TaskSpec} from '../../source/runbook/runbook.ts';
import {aPlan, ARun, noon} from './a-run.ts';

const hour = 3_600_000;

/** A test that passed, and then an upgrade, some hours later. */
const tested = (outputs: Readonly<Record<string, string>>, hoursLater: number, spec: Partial<TaskSpec> = {}): ARun => {
	const run = new ARun(aPlan([{...spec, id: 'smoke', name: 'Smoke tests', kind: 'uses', uses: 'test/command'}, {id: 'upgrade', kind: 'run'}])).effect('upgrade', 'changes').done('smoke', {outputs, summary: '12 passed'});
	run.now = new Date(noon.getTime() + hoursLater * hour);
	return run;
};

describe('a result that counts for a while', () => {
	test('is a gate before a change, with its age', () => {
		const run = tested({maxAgeMs: String(2 * hour)}, 1);
		assert.deepEqual(gatesBefore(run.state, 'upgrade', 'changes', run.now).at(-1), {id: 'smoke', name: 'Smoke tests: passed, 1 h old', state: 'open', evidence: '12 passed'});
		assert.ok(!gatesBefore(run.state, 'upgrade', 'reads', run.now).some(({id}) => id === 'smoke'));
	});

	test('is closed when it is too old, and open again when the test has passed again', () => {
		const run = tested({maxAgeMs: String(2 * hour)}, 3);
		const {refusal} = run.ask({kind: 'start', task: 'upgrade'});
		assert.match(refusal?.what ?? '', /^Smoke tests: the result is too old, 3 h: the runbook allows 2 h\.$/);
		run.done('smoke', {outputs: {maxAgeMs: String(2 * hour)}}).send({kind: 'start', task: 'upgrade'});
	});

	test('that was waived after it failed again is passed over, in words', () => {
		const run = tested({maxAgeMs: String(2 * hour)}, 3).failed('smoke').send({kind: 'waive', task: 'smoke', reason: 'known flake'});
		assert.deepEqual(gatesBefore(run.state, 'upgrade', 'changes', run.now).at(-1), {id: 'smoke', name: 'Smoke tests: waived', state: 'overridden', evidence: 'waived: known flake'});
	});

	test('without an age, or of an optional test, closes nothing', () => {
		for (const run of [tested({}, 1000), tested({maxAgeMs: '1'}, 1, {required: false})]) run.send({kind: 'start', task: 'upgrade'});
	});
});

test('a backup that was waived is told as waived', () => {
	const run = new ARun(aPlan([{id: 'dump', kind: 'uses', uses: 'postgres/backup'}, {id: 'upgrade', kind: 'run'}])).effect('dump', 'local').failed('dump').send({kind: 'waive', task: 'dump', reason: 'a snapshot exists'});
	assert.deepEqual(gatesBefore(run.state, 'upgrade', 'changes', run.now).at(-1), {id: 'dump', name: 'backup waived', state: 'overridden', evidence: 'waived: a snapshot exists'});
});

test('the age of a backup counts from when its dump began', () => {
	const run = new ARun(aPlan([{id: 'dump', kind: 'uses', uses: 'postgres/backup'}, {id: 'upgrade', kind: 'run'}])).effect('dump', 'local');
	run.done('dump', {outputs: {maxAgeMs: String(2 * hour), startedAt: new Date(noon.getTime() - 3 * hour).toISOString()}});
	assert.partialDeepStrictEqual(gatesBefore(run.state, 'upgrade', 'changes', run.now).at(-1), {name: 'backup is too old, 3 h', state: 'closed'});
});

test('without any backup nothing is changed, even where the runbook calls it optional', () => {
	const plan = (...required: readonly boolean[]) => aPlan([...required.map((isRequired, index) => ({id: `backup-${index}`, kind: 'uses', uses: index === 0 ? 'postgres/backup' : 'postgres/snapshot', required: isRequired}) as const), {id: 'upgrade', kind: 'run'}]);
	const run = new ARun(plan(false, false)).effect('backup-0', 'local').effect('upgrade', 'changes').failed('backup-0');
	assert.partialDeepStrictEqual(gatesBefore(run.state, 'upgrade', 'changes', run.now).at(-1), {name: 'no backup', state: 'closed', evidence: 'backup-0: failed; backup-1: to-do'});
	run.done('backup-1', {outputs: {taken: new Date(noon.getTime() - hour).toISOString(), proof: 'proved'}, summary: 'rds:1, available, proved'});
	assert.deepEqual(gatesBefore(run.state, 'upgrade', 'changes', run.now).at(-1), {id: 'backup-1', name: 'snapshot proved, 1 h old', state: 'open', evidence: 'rds:1, available, proved'});
});

test('the age of a snapshot counts from when it was taken', () => {
	const run = new ARun(aPlan([{id: 'snapshot', kind: 'uses', uses: 'postgres/snapshot'}, {id: 'upgrade', kind: 'run'}]));
	run.done('snapshot', {outputs: {maxAgeMs: String(2 * hour), taken: new Date(noon.getTime() - 3 * hour).toISOString()}});
	assert.partialDeepStrictEqual(gatesBefore(run.state, 'upgrade', 'changes', run.now).at(-1), {name: 'snapshot is too old, 3 h', state: 'closed'});
});

test('a backup is named with its database', () => {
	const run = new ARun(aPlan([{id: 'dump', kind: 'uses', uses: 'postgres/backup'}, {id: 'upgrade', kind: 'run'}])).effect('dump', 'local').done('dump', {outputs: {database: 'egov_db', startedAt: new Date(noon.getTime() - hour).toISOString()}});
	assert.partialDeepStrictEqual(gatesBefore(run.state, 'upgrade', 'changes', run.now).at(-1), {name: 'backup of egov_db verified, 1 h old', state: 'open'});
});

test('a backup that only a person calls good opens nothing', () => {
	const run = new ARun(aPlan([{id: 'dump', kind: 'uses', uses: 'postgres/backup'}, {id: 'upgrade', kind: 'run'}])).effect('dump', 'local').send({kind: 'start', task: 'dump'});
	run.apply({type: 'attempt.in-doubt', data: {task: 'dump', attempt: 1, trace: 'both were killed'}}).send({kind: 'resolve', task: 'dump', as: 'succeeded', reason: 'The file is there.'});
	assert.partialDeepStrictEqual(gatesBefore(run.state, 'upgrade', 'changes', run.now).at(-1), {name: 'backup not verified', state: 'closed'});
});

test('an approval that is too old closes a change, says so and how it is asked for again, and opens it when given again', () => {
	const run = new ARun(aPlan([{id: 'second', name: 'Second person', kind: 'approval', approval: {by: 1, maxAgeMs: 2 * hour}}, {id: 'upgrade', kind: 'run'}])).effect('upgrade', 'changes').send({kind: 'approve', task: 'second', person: 'op-b'});
	run.now = new Date(noon.getTime() + 2 * hour - 1);
	assert.partialDeepStrictEqual(gatesBefore(run.state, 'upgrade', 'changes', run.now).at(-1), {name: 'second person', state: 'open', evidence: 'op-b, claimed'});
	run.now = new Date(noon.getTime() + 3 * hour);
	assert.deepEqual(gatesBefore(run.state, 'upgrade', 'changes', run.now).at(-1), {id: 'second', name: 'approval has expired', state: 'closed', evidence: '1 h ago', todo: 'Ask for it again: Second person, or `slipway approve RUN --request`.'});
	run.send({kind: 'approve', task: 'second', person: 'op-b'}).send({kind: 'start', task: 'upgrade'});
});

test('an approval of results that are others now, by the word of a person, says that', () => {
	const run = new ARun(aPlan([{id: 'look', kind: 'run'}, {id: 'second', kind: 'approval'}, {id: 'upgrade', kind: 'run'}])).effect('upgrade', 'changes').done('look', {outputs: {version: '1'}}).send({kind: 'approve', task: 'second', person: 'op-b'});
	run.send({kind: 'start', task: 'look'}).apply({type: 'attempt.in-doubt', data: {task: 'look', attempt: 2, trace: 'gone'}}).send({kind: 'resolve', task: 'look', as: 'succeeded', reason: 'I saw it'});
	assert.partialDeepStrictEqual(gatesBefore(run.state, 'upgrade', 'changes', run.now).at(-1), {name: 'approval is lost', state: 'closed', evidence: 'what it approved has changed'});
});
