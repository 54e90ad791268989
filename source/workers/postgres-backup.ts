import {existsSync, mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';

import {describeBackup, type BackupReport} from '../actions/postgres/backup-report.ts';
import {censusFile, factsFile} from '../actions/postgres/backup-commands.ts';
import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import {surplusBackups, type BackupFacts} from '../actions/postgres/retention.ts';
import type {Finding} from '../journal/event.ts';
import {syncFolder, writeDurably} from '../stores/files.ts';
import {formatDuration} from '../text/format-duration.ts';
import {checkConditions} from './backup-conditions.ts';
import {readBackups, removeBackup} from './backup-folder.ts';
import {checkByRestore, dumpAndCount} from './check-by-restore.ts';
import {dumpGlobals} from './dump-globals.ts';
import {endSessions} from './end-sessions.ts';
import {nameBackup} from './name-backup.ts';
import type {Report, Workplace} from './performer.ts';
import {firstLine, Stop, stop} from './preview-stop.ts';
import {runAfter} from './run-after.ts';
import {toolRunner} from './tool-runner.ts';
import {verifyArchive, verifyPlain} from './verify-dump.ts';

/**
Performs `postgres/backup`. Leaves the dump under its final name when it is whole, and manifest.json, pg_dump.log and
what psql was asked as evidence. However it ends, nothing stays under an unfinished name.
*/
export const backUpDatabase = async (work: BackupWork, place: Workplace): Promise<Report> => {
	// A dump holds everything that the database does; so do the folders and files that the tools make.
	process.umask(0o077);
	mkdirSync(place.evidenceFolder, {recursive: true});
	const draft: Draft = {report: emptyReport(work), inPod: 'nothing'};
	let wasBegun = false;
	try {
		await backUp(work, place, draft);
	} catch (error) {
		const stopped = error instanceof Stop ? error : diskStop(error);
		place.say(stopped.message);
		draft.report = {...draft.report, failure: stopped.message, findings: [...stopped.findings, ...draft.report.findings]};
		wasBegun = existsSync(work.names.partial);
		if (work.endSessions !== null && (draft.inPod === 'dump' || (draft.inPod === 'question' && place.signal.aborted))) draft.report = {...draft.report, findings: [...draft.report.findings, ...(await endSessions(work, work.endSessions, place))]};
	} finally {
		// The facts are written just before the dump gets its name.
		const paths = [...unfinished(work), ...(existsSync(work.names.final) ? [] : [work.names.facts])];
		draft.report = {...draft.report, findings: [...draft.report.findings, ...paths.flatMap(path => removeIfThere(path, place))]};
	}

	// Whoever looks for what was refused should not have to wonder.
	if (wasBegun && !place.signal.aborted && !existsSync(work.names.partial)) draft.report = {...draft.report, findings: [...draft.report.findings, {level: 'note', what: `${work.names.partial} is removed; nothing of this dump is kept.`}]};
	keepManifest(draft, place);
	const {report} = draft;
	const notes = ['manifest.json', 'pg_dump.log', factsFile, censusFile].map(name => join(place.evidenceFolder, name)).filter(path => existsSync(path));
	const files = [report.backup?.path, report.globals?.path].filter(path => path !== undefined);
	return {ok: report.failure === null && report.backup !== null && !place.signal.aborted, data: {...report, findings: fitFindings(report.findings)} satisfies BackupReport, evidence: [...files, ...notes]};
};

type Draft = {report: BackupReport; /** What may go on in a pod: a question when it is cancelled, a dump however it breaks off. */ inPod: 'nothing' | 'question' | 'dump'};

/** Gives what is to be said where it stays. In a folder that may not be looked into, nothing is there for us. */
const removeIfThere = (path: string, place: Workplace): readonly Finding[] => {
	try {
		if (existsSync(path)) rmSync(path, {recursive: true, force: true});
		return [];
	} catch (error) {
		const what = `${path} is still there, unfinished: ${diskStop(error).message}. Remove it by hand.`;
		place.say(what);
		return [{level: 'warning', what}];
	}
};

/** The run's own folder may lie on another disk than the dump, and be full at the end. Then the dump is there and its record is not whole, so it does not count. */
const keepManifest = (draft: Draft, place: Workplace): void => {
	const manifest = join(place.evidenceFolder, 'manifest.json');
	try {
		writeDurably(manifest, `${JSON.stringify(draft.report, null, '\t')}\n`);
		syncFolder(place.evidenceFolder);
	} catch (error) {
		rmSync(manifest, {force: true});
		const {backup, failure} = draft.report;
		const what = `manifest.json can't be written: ${diskStop(error).message}`;
		place.say(what);
		draft.report = {...draft.report, failure: failure ?? (backup === null ? what : `The backup is whole at ${backup.path}, but ${what}`)};
	}
};

const emptyReport = ({stamp, settings}: BackupWork): BackupReport => ({
	failure: null,
	findings: [],
	stamp,
	format: settings.format,
	server: null,
	client: null,
	freeBytes: null,
	backup: null,
	globals: null,
	restoreCheck: settings['restore-check'] ? {state: 'not done', says: 'It did not come to that.', tookMs: null, left: null} : {state: 'not asked', says: '', tookMs: null, left: null},
	after: [],
	removed: [],
	maxAgeMs: settings['max-age'] ?? null,
});

const unfinished = ({names, leftovers}: BackupWork): readonly string[] => [...leftovers, names.partial, names.globals.partial, `${names.facts}.new`];

/** What the disk refuses to us is told as what it refuses to pg_dump; anything else is a fault of ours, and is thrown. */
const diskStop = (error: unknown): Stop => {
	if (!(error instanceof Error) || !('syscall' in error)) throw error;
	return new Stop(error.message);
};

const backUp = async (work: BackupWork, place: Workplace, draft: Draft): Promise<void> => {
	const add = (more: Partial<BackupReport>, findings: readonly Finding[] = []): void => {
		draft.report = {...draft.report, ...more, findings: [...draft.report.findings, ...findings]};
	};
	for (const path of unfinished(work)) if (existsSync(path)) rmSync(path, {recursive: true, force: true});
	if (work.endSessions !== null && work.leftovers.length > 0) add({}, await endSessions(work, work.endSessions, place));
	if (place.signal.aborted) return stop('The backup was cancelled before anything was written.');
	draft.inPod = 'question';
	const ready = await checkConditions(work, place, seen => add(seen));
	add({}, ready.notes);
	draft.inPod = 'dump';
	const {dumped, counted} = await dumpAndCount(work, place, ready);
	add({}, dumped.warnings.map(what => ({level: 'warning', what, where: 'pg_dump'})));
	if (work.globals !== null) await dumpGlobals(work, work.globals, place);
	draft.inPod = 'nothing';
	const verified = await verify(work, place);
	const {restoreCheck, findings} = await checkByRestore(work, place, {...ready, counted});
	add({restoreCheck}, findings);
	const {report, facts} = await nameBackup(work, draft.report, {...ready, dumped, ...verified, place});
	draft.report = report;
	if (restoreCheck.state === 'failed') stop(`The dump does not restore to what was dumped: ${restoreCheck.says}`);
	place.say(`The backup is whole: ${describeBackup(report)}; SHA-256 ${facts.sha256}`);
	await runAfter(work, place, after => add({after}));
	if (work.settings.keep !== undefined) add({removed: removeSurplus(work, facts, work.settings.keep, place)});
};

const verify = async (work: BackupWork, place: Workplace): Promise<{readonly objects: number; readonly verifyMs: number}> => {
	const startMs = performance.now();
	if (work.archive === null) place.say(`read ${work.names.partial} to its end marker`);
	const verified = work.archive === null ? await verifyPlain(work.names.partial, work) : await verifyArchive(work.names.partial, work.archive, toolRunner(place, work.environment));
	if (place.signal.aborted) return stop('The backup was cancelled; nothing of it was kept.');
	if ('fault' in verified) return stop(`The dump is not whole: ${firstLine(verified.fault)}`, [{level: 'danger', what: verified.fault}]);
	const verifyMs = performance.now() - startMs;
	place.say(`read whole in ${formatDuration(verifyMs)}, ${verified.objects} objects`);
	return {objects: verified.objects, verifyMs};
};

/** Only a backup that is whole and, where that was asked for, restores, may take the place of an older one. */
const removeSurplus = (work: BackupWork, newest: BackupFacts, keep: number, place: Workplace): string[] =>
	surplusBackups(readBackups(work.names.folder), newest, keep).map(backup => {
		const path = join(work.names.folder, backup.file);
		place.say(`remove ${path}, of ${backup.endedAt}`);
		removeBackup(work.names.folder, backup);
		return path;
	});

/** Lengths that let the findings fit into one line of the journal; pg_dump.log and the output have everything. */
const mostFindings = 40;
const longestFinding = 6000;
const longestOfMany = 600;

const fitFindings = (findings: readonly Finding[]): Finding[] =>
	findings.slice(0, mostFindings).map(finding => ({...finding, what: finding.what.slice(0, findings.length <= 4 ? longestFinding : longestOfMany)}));
