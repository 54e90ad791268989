import {formatDuration} from '../../text/format-duration.ts';
import {formatSize} from '../../text/format-size.ts';

/** What `--verbose` has told so far: the tables that were begun, in order, how many were told to be finished, and after how long it told of one last. */
export type DumpProgress = {readonly started: readonly string[]; readonly finished: number; readonly toldMs: number};

/** What one line tells. What is not about the course (errors, warnings, their details, what a server said) is for a person. */
export type DumpLine = {readonly kind: 'table'; readonly name: string} | {readonly kind: 'finished'} | {readonly kind: 'course'} | {readonly kind: 'for people'};

/**
Reads one line of `pg_dump --verbose`.

	pg_dump: dumping contents of table "public.orders"
	pg_dump: finished item 3456 TABLE DATA orders          with several jobs only
	pg_dump: error: query failed: …
*/
export const readDumpLine = (line: string): DumpLine => {
	const table = /^pg_dump: dumping contents of table "(.*)"$/.exec(line)?.[1];
	if (table !== undefined) return {kind: 'table', name: table};
	if (/^pg_dump: finished item \d+ TABLE DATA /.test(line)) return {kind: 'finished'};
	return {kind: line.trim() !== '' && (!line.startsWith('pg_dump: ') || /^pg_dump: (error|warning|detail|hint):/.test(line)) ? 'for people' : 'course'};
};

/**
The same for `pg_restore --verbose`.

	pg_restore: processing data for table "public.orders"
	pg_restore: error: could not execute query: …
*/
export const readRestoreLine = (line: string): DumpLine => {
	const table = /^pg_restore: processing data for table "(.*)"$/.exec(line)?.[1];
	if (table !== undefined) return {kind: 'table', name: table};
	return {kind: line.trim() !== '' && (!line.startsWith('pg_restore: ') || /^pg_restore: (error|warning|detail|hint|while|from TOC)\b/.test(line)) ? 'for people' : 'course'};
};

/** What of a restore is done when another table is begun: `533 MB, 50% of the tables restored`. */
export const restoredLine = (tables: ProgressFacts['tables'], started: readonly string[]): string => {
	const sizes = new Map(tables);
	const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
	const done = started.slice(0, -1).reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
	return `${formatSize(done)}, ${total === 0 ? 0 : Math.min(99, Math.floor((done / total) * 100))}% of the tables restored`;
};

/** A backup of the same database and format that was made before. */
export type LastBackup = {readonly sizeBytes: number; readonly databaseBytes: number};

export type ProgressFacts = {
	readonly writtenBytes: number;
	readonly elapsedMs: number;
	readonly databaseBytes: number;
	/** `schema.name` and bytes. */
	readonly tables: readonly (readonly [string, number])[];
	readonly last: LastBackup | null;
	readonly progress: DumpProgress;
	readonly hasJobs: boolean;
};

/**
How far the dump is, in a line that the smallest screen has room for: 51 columns.

	312 MB, 31% of about 1.0 GB, about 40 s left        by the size that the last backup would have now
	312 MB, 31% of the tables, about 40 s left          by the sizes of the tables that are done
	312 MB written of a database of 1.2 GB              while neither tells
*/
export const progressLine = (facts: ProgressFacts): string => {
	const {writtenBytes, elapsedMs, databaseBytes, tables, last, progress, hasJobs} = facts;
	const written = `${formatSize(writtenBytes)} written`;
	const expected = last === null || last.databaseBytes === 0 ? 0 : last.sizeBytes * (databaseBytes / last.databaseBytes);
	if (last !== null && expected > 0 && writtenBytes >= expected) return `${written}, more than the last one of ${formatSize(last.sizeBytes)}`;
	const share = expected > 0 ? writtenBytes / expected : shareOfTables(tables, progress, hasJobs);
	if (share === null || share === 0) return `${written} of a database of ${formatSize(databaseBytes)}`;
	// The share by tables is that of the moment at which one was told of; until the next one is, the rest only gets less.
	const leftMs = (expected > 0 ? elapsedMs : progress.toldMs) / share - elapsedMs;
	const left = share < smallestShare || leftMs <= 0 ? '' : `, about ${roughly(leftMs)} left`;
	return `${formatSize(writtenBytes)}, ${Math.min(99, Math.floor(share * 100))}% of ${expected > 0 ? `about ${formatSize(Math.round(expected))}` : 'the tables'}${left}`;
};

/** `table 14 of 41: public.orders`, the one that was begun last; null before the first. */
export const tableLine = ({tables, progress: {started}}: Pick<ProgressFacts, 'tables' | 'progress'>): string | null =>
	started.length === 0 ? null : `table ${started.length} of ${Math.max(tables.length, started.length)}: ${started.at(-1)}`;

/** The share that such a line tells, from 0 to 1; null for any other line. */
export const shareIn = (line: string): number | null => {
	const percent = /^[\d.]+ [kMGTP]?B, (\d+)% of /.exec(line)?.[1];
	return percent === undefined ? null : Number(percent) / 100;
};

/** A share below this says too little of the rest. */
const smallestShare = 0.02;

/** Whole seconds, or whole minutes from one on: an estimate has no more. */
const roughly = (leftMs: number): string => formatDuration(leftMs > 60_000 ? Math.ceil(leftMs / 60_000) * 60_000 : Math.max(1, Math.round(leftMs / 1000)) * 1000);

const shareOfTables = (tables: ProgressFacts['tables'], {started, finished}: Pick<DumpProgress, 'started' | 'finished'>, hasJobs: boolean): number | null => {
	const sizes = new Map(tables);
	const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
	// With several jobs the order in which they end is not told by name; the first ones that were started are taken for the finished ones.
	const done = started.slice(0, hasJobs ? finished : Math.max(0, started.length - 1)).reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
	return total === 0 ? null : done / total;
};
