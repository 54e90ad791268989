import assert from 'node:assert/strict';
import {test} from 'node:test';

import {classifyTrace, isEnd} from '../../source/supervisor/trace.ts';
import type {TraceFacts} from '../../source/supervisor/trace.ts';

const endedAt = new Date('2026-11-24T09:18:00Z');
const started = {kind: 'written', value: {pid: 4711, start: 88, boot: 'b'}} as const;
const ended = {kind: 'written', value: {exitCode: 3, signal: null, endedAt}} as const;

const facts = (some: Partial<TraceFacts>): TraceFacts => ({
	folder: 'present',
	pid: {kind: 'pending'},
	exit: {kind: 'pending'},
	shim: 'dead',
	action: 'dead',
	isHeld: false,
	isThisBoot: true,
	...some,
});

const kindOf = (some: Partial<TraceFacts>): string => classifyTrace(facts(some)).kind;

test('nothing written and nobody alive is never started', () => {
	assert.equal(kindOf({}), 'never-started');
	assert.equal(kindOf({pid: {kind: 'absent'}, exit: {kind: 'absent'}}), 'never-started');
});

test('nothing written yet, but somebody alive who may write, is starting', () => {
	assert.equal(kindOf({shim: 'alive'}), 'starting');
	assert.equal(kindOf({isHeld: true}), 'starting');
	assert.equal(kindOf({pid: {kind: 'absent'}, isHeld: true}), 'starting');
});

test('an end without a start means that the start could not be proved, so nothing ran', () => {
	assert.equal(kindOf({exit: ended, shim: 'alive', isHeld: true}), 'never-started');
});

test('a living action is running, and without its shim it is unsupervised', () => {
	assert.deepEqual(classifyTrace(facts({pid: started, action: 'alive', shim: 'alive', isHeld: true})), {kind: 'running', pid: 4711, supervised: true});
	assert.deepEqual(classifyTrace(facts({pid: started, action: 'alive', isHeld: true})), {kind: 'running', pid: 4711, supervised: false});
});

test('an action that is gone while its shim lives is not in doubt: its end is being written', () => {
	assert.equal(kindOf({pid: started, shim: 'alive'}), 'running');
});

test('a written end is the end, whoever lives', () => {
	const finished = {kind: 'finished', exitCode: 3, signal: null, endedAt};
	assert.deepEqual(classifyTrace(facts({pid: started, exit: ended})), finished);
	assert.deepEqual(classifyTrace(facts({pid: started, exit: ended, shim: 'alive', isHeld: true})), finished);
	assert.deepEqual(classifyTrace(facts({pid: started, exit: ended, isThisBoot: false})), finished);
});

test('started, gone and no end written is in doubt, with the reason that is known', () => {
	assert.match(whyOf({pid: started}), /no end was written down\.$/);
	assert.doesNotMatch(whyOf({pid: started}), /killed/, 'who ended it is not known');
	assert.match(whyOf({pid: started, isThisBoot: false}), /before the last restart/);
	assert.match(whyOf({pid: started, exit: {kind: 'damaged'}}), /`exit` is damaged/);
	assert.match(whyOf({pid: {kind: 'damaged'}}), /`pid` is damaged/);
	assert.match(whyOf({folder: 'missing', pid: {kind: 'absent'}, exit: {kind: 'absent'}}), /folder of this attempt is missing/);
});

test('without a proof of the start and of the end nothing is ever finished', () => {
	for (const pid of [{kind: 'absent'}, {kind: 'pending'}, {kind: 'damaged'}, started] as const) {
		for (const exit of [{kind: 'absent'}, {kind: 'pending'}, {kind: 'damaged'}, ended] as const) {
			for (const [shim, action, isHeld, isThisBoot] of combinations) {
				const trace = classifyTrace(facts({pid, exit, shim, action, isHeld, isThisBoot}));
				assert.equal(trace.kind === 'finished', pid === started && exit === ended);
				assert.ok(trace.kind !== 'never-started' || pid.kind === 'absent' || pid.kind === 'pending', 'a proof of a start is never forgotten');
				assert.ok(!isEnd(trace) || exit.kind === 'written' || shim === 'dead', 'an end is not declared while the shim may still write it');
			}
		}
	}
});

const whyOf = (some: Partial<TraceFacts>): string => {
	const trace = classifyTrace(facts(some));
	return trace.kind === 'in-doubt' ? trace.why : trace.kind;
};

const combinations = (['alive', 'dead'] as const).flatMap(shim =>
	(['alive', 'dead'] as const).flatMap(action => [true, false].flatMap(isHeld => [true, false].map(isThisBoot => [shim, action, isHeld, isThisBoot] as const))));
