import {createHash} from 'node:crypto';

import {encodeLine} from '../journal/chain.ts';
import type {JournalLine} from '../journal/event.ts';
import {poisoned} from './journal-problems.ts';
import type {JournalStore} from './journal-store.ts';

/** A journal that lives as long as the process: for tests and for trying things out. It can't fail but for lines that are too long. */
export const createMemoryJournal = (place: {readonly runId: string; readonly genesis: string; readonly by: string}): JournalStore => {
	const lines: JournalLine[] = [];
	const prefix = createHash('sha256');
	let head = place.genesis;
	let bytes = 0;
	let isClosed = false;
	return {
		lines,
		get head() {
			return head;
		},
		epoch: 1,
		append(event, at) {
			if (isClosed) throw poisoned('It was closed.');
			const encoded = encodeLine(event, {seq: lines.length, prev: head, epoch: 1, at: at.toISOString(), by: place.by});
			lines.push(encoded.line);
			prefix.update(encoded.bytes);
			bytes += encoded.bytes.length;
			head = encoded.hash;
			return encoded.line;
		},
		checkpoint: () => ({run: place.runId, lines: lines.length, bytes, head, prefix: prefix.copy().digest('hex')}),
		close() {
			isClosed = true;
		},
	};
};
