import {hashLine, largestLineBytes, type ChainEnd} from './chain.ts';
import {checkLine, notJoined, refuted} from './check-line.ts';
import type {JournalLine} from './event.ts';
import {isTear} from './tear.ts';

/** What a journal's bytes are worth: `lines` and `head` are those of the longest prefix whose chain holds, and that the line after it doesn't refute. */
export type ReadJournal = {
	readonly lines: readonly JournalLine[];
	readonly head: string;
	/** Where that prefix ends, and its SHA-256. */
	readonly goodBytes: number;
	readonly prefix: string;
	readonly verdict: Verdict;
};

/** What was read of the same journal before: where its bytes are still the same, they are not looked at again. */
export type KnownLines = Pick<ReadJournal, 'lines' | 'head' | 'goodBytes' | 'prefix'>;

/**
`torn`: after the last good line there is a piece of one more, which was never acknowledged: a crash while it was written. It may be cut off.
`corrupt`: anything else. Nothing may be appended. `lineNumber` counts from 1; `why` ends the sentence "Line 7 …".
*/
export type Verdict = {readonly kind: 'whole'} | {readonly kind: 'torn'; readonly bytes: number} | {readonly kind: 'corrupt'; readonly lineNumber: number; readonly why: string};

const newline = 0x0a;

/** Reads and checks a journal whose line 0 must be chained to `genesis`. Pure; never throws for what the bytes hold. */
export const readJournal = (source: Uint8Array, genesis: string, known: KnownLines | null = null): ReadJournal => {
	const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
	const before = known !== null && isSamePrefix(bytes, known) ? known : null;
	const lines: JournalLine[] = [...(before?.lines ?? [])];
	let end: ChainEnd = before === null ? {seq: 0, head: genesis, epoch: 1} : {seq: lines.length, head: before.head, epoch: lines.at(-1)?.epoch ?? 1};
	let from = before?.goodBytes ?? 0;
	let why = 'has no end';
	while (from < bytes.length) {
		const newlineAt = bytes.indexOf(newline, from);
		if (newlineAt === -1) {
			if (bytes.length - from > largestLineBytes) why = `is longer than ${largestLineBytes} bytes`;
			break;
		}

		const raw = bytes.subarray(from, newlineAt + 1);
		const checked = checkLine(raw, end);
		if (typeof checked === 'string') {
			why = checked === notJoined ? refuted(end.seq + 1) : checked;
			const last = checked === notJoined ? lines.pop() : undefined;
			if (last !== undefined) {
				from = bytes.lastIndexOf(newline, from - 2) + 1;
				end = {seq: last.seq, head: last.prev, epoch: lines.at(-1)?.epoch ?? 1};
			}

			break;
		}

		lines.push(checked);
		end = {seq: end.seq + 1, head: hashLine(raw), epoch: checked.epoch};
		from = newlineAt + 1;
	}

	const prefix = before?.goodBytes === from ? before.prefix : hashLine(bytes.subarray(0, from));
	return {lines, head: end.head, goodBytes: from, prefix, verdict: judgeTail(bytes.subarray(from), from, end, why)};
};

const isSamePrefix = (bytes: Buffer, {lines, goodBytes, prefix}: KnownLines): boolean => lines.length > 0 && bytes.length >= goodBytes && hashLine(bytes.subarray(0, goodBytes)) === prefix;

/** What the bytes after the last good line mean. `why` says what is wrong with the first line of them. */
export const judgeTail = (tail: Uint8Array, at: number, end: ChainEnd, why: string): Verdict => {
	if (tail.length === 0) return {kind: 'whole'};
	return isTear(tail, at, end) ? {kind: 'torn', bytes: tail.length} : {kind: 'corrupt', lineNumber: end.seq + 1, why};
};
