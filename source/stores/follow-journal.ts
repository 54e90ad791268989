import {closeSync, fstatSync, openSync, readSync, watch, type FSWatcher} from 'node:fs';

import {hashLine, type ChainEnd} from '../journal/chain.ts';
import {checkLine} from '../journal/check-line.ts';
import type {JournalLine} from '../journal/event.ts';
import {journalPath} from './file-journal.ts';
import type {RunRecord} from './read-run.ts';

/** A file that changes is looked at soon after; should the hint be lost, this often. */
const pollMs = 250;

/**
Gives the lines that come after those of `record`, as somebody else writes them, each checked, with the hash of the last. `onDamage` is told once when the file is no
longer a continuation of what was read; then no more lines come.
*/
export const followJournal = (record: RunRecord, onLines: (lines: readonly JournalLine[], head: string) => void, onDamage: (why: string) => void = () => {}): {readonly stop: () => void} => {
	const path = journalPath(record.folder.path);
	let end: ChainEnd = {seq: record.lines.length, head: record.head, epoch: record.lines.at(-1)?.epoch ?? 1};
	let offset = record.goodBytes;
	let isStopped = false;

	const look = (): void => {
		if (isStopped) return;
		const found: JournalLine[] = [];
		let damage: string | null = null;
		try {
			const bytes = readFrom(path, offset);
			if (bytes === null) damage = 'it became shorter than what was read of it';
			for (let from = 0; bytes !== null; ) {
				const newlineAt = bytes.indexOf(0x0a, from);
				if (newlineAt === -1) break;
				const raw = bytes.subarray(from, newlineAt + 1);
				const line = checkLine(raw, end);
				if (typeof line === 'string') {
					damage = `line ${end.seq + 1} ${line}`;
					break;
				}

				found.push(line);
				end = {seq: end.seq + 1, head: hashLine(raw), epoch: line.epoch};
				offset += raw.length;
				from = newlineAt + 1;
			}
		} catch (error) {
			damage = error instanceof Error ? error.message : String(error);
		}

		if (found.length > 0) onLines(found, end.head);
		if (damage !== null) {
			stop();
			onDamage(damage);
		}
	};

	const stop = (): void => {
		isStopped = true;
		clearInterval(timer);
		hint?.close();
	};

	const timer = setInterval(look, pollMs);
	const hint = watchQuietly(path, look);
	look();
	return {stop};
};

/** The bytes from `offset` on; `null` when the file ends before it. */
const readFrom = (path: string, offset: number): Buffer | null => {
	const fd = openSync(path, 'r');
	try {
		const {size} = fstatSync(fd);
		if (size < offset) return null;
		const bytes = Buffer.alloc(size - offset);
		return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, offset));
	} finally {
		closeSync(fd);
	}
};

/** Watching is a hint only: where the system has no watches left, looking now and then is enough. */
const watchQuietly = (path: string, look: () => void): FSWatcher | null => {
	try {
		return watch(path, {persistent: false}, look).on('error', () => {});
	} catch {
		return null;
	}
};
