import {createHash} from 'node:crypto';
import {join} from 'node:path';

import {encodeLine, hashLine} from '../journal/chain.ts';
import {parseCheckpoint} from '../journal/checkpoint.ts';
import type {Event, EventData, JournalLine} from '../journal/event.ts';
import {readJournal, type KnownLines, type ReadJournal} from '../journal/read-journal.ts';
import {Bug, Problem} from '../errors.ts';
import {dropBallast, takeBallast} from './ballast.ts';
import {disk, errorCode, isFull, type FileSystem} from './file-system.ts';
import {createDurably, openForAppend, overwriteDurably, writeFully} from './files.ts';
import {corrupt, noRoom, poisoned, suspended, unwritable} from './journal-problems.ts';
import type {JournalStore} from './journal-store.ts';
import {readPart} from './run-folder.ts';
import {keepTail, unrecordedTails} from './torn-tail.ts';

/** Whose journal it is, where it lies, and who writes (`user@host`). */
export type JournalPlace = {readonly folder: string; readonly runId: string; readonly genesis: string; readonly by: string; readonly files?: FileSystem};

export const journalPath = (folder: string): string => join(folder, 'journal.jsonl');

/** Creates the journal of a new run. Throws `Problem` when there is one already, or the disk refuses. */
export const createFileJournal = (place: JournalPlace): JournalStore => {
	const files = place.files ?? disk;
	const path = journalPath(place.folder);
	try {
		return writer(place, {fd: createDurably(path, files), lines: [], head: place.genesis, bytes: Buffer.alloc(0), epoch: 1});
	} catch (error) {
		throw unwritable(path, error);
	}
};

export type OpenedJournal = {
	readonly store: JournalStore;
	/** What crashes left of lines that were never acknowledged: cut off, kept beside, and now to be recorded, each as `journal.recovered`. */
	readonly unrecorded: readonly EventData['journal.recovered'][];
};

/**
Opens a journal to go on writing, under the next epoch. The caller holds the run's lock. Throws `Problem`: `journal-corrupt` (it can only be
read: `read-run.ts`), `disk-full`, `journal-unwritable`. `known` is what was read before the lock was held; only what has changed since is read again.
*/
export const openFileJournal = (place: JournalPlace, known: KnownLines | null = null): OpenedJournal => {
	const files = place.files ?? disk;
	const path = journalPath(place.folder);
	const bytes = attempt(path, () => files.read(path));
	const read = readJournal(bytes, place.genesis, known);
	if (read.verdict.kind === 'corrupt') throw corrupt(path, `line ${read.verdict.lineNumber} ${read.verdict.why}.`);
	const conflict = conflictWithCheckpoint(readPart(join(place.folder, 'checkpoint'), files), bytes, read);
	if (conflict !== null) throw corrupt(path, conflict);
	try {
		takeBallast(place.folder, files);
	} catch (error) {
		throw isFull(error) ? noRoom(place.folder, 'the reserve of 64 KiB, which lets the record be ended properly when the disk fills up', error) : unwritable(path, error);
	}

	return attempt(path, () => {
		const fd = openForAppend(path, files);
		if (read.verdict.kind === 'torn') {
			keepTail(place.folder, bytes.subarray(read.goodBytes), read.lines, files);
			files.truncate(fd, read.goodBytes);
			files.fdatasync(fd);
		}

		writeLastLineAgain(path, bytes.subarray(0, read.goodBytes), files);
		const store = writer(place, {fd, lines: [...read.lines], head: read.head, bytes: bytes.subarray(0, read.goodBytes), epoch: (read.lines.at(-1)?.epoch ?? 0) + 1});
		return {store, unrecorded: unrecordedTails(place.folder, read.lines, files)};
	});
};

/**
After a flush that failed, Linux shows the line although the disk may not have it, and calls it clean: no later flush would write it
(Rebello et al., USENIX ATC 2020). Written once more, with the same bytes, it is flushed like any other. Only the last line can be such a one.
*/
const writeLastLineAgain = (path: string, bytes: Uint8Array, files: FileSystem): void => {
	const from = bytes.lastIndexOf(0x0a, -2) + 1;
	if (bytes.length > 0) overwriteDurably(path, bytes.subarray(from), from, files);
};

const conflictWithCheckpoint = (text: Buffer | null, bytes: Uint8Array, read: ReadJournal): string | null => {
	const checkpoint = text === null ? null : parseCheckpoint(text.toString('utf8'));
	if (checkpoint === null) return null;
	if (checkpoint.bytes > read.goodBytes) return `the checkpoint beside it covers ${checkpoint.lines} lines, but there are ${read.lines.length}.`;
	return hashLine(bytes.subarray(0, checkpoint.bytes)) === checkpoint.prefix ? null : `its first ${checkpoint.lines} lines are not those that the checkpoint beside it covers.`;
};

/** In a burst of lines the open file is looked at, which tells all but that it was moved; its name again after so long. */
const nameCheckMs = 100;

/** For lines of 5,000 characters, whatever they are; few are longer. */
const roomBytes = 16 * 1024;

type Position = {readonly fd: number; readonly lines: JournalLine[]; readonly head: string; readonly bytes: Uint8Array; readonly epoch: number};

const writer = ({folder, runId, by, files = disk}: JournalPlace, {fd, lines, head: firstHead, bytes, epoch}: Position): JournalStore => {
	const path = journalPath(folder);
	const {ino} = files.statOpen(fd);
	const prefix = createHash('sha256').update(bytes);
	/** Each line is made in the same place: what is allocated anew for each costs more than all that is done with it. */
	const room = Buffer.allocUnsafe(roomBytes);
	let head = firstHead;
	let sizeBytes = bytes.length;
	let ending: Problem | null = null;
	let namedMs = Number.NEGATIVE_INFINITY;

	const stopWith = (problem: Problem): Problem => (ending ??= problem);

	/** Nobody else has appended, replaced, removed or moved the file since our last line. */
	const refuseForeign = (): void => {
		const now = performance.now();
		const open = files.statOpen(fd);
		if (open.nlink === 0 || now - namedMs >= nameCheckMs) {
			if (inodeOfName() !== ino) throw stopWith(poisoned(`${path} was replaced by another file.`));
			namedMs = now;
		}

		if (open.size !== sizeBytes) throw stopWith(poisoned(`${path} has ${open.size} bytes where we left ${sizeBytes}: somebody else changed it.`));
	};

	const inodeOfName = (): number => {
		try {
			return files.stat(path).ino;
		} catch (error) {
			throw stopWith(poisoned(`${path} is not there any more (${errorCode(error)}).`, error));
		}
	};

	const write = (event: Event, at: Date): JournalLine => {
		const encoded = encodeLine(event, {seq: lines.length, prev: head, epoch, at: at.toISOString(), by}, room);
		try {
			writeFully(fd, encoded.bytes, files);
		} catch (error) {
			throw isFull(error) ? new NoRoom(error) : error;
		}

		files.fdatasync(fd);
		lines.push(encoded.line);
		prefix.update(encoded.bytes);
		sizeBytes += encoded.bytes.length;
		head = encoded.hash;
		return encoded.line;
	};

	/** What was written of the line goes; the reserve makes room for one that says so. */
	const suspend = (lost: Event, at: Date, cause: unknown): Problem => {
		try {
			files.truncate(fd, sizeBytes);
			files.fdatasync(fd);
			dropBallast(folder, files);
			write({type: 'run.suspended', data: {reason: 'disk-full', lost: lost.type}}, at);
			return suspended(folder, cause);
		} catch (error) {
			return poisoned(`The disk is full, and the line that says so could not be written to ${path} (${describe(error)}).`, error);
		}
	};

	return {
		lines,
		get head() {
			return head;
		},
		epoch,
		append(event, at) {
			if (ending !== null) throw ending;
			refuseForeign();
			try {
				return write(event, at);
			} catch (error) {
				if (error instanceof Problem || error instanceof Bug) throw error;
				throw stopWith(error instanceof NoRoom ? suspend(event, at, error.cause) : poisoned(`A line could not be written to ${path} (${describe(error)}); whether it is on the disk is not known.`, error));
			}
		},
		checkpoint() {
			return {run: runId, lines: lines.length, bytes: sizeBytes, head, prefix: prefix.copy().digest('hex')};
		},
		close() {
			if (ending?.code !== 'journal-closed') {
				closeQuietly(fd, files);
				ending = new Problem({code: 'journal-closed', what: 'The record of this run was closed.', why: 'The run was left.', todo: 'Open the run again with `slipway resume`.'});
			}
		},
	};
};

/** Every line was flushed when it was acknowledged: nothing that a close could say matters any more. */
const closeQuietly = (fd: number, files: FileSystem): void => {
	try {
		files.close(fd);
	} catch {
		// See above.
	}
};

/** A write, not a flush, found the disk full: what it wrote may be taken back. */
class NoRoom extends Error {
	override readonly name = 'NoRoom';

	constructor(cause: unknown) {
		super('The disk is full.', {cause});
	}
}

const describe = (error: unknown): string => {
	const cause = error instanceof NoRoom ? error.cause : error;
	return errorCode(cause) || String(cause);
};

const attempt = <Result>(path: string, work: () => Result): Result => {
	try {
		return work();
	} catch (error) {
		throw error instanceof Problem ? error : unwritable(path, error);
	}
};
