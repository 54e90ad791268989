import {readFile, stat} from 'node:fs/promises';
import {basename, join} from 'node:path';

import {Problem} from '../errors.ts';
import type {Attachment} from '../stores/keep-attachments.ts';
import {factOfBytes} from '../stores/file-facts.ts';
import {errorCode} from '../stores/file-system.ts';
import {formatSize} from '../text/format-size.ts';

/** Each is held in memory until it is kept, so that what is kept has the hash that is recorded. */
const largestBytes = 100_000_000;

/**
The files that come with an answer, read whole. `folder`: where they are to be kept, relative to the run's folder. Rejects with a `Problem`
(`attachment-unreadable`) when one of them is no file that can be kept.
*/
export const readAttachments = async (paths: readonly string[], folder: string): Promise<readonly Attachment[]> => {
	const attachments: Attachment[] = [];
	for (const [index, path] of paths.entries()) {
		const bytes = await readWhole(path);
		attachments.push({bytes, fact: factOfBytes(join(folder, keptName(path, paths.length === 1 ? null : index + 1)), bytes)});
	}

	return attachments;
};

/** No name needs quotes in a shell, and with their numbers no two are the same on any file system. */
const keptName = (path: string, number: number | null): string => `${number === null ? '' : `${number}-`}${basename(path).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}`;

const readWhole = async (path: string): Promise<Uint8Array> => {
	try {
		const facts = await stat(path);
		if (facts.isDirectory()) throw unreadable(path, 'It is a folder.');
		if (!facts.isFile()) throw unreadable(path, 'It is no file that ends.');
		if (facts.size === 0) throw unreadable(path, 'It is empty.');
		if (facts.size > largestBytes) throw unreadable(path, `It has ${formatSize(facts.size)}; ${formatSize(largestBytes)} are the most.`);
		return await readFile(path);
	} catch (error) {
		if (error instanceof Problem) throw error;
		throw unreadable(path, whyUnreadable[errorCode(error)] ?? `${error instanceof Error ? error.message : String(error)}.`, error);
	}
};

const whyUnreadable: Readonly<Record<string, string>> = {ENOENT: 'There is no such file.', ENOTDIR: 'There is no such file.', EACCES: 'You may not read it.', EPERM: 'You may not read it.'};

const unreadable = (path: string, why: string, cause?: unknown): Problem =>
	new Problem({code: 'attachment-unreadable', what: `Nothing is recorded: ${path} can not be attached.`, why, todo: 'Mend the path (in quotes where it has blanks), or empty it.', cause});
