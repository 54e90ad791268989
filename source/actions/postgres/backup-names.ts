import {join} from 'node:path';

import type {BackupSettings} from './settings.ts';

/**
Names of the files of one backup. They follow from run, task and attempt alone, so that what was shown is what is written, and a later probe
finds it.

	egov_db-01JDK7W2-dump.1.dump            a folder when its format is directory, .sql or .sql.gz when it is plain
	egov_db-01JDK7W2-dump.1.dump.partial    until it is verified
	egov_db-01JDK7W2-dump.1.dump.json       what is known of it; by this file we know our own later
	egov_db-01JDK7W2-dump.1.globals.sql     roles and tablespaces, on request
*/
export type BackupNames = {readonly folder: string; readonly final: string; readonly partial: string; readonly facts: string; readonly globals: {readonly final: string; readonly partial: string}};

export const backupNames = (folder: string, {database, runId, taskId, attempt, settings}: {readonly database: string; readonly runId: string; readonly taskId: string; /** Its number, or all numbers as a shell writes them: `{1..3}`. */ readonly attempt: number | string; readonly settings: BackupSettings}): BackupNames => {
	const base = join(folder, `${fileNameOf(database)}-${runId}-${fileNameOf(taskId)}.${attempt}`);
	const final = `${base}.${endingOf(settings)}`;
	const globals = `${base}.globals.sql`;
	return {folder, final, partial: `${final}${partialEnding}`, facts: `${final}${factsEnding}`, globals: {final: globals, partial: `${globals}${partialEnding}`}};
};

export const factsEnding = '.json';

const partialEnding = '.partial';

const endingOf = (settings: BackupSettings): string => ({custom: 'dump', directory: 'folder', plain: isPlainCompressed(settings) ? 'sql.gz' : 'sql'})[settings.format];

export const isPlainCompressed = ({format, compress}: BackupSettings): boolean => format === 'plain' && compress !== undefined && compress !== 0 && compress !== 'none';

/** A name of a database may hold anything; a first dot would hide the file, a first dash be taken for a flag. */
const fileNameOf = (name: string): string => name.replaceAll(/[^\w.-]/g, '_').replace(/^[.-]/, '_');
