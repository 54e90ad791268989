import {createReadStream} from 'node:fs';
import type {Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';

import type {BackupReport} from '../actions/postgres/backup-report.ts';
import {compareCensus, describeCensus, type Census} from '../actions/postgres/census.ts';
import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import type {RestoreCheckWork} from '../actions/postgres/plan-restore-check.ts';
import type {Finding} from '../journal/event.ts';
import {commandLine} from '../text/command-line.ts';
import {openCensus} from './census-session.ts';
import type {Workplace} from './performer.ts';
import {firstLine} from './preview-stop.ts';
import {streamCommand, type StreamedEnd} from './stream-command.ts';
import {toolRunner} from './tool-runner.ts';

export type Checked = {readonly result: BackupReport['restoreCheck']; readonly findings: readonly Finding[]};

/** How long dropping the scratch database may take: the server makes a checkpoint for it. */
const dropMs = 120_000;
/** The same when the attempt was cancelled; it is killed 15 seconds after that. */
const cancelledDropMs = 8000;

/**
Restores the dump into a scratch database, compares it with what was counted when the dump was made, and drops it, whatever happens. A
database that can't be made is a check that was not done; one that can't be filled, or differs, is a check that failed.
*/
export const checkRestore = async (work: BackupWork, check: RestoreCheckWork, dumped: {readonly census: Census; readonly after: Census}, place: Workplace): Promise<Checked> => {
	const run = toolRunner(place, work.environment);
	const before = await run(check.drop);
	const made = before.exitCode === 0 ? await run(check.create) : before;
	if (made.exitCode !== 0) return notDone(made.stderr.trim() || `exit status ${made.exitCode ?? 'unknown'}`);
	let left: readonly Finding[] = [];
	let checked: Checked;
	try {
		checked = await restoreAndCompare(work, check, dumped, place);
	} finally {
		left = await drop(work, check, place);
	}

	return {...checked, findings: [...checked.findings, ...left]};
};

const restoreAndCompare = async (work: BackupWork, check: RestoreCheckWork, dumped: {readonly census: Census; readonly after: Census}, place: Workplace): Promise<Checked> => {
	const {end, said} = await restore(work, check, place);
	if (place.signal.aborted) return notDone('The backup was cancelled.');
	if (end.exitCode !== 0 || end.trouble !== null) return failed(firstLine(said) || (end.trouble ?? `exit status ${end.exitCode ?? 'unknown'}`), said === '' ? [] : [said]);
	const restored = await openCensus(check.restoredCensus, check.scripts, {place, environment: work.environment}).close();
	if ('why' in restored) return notDone(restored.why);
	const {differences, remarks} = compareCensus(dumped.census, restored.census, dumped.after);
	for (const line of [...differences, ...remarks]) place.say(line);
	if (differences.length > 0) return failed(`${differences[0]}${differences.length === 1 ? '' : ` And ${differences.length - 1} more.`}`, differences);
	const says = `Restored and equal: ${describeCensus(restored.census)}.`;
	place.say(says);
	return {result: {state: 'passed', says}, findings: remarks.map(what => ({level: 'note', what, where: 'restore check'}))};
};

/** What is said when the check is known to be impossible, or turns out to be. The backup itself is whole. */
export const notDone = (why: string): Checked => ({result: {state: 'not done', says: why}, findings: [{level: 'warning', what: `The restore check was not done: ${why}`, where: 'restore check'}]});

const failed = (says: string, details: readonly string[]): Checked => ({result: {state: 'failed', says}, findings: details.map(what => ({level: 'danger', what, where: 'restore check'}))});

const restore = async (work: BackupWork, check: RestoreCheckWork, place: Workplace): Promise<{readonly end: StreamedEnd; readonly said: string}> => {
	const {settings, names, isCompressed} = work;
	const isPlain = settings.format === 'plain';
	place.say(`$ ${isCompressed ? `gzip -dc ${commandLine([names.final])} | ` : ''}${commandLine(check.restore)}${isPlain && !isCompressed ? ` < ${commandLine([names.final])}` : ''}`);
	const said: string[] = [];
	const end = await streamCommand({
		argv: check.restore,
		environment: work.environment,
		signal: place.signal,
		...(isPlain ? {stdin: readDump(names.final, isCompressed)} : {}),
		onErrorLine: line => {
			said.push(line);
			place.say(line);
		},
	});
	return {end, said: said.join('\n')};
};

const readDump = (path: string, isCompressed: boolean): Readable => {
	const file = createReadStream(path, {highWaterMark: 1024 * 1024});
	if (!isCompressed) return file;
	const text = createGunzip();
	file.on('error', error => text.destroy(error));
	return file.pipe(text);
};

/** Runs also when the attempt was cancelled: a copy of the database must not stay behind. */
const drop = async (work: BackupWork, check: RestoreCheckWork, place: Workplace): Promise<readonly Finding[]> => {
	const signal = AbortSignal.timeout(place.signal.aborted ? cancelledDropMs : dropMs);
	const {exitCode, stderr} = await toolRunner({...place, signal}, work.environment)(check.drop);
	if (exitCode === 0) return [];
	const what = `The scratch database ${check.database} is still there, with a copy of what was dumped: ${firstLine(stderr.trim()) || 'dropping it took too long'}. Drop it by hand: ${commandLine(check.drop)}`;
	place.say(what);
	return [{level: 'danger', what, where: 'restore check'}];
};
