import type {Finding} from '../../journal/event.ts';
import {formatSize} from '../../text/format-size.ts';
import type {LastBackup} from './dump-progress.ts';
import type {ServerFacts} from './server-facts.ts';
import type {BackupSettings} from './settings.ts';
import {serverMajorOf, type ToolVersion} from './versions.ts';

export type Conditions = {
	readonly server: ServerFacts;
	readonly dumpVersion: ToolVersion;
	/** Of the pg_restore that reads it back; null for a plain dump. */
	readonly restoreVersion: ToolVersion | null;
	/** What says something at the restore that the server does not know, `pg_restore 18.4`; null when nothing does. */
	readonly tooNew: string | null;
	readonly freeBytes: number;
	readonly folder: string;
	readonly last: LastBackup | null;
	readonly settings: Pick<BackupSettings, 'format' | 'compress' | 'restore-check' | 'globals'>;
};

/** What speaks against a dump, before anything is written. `danger`: it is not begun. */
export const judgeConditions = ({server, dumpVersion, restoreVersion, tooNew, freeBytes, folder, last, settings}: Conditions): readonly Finding[] => {
	const serverMajor = serverMajorOf(server.versionNumber);
	const neededBytes = expectedBytes(server, last, settings);
	const rows: readonly (readonly [boolean, Finding['level'], string])[] = [
		[dumpVersion.major < serverMajor, 'danger', `pg_dump ${dumpVersion.text} is older than the server, ${server.version}; it can't dump what it does not know. Install the client of PostgreSQL ${serverMajor} or later, and put it first on PATH.`],
		[restoreVersion !== null && restoreVersion.major < dumpVersion.major, 'danger', `pg_restore ${restoreVersion?.text} is older than pg_dump ${dumpVersion.text}, so the dump could not be read back here. Install both from the same package.`],
		[
			typeof settings.compress === 'string' && dumpVersion.major < 16,
			'danger',
			`pg_dump ${dumpVersion.text} does not know \`compress: ${settings.compress}\`; methods came with PostgreSQL 16. Give a level from 0 to 9.`,
		],
		[freeBytes < neededBytes, 'danger', `${folder} has ${formatSize(freeBytes)} free; ${formatSize(neededBytes)} are needed (${last === null ? `${isUncompressed(settings) ? 'twice ' : ''}what the tables take, as no backup was made like this before` : `the last backup of ${formatSize(last.sizeBytes)}, grown as the database grew, and a quarter`}). Make room, or name another \`folder:\`.`],
		[server.closed.length > 0, 'danger', `${server.user} may not read ${listed(server.closed)}. Grant SELECT on it and USAGE on its schema${serverMajor < 14 ? '' : ' (pg_read_all_data has both)'}, or back up as another user.`],
		[server.filtered.length > 0, 'danger', `Row-level security hides rows of ${listed(server.filtered)} from ${server.user}. Back up as the owner, or as a user with BYPASSRLS.`],
		[settings.globals === true && !server.mayReadPasswords, 'danger', `${server.user} may not read the passwords of the roles (pg_authid), as \`globals: true\` does; only a superuser may. \`globals: without-passwords\` does without them.`],
		[tooNew !== null, 'note', `${tooNew} sets transaction_timeout first, which PostgreSQL ${serverMajor} does not know, so the restore command leaves that line out. The client of PostgreSQL ${serverMajor} has no such line.`],
		[server.isStandby, 'note', 'The server is a standby: the dump has what was replayed there, and may be cancelled by a conflict with recovery.'],
		[settings['restore-check'] && !server.mayCreateDatabases, 'note', `${server.user} may not create databases, so the restore check will not be done.`],
	];
	return rows.flatMap(([isTrue, level, what]) => (isTrue ? [{level, what}] : []));
};

/**
About how many bytes the dump will take: the last one, grown as the database grew, and a quarter; without a last one what the tables take. Where
nothing compresses the dump it is twice that, as its text writes a byte of a bytea in two, and rows that the server holds compressed in full.
*/
export const expectedBytes = ({databaseBytes, tables}: Pick<ServerFacts, 'databaseBytes' | 'tables'>, last: LastBackup | null, settings: Pick<BackupSettings, 'format' | 'compress'>): number =>
	last === null || last.databaseBytes === 0
		? tables.reduce((sum, [, size]) => sum + size, 0) * (isUncompressed(settings) ? 2 : 1)
		: Math.ceil(last.sizeBytes * Math.max(1, databaseBytes / last.databaseBytes) * 1.25);

const isUncompressed = ({format, compress}: Pick<BackupSettings, 'format' | 'compress'>): boolean => compress === 0 || compress === 'none' || (format === 'plain' && compress === undefined);

const listed = (names: readonly string[]): string => (names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', '));
