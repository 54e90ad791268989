import {lstat, open, readdir} from 'node:fs/promises';
import {dirname, join, relative} from 'node:path';

import {errorCode} from './file-system.ts';

/**
Brings files that others wrote, and folders with all that is in them, onto the disk, with the names that lead to them from `within`: what the
journal says of them must not outlive them. Not synchronous: of a large output much may be left to write. Rejects when something can't be flushed.
*/
export const flushFiles = async (paths: readonly string[], within: string): Promise<void> => {
	for (const path of paths) await flushEntry(path);
	for (const folder of new Set(paths.flatMap(path => foldersAbove(path, within)))) await flushFolder(folder);
};

const flushEntry = async (path: string): Promise<void> => {
	const stat = await lstat(path);
	if (stat.isDirectory()) {
		for (const name of await readdir(path)) await flushEntry(join(path, name));
		await flushFolder(path);
	} else if (stat.isFile()) {
		await using file = await open(path);
		await whereKnown(() => file.datasync());
	}
};

const foldersAbove = (path: string, within: string): readonly string[] => {
	const folder = dirname(path);
	const inside = relative(within, folder);
	return inside === '' || inside.startsWith('..') ? [folder] : [folder, ...foldersAbove(folder, within)];
};

const flushFolder = async (path: string): Promise<void> => {
	await using folder = await open(path);
	await whereKnown(() => folder.sync());
};

/** Some network file systems know no flush of a folder, or of a file that is open for reading; what is there is with the server. */
const whereKnown = async (flush: () => Promise<void>): Promise<void> => {
	try {
		await flush();
	} catch (error) {
		if (!['EINVAL', 'ENOTSUP'].includes(errorCode(error))) throw error;
	}
};
