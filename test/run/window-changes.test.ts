import assert from 'node:assert/strict';
import {test} from 'node:test';

import {parseWindowRule, type WindowRule} from '../../source/run/window-rule.ts';
import {checkWindow} from '../../source/run/window.ts';

/*
Every real change of the clock in these zones and years, walked through in steps of ten minutes, against a clock on the wall that knows nothing
of instants: it opens a window when its hands first pass the beginning, and closes it when they first pass the end.
*/
const table: readonly (readonly [zone: string, year: number, changes: number])[] = [
	['Europe/Berlin', 2026, 2],
	['America/New_York', 2026, 2],
	['Australia/Lord_Howe', 2026, 2],
	['Africa/Cairo', 2026, 2],
	['Asia/Kolkata', 2026, 0],
	['Pacific/Apia', 2011, 3],
];
const rules = ['daily 01:00-02:30', 'daily 02:30-05:00', 'daily 22:00-02:00', 'Sat,Sun 23:30-00:30', 'daily 00:00-24:00', 'Fri-Sun 02:10-02:40'];

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const stepMs = 10 * minuteMs;

type Reading = {readonly day: number; readonly weekday: number; readonly minute: number};

const wallClock = (zone: string): ((at: number) => Reading) => {
	const format = new Intl.DateTimeFormat('en-GB', {timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric'});
	return at => {
		const parts = Object.fromEntries(format.formatToParts(at).map(({type, value}) => [type, Number(value)]));
		const midnight = Date.UTC(parts['year'] ?? 0, (parts['month'] ?? 1) - 1, parts['day']);
		return {day: midnight / dayMs, weekday: (new Date(midnight).getUTCDay() + 6) % 7 + 1, minute: (parts['hour'] ?? 0) * 60 + (parts['minute'] ?? 0)};
	};
};

/** The instants, to the ten minutes, at which the clock on the wall jumps. */
const changesOf = (zone: string, year: number): readonly number[] => {
	const read = wallClock(zone);
	const offsetAt = (at: number): number => {
		const {day, minute} = read(at);
		return day * dayMs + minute * minuteMs - at;
	};
	const changes: number[] = [];
	for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += dayMs) {
		if (offsetAt(at) === offsetAt(at + dayMs)) continue;
		for (let fine = at; fine < at + dayMs; fine += stepMs) if (offsetAt(fine) !== offsetAt(fine + stepMs)) changes.push(fine + stepMs);
	}

	return changes;
};

/** Whether the window is open at each step, by the hands of the clock alone. */
const watchTheWall = (rule: WindowRule, readings: readonly Reading[]): readonly boolean[] => {
	const open = readings.map(() => false);
	const days = new Set(readings.flatMap(({day}) => [day - 1, day]));
	for (const day of days) {
		const weekday = (((day + 3) % 7) + 7) % 7 + 1;
		if (!rule.days.has(weekday)) continue;
		const passed = (minute: number): number => readings.findIndex(reading => (reading.day - day) * 1440 + reading.minute >= minute);
		const [from, to] = [passed(rule.startMinute), passed(rule.endMinute)];
		if (from === -1) continue;
		open.fill(true, from, to === -1 ? undefined : to);
	}

	return open;
};

for (const [zone, year, count] of table)
	test(`${zone}: a window opens and closes as on the wall`, () => {
		const read = wallClock(zone);
		const changes = changesOf(zone, year);
		assert.equal(changes.length, count);
		for (const change of count > 0 ? changes : [Date.UTC(year, 2, 29)]) {
			const steps = Array.from({length: 3 * 144}, (_, index) => change - 2 * dayMs + index * stepMs);
			const readings = steps.map(read);
			for (const text of rules) {
				const rule = parseWindowRule(text);
				assert.ok(rule);
				const expected = watchTheWall(rule, readings);
				// The first day is the run-up: a window that began before it is not seen.
				for (let index = 144; index < steps.length; index++) {
					const at = new Date(steps[index] ?? 0);
					assert.equal(checkWindow({timezone: zone, allow: [text], freezes: []}, at).open, expected[index], `${text} at ${at.toISOString()}`);
				}
			}
		}
	});
