import assert from 'node:assert/strict';
import {test} from 'node:test';

import {attentionBetween, nextClosing, type Attention} from '../../source/run/attention.ts';
import type {TaskSpec} from '../../source/runbook/runbook.ts';
import {aPlan, ARun} from './a-run.ts';

/** What the run tells while it does this, one by one. */
const told = (run: ARun, ...deeds: readonly (() => unknown)[]): readonly (string | null)[] =>
	deeds.map(deed => {
		const before = run.state;
		deed();
		const attention: Attention | null = attentionBetween(before, run.state);
		return attention === null ? null : `${attention.kind} · ${attention.text}`;
	});

const tasks: Parameters<typeof aPlan>[0] = [{id: 'dump', name: 'Back up', kind: 'run'}, {id: 'second', name: 'Second person', kind: 'approval'}, {id: 'upgrade', name: 'Upgrade user', kind: 'run', required: false}] satisfies readonly Partial<TaskSpec>[] as never;

test('an action that ended, and what it waits for, is told; what the operator did is not', () => {
	const run = new ARun(aPlan(tasks)).effect('upgrade', 'changes');
	assert.deepEqual(
		told(
			run,
			() => run.send({kind: 'start', task: 'dump'}),
			() => run.finish('dump', {durationMs: 61_000}),
			() => run.send({kind: 'approve', task: 'second', person: 'Asha'}),
			() => run.send({kind: 'start', task: 'upgrade'}),
			() => run.finish('upgrade', {outcome: 'failed', summary: 'exit status 1'}),
			() => run.send({kind: 'start', task: 'upgrade'}),
			() => run.send({kind: 'cancel', task: 'upgrade'}),
			() => run.finish('upgrade', {outcome: 'cancelled', summary: 'Cancelled.'}),
			() => run.send({kind: 'start', task: 'upgrade'}),
			() => run.apply({type: 'attempt.in-doubt', data: {task: 'upgrade', attempt: 3, trace: 'no exit status'}}),
			() => run.send({kind: 'resolve', task: 'upgrade', as: 'succeeded', reason: 'helm says so'}),
			() => run.send({kind: 'end', result: 'succeeded', statement: 'All well.'}),
		),
		[
			null,
			'finished · Back up is done in 1 min 1 s. Now a second person has to approve: Second person.',
			null,
			null,
			'failed · Upgrade user failed: exit status 1',
			null,
			null,
			null,
			null,
			'in-doubt · Upgrade user is in doubt: how it ended is not known, and a person has to decide.',
			null,
			'ended · The run succeeded: All well.',
		],
	);
});

test('a name or a summary can not carry terminal sequences', () => {
	const run = new ARun(aPlan([{id: 'a', name: 'A\u001B]0;x\u0007', kind: 'run'}])).send({kind: 'start', task: 'a'});
	const before = run.state;
	run.finish('a', {outcome: 'failed', summary: 'oh\u001B[31m no\u0007'});
	assert.doesNotMatch(JSON.stringify(attentionBetween(before, run.state)), /\\u001b|\\u0007/i);
});

test('what is being changed when its window closes is told then', () => {
	const run = new ARun(aPlan([{id: 'window', kind: 'window', window: {timezone: 'Asia/Kolkata', allow: ['Mon-Sun 10:00-18:00'], freezes: []}}, {id: 'look', kind: 'run'}, {id: 'upgrade', name: 'Upgrade user', kind: 'run'}] as never)).effect('upgrade', 'changes');
	run.send({kind: 'confirm', task: 'window', answer: 'yes'}).send({kind: 'start', task: 'look'});
	assert.equal(nextClosing(run.state, run.now), null, 'nothing is being changed');
	run.finish('look').send({kind: 'start', task: 'upgrade'});
	const next = nextClosing(run.state, run.now);
	assert.equal(next?.closesAt.toISOString(), '2026-11-24T12:30:00.000Z');
	assert.deepEqual([next?.attention.kind, next?.attention.text], ['window-closed', 'The window closed at 18:00 in Asia/Kolkata while Upgrade user runs. It goes on; nothing else is begun.']);
	assert.equal(nextClosing(run.state, new Date('2026-11-24T12:30:00.000Z')), null, 'once');
	run.finish('upgrade');
	assert.equal(nextClosing(run.state, run.now), null);
});
