import {Problem} from '../errors.ts';
import {parseDuration} from '../runbook/duration.ts';
import type {RunQuery} from '../stores/run-index.ts';

/** What can stand before a colon in a search, and after `--` on the command line. */
export type QueryPart = 'target' | 'result' | 'by' | 'since' | 'until';

/**
A search as a person types it: words, each of which must stand somewhere in the row, and parts with a name:

	otp 2.9 target:production result:rolled-back by:op-a since:30d until:2026-11-01 waived

A part that can't be read (yet, as it is being typed) is taken as a word. `now` is for ages such as `30d`.
*/
export const readQuery = (text: string, now: Date): Omit<RunQuery, 'rehearsals'> =>
	text
		.split(/\s+/)
		.filter(word => word !== '')
		.reduce<Omit<RunQuery, 'rehearsals'>>((query, word) => {
			const [, name = '', value = ''] = /^(target|result|by|since|until):(.+)$/i.exec(word) ?? [];
			const part = name === '' ? (word.toLowerCase() === 'waived' ? {isWaived: true} : null) : readPart(name.toLowerCase() as QueryPart, value, now);
			return part === null ? {...query, words: [...(query.words ?? []), word.toLowerCase()]} : {...query, ...part};
		}, {});

/** One part of a query; null when its value can't be read. */
export const readPart = (part: QueryPart, value: string, now: Date): Omit<RunQuery, 'rehearsals'> | null => {
	switch (part) {
		case 'target':
			return {target: value};
		case 'by':
			return {by: value};
		case 'result':
			return readResult(value);
		case 'since': {
			const at = readMoment(value, now, false);
			return at === null ? null : {since: at};
		}
		case 'until': {
			const at = readMoment(value, now, true);
			return at === null ? null : {until: at};
		}
	}
};

/** The same for a flag. Throws `Problem` (`usage`). */
export const readFlag = (part: QueryPart, value: string, now: Date): Omit<RunQuery, 'rehearsals'> => {
	const read = readPart(part, value, now);
	if (read !== null) return read;
	throw new Problem({
		code: 'usage',
		what: `--${part} can't be ${value}.`,
		why: part === 'result' ? `A result is one of: ${Object.keys(results).join(', ')}.` : 'A moment is a day, such as 2026-11-24, or an age, such as 30d or 12h.',
		todo: part === 'result' ? 'Give one of them.' : `Give it as \`--${part} 2026-11-24\` or \`--${part} 30d\`.`,
	});
};

const results: Readonly<Record<string, Omit<RunQuery, 'rehearsals'>>> = {
	succeeded: {standings: ['succeeded']},
	'rolled-back': {standings: ['rolled-back']},
	abandoned: {standings: ['abandoned']},
	unfinished: {isOpen: true},
	running: {standings: ['running']},
	failed: {standings: ['failed']},
	'in-doubt': {standings: ['in-doubt']},
	left: {standings: ['left']},
	damaged: {standings: ['damaged', 'unreadable']},
};

const readResult = (value: string): Omit<RunQuery, 'rehearsals'> | null => results[value.toLowerCase()] ?? null;

const dayMs = 86_400_000;

/** A day in UTC, or an age before now. `isEnd`: the whole day belongs to it. */
const readMoment = (value: string, now: Date, isEnd: boolean): number | null => {
	const ageMs = parseDuration(value);
	if (ageMs !== null) return now.getTime() - ageMs;
	const day = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
	return Number.isNaN(day) ? null : day + (isEnd ? dayMs : 0);
};
