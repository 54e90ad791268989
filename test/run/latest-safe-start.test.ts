import assert from 'node:assert/strict';
import {test} from 'node:test';

import {describeSafeStart, latestSafeStart} from '../../source/run/latest-safe-start.ts';
import {windowFindings} from '../../source/run/window-closed.ts';
import {taskOf} from '../../source/run/walk.ts';
import {aPlan, ARun} from './a-run.ts';

const minute = 60_000;
const end = new Date('2026-11-24T17:00:00Z');
const at = (hours: number, minutes: number): Date => new Date(Date.UTC(2026, 10, 24, hours, minutes));

test('the latest safe start leaves room for the deploy and its roll-back', () => {
	const start = latestSafeStart(end, 20 * minute, 10 * minute);
	assert.deepEqual(start, {kind: 'known', at: at(16, 30)});
	assert.equal(describeSafeStart(start, at(14, 25), 'Asia/Kolkata'), 'latest safe start 22:00 in Asia/Kolkata, 2 h 5 min from now');
	assert.equal(describeSafeStart(start, at(16, 30), 'UTC'), 'latest safe start 16:30 in UTC, 0 ms from now');
	assert.equal(describeSafeStart(start, at(16, 40), 'UTC'), 'the latest safe start was 16:30 in UTC, 10 min ago');
});

test('what is not known is said', () => {
	for (const [windowEnd, deployMs, rollbackMs, why] of [
		[null, 1, 1, 'the window has no end'],
		[end, null, 1, 'no earlier run says how long a deploy takes'],
		[end, 1, null, 'no earlier run says how long a roll-back takes'],
		[end, null, null, 'no earlier run says how long a deploy and a roll-back take'],
	] as const)
		assert.equal(describeSafeStart(latestSafeStart(windowEnd, deployMs, rollbackMs), at(12, 0), 'UTC'), `latest safe start not known: ${why}`);
});

test('a window that closes while something changes is told, and stops nothing', () => {
	const window = {timezone: 'Asia/Kolkata', allow: ['Mon-Thu 10:00-18:00'], freezes: []};
	const run = new ARun(aPlan([{id: 'window', kind: 'window', window}, {id: 'upgrade', kind: 'run'}])).effect('upgrade', 'changes');
	// 17:30 in Kolkata.
	run.send({kind: 'confirm', task: 'window', answer: 'yes'}).send({kind: 'start', task: 'upgrade'});
	const attempt = taskOf(run.state, 'upgrade').attempts[0];
	assert.ok(attempt);
	assert.deepEqual(windowFindings(run.state, attempt, new Date('2026-11-24T12:29:59Z')), []);
	assert.deepEqual(windowFindings(run.state, attempt, new Date('2026-11-24T12:30:00Z')), [{level: 'warning', what: 'The window closed at 18:00 in Asia/Kolkata while this ran.', where: 'Mon-Thu 10:00-18:00, Asia/Kolkata'}]);
});
