import {Temporal} from 'temporal-polyfill';

import {Problem} from '../errors.ts';
import type {Freeze} from './runbook.ts';

/**
The events of an iCalendar text as freezes, in whole days of the window's time zone. What could be read wrongly would open a frozen day and
is refused: events that repeat, time zones without an IANA name, a text that breaks off. Cancelled events don't count. Source: RFC 5545.
*/
export const readFreezes = (text: string, {path, timezone}: {readonly path: string; readonly timezone: string}): readonly Freeze[] => {
	const lines = text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/).flatMap(readLine);
	if (lines[0]?.name !== 'BEGIN' || lines[0].value.toUpperCase() !== 'VCALENDAR') throw unreadable(path, 'It is no iCalendar file');
	const open: string[] = [];
	const freezes: Freeze[] = [];
	let event = new Map<string, Line>();
	for (const line of lines) {
		const component = line.value.toUpperCase();
		if (line.name === 'BEGIN') {
			open.push(component);
			if (component === 'VEVENT') event = new Map();
		} else if (line.name === 'END') {
			if (open.pop() !== component) throw unreadable(path, `It ends ${component} where it has not begun`);
			if (component === 'VEVENT') freezes.push(...freezeFrom(event, path, timezone));
		} else if (open.at(-1) === 'VEVENT') event.set(line.name, line);
	}

	if (open.length > 0) throw unreadable(path, `It breaks off within ${open.at(-1) ?? ''}`);
	return freezes;
};

type Line = {readonly name: string; readonly zone: string | null; readonly value: string};

/** `DTSTART;TZID=Asia/Kolkata:20270629T180000` */
const readLine = (text: string): readonly Line[] => {
	const match = /^([A-Za-z0-9-]+)((?:;(?:"[^"]*"|[^":])*)?):(.*)$/.exec(text.trimEnd());
	if (match === null) return [];
	const [, name = '', parameters = '', value = ''] = match;
	return [{name: name.toUpperCase(), zone: /;TZID="?([^";]+)/i.exec(parameters)?.[1] ?? null, value}];
};

const freezeFrom = (event: ReadonlyMap<string, Line>, path: string, timezone: string): readonly Freeze[] => {
	const reason = unescape(event.get('SUMMARY')?.value ?? 'Freeze');
	if (event.get('STATUS')?.value.toUpperCase() === 'CANCELLED') return [];
	if (event.has('RRULE') || event.has('RDATE')) throw unreadable(path, `The event "${reason}" repeats`);
	const from = dayOf(event.get('DTSTART'), timezone, 0);
	const end = event.get('DTEND');
	const to = end === undefined ? lastDay(from, event.get('DURATION')?.value) : dayOf(end, timezone, 1);
	if (from === null || to === null) throw unreadable(path, `The event "${reason}" has no days that can be read`);
	return [{from, to: to < from ? from : to, reason}];
};

/** The day of `20261224`, `20261224T100000` or `20261224T100000Z`; an end is no part of its event, so it lies a second (or a day) before. */
const dayOf = (line: Line | undefined, timezone: string, before: 0 | 1): string | null => {
	const [, year, month, day, time, zulu] = /^(\d{4})(\d{2})(\d{2})(?:T(\d{6})(Z)?)?$/.exec(line?.value ?? '') ?? [];
	if (year === undefined) return null;
	try {
		const date = Temporal.PlainDate.from(`${year}-${month}-${day}`, {overflow: 'reject'});
		if (time === undefined) return date.subtract({days: before}).toString();
		const moment = date.toZonedDateTime({timeZone: zulu === undefined ? (line?.zone ?? timezone) : 'UTC', plainTime: Temporal.PlainTime.from(`${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)}`)});
		return moment.subtract({seconds: before}).withTimeZone(timezone).toPlainDate().toString();
	} catch (error) {
		if (error instanceof RangeError) return null;
		throw error;
	}
};

const lastDay = (from: string | null, duration: string | undefined): string | null => {
	if (from === null || duration === undefined) return from;
	const [, count, unit] = /^P(\d{1,4})([DW])$/.exec(duration) ?? [];
	return count === undefined ? null : Temporal.PlainDate.from(from).add({days: Math.max(0, Number(count) * (unit === 'W' ? 7 : 1) - 1)}).toString();
};

const unescape = (text: string): string => text.replaceAll(/\\([\\;,])/g, '$1').replaceAll(/\\n/gi, ' ');

const unreadable = (path: string, why: string): Problem =>
	new Problem({code: 'calendar-unreadable', what: `The freezes in ${path} can't be read.`, why: `${why}.`, todo: 'Write the days as {from, to, reason} into the runbook, or mend the file.'});
