import assert from 'node:assert/strict';
import {test} from 'node:test';

import {median} from '../../source/run/durations.ts';
import {figuresOf, type CountedRun} from '../../source/run/figures.ts';

const hour = 3_600_000;
const since = Date.parse('2026-11-02T00:00:00.000Z');
const until = since + 21 * 24 * hour;

const aRun = (atHours: number, changes: Partial<CountedRun> = {}): CountedRun => {
	const at = (hours: number): string => new Date(since + (atHours + hours) * hour).toISOString();
	return {name: 'egov-user', target: 'production', standing: 'succeeded', startedAt: at(0), lastAt: at(1), endedAt: at(1), changedAt: at(0.5), brokenAt: null, restoredAt: null, rehearsal: false, ...changes};
};

test('a release is a run that changed something and has ended; rehearsals are none', () => {
	const figures = figuresOf([aRun(1), aRun(2), aRun(3, {changedAt: null}), aRun(4, {endedAt: null, standing: 'failed'}), aRun(5, {rehearsal: true}), aRun(-1), aRun(22 * 24)], {since, until});
	assert.equal(figures.releases, 2);
	assert.equal(figures.perWeek, 2 / 3);
	assert.equal(figures.usualMs, hour);
	assert.equal(figures.failureRate, 0);
});

test('what was rolled back or abandoned failed, and is restored by the roll-back or by the next good release of the same', () => {
	const at = (hours: number): string => new Date(since + hours * hour).toISOString();
	const figures = figuresOf(
		[
			aRun(1, {standing: 'rolled-back', brokenAt: at(1.6), restoredAt: at(1.8)}),
			aRun(10, {standing: 'abandoned', brokenAt: at(11)}),
			aRun(12, {target: 'uat'}),
			aRun(20),
			aRun(30, {standing: 'abandoned', brokenAt: at(31), name: 'egov-otp'}),
			aRun(40),
		],
		{since, until},
	);
	assert.partialDeepStrictEqual(figures, {releases: 6, rolledBack: 1, abandoned: 2, failureRate: 0.5, restored: 2, notRestored: 1});
	// 12 minutes, and 10 hours from the failure to the end of the next good one.
	assert.equal(Math.round((figures.restoreMs ?? 0) / 60_000), 12);
});

test('a release after the span restores what failed in it', () => {
	const figures = figuresOf([aRun(20 * 24, {standing: 'abandoned'}), aRun(30 * 24)], {since, until});
	assert.partialDeepStrictEqual(figures, {releases: 1, restored: 1, notRestored: 0});
});

test('weeks begin on Monday, and those without a release are there', () => {
	const {weeks} = figuresOf([aRun(1), aRun(6 * 24 + 23), aRun(15 * 24, {standing: 'rolled-back'})], {since, until});
	assert.deepEqual(weeks, [
		{monday: '2026-11-02', releases: 2, failed: 0},
		{monday: '2026-11-09', releases: 0, failed: 0},
		{monday: '2026-11-16', releases: 1, failed: 1},
	]);
});

test('nothing is made of nothing', () => {
	assert.partialDeepStrictEqual(figuresOf([], {since, until}), {releases: 0, failureRate: null, usualMs: null, restoreMs: null});
	assert.equal(median([]), null);
});

test('of two values the smaller one is the median: the other may be one that hung', () => {
	assert.equal(median([86_400_000, 120_000]), 120_000);
	assert.equal(median([3, 1, 2]), 2);
	assert.equal(median([4, 1, 2, 3]), 2);
});
