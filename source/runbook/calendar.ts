import {Problem} from '../errors.ts';
import type {Freeze} from './runbook.ts';

/**
The events of an iCalendar text as freezes, in whole days of the window's time zone. Events that repeat are refused: a rule read wrongly
would open a frozen day. Cancelled events don't count. Source: RFC 5545.
*/
export const readFreezes = (text: string, {path, timezone}: {readonly path: string; readonly timezone: string}): readonly Freeze[] => {
	const lines = text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/);
	if (!lines.some(line => line.trim().toUpperCase() === 'BEGIN:VCALENDAR')) throw unreadable(path, 'It is no iCalendar file');
	const freezes: Freeze[] = [];
	let event: Map<string, string> | null = null;
	let depth = 0;
	for (const line of lines) {
		const [, name = '', value = ''] = /^([A-Za-z-]+)(?:;[^:]*)?:(.*)$/.exec(line.trimEnd()) ?? [];
		const key = name.toUpperCase();
		if (key === 'BEGIN' && value.toUpperCase() === 'VEVENT') event = new Map();
		else if (key === 'BEGIN' && event !== null) depth++;
		else if (key === 'END' && event !== null && depth > 0) depth--;
		else if (key === 'END' && event !== null) {
			freezes.push(...freezeFrom(event, path, timezone));
			event = null;
		} else if (event !== null && depth === 0 && key !== '') event.set(key, value);
	}

	if (event !== null) throw unreadable(path, 'It breaks off within an event');
	return freezes;
};

const freezeFrom = (event: ReadonlyMap<string, string>, path: string, timezone: string): readonly Freeze[] => {
	const reason = unescape(event.get('SUMMARY') ?? 'Freeze');
	if (event.get('STATUS')?.toUpperCase() === 'CANCELLED') return [];
	if (event.has('RRULE') || event.has('RDATE')) throw unreadable(path, `The event "${reason}" repeats`);
	const start = event.get('DTSTART') ?? '';
	const end = event.get('DTEND');
	const from = dayOf(start, timezone, 0);
	const to = end === undefined ? lastDay(from, event.get('DURATION')) : dayOf(end, timezone, 1);
	if (from === null || to === null) throw unreadable(path, `The event "${reason}" has no days that can be read`);
	return [{from, to: to < from ? from : to, reason}];
};

/** The day of `20261224`, `20261224T100000` or `20261224T100000Z`; an end is no part of its event, so it lies a second (or a day) before. */
const dayOf = (text: string, timezone: string, before: 0 | 1): string | null => {
	const [, year, month, day, time, zulu] = /^(\d{4})(\d{2})(\d{2})(?:T(\d{6})(Z)?)?$/.exec(text) ?? [];
	if (year === undefined) return null;
	const [hour, minute, second] = time === undefined ? ['00', '00', '00'] : [time.slice(0, 2), time.slice(2, 4), time.slice(4, 6)];
	const moment = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
	if (Number.isNaN(moment)) return null;
	const date = new Date(moment - before * (time === undefined ? 86_400_000 : 1000));
	return zulu === undefined ? date.toISOString().slice(0, 10) : new Intl.DateTimeFormat('sv-SE', {timeZone: timezone, dateStyle: 'short'}).format(date);
};

const lastDay = (from: string | null, duration: string | undefined): string | null => {
	if (from === null || duration === undefined) return from;
	const [, count, unit] = /^P(\d+)([DW])$/.exec(duration) ?? [];
	if (count === undefined) return null;
	return new Date(Date.parse(`${from}T00:00:00Z`) + (Number(count) * (unit === 'W' ? 7 : 1) - 1) * 86_400_000).toISOString().slice(0, 10);
};

const unescape = (text: string): string => text.replaceAll(/\\([\\;,])/g, '$1').replaceAll(/\\n/gi, ' ');

const unreadable = (path: string, why: string): Problem =>
	new Problem({code: 'calendar-unreadable', what: `The freezes in ${path} can't be read.`, why: `${why}.`, todo: 'Write the days as {from, to, reason} into the runbook, or mend the file.'});
