import assert from 'node:assert/strict';
import {test} from 'node:test';

import {readFreezes} from '../../source/runbook/calendar.ts';
import {expand, planOf, taskIn, textWith} from './a-runbook.ts';

const calendar = (...events: readonly (readonly string[])[]): string => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...events.flatMap(lines => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']), 'END:VCALENDAR', ''].join('\r\n');
const freezes = (text: string, timezone = 'Asia/Kolkata') => readFreezes(text, {path: '/srv/freezes.ics', timezone, year: 2026});

test('whole days: the end of an event is no part of it', () => {
	assert.deepEqual(freezes(calendar(['DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20270102', 'SUMMARY:Year\\, end'], ['DTSTART;VALUE=DATE:20270126', 'SUMMARY:Republic Day'])), [
		{from: '2026-12-24', to: '2027-01-01', reason: 'Year, end'},
		{from: '2027-01-26', to: '2027-01-26', reason: 'Republic Day'},
	]);
});

test('times freeze the whole days that they touch, in the zone of the window', () => {
	const utc = calendar(['DTSTART:20261224T200000Z', 'DTEND:20261225T183000Z', 'SUMMARY:A']);
	assert.deepEqual(freezes(utc), [{from: '2026-12-25', to: '2026-12-25', reason: 'A'}]);
	assert.deepEqual(freezes(utc, 'UTC'), [{from: '2026-12-24', to: '2026-12-25', reason: 'A'}]);
	assert.deepEqual(freezes(calendar(['DTSTART;TZID=Asia/Kolkata:20270629T180000', 'DTEND;TZID=Asia/Kolkata:20270701T000000'])), [{from: '2027-06-29', to: '2027-06-30', reason: 'Freeze'}]);
	assert.deepEqual(freezes(calendar(['DTSTART;TZID="America/New_York":20270101T230000', 'DTEND;TZID=America/New_York:20270101T235900'])), [{from: '2027-01-02', to: '2027-01-02', reason: 'Freeze'}]);
	assert.deepEqual(freezes(calendar(['DTSTART;VALUE=DATE:20270101', 'DURATION:P2D'])), [{from: '2027-01-01', to: '2027-01-02', reason: 'Freeze'}]);
});

test('folded lines are one, alarms are no events, cancelled events do not count', () => {
	assert.deepEqual(freezes(calendar(['DTSTART;VALUE=DATE:20270101', 'SUMMARY:A long', '  reason', 'BEGIN:VALARM', 'SUMMARY:Ring', 'END:VALARM'], ['DTSTART;VALUE=DATE:20270102', 'STATUS:CANCELLED'])), [{from: '2027-01-01', to: '2027-01-01', reason: 'A long reason'}]);
});

test('what repeats freezes this year and the next, but for what was taken out or moved', () => {
	assert.deepEqual(freezes(calendar(['DTSTART;VALUE=DATE:20200126', 'RRULE:FREQ=YEARLY', 'SUMMARY:Republic Day'])).map(({from}) => from), ['2026-01-26', '2027-01-26']);
	assert.deepEqual(freezes(calendar(['DTSTART;VALUE=DATE:20261225', 'RDATE;VALUE=DATE:20270115'])).map(({from}) => from), ['2026-12-25', '2027-01-15']);
	assert.deepEqual(
		freezes(
			calendar(
				['UID:a', 'DTSTART;TZID=Asia/Kolkata:20261201T220000', 'DTEND;TZID=Asia/Kolkata:20261202T020000', 'RRULE:FREQ=WEEKLY;COUNT=4', 'EXDATE;TZID=Asia/Kolkata:20261208T220000', 'SUMMARY:Batch'],
				['UID:a', 'RECURRENCE-ID;TZID=Asia/Kolkata:20261215T220000', 'DTSTART;TZID=Asia/Kolkata:20261217T220000', 'DTEND;TZID=Asia/Kolkata:20261217T230000', 'SUMMARY:Batch, moved'],
				['UID:a', 'RECURRENCE-ID;TZID=Asia/Kolkata:20261222T220000', 'DTSTART;TZID=Asia/Kolkata:20261222T220000', 'STATUS:CANCELLED'],
			),
		),
		[
			{from: '2026-12-01', to: '2026-12-02', reason: 'Batch'},
			{from: '2026-12-17', to: '2026-12-17', reason: 'Batch, moved'},
		],
	);
});

test('what could be read wrongly is refused: a frozen day must not open', () => {
	for (const text of ['', 'just text', calendar(['DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=DAILY']), calendar(['SUMMARY:No day']), calendar(['DTSTART:soon']), calendar(['DTSTART;VALUE=DATE:20270101']).replace('END:VEVENT', ''), calendar(['DTSTART;TZID=India Standard Time:20270101T230000']), calendar(['DTSTART;VALUE=DATE:20270230'])])
		assert.throws(() => freezes(text), {code: 'calendar-unreadable'}, text);
});

test('the days of a calendar stand in the plan, beside those of the runbook', () => {
	const text = textWith(["{id: window, window: {timezone: UTC, allow: ['daily 00:00-24:00'], freezes: [days.ics, {from: 2027-03-01, to: 2027-03-02, reason: Audit}]}}"]);
	const asked: string[] = [];
	const plan = planOf(text, {
		calendars: {
			year: 2026,
			read: path => {
				asked.push(path);
				return calendar(['DTSTART;VALUE=DATE:20270126', 'SUMMARY:Republic Day']);
			},
		},
	});
	assert.deepEqual(asked, ['/srv/runbooks/days.ics']);
	assert.deepEqual(taskIn(plan, 'window', 'window').window, {timezone: 'UTC', allow: ['daily 00:00-24:00'], freezes: [{from: '2027-03-01', to: '2027-03-02', reason: 'Audit'}, {from: '2027-01-26', to: '2027-01-26', reason: 'Republic Day'}]});
	const unread = expand(text);
	assert.equal(unread.kind === 'problems' && unread.problems[0]?.code, 'task-unplannable');
});
