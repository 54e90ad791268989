import {globSync, readFileSync, statSync, type BigIntStats} from 'node:fs';
import {resolve} from 'node:path';

import {formatDay} from '../text/format-time.ts';

/** What a file was before the command ran; a report that is still the same is none of this run. */
export type Before = ReadonlyMap<string, string>;

/** A larger report is not read. */
const largestBytes = 64 * 1024 * 1024;

/** File systems that keep times in steps of two seconds date a new file back. */
const coarseMs = 2000;

export const lookBefore = (folder: string, patterns: readonly string[]): Before =>
	new Map(patterns.flatMap(pattern => matchesOf(folder, pattern)).map(path => [path, markOf(path)]));

/**
The files that a pattern names and the command has written. Files of an earlier run beside them are told as `old`; when all are old, or there
is none, `fault` says so.
*/
export const freshReports = (folder: string, pattern: string, before: Before, startedMs: number): {readonly fresh: readonly string[]; readonly old: readonly string[]; readonly fault: string | null} => {
	const found = matchesOf(folder, pattern);
	const fresh = found.filter(path => markOf(path) !== before.get(path) && statSync(path).mtimeMs >= startedMs - coarseMs);
	const old = found.filter(path => !fresh.includes(path));
	const first = old[0];
	const fault = fresh.length > 0 ? null : first === undefined ? `there is no report: ${pattern} names no file in ${folder}` : `the report ${pattern} is older than this test: it was written ${formatDay(statSync(first).mtime, new Date())}`;
	return {fresh, old, fault};
};

/** The bytes of a report. Throws when it can't be read or is too large. */
export const readReport = (path: string): Buffer => {
	const {size} = statSync(path);
	if (size > largestBytes) throw new Error(`it has ${size} bytes, more than the ${largestBytes} that are read`);
	return readFileSync(path);
};

const matchesOf = (folder: string, pattern: string): readonly string[] =>
	globSync(pattern, {cwd: folder})
		.map(path => resolve(folder, path))
		.filter(path => statSync(path, {throwIfNoEntry: false})?.isFile() === true)
		.toSorted();

/** The change time is the system's own and can't be set back by a program that keeps old dates. */
const markOf = (path: string): string => {
	const {ino, size, mtimeNs, ctimeNs}: BigIntStats = statSync(path, {bigint: true});
	return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
};
