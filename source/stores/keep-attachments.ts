import {rmSync} from 'node:fs';
import {dirname, join} from 'node:path';

import type {FileFact} from '../journal/event.ts';
import {makeFolderDurably, syncFolder, writeDurably} from './files.ts';

/** A file that comes with an answer, and as what it is to be kept. */
export type Attachment = {readonly fact: FileFact; readonly bytes: Uint8Array};

/**
Puts the files of one answer into the run's folder, on disk when it returns. They share a folder that nothing else is in. Throws the error of the file
system; then none of them is left, so that what filled the disk does not stay on it.
*/
export const keepAttachments = (runFolder: string, attachments: readonly Attachment[]): void => {
	const [first] = attachments;
	if (first === undefined) return;
	const folder = join(runFolder, dirname(first.fact.path));
	try {
		makeFolderDurably(folder);
		for (const {fact, bytes} of attachments) writeDurably(join(runFolder, fact.path), bytes);
		syncFolder(folder);
	} catch (error) {
		rmSync(folder, {recursive: true, force: true});
		throw error;
	}
};
