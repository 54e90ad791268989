import {closeSync, createWriteStream, fsyncSync, openSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';

import {progressLine, readDumpLine, tableLine, type LastBackup, type ProgressFacts} from '../actions/postgres/dump-progress.ts';
import {snapshotId} from '../actions/postgres/dump-commands.ts';
import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import {longestLockWait, type ServerFacts} from '../actions/postgres/server-facts.ts';
import {commandLine} from '../text/command-line.ts';
import type {Workplace} from './performer.ts';
import {firstLine, stop} from './preview-stop.ts';
import {streamCommand} from './stream-command.ts';

export type Dumped = {readonly startedAt: string; readonly endedAt: string; readonly dumpMs: number; /** What pg_dump warned of. */ readonly warnings: readonly string[]};

/** How often the course is told at most. */
const tellEveryMs = 1000;

/**
Runs pg_dump, which writes to the unfinished name itself, and tells its course. All of what it says is in pg_dump.log of the evidence; what
is not about its course is said at once and whole. Stops when it does not end well.
*/
export const dumpDatabase = async (work: BackupWork, place: Workplace, {server, last, snapshot}: {readonly server: ServerFacts; readonly last: LastBackup | null; readonly snapshot: string | null}): Promise<Dumped> => {
	const argv = work.dump.map(word => (snapshot === null ? word : word.replace(snapshotId, snapshot)));
	place.say(`$ ${commandLine(argv)}${work.isStreamed ? ` > ${commandLine([work.names.partial])}` : ''}`);
	const log = createWriteStream(join(place.evidenceFolder, 'pg_dump.log'), {mode: 0o600});
	let logFault: string | null = null;
	log.on('error', error => {
		logFault = error.message;
	});
	const said: string[] = [];
	const started: string[] = [];
	let finished = 0;
	let toldMs = 0;
	const startedAt = new Date();
	const startMs = performance.now();
	let toldTable: string | null = null;
	const tell = setInterval(() => {
		const facts: ProgressFacts = {
			writtenBytes: writtenBytes(work.names.partial),
			elapsedMs: performance.now() - startMs,
			databaseBytes: server.databaseBytes,
			tables: server.tables,
			last,
			progress: {started, finished, toldMs},
			hasJobs: (work.settings.jobs ?? 1) > 1,
		};
		const table = tableLine(facts);
		if (table !== null && table !== toldTable) place.say(table);
		toldTable = table;
		place.say(progressLine(facts));
	}, tellEveryMs);
	const file = work.isStreamed ? openSync(work.names.partial, 'wx', 0o600) : undefined;
	try {
		const end = await streamCommand({
			argv,
			environment: work.environment,
			signal: place.signal,
			...(file === undefined ? {} : {stdout: file}),
			...passwordInput(work),
			onErrorLine: line => {
				log.write(`${line}\n`);
				const told = readDumpLine(line);
				if (told.kind === 'table') started.push(told.name);
				if (told.kind === 'finished') finished++;
				if (told.kind === 'table' || told.kind === 'finished') toldMs = performance.now() - startMs;
				if (told.kind === 'for people') {
					said.push(line);
					place.say(line);
				}
			},
		});
		const dumpMs = Math.round(performance.now() - startMs);
		if (place.signal.aborted) return stop('The backup was cancelled; nothing of it was kept.');
		if (end.exitCode !== 0) {
			const how = end.trouble ?? (end.signal === null ? `pg_dump ended with exit status ${end.exitCode}` : `pg_dump was ended by ${end.signal}`);
			const words = said.join('\n');
			// Words of one that was killed are seldom why it ended. That it waited too long for a lock, the server calls a statement timeout.
			const why = words.includes('statement timeout') && words.includes('Query was: LOCK TABLE') ? `pg_dump waited ${longestLockWait} in vain for a table that somebody else has locked` : firstLine(words);
			return stop(words === '' ? how : end.signal === null ? why : `${how}; before, it said: ${firstLine(words)}`, [{level: 'danger', what: words === '' ? `${how} and said nothing.` : words, where: 'pg_dump'}]);
		}

		if (file !== undefined) fsyncSync(file);
		return {startedAt: startedAt.toISOString(), endedAt: new Date(startedAt.getTime() + dumpMs).toISOString(), dumpMs, warnings: [...said, ...(logFault === null ? [] : [`pg_dump.log has not all that pg_dump said: ${logFault}`])]};
	} finally {
		clearInterval(tell);
		if (file !== undefined) closeSync(file);
		await new Promise<void>(resolve => log.end(() => resolve()));
	}
};

/** In a pod the password goes in by stdin; here the tools have it in their environment. */
export const passwordInput = ({isStreamed, hasPassword}: Pick<BackupWork, 'isStreamed' | 'hasPassword'>): {readonly stdin?: string} => (isStreamed && hasPassword ? {stdin: `${process.env['PGPASSWORD'] ?? ''}\n`} : {});

/** Bytes of a file or of the files of a folder, as far as they are there. */
const writtenBytes = (path: string): number => {
	try {
		const stat = statSync(path);
		return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + writtenBytes(join(path, name)), 0) : stat.size;
	} catch {
		return 0;
	}
};
