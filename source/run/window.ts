import {Temporal} from 'temporal-polyfill';

import type {WindowSpec} from '../runbook/runbook.ts';
import {parseWindowRule, type WindowRule} from './window-rule.ts';

export type WindowVerdict = {
	readonly open: boolean;
	/** The rule or the freeze that decides, in one line: `Mon-Thu 10:00-17:00, Asia/Kolkata`. */
	readonly rule: string;
	/** When an open window closes; null: it has no end that is known, or it is not open. */
	readonly closesAt: Date | null;
	/** When a closed window opens next; null: it is open, or it never opens. */
	readonly opensAt: Date | null;
};

/**
Whether a release may start now. A window without `allow` is open but for its freezes; one that can't be read is closed.

Windows are spans of elapsed time between two readings of the local clock. A reading that comes twice (clocks set back) is taken when
it comes first, as in RFC 5545 §3.3.5; one that never comes (clocks set forward) is the moment of the change, so that no window is
open at a reading beyond its end.
*/
export const checkWindow = (spec: WindowSpec, now: Date): WindowVerdict => {
	const read = readSpec(spec);
	if (typeof read === 'string') return {open: false, rule: read, closesAt: null, opensAt: null};
	const at = now.getTime();
	const freeze = read.freezes.find(({start, end}) => start <= at && at < end);
	const span = spanAt(read, at);
	if (freeze !== undefined || span === null || span.start > at) {
		const opensAt = nextOpening(read, at);
		const rule = freeze?.text ?? `outside ${spec.allow.join(', ')}, ${spec.timezone}`;
		return {open: false, rule, closesAt: null, opensAt: opensAt === null ? null : new Date(opensAt)};
	}

	const closesAt = Math.min(span.end, ...read.freezes.filter(({start}) => start > at).map(({start}) => start));
	if (closesAt === Number.POSITIVE_INFINITY) return {open: true, rule: span.text, closesAt: null, opensAt: null};
	return {open: true, rule: span.text, closesAt: new Date(closesAt), opensAt: null};
};

/** The freezes that are not over, the next one first. */
export const freezesAhead = ({timezone, freezes}: WindowSpec, now: Date): WindowSpec['freezes'] => {
	const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timezone).toPlainDate().toString();
	return freezes.filter(({to}) => to >= today).toSorted((a, b) => a.from.localeCompare(b.from));
};

/** Epoch milliseconds; the end does not belong to it. */
type Span = {readonly start: number; readonly end: number; readonly text: string};

type ReadSpec = {readonly zone: string; readonly rules: readonly WindowRule[]; readonly freezes: readonly Span[]};

/** Windows that touch each other are followed this long; what is open longer has no end. */
const followedDays = 8;
/** Longer than a week, because a change of the clock can swallow a window whole. */
const searchedDays = 16;

const readSpec = ({timezone, allow, freezes}: WindowSpec): ReadSpec | string => {
	const rules: WindowRule[] = [];
	for (const text of allow) {
		const rule = parseWindowRule(text);
		if (rule === null) return `the rule "${text}" can't be read`;
		rules.push(rule);
	}

	try {
		const frozen = freezes.map(({from, to, reason}): Span => {
			const start = Temporal.PlainDate.from(from).toZonedDateTime(timezone);
			const end = Temporal.PlainDate.from(to).add({days: 1}).toZonedDateTime(timezone);
			if (end.epochMilliseconds <= start.epochMilliseconds) throw new RangeError(`${from} is after ${to}`);
			return {start: start.epochMilliseconds, end: end.epochMilliseconds, text: `frozen ${from === to ? `on ${from}` : `from ${from} to ${to}`}: ${reason}`};
		});
		Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timezone);
		return {zone: timezone, rules, freezes: frozen};
	} catch (error) {
		return `the window can't be read: ${error instanceof Error ? error.message : String(error)}`;
	}
};

/** The span of open time that holds `at`, else the next one; touching spans are one. Freezes are not looked at. */
const spanAt = ({zone, rules}: ReadSpec, at: number): Span | null => {
	if (rules.length === 0) return {start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY, text: `any time, ${zone}`};
	const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
	let found = null as Span | null;
	for (let offset = -2; offset <= searchedDays; offset++) {
		for (const span of spansOf(today.add({days: offset}), zone, rules)) {
			if (span.end <= at) continue;
			if (found === null || (found.start > at && span.start < found.start)) found = span;
			else if (span.start <= found.end && span.end > found.end) found = {...found, end: span.end};
		}

		if (found === null) continue;
		if (found.end - Math.max(at, found.start) > followedDays * dayMs) return {...found, end: Number.POSITIVE_INFINITY};
		const nextDay = today.add({days: offset + 1}).toZonedDateTime(zone).epochMilliseconds;
		if (found.end < nextDay) return found;
	}

	return found;
};

const dayMs = 24 * 60 * 60 * 1000;

/** The spans that begin on that day, earliest first. */
const spansOf = (day: Temporal.PlainDate, zone: string, rules: readonly WindowRule[]): readonly Span[] =>
	rules
		.filter(rule => rule.days.has(day.dayOfWeek))
		.map(({startMinute, endMinute, text}): Span => ({start: instantOf(day, startMinute, zone), end: instantOf(day, endMinute, zone), text: `${text}, ${zone}`}))
		.filter(({start, end}) => start < end)
		.toSorted((a, b) => a.start - b.start);

const instantOf = (day: Temporal.PlainDate, minute: number, zone: string): number => {
	const reading = day.toPlainDateTime().add({minutes: minute});
	const first = reading.toZonedDateTime(zone, {disambiguation: 'earlier'});
	if (first.toPlainDateTime().equals(reading)) return first.epochMilliseconds;
	return first.getTimeZoneTransition('next')?.epochMilliseconds ?? first.epochMilliseconds;
};

const nextOpening = (read: ReadSpec, at: number): number | null => {
	let from = at;
	for (let tries = 0; tries < 1000; tries++) {
		const span = spanAt(read, from);
		if (span === null) return null;
		const start = Math.max(span.start, from);
		const freeze = read.freezes.find(frozen => frozen.start <= start && start < frozen.end);
		if (freeze === undefined) return start;
		from = freeze.end;
	}

	return null;
};
