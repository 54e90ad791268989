import * as z from 'zod';

import {formatDuration} from '../../text/format-duration.ts';
import {formatSize} from '../../text/format-size.ts';
import type {BackupFacts} from './retention.ts';
import {finding} from '../finding-shape.ts';

/** `report.json` of a backup, and `manifest.json`, its evidence. `failure` in one line, null when all that was asked for is done. */
export const backupReport = z.lazy(() => z.object({
	failure: z.string().nullable(),
	findings: z.array(finding),
	stamp: z.string(),
	format: z.string(),
	/** The server's own words, and how it was reached. */
	server: z.object({host: z.string(), port: z.string(), version: z.string(), user: z.string(), database: z.string(), databaseBytes: z.number(), tables: z.number()}).nullable(),
	/** Full texts of the versions; `restore` is null where nothing is read back by pg_restore. */
	client: z.object({dump: z.string(), restore: z.string().nullable()}).nullable(),
	freeBytes: z.number().nullable(),
	/** There from the moment on in which the dump has its final name. */
	backup: z
		.object({
			path: z.string(),
			sizeBytes: z.number(),
			sha256: z.string(),
			objects: z.number(),
			startedAt: z.string(),
			endedAt: z.string(),
			dumpMs: z.number(),
			verifyMs: z.number(),
			restoreCommand: z.string(),
			restoreNote: z.string().default(''),
		})
		.nullable(),
	globals: z.object({path: z.string(), sizeBytes: z.number(), sha256: z.string()}).nullable(),
	restoreCheck: z.object({state: z.enum(['not asked', 'not done', 'passed', 'failed']), says: z.string(), /** How long the restore took, without the comparing. */ tookMs: z.number().nullable().default(null), /** The scratch database, when it could not be dropped. */ left: z.string().nullable().default(null)}),
	/** What `then:` ran, with what came of it. */
	after: z.array(z.object({argv: z.array(z.string()), exitCode: z.number().nullable(), says: z.string()})),
	removed: z.array(z.string()),
	maxAgeMs: z.number().nullable(),
}));

export type BackupReport = z.infer<typeof backupReport>;

/** `1.2 GB in 48 s, read whole, 412 objects, restored and compared` */
export const describeBackup = ({backup, globals, restoreCheck, after}: BackupReport): string => {
	if (backup === null) return 'no backup';
	return [
		`${formatSize(backup.sizeBytes)} in ${formatDuration(backup.dumpMs)}`,
		'read whole',
		`${backup.objects} ${backup.objects === 1 ? 'object' : 'objects'}`,
		...(globals === null ? [] : ['globals too']),
		...({'not asked': [], 'not done': ['restore check not done'], passed: [restoreCheck.tookMs === null ? 'restored and compared' : `restored in ${formatDuration(restoreCheck.tookMs)} and compared`], failed: ['restore check FAILED']})[restoreCheck.state],
		...(restoreCheck.left === null ? [] : [`but the scratch database ${restoreCheck.left} is still there`]),
		...after.map(({argv, exitCode}, index) => `${afterName(argv, index, globals !== null)} ${exitCode === 0 ? 'ended well' : 'FAILED'}`),
	].join(', ');
};

/** What `then:` runs, by its program, and by what it was run with where that is not the dump alone. */
export const afterName = ([program = '']: readonly string[], index: number, hasGlobals: boolean): string => `${program.split('/').at(-1)}${hasGlobals ? ` with the ${index === 0 ? 'dump' : 'globals'}` : ''}`;

/** What each output of a backup is. */
export const backupOutputWords = {
	path: 'Path of the dump; a folder in the directory format',
	sizeBytes: 'Size of the dump, in bytes',
	sha256: "SHA-256 of the dump; in the directory format that of the list of its files, as `sha256sum` writes it",
	format: '`custom`, `directory` or `plain`',
	objects: 'How many objects the dump holds',
	database: 'Name of the database',
	host: 'Host of the server, as it was reached',
	port: 'Port of the server, as it was reached',
	databaseBytes: 'Size of the database on the server, in bytes',
	serverVersion: 'Version of the server',
	clientVersion: 'Version of pg_dump, as it says it',
	startedAt: 'When the dump began, in UTC: 2026-11-24T09:18:00.000Z',
	endedAt: 'When the dump ended, in UTC',
	dumpMs: 'How long the dump took, in milliseconds',
	verifyMs: 'How long it took to read it back and hash it, in milliseconds',
	restoreCommand: 'The command that brings it back, for a shell',
	restoreNote: 'What the restore command does and needs, in sentences',
	restoreCheck: '`not asked`, `not done`, `passed` or `failed`',
	restoreMs: 'How long the restore took, in milliseconds; when it was restored to check it',
	scratchDatabase: 'Name of the scratch database; when it could not be dropped',
	globals: 'Path of the roles and tablespaces; when `globals` asks for them',
	after: '`ended well` or `failed`; when `then` was run',
	maxAgeMs: 'How old it may be when something is changed, in milliseconds; when `max-age` is given',
} as const;

/** The outputs in the journal, which later tasks and the gates read. */
export const backupOutputs = (report: BackupReport): Readonly<Record<string, string>> => {
	const {backup, server, client, globals, restoreCheck, after, maxAgeMs} = report;
	if (backup === null) return {};
	const texts: Readonly<Record<keyof typeof backupOutputWords, string | number | null | undefined>> = {
		path: backup.path,
		sizeBytes: backup.sizeBytes,
		sha256: backup.sha256,
		format: report.format,
		objects: backup.objects,
		database: server?.database,
		host: server?.host,
		port: server?.port,
		databaseBytes: server?.databaseBytes,
		serverVersion: server?.version,
		clientVersion: client?.dump,
		startedAt: backup.startedAt,
		endedAt: backup.endedAt,
		dumpMs: backup.dumpMs,
		verifyMs: backup.verifyMs,
		restoreCommand: backup.restoreCommand,
		restoreNote: backup.restoreNote,
		restoreCheck: restoreCheck.state,
		restoreMs: restoreCheck.tookMs,
		scratchDatabase: restoreCheck.left,
		globals: globals?.path,
		after: after.length === 0 ? null : after.every(({exitCode}) => exitCode === 0) ? 'ended well' : 'failed',
		maxAgeMs,
	};
	return Object.fromEntries(Object.entries(texts).flatMap(([name, value]): [string, string][] => (value === null || value === undefined ? [] : [[name, String(value)]])));
};

/** What is kept beside the dump, by which a later run knows it. */
export const backupFactsOf = (report: BackupReport, files: Pick<BackupFacts, 'run' | 'server' | 'compress' | 'file' | 'globals'>, restoreCheck: BackupFacts['restoreCheck']): BackupFacts => {
	const {backup, server, client, stamp, format} = report;
	if (backup === null || server === null || client === null) throw new RangeError('There is no backup yet.');
	const {sizeBytes, sha256, objects, startedAt, endedAt, restoreCommand, restoreNote} = backup;
	return {
		madeBy: 'slipway',
		stamp,
		...files,
		database: server.database,
		format: format as BackupFacts['format'],
		sizeBytes,
		sha256,
		objects,
		databaseBytes: server.databaseBytes,
		startedAt,
		endedAt,
		serverVersion: server.version,
		clientVersion: client.dump,
		restoreCommand,
		restoreNote,
		restoreCheck,
	};
};
