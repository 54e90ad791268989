import assert from 'node:assert/strict';
import {test} from 'node:test';

import {requestText, requestTimes} from '../../source/run/approval-request.ts';
import {proposedEnd} from '../../source/run/decide.ts';
import type {Request} from '../../source/run/request.ts';
import {nextTask, taskOf} from '../../source/run/walk.ts';
import {planDigest} from '../../source/run/plan-digest.ts';
import {aPlan, ARun, aTask} from './a-run.ts';

const protectedTarget = {name: 'production', context: 'prod', namespace: 'egov', protected: true, variables: {}};

test('a task does not start before a required one that is open, and the refusal is recorded', () => {
	const run = new ARun(aPlan([{id: 'first', kind: 'run'}, {id: 'second', kind: 'run'}]));
	const {refusal} = run.ask({kind: 'start', task: 'second'});
	assert.equal(refusal?.code, 'gates-closed');
	assert.match(refusal?.what ?? '', /first: to-do/);
	assert.equal(run.events.at(-1)?.type, 'task.refused');
	assert.equal(taskOf(run.state, 'second').attempts.length, 0);
});

test('an optional task that failed does not block what follows', () => {
	const run = new ARun(aPlan([{id: 'first', kind: 'run', required: false}, {id: 'second', kind: 'run'}])).failed('first');
	assert.equal(nextTask(run.state)?.task.id, 'second');
	run.done('second');
	assert.equal(proposedEnd(run.state), 'succeeded');
});

test('two actions never run at once', () => {
	const run = new ARun(aPlan([{id: 'first', kind: 'run', required: false}, {id: 'second', kind: 'run'}])).send({kind: 'start', task: 'first'});
	assert.equal(run.ask({kind: 'start', task: 'first'}).refusal?.code, 'already-running');
	assert.equal(run.ask({kind: 'start', task: 'second'}).refusal?.code, 'gates-closed');
});

test('on a protected target a change needs the name typed, letter by letter', () => {
	for (const typed of [undefined, '', 'y', 'yes', 'Production', 'production ', 'prod']) {
		const run = new ARun(aPlan([{id: 'upgrade', kind: 'run'}], {target: protectedTarget})).effect('upgrade', 'changes');
		const {refusal} = run.ask({kind: 'start', task: 'upgrade', ...(typed === undefined ? {} : {typed})});
		assert.equal(refusal?.code, 'consent-missing', `typed: ${String(typed)}`);
		assert.equal(taskOf(run.state, 'upgrade').status, 'to-do');
	}

	const run = new ARun(aPlan([{id: 'upgrade', kind: 'run'}], {target: protectedTarget})).effect('upgrade', 'changes');
	run.send({kind: 'start', task: 'upgrade', typed: 'production'});
	assert.equal(taskOf(run.state, 'upgrade').attempts[0]?.started.consent, 'production');
});

test('which of its commands change something is recorded with a start', () => {
	const run = new ARun(aPlan([{id: 'upgrade', kind: 'run'}])).effect('upgrade', 'changes');
	const planned = run.planned('upgrade');
	assert.ok(!('problem' in planned));
	const commands = (['reads', 'changes', 'local', 'changes'] as const).map(effect => ({effect, argv: ['true']}));
	run.ask({kind: 'start', task: 'upgrade'}, {planned: {...planned, plan: {...planned.plan, commands}, shown: commands.map(() => 'true')}});
	assert.deepEqual(taskOf(run.state, 'upgrade').attempts[0]?.started.changing, [1, 3]);
});

test('a backup that is uploaded changes nothing of the target, but it has reached others', () => {
	const run = new ARun(aPlan([{id: 'dump', kind: 'run'}, {id: 'upload', kind: 'run'}])).effect('dump', 'local').effect('upload', 'local');
	run.done('dump');
	assert.equal(run.state.reachedSince, null);
	const planned = run.planned('upload');
	assert.ok(!('problem' in planned));
	run.ask({kind: 'start', task: 'upload'}, {planned: {...planned, plan: {...planned.plan, commands: [{effect: 'changes', argv: ['aws']}]}}});
	assert.equal(run.state.reachedSince, run.now.toISOString());
	assert.equal(run.state.changedSince, null);
});

test('what only reads needs no typed name on a protected target', () => {
	const run = new ARun(aPlan([{id: 'look', kind: 'run'}], {target: protectedTarget}));
	run.send({kind: 'start', task: 'look'});
	assert.equal(run.state.changedSince, null);
});

test('a file that no longer has the consented bytes refuses the start', () => {
	const run = new ARun(aPlan([{id: 'upgrade', kind: 'run'}]));
	const planned = run.planned('upgrade');
	assert.ok(!('problem' in planned));
	const gate = {id: 'file:values.yaml', name: 'values.yaml has changed', state: 'closed', evidence: 'a41f… was consented to'} as const;
	const {refusal} = run.ask({kind: 'start', task: 'upgrade'}, {planned: {...planned, worldGates: [gate]}});
	assert.match(refusal?.what ?? '', /values\.yaml has changed/);
});

test('a file that cannot be read refuses the start too: unknown is never passed', () => {
	const run = new ARun(aPlan([{id: 'upgrade', kind: 'run'}]));
	const planned = run.planned('upgrade');
	assert.ok(!('problem' in planned));
	const gate = {id: 'file:values.yaml', name: "values.yaml can't be read", state: 'unknown', evidence: 'EACCES'} as const;
	assert.equal(run.ask({kind: 'start', task: 'upgrade'}, {planned: {...planned, worldGates: [gate]}}).refusal?.code, 'gates-closed');
});

test('no, and partially without a remark, are never yes', () => {
	const run = new ARun(aPlan([{id: 'read', kind: 'confirm'}, {id: 'next', kind: 'run'}]));
	assert.equal(run.ask({kind: 'confirm', task: 'read', answer: 'partially'}).refusal?.code, 'remark-missing');
	run.send({kind: 'confirm', task: 'read', answer: 'no'});
	assert.equal(taskOf(run.state, 'read').status, 'failed');
	assert.equal(run.ask({kind: 'start', task: 'next'}).refusal?.code, 'gates-closed');
	run.send({kind: 'confirm', task: 'read', answer: 'yes'}).send({kind: 'start', task: 'next'});
});

test('a yes that needs a person is refused without one', () => {
	const run = new ARun(aPlan([{id: 'sign-off', kind: 'confirm', person: true, reference: true}]));
	assert.equal(run.ask({kind: 'confirm', task: 'sign-off', answer: 'yes'}).refusal?.code, 'person-missing');
	assert.equal(run.ask({kind: 'confirm', task: 'sign-off', answer: 'yes', person: 'qa'}).refusal?.code, 'reference-missing');
	run.send({kind: 'confirm', task: 'sign-off', answer: 'yes', person: 'qa', reference: 'QA-1'});
});

test('a waiver needs a reason, and not while the task runs or is in doubt', () => {
	const run = new ARun(aPlan([{id: 'task', kind: 'run'}]));
	assert.equal(run.ask({kind: 'waive', task: 'task', reason: '  '}).refusal?.code, 'reason-missing');
	run.send({kind: 'start', task: 'task'});
	assert.equal(run.ask({kind: 'waive', task: 'task', reason: 'why not'}).refusal?.code, 'not-waivable');
	run.apply({type: 'attempt.in-doubt', data: {task: 'task', attempt: 1, trace: 'gone'}});
	assert.equal(run.ask({kind: 'waive', task: 'task', reason: 'why not'}).refusal?.code, 'not-waivable');
});

test('an attempt in doubt is not run again before somebody said, with a reason, what happened', () => {
	const run = new ARun(aPlan([{id: 'task', kind: 'run'}])).send({kind: 'start', task: 'task'});
	run.apply({type: 'attempt.in-doubt', data: {task: 'task', attempt: 1, trace: 'gone'}});
	assert.equal(run.ask({kind: 'start', task: 'task'}).refusal?.code, 'in-doubt');
	assert.equal(run.ask({kind: 'resolve', task: 'task', as: 'failed', reason: ''}).refusal?.code, 'reason-missing');
	run.send({kind: 'resolve', task: 'task', as: 'failed', reason: 'read the log'}).send({kind: 'start', task: 'task'});
	assert.equal(taskOf(run.state, 'task').attempts.length, 2);
});

test('no end is recorded of an attempt while something of it lives', () => {
	const run = new ARun(aPlan([{id: 'task', kind: 'run'}])).send({kind: 'start', task: 'task'});
	run.apply({type: 'attempt.in-doubt', data: {task: 'task', attempt: 1, trace: 'gone'}});
	for (const as of ['succeeded', 'failed'] as const) {
		const {refusal} = run.ask({kind: 'resolve', task: 'task', as, reason: 'read the log'}, {remains: {alive: [{pid: 4711, command: 'helm upgrade user'}, {pid: null, command: 'something'}]}});
		assert.equal(refusal?.code, 'still-lives');
		assert.equal(refusal?.what, 'It has not ended: helm upgrade user (process 4711), something still run.');
		assert.equal(refusal?.todo, 'Wait until they are gone, or end it: kill 4711.');
		assert.equal(run.events.at(-1)?.type, 'task.refused');
	}
});

test('a word about an attempt in doubt is recorded with what the world had said where that is no support', () => {
	const file = {path: 'attempts/task.1/out', sizeBytes: 3, sha256: 'ab'.repeat(32)};
	for (const [verdict, as, isObjection] of [['done', 'succeeded', false], ['done', 'failed', true], ['not-done', 'succeeded', true], ['not-done', 'failed', false], ['unknown', 'succeeded', true], ['unknown', 'failed', false]] as const) {
		const run = new ARun(aPlan([{id: 'task', kind: 'run'}])).send({kind: 'start', task: 'task'});
		run.apply({type: 'attempt.in-doubt', data: {task: 'task', attempt: 1, trace: 'gone'}}).apply({type: 'attempt.probed', data: {task: 'task', attempt: 1, verdict, facts: ['File\tthere is none'], alive: []}});
		run.send({kind: 'resolve', task: 'task', as, reason: 'I looked'}, {remains: {alive: [], output: [file]}});
		assert.deepEqual(run.events.at(-1)?.data, {task: 'task', attempt: 1, as, reason: 'I looked', ...(isObjection ? {world: {verdict, facts: ['File\tthere is none']}} : {}), output: [file]}, `${as} when the world says ${verdict}`);
	}
});

test('only a task that the runbook calls idempotent repeats by itself, and only retry: repeats a failure', () => {
	const run = new ARun(aPlan([{id: 'task', kind: 'run', retry: 1}], {target: protectedTarget})).effect('task', 'changes');
	run.send({kind: 'start', task: 'task', typed: 'production'}).finish('task', {outcome: 'failed', exitCode: 1});
	run.send({kind: 'start', task: 'task', how: 'runbook'}).finish('task', {outcome: 'failed', exitCode: 1});
	assert.equal(run.ask({kind: 'start', task: 'task', how: 'runbook'}).refusal?.code, 'consent-missing');
	assert.equal(taskOf(run.state, 'task').attempts[1]?.started.consent, 'runbook');
});

test('what the runbook lets be run again stays in doubt where that may not be started, and a person says how it ended', () => {
	const run = new ARun(aPlan([{id: 'task', kind: 'run', idempotent: true}])).send({kind: 'start', task: 'task'});
	run.apply({type: 'attempt.in-doubt', data: {task: 'task', attempt: 1, trace: 'gone'}}).apply({type: 'attempt.resolved', data: {task: 'task', attempt: 1, as: 'failed', reason: 'It may run again.', how: 'runbook'}});
	const planned = run.planned('task');
	const closed = {id: 'file', name: 'plan.json has changed', state: 'closed', evidence: 'other bytes'} as const;
	assert.equal(run.ask({kind: 'start', task: 'task', how: 'runbook'}, {planned: 'problem' in planned ? planned : {...planned, worldGates: [closed]}}).refusal?.code, 'gates-closed');
	assert.equal(taskOf(run.state, 'task').status, 'in-doubt');
	assert.equal(run.ask({kind: 'start', task: 'task'}).refusal?.code, 'in-doubt', 'nor does a person start it before');
	run.send({kind: 'resolve', task: 'task', as: 'succeeded', reason: 'I looked.'});
	assert.partialDeepStrictEqual(taskOf(run.state, 'task'), {status: 'done', attempts: [{end: {kind: 'resolved', as: 'succeeded', reason: 'I looked.', trace: 'gone'}}]});
});

test('the first cancellation asks with TERM, the second ends with KILL', () => {
	const run = new ARun(aPlan([{id: 'task', kind: 'run'}])).send({kind: 'start', task: 'task'});
	run.send({kind: 'cancel', task: 'task'}).send({kind: 'cancel', task: 'task'});
	assert.deepEqual(taskOf(run.state, 'task').attempts[0]?.cancels.map(({signal}) => signal), ['TERM', 'KILL']);
	run.finish('task', {outcome: 'cancelled', exitCode: null, signal: 'KILL'});
	assert.equal(run.ask({kind: 'cancel', task: 'task'}).refusal?.code, 'not-running');
});

test('the operator cannot approve the own release, nor one person twice', () => {
	const run = new ARun(aPlan([{id: 'second', kind: 'approval', approval: {by: 2}}]));
	assert.equal(run.ask({kind: 'approve', task: 'second', person: 'op-a'}).refusal?.code, 'same-person');
	run.send({kind: 'approve', task: 'second', person: 'op-b'});
	assert.equal(run.ask({kind: 'approve', task: 'second', person: 'op-b'}).refusal?.code, 'approved-before');
	assert.equal(taskOf(run.state, 'second').status, 'to-do');
	run.send({kind: 'approve', task: 'second', person: 'op-c'});
	assert.equal(taskOf(run.state, 'second').status, 'done');
});

test('another result of the preview clears what was answered on the old one, but not the backup', () => {
	const run = new ARun(aPlan([{id: 'preview', kind: 'run'}, {id: 'read', kind: 'confirm'}, {id: 'second', kind: 'approval'}, {id: 'dump', kind: 'run'}])).effect('preview', 'local').effect('dump', 'local');
	run.done('preview', {outputs: {manifest: 'one'}}).send({kind: 'confirm', task: 'read', answer: 'yes'}).send({kind: 'approve', task: 'second', person: 'op-b'}).done('dump');
	run.done('preview', {outputs: {manifest: 'one'}});
	assert.equal(taskOf(run.state, 'read').status, 'done');
	run.done('preview', {outputs: {manifest: 'two'}});
	assert.deepEqual(['preview', 'read', 'second', 'dump'].map(id => taskOf(run.state, id).status), ['done', 'to-do', 'to-do', 'done']);
	assert.match(taskOf(run.state, 'read').reopenedBecause ?? '', /preview/);
});

test('of two approvals the first one is lost, too, when what it was about changes before the second', () => {
	const run = new ARun(aPlan([{id: 'preview', kind: 'run'}, {id: 'second', kind: 'approval', approval: {by: 2}}])).done('preview', {outputs: {manifest: 'one'}}).send({kind: 'approve', task: 'second', person: 'op-b'});
	run.done('preview', {outputs: {manifest: 'two'}}).send({kind: 'approve', task: 'second', person: 'op-c'});
	assert.equal(taskOf(run.state, 'second').status, 'to-do');
	assert.deepEqual(taskOf(run.state, 'second').approvals.map(({person}) => person), ['op-c']);
});

test('where the runbook names allowed signers only a signature that they give to somebody is an approval', () => {
	const run = new ARun(aPlan([{id: 'second', kind: 'approval', approval: {by: 1, allowedSigners: '/books/approvers'}}]));
	const {refusal, events} = run.ask({kind: 'approve', task: 'second', person: 'carl'});
	assert.equal(refusal?.code, 'signature-needed');
	assert.equal(refusal.what, 'A name alone approves nothing here. It needs the signature of somebody whom /books/approvers names.');
	assert.deepEqual(events.map(({type}) => type), ['task.refused']);
	const file = {path: 'approvals/1', sizeBytes: 1, sha256: 'a'.repeat(64)};
	const text = requestText(run.state, 'second', requestTimes(run.state, 'second', run.now));
	const signature = {kind: 'good', evidence: {fingerprint: 'SHA256:x', request: file, signature: file, allowedSigners: file}} as const;
	const signed = {text, signature: ''};
	assert.equal(run.ask({kind: 'approve', task: 'second', person: 'carl', signed}, {signature: {...signature, person: null}}).refusal?.code, 'signature-needed');
	run.send({kind: 'approve', task: 'second', signed}, {signature: {...signature, person: 'bea@example.org'}});
	assert.equal(taskOf(run.state, 'second').status, 'done');
});

test('a failed change can be rolled back, a waived one cannot, and the run then ends as rolled back only', () => {
	const remedy = {...aTask({id: 'upgrade.rollback', kind: 'run'}), remedyFor: 'upgrade'};
	const run = new ARun(aPlan([{id: 'upgrade', kind: 'run'}], {remedies: [remedy]})).effect('upgrade', 'changes').effect('upgrade.rollback', 'changes');
	assert.equal(run.ask({kind: 'start', task: 'upgrade.rollback'}).refusal?.code, 'nothing-to-undo');
	run.failed('upgrade').done('upgrade.rollback');
	assert.equal(taskOf(run.state, 'upgrade').status, 'rolled-back');
	assert.equal(run.ask({kind: 'end', result: 'succeeded', statement: 'fine'}).refusal?.code, 'not-succeeded');
	run.send({kind: 'end', result: 'rolled-back', statement: 'image was broken'});
	assert.equal(run.ask({kind: 'start', task: 'upgrade'}).refusal?.code, 'run-ended');
});

test('after a roll-back, what was tested and confirmed after the task is asked again, and nothing before it', () => {
	const remedy = {...aTask({id: 'upgrade.rollback', kind: 'run'}), remedyFor: 'upgrade'};
	const tasks = [{id: 'read', kind: 'confirm'}, {id: 'upgrade', kind: 'run'}, {id: 'login', kind: 'run'}, {id: 'eyes', kind: 'confirm'}, {id: 'search', kind: 'run'}, {id: 'late', kind: 'run'}] as const;
	const run = new ARun(aPlan(tasks, {remedies: [remedy]})).effect('upgrade', 'changes').effect('upgrade.rollback', 'changes');
	run.send({kind: 'confirm', task: 'read', answer: 'yes'}).done('upgrade').done('login').send({kind: 'confirm', task: 'eyes', answer: 'yes'}).failed('search').done('upgrade.rollback');
	assert.deepEqual(tasks.map(({id}) => `${id} ${run.state.tasks[id]?.status ?? ''}`), ['read done', 'upgrade rolled-back', 'login to-do', 'eyes to-do', 'search to-do', 'late to-do']);
	assert.equal(run.state.tasks['login']?.reopenedBecause, 'upgrade was undone');
});

test('a roll-back that failed does not say rolled back', () => {
	const remedy = {...aTask({id: 'upgrade.rollback', kind: 'run'}), remedyFor: 'upgrade'};
	const run = new ARun(aPlan([{id: 'upgrade', kind: 'run'}], {remedies: [remedy]})).effect('upgrade', 'changes').failed('upgrade').failed('upgrade.rollback');
	assert.equal(taskOf(run.state, 'upgrade').status, 'failed');
});

test('succeeded is impossible while a required task is open, failed or running', () => {
	const run = new ARun(aPlan([{id: 'task', kind: 'run'}]));
	const end: Request = {kind: 'end', result: 'succeeded', statement: 'fine'};
	assert.equal(run.ask(end).refusal?.code, 'not-succeeded');
	run.send({kind: 'start', task: 'task'});
	assert.equal(run.ask(end).refusal?.code, 'still-running');
	run.finish('task', {outcome: 'failed', exitCode: 1});
	assert.equal(run.ask(end).refusal?.code, 'not-succeeded');
	assert.equal(run.ask({kind: 'end', result: 'abandoned', statement: ' '}).refusal?.code, 'statement-missing');
	run.send({kind: 'waive', task: 'task', reason: 'broken runner'}).send(end);
});

test('what is done and built upon is not done again', () => {
	const run = new ARun(aPlan([{id: 'preview', kind: 'run'}, {id: 'upgrade', kind: 'run'}])).effect('upgrade', 'changes').done('preview').done('upgrade');
	assert.equal(run.ask({kind: 'start', task: 'preview'}).refusal?.code, 'already-done');
	assert.equal(run.ask({kind: 'start', task: 'upgrade'}).refusal?.code, 'already-done');
});

test('a backup that is too old blocks the deploy', () => {
	const run = new ARun(aPlan([{id: 'dump', kind: 'uses', uses: 'postgres/backup'}, {id: 'upgrade', kind: 'run'}])).effect('dump', 'local').effect('upgrade', 'changes');
	run.done('dump', {outputs: {maxAgeMs: '7200000'}});
	run.now = new Date(run.now.getTime() + 7_200_001);
	const {refusal} = run.ask({kind: 'start', task: 'upgrade'});
	assert.match(refusal?.what ?? '', /backup is too old, 2 h/);
});

test('what was not on the screen is not started', () => {
	const run = new ARun(aPlan([{id: 'upgrade', kind: 'run'}])).effect('upgrade', 'changes');
	const planned = run.planned('upgrade');
	assert.ok(!('problem' in planned));
	const {refusal, events} = run.ask({kind: 'start', task: 'upgrade', seen: planDigest('changes', {...planned.plan, commands: [{effect: 'changes', argv: ['false']}]})});
	assert.equal(refusal?.code, 'plan-changed');
	assert.equal(events[0]?.type, 'task.refused');
	run.send({kind: 'start', task: 'upgrade', seen: planDigest('changes', planned.plan)});
});
