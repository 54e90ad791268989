import {longestLockWait} from './server-facts.ts';
import type {ServerAddress} from './server-address.ts';
import type {BackupSettings} from './settings.ts';

/** Names or paths of the programs. */
export type Tools = Readonly<Record<'pg_dump' | 'pg_dumpall' | 'pg_restore' | 'psql' | 'createdb' | 'dropdb', string>>;

/** Stands in a command where the snapshot's name is known only when it has been exported. */
export const snapshotId = 'SNAPSHOT-ID';

/** pg_dump writes straight into `file`; without one, to stdout. */
export const dumpArgv = (tools: Tools, address: ServerAddress, {format, jobs, compress}: BackupSettings, {file, withSnapshot}: {readonly file: string | null; readonly withSnapshot: boolean}): readonly string[] => [
	tools.pg_dump,
	`--format=${format}`,
	...(jobs === undefined ? [] : [`--jobs=${jobs}`]),
	...(compress === undefined ? [] : [`--compress=${compress}`]),
	...(withSnapshot ? [`--snapshot=${snapshotId}`] : []),
	`--lock-wait-timeout=${longestLockWait}`,
	'--verbose',
	'--no-password',
	...(file === null ? [] : [`--file=${file}`]),
	`--dbname=${address.url}`,
];

export const globalsArgv = (tools: Tools, address: ServerAddress, {globals}: BackupSettings, file: string | null): readonly string[] => [
	tools.pg_dumpall,
	'--globals-only',
	...(globals === 'without-passwords' ? ['--no-role-passwords'] : []),
	'--no-password',
	...(file === null ? [] : [`--file=${file}`]),
	`--dbname=${address.url}`,
];

/** psql without anybody's settings, giving bare values; a failing statement ends it. */
export const psqlArgv = (tools: Tools, {url}: ServerAddress, ...more: readonly string[]): readonly string[] => [tools.psql, '--no-psqlrc', '--no-password', '--quiet', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1', `--dbname=${url}`, ...more];
