import {readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {factsEnding} from '../actions/postgres/backup-names.ts';
import {backupFacts, type BackupFacts, type KnownBackup} from '../actions/postgres/retention.ts';
import {syncFolder} from '../stores/files.ts';

/** The backups in a folder that say of themselves that we made them. What can't be read is not ours. */
export const readBackups = (folder: string): readonly KnownBackup[] =>
	namesIn(folder)
		.filter(name => name.endsWith(factsEnding))
		.flatMap((name): KnownBackup[] => {
			const facts = readFacts(join(folder, name));
			return facts === null || name !== `${facts.file}${factsEnding}` ? [] : [{facts, isWhole: isWhole(folder, facts)}];
		});

/** Removes a backup: the dump first, so that what is left is never a dump of which nothing is known. */
export const removeBackup = (folder: string, {file, globals}: BackupFacts): void => {
	for (const name of [file, ...(globals === null ? [] : [globals]), `${file}${factsEnding}`]) rmSync(join(folder, name), {recursive: true, force: true});
	syncFolder(folder);
};

const readFacts = (path: string): BackupFacts | null => {
	try {
		return backupFacts.parse(JSON.parse(readFileSync(path, 'utf8')));
	} catch {
		return null;
	}
};

const isWhole = (folder: string, {file, globals, sizeBytes}: BackupFacts): boolean => sizeOf(join(folder, file)) === sizeBytes && (globals === null || sizeOf(join(folder, globals)) !== null);

const sizeOf = (path: string): number | null => {
	try {
		const stat = statSync(path);
		return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + (sizeOf(join(path, name)) ?? 0), 0) : stat.size;
	} catch {
		return null;
	}
};

const namesIn = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
};
