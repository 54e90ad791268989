import {relative} from 'node:path';

import type {FileFact} from '../journal/event.ts';
import {factOf} from '../stores/file-facts.ts';
import {flushFiles} from '../stores/flush-files.ts';

/** Facts of files that are on the disk when they are told. */
export const factsOnDisk = async (paths: readonly string[], runFolder: string): Promise<readonly FileFact[]> => {
	await flushFiles(paths, runFolder);
	return Promise.all(paths.map(path => factWithin(path, runFolder)));
};

const factWithin = async (path: string, runFolder: string): Promise<FileFact> => {
	const fact = await factOf(path);
	const inside = relative(runFolder, path);
	return inside.startsWith('..') ? fact : {...fact, path: inside};
};
