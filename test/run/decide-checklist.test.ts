import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import type {Request} from '../../source/run/request.ts';
import {standingDecisions} from '../../source/run/standing-decisions.ts';
import {taskOf} from '../../source/run/walk.ts';
import {aPlan, ARun} from './a-run.ts';

const seen = 'c1'.repeat(32);
const plan = aPlan([{id: 'checklist', kind: 'uses', uses: 'kubernetes/checklist'}, {id: 'ask', kind: 'confirm'}, {id: 'upgrade', kind: 'run'}]);
const evidence = (sha256: string) => [{path: 'evidence/checklist.1/checklist.json', sizeBytes: 9, sha256}, {path: 'evidence/checklist.1/checklist.md', sizeBytes: 9, sha256: '0'.repeat(64)}];

const checked = (outcome: 'succeeded' | 'failed' = 'failed', sha256 = seen): ARun => new ARun(plan).effect('upgrade', 'changes').send({kind: 'start', task: 'checklist'}).finish('checklist', {outcome, evidence: evidence(sha256)});

const answer = (more: Partial<Request & {kind: 'answer-item'}> = {}): Request => ({kind: 'answer-item', task: 'checklist', item: 'close-keepalive', seen, answer: 'yes', person: 'op-b', ...more});
const waiver = (more: Partial<Request & {kind: 'waive-item'}> = {}): Request => ({kind: 'waive-item', task: 'checklist', item: 'no-privileged', seen, reason: 'a node agent', until: '2026-12-31', ...more});

describe('a word about an item of the checklist', () => {
	test('is recorded with what was looked at, and the checklist is to be checked again', () => {
		const run = checked().send(waiver({finding: {fingerprint: '0123456789abcdef', where: 'Deployment shop/web'}})).send(answer({answer: 'partially', remark: 'not on HTTP/2'}));
		const task = taskOf(run.state, 'checklist');
		assert.equal(task.status, 'to-do');
		assert.match(task.reopenedBecause ?? '', /said of its items/);
		assert.deepEqual(task.decisions.map(({kind, item, seen: about, by}) => [kind, item, about, by]), [['waiver', 'no-privileged', seen, 'op-a@ops1'], ['answer', 'close-keepalive', seen, 'op-a@ops1']]);
		assert.equal(run.events.filter(({type}) => type === 'task.reopened').length, 1);
		assert.equal(task.attempts.length, 1, 'the old attempt stays');
		run.send({kind: 'start', task: 'checklist'}).finish('checklist', {evidence: evidence('d2'.repeat(32))});
		assert.equal(taskOf(run.state, 'checklist').status, 'done');
	});

	test('is not taken about a report that was made again since', () => {
		const run = checked().send({kind: 'start', task: 'checklist'}).finish('checklist', {outcome: 'failed', evidence: evidence('d2'.repeat(32))});
		assert.equal(run.ask(waiver()).refusal?.code, 'report-changed');
		assert.equal(run.ask(waiver({seen: 'd2'.repeat(32)})).refusal, null);
		assert.equal(new ARun(plan).ask(answer()).refusal?.code, 'report-changed', 'nothing was looked at yet');
	});

	test('needs what makes it evidence', () => {
		for (const [request, code] of [
			[answer({person: ' '}), 'person-missing'],
			[answer({answer: 'partially'}), 'remark-missing'],
			[waiver({reason: ''}), 'reason-missing'],
			[waiver({until: 'soon'}), 'day-missing'],
			[waiver({until: '2027-02-30'}), 'day-missing'],
			[waiver({until: '2026-11-23'}), 'day-over'],
			[answer({task: 'ask'}), 'not-a-checklist'],
		] as const) {
			const run = checked();
			const before = run.events.length;
			assert.equal(run.ask(request).refusal?.code, code);
			assert.equal(run.events.length, before, code);
		}

		assert.equal(checked().ask(waiver({until: '2026-11-24'})).refusal, null, 'today is not over');
	});

	test('a no needs no person: it counts as the word of the operator', () => {
		const run = checked().send(answer({answer: 'no', person: ''}));
		const [decision] = taskOf(run.state, 'checklist').decisions;
		assert.equal(decision?.kind === 'answer' ? decision.person : '', 'op-a@ops1');
	});

	test('is refused while it is checked, and once something was built on it', () => {
		const running = checked().send({kind: 'start', task: 'checklist'});
		assert.equal(running.ask(waiver()).refusal?.code, 'already-running');
		const built = checked('succeeded').send({kind: 'confirm', task: 'ask', answer: 'yes'}).send({kind: 'start', task: 'upgrade'}).finish('upgrade', {});
		assert.equal(built.ask(answer()).refusal?.code, 'already-done');
		const waived = checked().send({kind: 'waive', task: 'checklist', reason: 'an outage'});
		assert.equal(waived.ask(answer()).refusal?.code, 'settled');
	});

	test('is withdrawn with who and when, the last word counts, and the checklist is to be checked again', () => {
		const mark = {fingerprint: '0123456789abcdef', where: 'Deployment shop/web'};
		const run = checked().send(waiver()).send(waiver({finding: mark})).send(answer());
		const counts = () => standingDecisions(taskOf(run.state, 'checklist').decisions).map(({kind, item, finding}) => [kind, item, finding?.where ?? '']);
		assert.equal(counts().length, 3);
		run.send({kind: 'start', task: 'checklist'}).finish('checklist', {evidence: evidence('d2'.repeat(32))});
		assert.equal(taskOf(run.state, 'checklist').status, 'done');
		run.send({kind: 'withdraw-item', task: 'checklist', item: 'no-privileged', finding: mark, seen: 'd2'.repeat(32), remark: 'the agent is gone'});
		assert.deepEqual(counts(), [['waiver', 'no-privileged', ''], ['answer', 'close-keepalive', '']]);
		assert.partialDeepStrictEqual(taskOf(run.state, 'checklist').decisions.at(-1), {kind: 'withdrawal', by: 'op-a@ops1', remark: 'the agent is gone'});
		assert.equal(taskOf(run.state, 'checklist').status, 'to-do', 'what passed by a waiver passes no more');
		run.send(waiver({finding: mark, seen: 'd2'.repeat(32)})).send({kind: 'withdraw-item', task: 'checklist', item: 'no-privileged', seen: 'd2'.repeat(32)});
		assert.deepEqual(counts(), [['answer', 'close-keepalive', '']], 'of the item and of its single findings');
		run.send(waiver({seen: 'd2'.repeat(32)}));
		assert.deepEqual(counts(), [['answer', 'close-keepalive', ''], ['waiver', 'no-privileged', '']]);
	});

	test('that was not said in this run is not withdrawn', () => {
		const run = checked().send(waiver());
		const withdraw = (more: object = {}): Request => ({kind: 'withdraw-item', task: 'checklist', item: 'no-privileged', seen, ...more});
		assert.equal(run.ask(withdraw({item: 'close-keepalive'})).refusal?.code, 'nothing-said');
		assert.equal(run.ask(withdraw({finding: {fingerprint: '0123456789abcdef', where: 'x'}})).refusal?.code, 'nothing-said', 'it was said of the whole item');
		assert.equal(run.ask(withdraw({seen: 'd2'.repeat(32)})).refusal?.code, 'report-changed');
		assert.equal(run.ask(withdraw()).refusal, null);
		assert.equal(run.ask(withdraw()).refusal?.code, 'nothing-said', 'a second time');
	});
});
