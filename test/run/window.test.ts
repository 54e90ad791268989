import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {parseWindowRule} from '../../source/run/window-rule.ts';
import {checkWindow, freezesAhead} from '../../source/run/window.ts';
import type {Freeze} from '../../source/runbook/runbook.ts';

const check = (zone: string, allow: readonly string[], now: string, freezes: readonly Freeze[] = []) =>
	checkWindow({timezone: zone, allow, freezes}, new Date(now));

const iso = (date: Date | null): string | null => date?.toISOString().replace('.000Z', 'Z') ?? null;

describe('an ordinary week', () => {
	// 2026-11-24 is a Tuesday; Asia/Kolkata is 5:30 ahead all year.
	const office = ['Mon-Thu 10:00-17:00'];
	for (const [now, open, boundary] of [
		['2026-11-24T04:29:59Z', false, '2026-11-24T04:30:00Z'],
		['2026-11-24T04:30:00Z', true, '2026-11-24T11:30:00Z'],
		['2026-11-24T11:29:59Z', true, '2026-11-24T11:30:00Z'],
		['2026-11-24T11:30:00Z', false, '2026-11-25T04:30:00Z'],
		['2026-11-26T12:00:00Z', false, '2026-11-30T04:30:00Z'],
		['2026-11-29T20:00:00Z', false, '2026-11-30T04:30:00Z'],
	] as const)
		test(`Mon-Thu 10:00-17:00 in Kolkata at ${now} is ${open ? 'open' : 'closed'} until ${boundary}`, () => {
			const verdict = check('Asia/Kolkata', office, now);
			assert.equal(verdict.open, open);
			assert.equal(iso(open ? verdict.closesAt : verdict.opensAt), boundary);
			assert.equal(open ? verdict.opensAt : verdict.closesAt, null);
			assert.match(verdict.rule, /Mon-Thu 10:00-17:00, Asia\/Kolkata/);
		});

	test('a window past midnight belongs to the day on which it begins', () => {
		const allow = ['Fri 22:00-02:00'];
		assert.equal(check('Asia/Kolkata', allow, '2026-11-27T19:00:00Z').open, true); // Saturday 00:30
		assert.equal(iso(check('Asia/Kolkata', allow, '2026-11-27T19:00:00Z').closesAt), '2026-11-27T20:30:00Z');
		assert.equal(check('Asia/Kolkata', allow, '2026-11-26T19:00:00Z').open, false); // Friday 00:30
		assert.equal(check('Asia/Kolkata', allow, '2026-11-28T17:00:00Z').open, false); // Saturday 22:30
	});

	test('windows that touch or overlap are one', () => {
		const verdict = check('UTC', ['Mon 20:00-24:00', 'Tue 00:00-03:00', 'Tue 02:00-05:00'], '2026-11-23T21:00:00Z');
		assert.equal(iso(verdict.closesAt), '2026-11-24T05:00:00Z');
	});

	test('a window over the whole week has no end', () => {
		assert.deepEqual(check('Europe/Berlin', ['daily 00:00-24:00'], '2026-03-28T12:00:00Z').closesAt, null);
		assert.equal(check('Europe/Berlin', [], '2026-03-28T12:00:00Z').open, true);
	});
});

describe('freezes', () => {
	const freezes = [{from: '2026-12-24', to: '2026-12-26', reason: 'Christmas'}];

	test('both days belong to a freeze, and it is named', () => {
		for (const now of ['2026-12-23T23:00:00Z', '2026-12-26T22:59:59Z']) {
			const verdict = check('Europe/Berlin', ['daily 00:00-24:00'], now, freezes);
			assert.equal(verdict.open, false);
			assert.equal(verdict.rule, 'frozen from 2026-12-24 to 2026-12-26: Christmas');
			assert.equal(iso(verdict.opensAt), '2026-12-26T23:00:00Z');
		}

		assert.equal(check('Europe/Berlin', ['daily 00:00-24:00'], '2026-12-26T23:00:00Z', freezes).open, true);
	});

	test('a freeze closes a window that is open', () => {
		const verdict = check('Europe/Berlin', ['daily 00:00-24:00'], '2026-12-20T12:00:00Z', freezes);
		assert.equal(verdict.open, true);
		assert.equal(iso(verdict.closesAt), '2026-12-23T23:00:00Z');
	});

	test('a window that falls wholly into a freeze opens after it', () => {
		const verdict = check('UTC', ['Thu 10:00-12:00'], '2026-12-22T12:00:00Z', freezes);
		assert.equal(iso(verdict.opensAt), '2026-12-31T10:00:00Z');
	});
});

// Changes of the clock as the IANA database has them; the instants were computed by hand from the offsets.
describe('changes of the clock', () => {
	const table: readonly (readonly [name: string, zone: string, rule: string, now: string, open: boolean, boundary: string])[] = [
		// Berlin, Sunday 2026-03-29: 02:00 +01 becomes 03:00 +02 at 01:00Z.
		['an hour that is lost shortens the window', 'Europe/Berlin', 'Sun 01:00-05:00', '2026-03-29T00:30:00Z', true, '2026-03-29T03:00:00Z'],
		['an end that never comes is the moment of the change', 'Europe/Berlin', 'Sun 01:00-02:30', '2026-03-29T00:30:00Z', true, '2026-03-29T01:00:00Z'],
		['a start that never comes is the moment of the change', 'Europe/Berlin', 'Sun 02:30-05:00', '2026-03-29T00:59:00Z', false, '2026-03-29T01:00:00Z'],
		['a window inside the lost hour does not open that day', 'Europe/Berlin', 'Sun 02:10-02:40', '2026-03-28T12:00:00Z', false, '2026-04-05T00:10:00Z'],
		// Berlin, Sunday 2026-10-25: 03:00 +02 becomes 02:00 +01 at 01:00Z.
		['an hour that comes twice lengthens the window', 'Europe/Berlin', 'Sun 01:00-05:00', '2026-10-25T01:30:00Z', true, '2026-10-25T04:00:00Z'],
		['an end that comes twice closes the first time', 'Europe/Berlin', 'Sun 01:00-02:30', '2026-10-25T00:29:00Z', true, '2026-10-25T00:30:00Z'],
		['and does not open again', 'Europe/Berlin', 'Sun 01:00-02:30', '2026-10-25T01:10:00Z', false, '2026-11-01T00:00:00Z'],
		['a window across midnight into the change', 'Europe/Berlin', 'Sat 22:00-03:00', '2026-10-25T01:59:00Z', true, '2026-10-25T02:00:00Z'],
		// New York, 2026-03-08: 02:00 -05 becomes 03:00 -04 at 07:00Z; 2026-11-01: 02:00 -04 becomes 01:00 -05 at 06:00Z.
		['the office opens at ten before the change', 'America/New_York', 'daily 10:00-17:00', '2026-03-07T12:00:00Z', false, '2026-03-07T15:00:00Z'],
		['the office opens at ten after the change', 'America/New_York', 'daily 10:00-17:00', '2026-03-08T12:00:00Z', false, '2026-03-08T14:00:00Z'],
		['a night over the autumn change', 'America/New_York', 'Sat 22:00-02:00', '2026-11-01T05:30:00Z', true, '2026-11-01T07:00:00Z'],
		// Lord Howe, 2026-04-05: 02:00 +11 becomes 01:30 +10:30 at 15:00Z on the 4th; 2026-10-04: 02:00 +10:30 becomes 02:30 +11 at 15:30Z on the 3rd.
		['half an hour that comes twice', 'Australia/Lord_Howe', 'Sun 01:00-03:00', '2026-04-04T15:10:00Z', true, '2026-04-04T16:30:00Z'],
		['half an hour that is lost', 'Australia/Lord_Howe', 'Sun 02:15-04:00', '2026-10-03T15:00:00Z', false, '2026-10-03T15:30:00Z'],
		// Samoa had no 2011-12-30: Thursday was followed by Saturday, at 10:00Z.
		['a day that is left out', 'Pacific/Apia', 'Fri 10:00-12:00', '2011-12-30T09:00:00Z', false, '2012-01-05T20:00:00Z'],
		// Cairo, Friday 2026-04-24: 00:00 +02 becomes 01:00 +03 at 22:00Z on the 23rd.
		['a midnight that never comes', 'Africa/Cairo', 'Fri 00:00-04:00', '2026-04-23T21:59:00Z', false, '2026-04-23T22:00:00Z'],
	];
	for (const [name, zone, rule, now, open, boundary] of table)
		test(`${name} (${rule} in ${zone})`, () => {
			const verdict = check(zone, [rule], now);
			assert.equal(verdict.open, open);
			assert.equal(iso(open ? verdict.closesAt : verdict.opensAt), boundary);
		});

	test('a freeze of one day lasts as long as the day', () => {
		const freezes = [{from: '2026-10-25', to: '2026-10-25', reason: 'audit'}];
		const verdict = check('Europe/Berlin', ['daily 00:00-24:00'], '2026-10-24T22:00:00Z', freezes);
		assert.equal(verdict.open, false);
		assert.equal(iso(verdict.opensAt), '2026-10-25T23:00:00Z');
	});
});

describe('what cannot be read is closed', () => {
	for (const [name, zone, allow, freezes] of [
		['a rule', 'UTC', ['Mon 10-17'], []],
		['a day', 'UTC', ['Monday 10:00-17:00'], []],
		['a zone', 'Mars/Olympus', ['daily 00:00-24:00'], []],
		['a date', 'UTC', ['daily 00:00-24:00'], [{from: '2026-13-01', to: '2026-13-02', reason: 'x'}]],
		['a freeze that ends before it begins', 'UTC', ['daily 00:00-24:00'], [{from: '2026-12-02', to: '2026-12-01', reason: 'x'}]],
	] as const)
		test(name, () => {
			const verdict = check(zone, allow, '2026-11-23T12:00:00Z', freezes);
			assert.equal(verdict.open, false);
			assert.match(verdict.rule, /can't be read/);
		});

	for (const text of ['', 'Mon', '10:00-17:00', 'Mon 10:00-10:00', 'Mon 24:00-25:00', 'Mon 10:60-11:00', 'Mon-Tue-Wed 10:00-11:00', 'Mon 10:00-17:00 x'])
		test(`"${text}" is no rule`, () => assert.equal(parseWindowRule(text), null));

	test('days may be listed and may wrap around the week', () => {
		assert.deepEqual([...(parseWindowRule('Fri-Mon 10:00-11:00')?.days ?? [])], [5, 6, 7, 1]);
		assert.deepEqual([...(parseWindowRule('mon,Wed 10:00-11:00')?.days ?? [])], [1, 3]);
	});
});

test('the freezes that are not over are told in order, by the day of their zone', () => {
	const on = (from: string, to = from) => ({from, to, reason: 'r'});
	const spec = {timezone: 'Pacific/Auckland', allow: [], freezes: [on('2026-12-24', '2026-12-26'), on('2026-11-29'), on('2026-11-28', '2026-11-30'), on('2026-12-07')]};
	// It is the 30th there already.
	assert.deepEqual(freezesAhead(spec, new Date('2026-11-29T12:00:00Z')).map(({from}) => from), ['2026-11-28', '2026-12-07', '2026-12-24']);
});
