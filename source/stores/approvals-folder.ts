import {createHash} from 'node:crypto';
import {readdirSync} from 'node:fs';
import {join} from 'node:path';

import type {FileFact} from '../journal/event.ts';
import {disk} from './file-system.ts';
import {makeFolderDurably, readIfThere, replaceDurably, syncFolder, writeDurably} from './files.ts';
import {factOfBytes} from './file-facts.ts';

/*
What belongs to approvals in a run's folder:

	approvals/requests/<task>-<expires>.txt         asked for; what is to be signed
	approvals/inbox/<name>.json  <name>.answer      handed in while another process drives the run, and what came of it
	approvals/<16 hex>/request  signature  allowed_signers      what the journal names
*/
const folderOf = (runFolder: string): string => join(runFolder, 'approvals');
const requestsOf = (runFolder: string): string => join(folderOf(runFolder), 'requests');
const inboxOf = (runFolder: string): string => join(folderOf(runFolder), 'inbox');

/** Keeps a request, so that a signature can come back without it. Gives its path. */
export const keepRequest = (runFolder: string, name: string, text: string): string => {
	makeFolderDurably(requestsOf(runFolder));
	const path = join(requestsOf(runFolder), `${name}.txt`);
	replaceDurably(path, text);
	return path;
};

/** The requests that were kept, the newest first. */
export const keptRequests = (runFolder: string): readonly string[] =>
	namesIn(requestsOf(runFolder), '.txt')
		.toReversed()
		.flatMap(name => readIfThere(join(requestsOf(runFolder), name))?.toString('utf8') ?? []);

/** Keeps what proves an approval, under the hash of its signature, on disk when it returns. Paths are relative to the run's folder. */
export const keepSignature = (runFolder: string, parts: Readonly<Record<'request' | 'signature', string>> & {readonly allowedSigners: Uint8Array | null}): Readonly<Record<'request' | 'signature', FileFact>> & {readonly allowedSigners: FileFact | null} => {
	const name = join('approvals', createHash('sha256').update(parts.signature).digest('hex').slice(0, 16));
	makeFolderDurably(join(runFolder, name));
	const keep = (file: string, content: string | Uint8Array): FileFact => {
		const bytes = Buffer.from(content);
		const path = join(name, file);
		writeDurably(join(runFolder, path), bytes);
		return factOfBytes(path, bytes);
	};
	const kept = {request: keep('request', parts.request), signature: keep('signature', parts.signature), allowedSigners: parts.allowedSigners === null ? null : keep('allowed_signers', parts.allowedSigners)};
	syncFolder(join(runFolder, name));
	return kept;
};

/** Hands something to whoever drives the run. */
export const putIntoInbox = (runFolder: string, name: string, content: string): void => {
	makeFolderDurably(inboxOf(runFolder));
	replaceDurably(join(inboxOf(runFolder), `${name}.json`), content);
};

export const readInbox = (runFolder: string): readonly {readonly name: string; readonly content: string}[] =>
	namesIn(inboxOf(runFolder), '.json').flatMap(file => {
		const bytes = readIfThere(join(inboxOf(runFolder), file));
		return bytes === null ? [] : [{name: file.slice(0, -'.json'.length), content: bytes.toString('utf8')}];
	});

/** The answer is there before what it answers is gone. */
export const answerInbox = (runFolder: string, name: string, answer: string): void => {
	replaceDurably(join(inboxOf(runFolder), `${name}.answer`), answer);
	disk.unlink(join(inboxOf(runFolder), `${name}.json`));
	syncFolder(inboxOf(runFolder));
};

export const inboxAnswer = (runFolder: string, name: string): string | null => readIfThere(join(inboxOf(runFolder), `${name}.answer`))?.toString('utf8') ?? null;

const namesIn = (folder: string, ending: string): readonly string[] => {
	try {
		return readdirSync(folder).filter(name => name.endsWith(ending)).toSorted();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
		throw error;
	}
};
