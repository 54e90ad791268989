import {createHash} from 'node:crypto';

import {commandLine} from '../../text/command-line.ts';
import {isPlainCompressed, type BackupNames} from './backup-names.ts';
import {censusScript, closingScript} from './census.ts';
import {psqlArgv, type Tools} from './dump-commands.ts';
import {plainText} from './restore-command.ts';
import {withDatabase, type ServerAddress} from './server-address.ts';
import type {BackupSettings} from './settings.ts';

export type RestoreCheckWork = {
	readonly database: string;
	readonly scripts: {readonly census: string; readonly closing: string};
	readonly census: readonly string[];
	/** Without --force: a worker of autovacuum, which the server ends for a plain drop, is nobody that a role without more rights may end. */
	readonly drop: readonly string[];
	/** The same for a person, whom it may ask for the password. */
	readonly dropByHand: string;
	/** Prints 1 while the database is there, else 0. */
	readonly isThere: readonly string[];
	readonly create: readonly string[];
	/** Reads the unfinished dump from its file, or a plain one on stdin. */
	readonly restore: readonly string[];
	/** The same where the dump says something that the server does not know: what gives its text, and psql, which reads it without that. */
	readonly filtered: {readonly source: readonly string[]; readonly load: readonly string[]};
	readonly restoredCensus: readonly string[];
};

/** Its commands; they make, fill and drop a database whose name is clearly ours. */
export const planRestoreCheck = (tools: Tools, address: ServerAddress, {settings, names, runId, taskId}: {readonly settings: BackupSettings; readonly names: BackupNames; readonly runId: string; readonly taskId: string}): RestoreCheckWork => {
	// An identifier of PostgreSQL has at most 63 bytes.
	const database = `slipway_check_${runId.toLowerCase().replaceAll(/\W/g, '_').slice(0, 32)}_${createHash('sha256').update(`${runId} ${taskId}`).digest('hex').slice(0, 12)}`;
	const scratch = withDatabase(address, database);
	return {
		database,
		scripts: {census: censusScript(), closing: closingScript()},
		census: psqlArgv(tools, address, '--file=-'),
		drop: [tools.dropdb, '--if-exists', '--no-password', `--maintenance-db=${address.url}`, database],
		dropByHand: commandLine(['dropdb', `--maintenance-db=${address.url}`, database]),
		isThere: psqlArgv(tools, address, `--command=SELECT count(*) FROM pg_database WHERE datname = '${database}'`),
		create: [tools.createdb, '--template=template0', '--no-password', `--maintenance-db=${address.url}`, database, `Slipway makes it to check a backup, and drops it (run ${runId}).`],
		restore:
			settings.format === 'plain'
				? psqlArgv(tools, scratch, '--file=-')
				: [tools.pg_restore, '--exit-on-error', '--verbose', '--no-owner', '--no-privileges', ...(settings.jobs === undefined ? [] : [`--jobs=${settings.jobs}`]), '--no-password', `--dbname=${scratch.url}`, names.partial],
		filtered: {source: settings.format === 'plain' ? plainText(names.partial, isPlainCompressed(settings)) : [tools.pg_restore, '--file=-', '--verbose', '--no-owner', '--no-privileges', names.partial], load: psqlArgv(tools, scratch, '--output=/dev/null', '--file=-')},
		restoredCensus: psqlArgv(tools, scratch, '--file=-'),
	};
};
