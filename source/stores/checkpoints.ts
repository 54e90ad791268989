import {join} from 'node:path';

import {encodeCheckpoint} from '../journal/checkpoint.ts';
import {disk, type FileSystem} from './file-system.ts';
import {readIfThere, replaceDurably, syncFolder, writeDurably} from './files.ts';
import type {JournalStore} from './journal-store.ts';
import type {Signer} from './signing.ts';

export type Checkpointer = {
	/** Signs how far the journal is now. With the machine's key it is on disk on return; with an agent soon after, and only the newest. */
	readonly request: () => void;
	/** Resolves when nothing is being signed any more. To be awaited before the program ends. */
	readonly settle: () => Promise<void>;
};

/**
Keeps `checkpoint` and `checkpoint.sig` beside a journal. A failure does not stop a run: it is told to `onFailure`, and the next request tries
again. `spare` signs when `signer` does not (an agent that went away), from then on; that is told to `onSpare`.
*/
export const createCheckpointer = ({folder, store, signer, spare = null, onFailure = () => {}, onSpare = () => {}, files = disk}: CheckpointerParts): Checkpointer => {
	let current = signer;
	let wanted: string | null = null;
	let written = '';
	let work: Promise<void> | null = null;

	const keep = (text: string, signature: string): void => {
		writePair(folder, text, signature, files);
		written = text;
	};

	const signWanted = async (): Promise<void> => {
		while (wanted !== null) {
			const text = wanted;
			wanted = null;
			try {
				keep(text, await current.sign(text));
			} catch (error) {
				onFailure(error);
				if (spare === null || current === spare) continue;
				current = spare;
				wanted ??= text;
				onSpare(error);
			}
		}
	};

	const request = (): void => {
		const text = encodeCheckpoint(store.checkpoint());
		if (text === written) return;
		if (work === null && current.kind === 'machine') {
			try {
				const signature = current.sign(text);
				if (typeof signature === 'string') return keep(text, signature);
			} catch (error) {
				return onFailure(error);
			}
		}

		wanted = text;
		work ??= signWanted().finally(() => (work = null));
	};

	return {
		request,
		settle: async () => {
			while (work !== null) await work;
		},
	};
};

export type CheckpointerParts = {
	readonly folder: string;
	readonly store: Pick<JournalStore, 'checkpoint'>;
	readonly signer: Signer;
	readonly spare?: Signer | null;
	readonly onFailure?: (error: unknown) => void;
	readonly onSpare?: (error: unknown) => void;
	readonly files?: FileSystem;
};

const names = {text: 'checkpoint', signature: 'checkpoint.sig'};

/** After a crash between the two renames one of the two is the new one, and the other still has its temporary name: `readPairs` finds them. */
const writePair = (folder: string, text: string, signature: string, files: FileSystem): void => {
	const path = (name: string): string => join(folder, name);
	writeDurably(path(`${names.text}.new`), text, files);
	// Its name too, or only the new signature might survive, without its text.
	syncFolder(folder, files);
	replaceDurably(path(names.signature), signature, files);
	files.rename(path(`${names.text}.new`), path(names.text));
	syncFolder(folder, files);
};

export type SignedText = {readonly text: string; readonly signature: string | null};

/** Checkpoint and signature beside a journal; after a crash also those of which one is new. The first is the one that counts if it holds. */
export const readPairs = (folder: string, files: FileSystem = disk): readonly SignedText[] => {
	const read = (name: string): string | null => readIfThere(join(folder, name), files)?.toString('utf8') ?? null;
	const texts = [read(names.text), read(`${names.text}.new`)].filter(text => text !== null);
	const signatures = [read(names.signature), read(`${names.signature}.new`)].filter(signature => signature !== null);
	return texts.flatMap((text): SignedText[] => (signatures.length === 0 ? [{text, signature: null}] : signatures.map(signature => ({text, signature}))));
};
