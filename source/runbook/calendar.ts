import ICAL from 'ical.js';
import {Temporal} from 'temporal-polyfill';

import {Problem} from '../errors.ts';
import type {Freeze} from './runbook.ts';

export type CalendarPlace = {
	readonly path: string;
	/** Of the window. */
	readonly timezone: string;
	/** Events that repeat are followed until the end of the year after this one. */
	readonly year: number;
};

/** Why days can't be read, and where; the line counts from 1, null: it is not known. */
export type CalendarFault = {readonly line: number | null; readonly why: string};

/** As `readCalendar`. Throws `Problem` with all that is wrong. */
export const readFreezes = (text: string, place: CalendarPlace): readonly Freeze[] => {
	const {freezes, faults} = readCalendar(text, place);
	if (faults.length === 0) return freezes;
	throw new Problem({code: 'calendar-unreadable', what: `The freezes in ${place.path} can't be read.`, why: faults.map(({line, why}) => `${line === null ? '' : `Line ${line}: `}${why}.`).join('\n  '), todo: 'Write the days as {from, to, reason} into the runbook, or mend the file.'});
};

/**
The events of an iCalendar text as freezes, in whole days of the window's time zone, and all that is wrong. What could be read wrongly would
open a frozen day and is a fault: time zones without an IANA name, a text that breaks off, events that repeat too often. Cancelled events
don't count. Source: RFC 5545.
*/
export const readCalendar = (text: string, place: CalendarPlace): {readonly freezes: readonly Freeze[]; readonly faults: readonly CalendarFault[]} => {
	const calendar = parse(text);
	if ('why' in calendar) return {freezes: [], faults: [calendar]};
	const parts = calendar.getAllSubcomponents('vevent');
	const changed = parts.filter(part => part.hasProperty('recurrence-id'));
	const faults: CalendarFault[] = [];
	const freezes = parts
		.filter(part => !part.hasProperty('recurrence-id'))
		.flatMap(part => {
			try {
				return freezesOf(new ICAL.Event(part, {exceptions: changed.filter(one => one.getFirstPropertyValue('uid') === part.getFirstPropertyValue('uid'))}), place);
			} catch (error) {
				faults.push({line: lineOfEvent(text, parts.indexOf(part)), why: `The event "${reasonOf(part)}" ${error instanceof EventFault ? error.message : `has no days that can be read (${error instanceof Error ? error.message : String(error)})`}`});
				return [];
			}
		});
	return {freezes, faults};
};

/** Of one event in two years; more would be a rule of the window. */
const mostRepeats = 150;

/** What an event is or does that can't be read. */
class EventFault extends Error {}

const parse = (text: string): ICAL.Component | CalendarFault => {
	try {
		const parsed: unknown = ICAL.parse(text);
		if (!Array.isArray(parsed) || parsed[0] !== 'vcalendar') throw new Error('it holds no single calendar');
		return new ICAL.Component(parsed as never);
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		const quoted = /(?:\) "|in ')(.+)["']$/s.exec(why)?.[1];
		const at = quoted === undefined ? -1 : linesOf(text).findIndex(line => line !== '' && quoted.startsWith(line));
		return {line: at === -1 ? null : at + 1, why: `It is no iCalendar file (${why})`};
	}
};

const lineOfEvent = (text: string, index: number): number | null => linesOf(text).flatMap((line, at) => (/^BEGIN:VEVENT\s*$/i.test(line) ? [at + 1] : []))[index] ?? null;

const linesOf = (text: string): readonly string[] => text.split(/\r\n|\r|\n/);

const freezesOf = (event: ICAL.Event, place: CalendarPlace): readonly Freeze[] => {
	if (!event.component.hasProperty('dtstart')) throw new EventFault('has no beginning');
	const first = event.component.hasProperty('rrule') ? [] : freezeFrom(event, event.startDate, event.endDate, place);
	if (!event.isRecurring()) return first;
	// The library leaves out the event itself where only further dates are listed.
	const freezes: Freeze[] = [...first];
	const repeats = event.iterator();
	for (let next = repeats.next(); next && next.year <= place.year + 1; next = repeats.next()) {
		const {item, startDate, endDate} = event.getOccurrenceDetails(next);
		const found = freezeFrom(item, startDate, endDate, place).filter(({to}) => to >= `${place.year}`);
		freezes.push(...found.filter(({from}) => !first.some(one => one.from === from)));
		if (freezes.length > mostRepeats) throw new EventFault(`repeats more than ${mostRepeats} times in two years`);
	}

	return freezes;
};

const reasonOf = (event: ICAL.Component): string => String(event.getFirstPropertyValue('summary') || 'Freeze');

const freezeFrom = (event: ICAL.Event, start: ICAL.Time, end: ICAL.Time, {timezone}: CalendarPlace): readonly Freeze[] => {
	if (String(event.component.getFirstPropertyValue('status') ?? '').toUpperCase() === 'CANCELLED') return [];
	const startZone = zoneOf(event, 'dtstart');
	const from = dayOf(start, {zone: startZone ?? timezone, timezone, before: 0});
	const to = dayOf(end, {zone: zoneOf(event, 'dtend') ?? startZone ?? timezone, timezone, before: 1});
	return [{from, to: to < from ? from : to, reason: reasonOf(event.component)}];
};

/** As the file names it; null for a reading of whatever clock looks at it. */
const zoneOf = ({component}: ICAL.Event, name: 'dtstart' | 'dtend'): string | null => {
	const property = component.getFirstProperty(name);
	if (property === null || property === undefined) return null;
	const reading = property.getFirstValue() as ICAL.Time;
	const written = (property.toJSON() as readonly unknown[])[3];
	// The library makes 2 March of 30 February.
	if (String(reading) !== written) throw new RangeError(`${String(written)} is no date`);
	return property.getFirstParameter('tzid') ?? (reading.zone?.tzid === 'UTC' ? 'UTC' : null);
};

/** The day of a reading; an end is no part of its event, so it lies a second (or a day) before. */
const dayOf = ({isDate, year, month, day, hour, minute, second}: ICAL.Time, {zone, timezone, before}: {readonly zone: string; readonly timezone: string; readonly before: 0 | 1}): string => {
	const reading = Temporal.PlainDateTime.from({year, month, day, hour, minute, second}, {overflow: 'reject'});
	if (isDate) return reading.toPlainDate().subtract({days: before}).toString();
	return inZone(reading, zone).subtract({seconds: before}).withTimeZone(timezone).toPlainDate().toString();
};

const inZone = (reading: Temporal.PlainDateTime, zone: string): Temporal.ZonedDateTime => {
	try {
		return reading.toZonedDateTime(zone);
	} catch {
		throw new EventFault(`names the zone "${zone}", which is not known; Asia/Kolkata is`);
	}
};
