import {existsSync, renameSync} from 'node:fs';
import {basename} from 'node:path';

import {backupFactsOf, type BackupReport} from '../actions/postgres/backup-report.ts';
import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import {describeRestore} from '../actions/postgres/restore-command.ts';
import type {BackupFacts} from '../actions/postgres/retention.ts';
import type {ServerFacts} from '../actions/postgres/server-facts.ts';
import {factOf} from '../stores/file-facts.ts';
import {replaceDurably, syncFolder} from '../stores/files.ts';
import {commandLine} from '../text/command-line.ts';
import type {Dumped} from './dump-database.ts';
import type {Workplace} from './performer.ts';
import {stop} from './preview-stop.ts';

export type Named = {readonly report: BackupReport; readonly facts: BackupFacts};

/** Hashes what was verified, writes its facts, and only then gives it its name, so that no dump has that name of which nothing is known. */
export const nameBackup = async (work: BackupWork, report: BackupReport, {server, isTooNew, dumped, objects, verifyMs, place}: {readonly server: ServerFacts; readonly isTooNew: boolean; readonly dumped: Dumped; readonly objects: number; readonly verifyMs: number; readonly place: Workplace}): Promise<Named> => {
	const {names} = work;
	const {command, note} = describeRestore(work, server, isTooNew);
	const hashedFrom = performance.now();
	const dump = await factOf(names.partial);
	const globals = work.globals === null ? null : {...(await factOf(names.globals.partial)), path: names.globals.final};
	const whole: BackupReport = {
		...report,
		backup: {
			path: names.final,
			sizeBytes: dump.sizeBytes,
			sha256: dump.sha256,
			objects,
			startedAt: dumped.startedAt,
			endedAt: dumped.endedAt,
			dumpMs: dumped.dumpMs,
			verifyMs: Math.round(verifyMs + performance.now() - hashedFrom),
			restoreCommand: command,
			restoreNote: note,
		},
		globals,
	};
	const facts = backupFactsOf(whole, {run: work.run, server: work.server, ...(work.settings.compress === undefined ? {} : {compress: work.settings.compress}), file: basename(names.final), globals: globals === null ? null : basename(globals.path)}, report.restoreCheck.state);
	for (const path of [names.final, names.globals.final]) if (existsSync(path)) return stop(`${path} is there already; it is not overwritten.`);
	if (place.signal.aborted) return stop('The backup was cancelled; nothing of it was kept.');
	place.say(`rename ${commandLine([names.partial, names.final])}`);
	replaceDurably(names.facts, `${JSON.stringify(facts, null, '\t')}\n`);
	if (globals !== null) renameSync(names.globals.partial, globals.path);
	renameSync(names.partial, names.final);
	syncFolder(names.folder);
	return {report: whole, facts};
};
