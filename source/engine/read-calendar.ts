import {readFileSync, statSync} from 'node:fs';

import {Problem} from '../errors.ts';

const largestBytes = 4 * 1024 * 1024;

/** The text of a calendar that a window names, or why it can't be read, without a full stop. */
export const findCalendar = (path: string): {readonly text: string} | {readonly why: string; readonly cause: unknown} => {
	try {
		if (statSync(path).size > largestBytes) return {why: `It is larger than ${largestBytes / 1024 / 1024} MiB`, cause: undefined};
		return {text: new TextDecoder('utf-8', {fatal: true}).decode(readFileSync(path))};
	} catch (cause) {
		return {why: reasons[(cause as NodeJS.ErrnoException).code ?? ''] ?? (cause instanceof Error ? cause.message : String(cause)), cause};
	}
};

/** The same, for a plan. Throws `Problem`. */
export const readCalendarFile = (path: string): string => {
	const found = findCalendar(path);
	if ('text' in found) return found.text;
	throw new Problem({code: 'calendar-unreadable', what: `The freezes in ${path} can't be read.`, why: `${found.why}.`, todo: 'Put the calendar there, or write the days as {from, to, reason} into the runbook.', cause: found.cause});
};

const reasons: Readonly<Record<string, string>> = {ENOENT: 'There is no such file', ENOTDIR: 'There is no such file', EISDIR: 'It is a folder', EACCES: 'You may not read it', ERR_ENCODING_INVALID_ENCODED_DATA: 'It is not UTF-8 text'};
