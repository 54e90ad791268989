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

/**
The events of an iCalendar text as freezes, in whole days of the window's time zone. What could be read wrongly would open a frozen day and
is refused: time zones without an IANA name, a text that breaks off, events that repeat too often. Cancelled events don't count.
Source: RFC 5545.
*/
export const readFreezes = (text: string, place: CalendarPlace): readonly Freeze[] => {
	const calendar = parse(text, place);
	const parts = calendar.getAllSubcomponents('vevent');
	const changed = parts.filter(part => part.hasProperty('recurrence-id'));
	return parts
		.filter(part => !part.hasProperty('recurrence-id'))
		.flatMap(part => {
			try {
				return freezesOf(new ICAL.Event(part, {exceptions: changed.filter(one => one.getFirstPropertyValue('uid') === part.getFirstPropertyValue('uid'))}), place);
			} catch (error) {
				if (error instanceof Problem) throw error;
				throw unreadable(place.path, `The event "${reasonOf(part)}" has no days that can be read (${error instanceof Error ? error.message : String(error)})`);
			}
		});
};

/** Of one event in two years; more would be a rule of the window. */
const mostRepeats = 150;

const parse = (text: string, {path}: CalendarPlace): ICAL.Component => {
	try {
		const parsed: unknown = ICAL.parse(text);
		if (!Array.isArray(parsed) || parsed[0] !== 'vcalendar') throw new Error('it holds no single calendar');
		return new ICAL.Component(parsed as never);
	} catch (error) {
		throw unreadable(path, `It is no iCalendar file (${error instanceof Error ? error.message : String(error)})`);
	}
};

const freezesOf = (event: ICAL.Event, place: CalendarPlace): readonly Freeze[] => {
	if (!event.component.hasProperty('dtstart')) throw unreadable(place.path, `The event "${reasonOf(event.component)}" has no beginning`);
	const first = event.component.hasProperty('rrule') ? [] : freezeFrom(event, event.startDate, event.endDate, place);
	if (!event.isRecurring()) return first;
	// The library leaves out the event itself where only further dates are listed.
	const freezes: Freeze[] = [...first];
	const repeats = event.iterator();
	for (let next = repeats.next(); next && next.year <= place.year + 1; next = repeats.next()) {
		const {item, startDate, endDate} = event.getOccurrenceDetails(next);
		const found = freezeFrom(item, startDate, endDate, place).filter(({to}) => to >= `${place.year}`);
		freezes.push(...found.filter(({from}) => !first.some(one => one.from === from)));
		if (freezes.length > mostRepeats) throw unreadable(place.path, `The event "${reasonOf(event.component)}" repeats more than ${mostRepeats} times in two years`);
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
	return reading.toZonedDateTime(zone).subtract({seconds: before}).withTimeZone(timezone).toPlainDate().toString();
};

const unreadable = (path: string, why: string): Problem =>
	new Problem({code: 'calendar-unreadable', what: `The freezes in ${path} can't be read.`, why: `${why}.`, todo: 'Write the days as {from, to, reason} into the runbook, or mend the file.'});
