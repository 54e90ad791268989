import {readdirSync, realpathSync} from 'node:fs';
import {delimiter, dirname, join} from 'node:path';

import {findProgram} from '../stores/find-program.ts';

/** All of them are needed: a server without the programs that read from it is of no use here. */
export const postgresPrograms = ['initdb', 'postgres', 'psql', 'pg_dump', 'pg_restore'] as const;

/** A folder that holds PostgreSQL, all of one version; the first that is whole, PATH before the usual places, newer before older. Null when there is none. */
export const findPostgres = (path: string): string | null => [...foldersOfPath(path), ...usualPlaces.flatMap(versionFolders)].find(isWhole) ?? null;

/** Distributions keep the server's programs out of PATH, and link single ones into it. */
const foldersOfPath = (path: string): readonly string[] =>
	path
		.split(delimiter)
		.filter(folder => folder !== '')
		.flatMap(folder => {
			const server = findProgram('postgres', [folder]);
			return server === null ? [folder] : [folder, dirname(realpathSync(server))];
		});

const isWhole = (folder: string): boolean => postgresPrograms.every(name => findProgram(name, [folder]) !== null);

/** `*` stands for what differs by version. */
const usualPlaces: readonly string[] = [
	'/usr/lib/postgresql/*/bin',
	'/usr/lib/postgresql*/bin',
	'/usr/libexec/postgresql*',
	'/usr/pgsql-*/bin',
	'/opt/homebrew/opt/postgresql*/bin',
	'/usr/local/opt/postgresql*/bin',
	'/home/linuxbrew/.linuxbrew/opt/postgresql*/bin',
	'/opt/local/lib/postgresql*/bin',
	'/Applications/Postgres.app/Contents/Versions/*/bin',
	'/Library/PostgreSQL/*/bin',
	'/usr/local/pgsql/bin',
];

const versionFolders = (place: string): readonly string[] => {
	const parts = place.split('/');
	const index = parts.findIndex(part => part.includes('*'));
	if (index === -1) return [place];
	const above = parts.slice(0, index).join('/');
	const prefix = parts[index]?.replace('*', '') ?? '';
	return namesIn(above)
		.filter(name => name.startsWith(prefix))
		.toSorted((a, b) => b.localeCompare(a, 'en', {numeric: true}))
		.map(name => join(above, name, ...parts.slice(index + 1)));
};

const namesIn = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
};
