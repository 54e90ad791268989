import {createReadStream} from 'node:fs';
import {PassThrough, Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';

import type {ProbeAnswer} from '../actions/action.ts';
import type {BackupReport} from '../actions/postgres/backup-report.ts';
import {compareCensus, describeCensus, type Census} from '../actions/postgres/census.ts';
import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import {readRestoreLine, restoredLine} from '../actions/postgres/dump-progress.ts';
import type {RestoreCheckWork} from '../actions/postgres/plan-restore-check.ts';
import {withoutTooNew} from '../actions/postgres/restore-command.ts';
import type {ServerFacts} from '../actions/postgres/server-facts.ts';
import {tooNewLine, tooNewWithin} from '../actions/postgres/versions.ts';
import type {Finding} from '../journal/event.ts';
import {commandLine} from '../text/command-line.ts';
import {formatDuration} from '../text/format-duration.ts';
import {openCensus} from './census-session.ts';
import type {Workplace} from './performer.ts';
import {firstLine} from './preview-stop.ts';
import {streamCommand, type StreamedCommand, type StreamedEnd} from './stream-command.ts';
import {toolRunner, type RunTool} from './tool-runner.ts';

/** `left`: the scratch database, when it could not be dropped. */
export type Checked = {readonly result: Omit<BackupReport['restoreCheck'], 'left'>; readonly left: string | null; readonly findings: readonly Finding[]};

/** What was counted when the dump was made, and how large its tables were. */
export type WhatWasDumped = {readonly census: Census; readonly after: Census; readonly tables: ServerFacts['tables']; readonly isTooNew: boolean};

/** How long dropping the scratch database may take: the server makes a checkpoint for it. */
const dropMs = 120_000;
/** The same when the attempt was cancelled; it is killed 15 seconds after that. */
const cancelledDropMs = 12_000;
/** How often it is tried while somebody is connected; the server waits five seconds each time. */
const dropTries = 3;
const othersAreThere = 'is being accessed by other users';

/**
Restores the dump into a scratch database, compares it with what was counted when the dump was made, and drops it, whatever happens. A
database that can't be made is a check that was not done; one that can't be filled, or differs, is a check that failed.
*/
export const checkRestore = async (work: BackupWork, check: RestoreCheckWork, dumped: WhatWasDumped, place: Workplace): Promise<Checked> => {
	const run = toolRunner(place, work.environment);
	const before = await tryToDrop(run, check);
	if (before.exitCode !== 0) return notDone(wordsOf(before));
	let dropped: Pick<Checked, 'left' | 'findings'>;
	let checked: Checked;
	try {
		const made = await run(check.create);
		checked = made.exitCode === 0 ? await restoreAndCompare(work, check, dumped, place) : notDone(wordsOf(made));
	} finally {
		dropped = await drop(work, check, place);
	}

	return {...checked, left: dropped.left, findings: [...checked.findings, ...dropped.findings]};
};

const restoreAndCompare = async (work: BackupWork, check: RestoreCheckWork, dumped: WhatWasDumped, place: Workplace): Promise<Checked> => {
	const startMs = performance.now();
	const {end, said} = await restore(work, check, dumped, place);
	const tookMs = Math.round(performance.now() - startMs);
	if (place.signal.aborted) return notDone('The backup was cancelled.');
	if (end.exitCode !== 0 || end.trouble !== null) return failed(errorIn(said) || (end.trouble ?? `exit status ${end.exitCode ?? 'unknown'}`), said === '' ? [] : [said]);
	const restored = await openCensus(check.restoredCensus, check.scripts, {place, environment: work.environment}).close();
	if ('why' in restored) return notDone(restored.why);
	const {differences, remarks} = compareCensus(dumped.census, restored.census, dumped.after);
	for (const line of [...differences, ...remarks]) place.say(line);
	if (differences.length > 0) return failed(`${differences[0]}${differences.length === 1 ? '' : ` And ${differences.length - 1} more.`}`, differences);
	const says = `Restored in ${formatDuration(tookMs)} and equal: ${describeCensus(restored.census)}.`;
	place.say(says);
	return {result: {state: 'passed', says, tookMs}, left: null, findings: remarks.map(what => ({level: 'note', what, where: 'restore check'}))};
};

/** What is said when the check is known to be impossible, or turns out to be. The backup itself is whole. */
export const notDone = (why: string): Checked => ({result: {state: 'not done', says: why, tookMs: null}, left: null, findings: [{level: 'warning', what: `The restore check was not done: ${why}`, where: 'restore check'}]});

const failed = (says: string, details: readonly string[]): Checked => ({result: {state: 'failed', says, tookMs: null}, left: null, findings: details.map(what => ({level: 'danger', what, where: 'restore check'}))});

/** Where pg_restore tells first what it was doing, its error counts. */
const errorIn = (said: string): string => said.split('\n').find(line => line.startsWith('pg_restore: error:')) ?? firstLine(said);

const restore = async (work: BackupWork, check: RestoreCheckWork, {tables, isTooNew}: WhatWasDumped, place: Workplace): Promise<{readonly end: StreamedEnd; readonly said: string}> => {
	const {settings, names, isCompressed} = work;
	const isPlain = settings.format === 'plain';
	const plainLine = `${isCompressed ? `gzip -dc ${commandLine([names.partial])} | ` : ''}${commandLine(check.restore)}${isPlain && !isCompressed ? ` < ${commandLine([names.partial])}` : ''}`;
	place.say(`$ ${isTooNew ? withoutTooNew(check.filtered.source, check.filtered.load) : plainLine}`);
	const said: string[] = [];
	const started: string[] = [];
	const onErrorLine = (line: string): void => {
		const told = readRestoreLine(line);
		if (told.kind === 'table') {
			started.push(told.name);
			place.say(`restoring table ${started.length} of ${Math.max(tables.length, started.length)}: ${told.name}\n${restoredLine(tables, started)}`);
		}

		if (told.kind !== 'for people') return;
		said.push(line);
		place.say(line);
	};
	const options = {environment: work.environment, signal: place.signal, onErrorLine};
	const archive = isTooNew && !isPlain ? readArchive(check.filtered.source, options) : null;
	const text = archive?.text ?? (isPlain ? readDump(names.partial, isCompressed) : null);
	const end = await streamCommand({argv: isTooNew ? check.filtered.load : check.restore, ...options, ...(text === null ? {} : {stdin: isTooNew ? Readable.from(withoutTooNewLine(text)) : text})});
	text?.destroy();
	await archive?.ended;
	return {end, said: said.join('\n')};
};

/** The text of an archive, as pg_restore writes it. It breaks off with an error where pg_restore does not end well. */
const readArchive = (argv: readonly string[], options: Pick<StreamedCommand, 'environment' | 'signal' | 'onErrorLine'>): {readonly text: Readable; readonly ended: Promise<void>} => {
	const text = new PassThrough({highWaterMark: 1024 * 1024});
	// Who reads it is told; when psql has ended before, nobody does.
	text.on('error', () => {});
	const ended = streamCommand({argv, ...options, stdout: text}).then(({exitCode, trouble}) => {
		if (exitCode === 0 && trouble === null) text.end();
		else text.destroy(new Error(`pg_restore did not end well: ${trouble ?? `exit status ${exitCode ?? 'unknown'}`}`));
	});
	return {text, ended};
};

/** The bytes of a dump without the line that an older server does not know, which stands near the beginning. */
async function* withoutTooNewLine(dump: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	let head: Buffer | null = Buffer.alloc(0);
	for await (const chunk of dump) {
		if (head === null) {
			yield chunk;
			continue;
		}

		head = Buffer.concat([head, chunk]);
		if (head.length < longestHead && head.toString('latin1').split('\n').length <= tooNewWithin) continue;
		yield withoutLine(head);
		head = null;
	}

	if (head !== null) yield withoutLine(head);
}

/** What stands before the first table is shorter; a row of a table may have any length. */
const longestHead = 64 * 1024;

/** latin1 keeps each byte as it is. */
const withoutLine = (head: Buffer): Buffer => {
	const lines = head.toString('latin1').split('\n');
	return Buffer.from(lines.filter((line, index) => index >= tooNewWithin || line !== tooNewLine).join('\n'), 'latin1');
};

const readDump = (path: string, isCompressed: boolean): Readable => {
	const file = createReadStream(path, {highWaterMark: 1024 * 1024});
	if (!isCompressed) return file;
	const text = createGunzip();
	file.on('error', error => text.destroy(error));
	return file.pipe(text);
};

/** Runs also when the attempt was cancelled: a copy of the database must not stay behind. */
const drop = async (work: BackupWork, check: RestoreCheckWork, place: Workplace): Promise<Pick<Checked, 'left' | 'findings'>> => {
	const signal = AbortSignal.timeout(place.signal.aborted ? cancelledDropMs : dropMs);
	const end = await tryToDrop(toolRunner({...place, signal}, work.environment), check);
	if (end.exitCode === 0) return {left: null, findings: []};
	const what = `The scratch database ${check.database} is still there, with a copy of what was dumped: ${firstLine(end.stderr.trim()) || 'dropping it took too long'}. Drop it by hand: ${check.dropByHand}`;
	place.say(what);
	return {left: check.database, findings: [{level: 'warning', what, where: 'restore check'}]};
};

/** The server waits some seconds for others to leave before it refuses; then it is asked again. */
const tryToDrop = async (run: RunTool, {drop: argv}: RestoreCheckWork): Promise<ProbeAnswer> => {
	let end = await run(argv);
	for (let tries = 1; tries < dropTries && end.exitCode !== 0 && end.stderr.includes(othersAreThere); tries++) end = await run(argv);
	return end;
};

const wordsOf = ({stderr, exitCode}: ProbeAnswer): string => stderr.trim() || `exit status ${exitCode ?? 'unknown'}`;
