import {rmSync, writeFileSync} from 'node:fs';
import {statfs} from 'node:fs/promises';
import {join} from 'node:path';

import type {ProbeAnswer} from '../actions/action.ts';
import type {BackupReport} from '../actions/postgres/backup-report.ts';
import type {LastBackup} from '../actions/postgres/dump-progress.ts';
import {expectedBytes, judgeConditions} from '../actions/postgres/judge-conditions.ts';
import {factsFile} from '../actions/postgres/backup-commands.ts';
import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import {goodBackups} from '../actions/postgres/retention.ts';
import {readLocks, readServerFacts, type ServerFacts} from '../actions/postgres/server-facts.ts';
import {serverMajorOf, speaksTooNew, toolVersionOf, type ToolVersion} from '../actions/postgres/versions.ts';
import type {Finding} from '../journal/event.ts';
import {makeFolderDurably, writeDurably} from '../stores/files.ts';
import {formatSize} from '../text/format-size.ts';
import {askTool} from './ask-tool.ts';
import {readBackups} from './backup-folder.ts';
import {passwordInput} from './dump-database.ts';
import type {Workplace} from './performer.ts';
import {firstLine, stop} from './preview-stop.ts';

export type Ready = {readonly server: ServerFacts; /** A restore has to leave out what the server does not know. */ readonly isTooNew: boolean; readonly last: LastBackup | null; readonly notes: readonly Finding[]; readonly seen: Pick<BackupReport, 'server' | 'client' | 'freeBytes'>};

/** Asks tools, server and disk, says what they answer, and stops before anything is written when the dump could not be whole. `see` takes the facts as soon as they are known. */
export const checkConditions = async (work: BackupWork, place: Workplace, see: (seen: Ready['seen']) => void): Promise<Ready> => {
	writeDurably(join(place.evidenceFolder, factsFile), work.facts.query);
	// They wait for nothing of each other, and a small database is dumped in less time than they take one by one.
	const [dumpAnswer, restoreAnswer, serverAnswer] = await Promise.all([
		askTool(work.dumpVersion, {work, place, ...passwordInput(work)}),
		work.archive === null ? null : askTool(work.archive.version, {work, place}),
		askTool(work.facts.argv, {work, place, stdin: `${passwordInput(work).stdin ?? ''}${work.facts.query}`, file: factsFile}),
	]);
	if (place.signal.aborted) return stop('The backup was cancelled before anything was written.');
	const dumpVersion = versionIn(dumpAnswer, 'pg_dump');
	const restoreVersion = restoreAnswer === null ? null : versionIn(restoreAnswer, 'pg_restore');
	const server = readServerFacts(serverAnswer);
	if ('why' in server) {
		const locks = readLocks(serverAnswer.stdout.split('\n')[0] ?? '');
		return stop([firstLine(server.why), ...locks.slice(0, 1)].join('; '), [{level: 'danger', what: server.why, where: 'psql'}, ...locks.map((what): Finding => ({level: 'warning', what: `${what}.`}))]);
	}

	makeFolder(work.names.folder);
	tryToWrite(work.names);
	const {bavail, bsize} = await statfs(work.names.folder);
	const freeBytes = bavail * bsize;
	const {host, port} = work.address;
	const seen: Ready['seen'] = {
		server: {host, port, version: server.version, user: server.user, database: server.database, databaseBytes: server.databaseBytes, tables: server.tables.length},
		client: {dump: dumpVersion.text, restore: restoreVersion?.text ?? null},
		freeBytes,
	};
	see(seen);
	const last = goodBackups(readBackups(work.names.folder), {server: work.server, database: server.database, format: work.settings.format}).find(({compress}) => compress === work.settings.compress) ?? null;
	for (const line of describeConditions(work, seen, {server, last})) place.say(line);
	// In a pod its own pg_restore restores, and a plain dump holds what pg_dump wrote.
	const restorer = work.isStreamed || restoreVersion === null ? {...dumpVersion, name: work.archive === null ? 'pg_dump' : 'pg_restore'} : {...restoreVersion, name: 'pg_restore'};
	const isTooNew = speaksTooNew(restorer.major, serverMajorOf(server.versionNumber));
	const findings = judgeConditions({server, dumpVersion, restoreVersion, tooNew: isTooNew ? `${restorer.name} ${restorer.text}` : null, freeBytes, folder: work.names.folder, last, settings: work.settings});
	const dangers = findings.filter(({level}) => level === 'danger');
	if (dangers.length > 0) {
		for (const {what} of dangers) place.say(`!! ${what}`);
		return stop(`Not begun: ${dangers[0]?.what ?? ''}`, findings);
	}

	return {server, isTooNew, last, notes: findings, seen};
};

const describeConditions = ({address, names, isStreamed, settings}: BackupWork, {client, freeBytes}: Ready['seen'], {server, last}: Pick<Ready, 'server' | 'last'>): readonly string[] => [
	`host      ${address.host}${server.address === null ? '' : ` (${server.address})`}, port ${address.port}${isStreamed ? `, as seen from ${settings.through?.pod}` : ''}`,
	`database  ${server.database}, ${formatSize(server.databaseBytes)}, ${server.tables.length} tables`,
	`user      ${server.user}`,
	`server    PostgreSQL ${server.version}${server.isStandby ? ', a standby' : ''}`,
	`client    pg_dump ${client?.dump}${client?.restore === null ? '' : `, pg_restore ${client?.restore}`}`,
	`space     ${formatSize(freeBytes ?? 0)} free, about ${formatSize(expectedBytes(server, last, settings))} needed, in ${names.folder}`,
	last === null ? 'last      no good backup made like this lies there' : `last      ${formatSize(last.sizeBytes)}`,
];

const versionIn = ({exitCode, stdout, stderr}: ProbeAnswer, tool: string): ToolVersion => {
	const version = exitCode === 0 ? toolVersionOf(stdout) : null;
	return version ?? stop(`The version of ${tool} is not known: ${firstLine((stderr.trim() || stdout.trim()) || 'it said nothing')}`, [{level: 'danger', what: stderr.trim() || stdout.trim() || `exit status ${exitCode ?? 'unknown'}`, where: tool}]);
};

const makeFolder = (path: string): void => {
	try {
		makeFolderDurably(path);
	} catch (error) {
		stop(`The folder ${path} can't be made: ${error instanceof Error ? error.message : String(error)}`);
	}
};

/** pg_dump would find it out only after it has connected and locked the tables. */
const tryToWrite = ({folder, partial}: BackupWork['names']): void => {
	try {
		writeFileSync(partial, '', {flag: 'wx'});
		rmSync(partial);
	} catch (error) {
		stop(`Not begun: nothing can be written into ${folder}: ${error instanceof Error ? error.message : String(error)}`);
	}
};
