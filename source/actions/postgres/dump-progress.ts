import {formatDuration} from '../../text/format-duration.ts';
import {formatSize} from '../../text/format-size.ts';

/** What `--verbose` has told so far: the tables that were begun, in order, and how many were told to be finished. */
export type DumpProgress = {readonly started: readonly string[]; readonly finished: number};

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

/** `312 MB written of a database of 1.2 GB · 31% of the last backup (1.0 GB) · table 14 of 41: public.orders · about 40 s left` */
export const progressLine = (facts: ProgressFacts): string => {
	const {writtenBytes, databaseBytes, tables, last, progress} = facts;
	const left = millisecondsLeft(facts);
	return [
		`${formatSize(writtenBytes)} written of a database of ${formatSize(databaseBytes)}`,
		...(last === null || last.sizeBytes === 0 ? [] : [`${Math.round((writtenBytes / last.sizeBytes) * 100)}% of the last backup (${formatSize(last.sizeBytes)})`]),
		...(progress.started.length === 0 ? [] : [`table ${progress.started.length} of ${Math.max(tables.length, progress.started.length)}: ${progress.started.at(-1)}`]),
		...(left === null ? [] : [`about ${formatDuration(left)} left`]),
	].join(' · ');
};

/** A share below this says too little of the rest. */
const smallestShare = 0.02;

/** By the size that the last backup would have now, else by the sizes of the tables that are done. Null when neither tells. */
const millisecondsLeft = ({writtenBytes, elapsedMs, databaseBytes, tables, last, progress, hasJobs}: ProgressFacts): number | null => {
	const expected = last === null || last.databaseBytes === 0 ? 0 : last.sizeBytes * (databaseBytes / last.databaseBytes);
	const share = expected > writtenBytes ? writtenBytes / expected : last === null ? shareOfTables(tables, progress, hasJobs) : null;
	return share === null || share < smallestShare || share >= 1 ? null : elapsedMs * (1 / share - 1);
};

const shareOfTables = (tables: ProgressFacts['tables'], {started, finished}: DumpProgress, hasJobs: boolean): number | null => {
	const sizes = new Map(tables);
	const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
	// With several jobs the order in which they end is not told by name; the first ones that were started are taken for the finished ones.
	const done = started.slice(0, hasJobs ? finished : Math.max(0, started.length - 1)).reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
	return total === 0 ? null : done / total;
};
