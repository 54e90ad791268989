import {hashLine} from './chain.ts';
import type {JournalLine} from './event.ts';

/** What a journal's bytes are worth: `lines` and `head` are those of the longest prefix whose chain holds. */
export type ReadJournal = {
	readonly lines: readonly JournalLine[];
	readonly head: string;
	/** Where that prefix ends. */
	readonly goodBytes: number;
	readonly verdict: Verdict;
};

/**
`torn`: after the last good line there is a piece of one more, which was never acknowledged: a crash while it was written. It may be cut off.
`corrupt`: anything else. Nothing may be appended. `lineNumber` counts from 1.
*/
export type Verdict = {readonly kind: 'whole'} | {readonly kind: 'torn'; readonly bytes: number} | {readonly kind: 'corrupt'; readonly lineNumber: number; readonly why: string};

const newline = 0x0a;

/** Reads and checks a journal whose line 0 must be chained to `genesis`. Pure; never throws for what the bytes hold. */
export const readJournal = (bytes: Uint8Array, genesis: string): ReadJournal => {
	const lines: JournalLine[] = [];
	let head = genesis;
	let from = 0;
	while (from < bytes.length) {
		const end = bytes.indexOf(newline, from);
		if (end === -1) break;
		const raw = bytes.subarray(from, end + 1);
		const checked = checkLine(raw, lines.length, head, lines.at(-1)?.epoch ?? 1);
		if (typeof checked === 'string') {
			const isTail = bytes.indexOf(newline, end + 1) === -1 && !hasLine(bytes.subarray(end + 1));
			// A line that is whole was acknowledged or may have been; only padding with NUL after a power cut is a tear.
			return isTail && raw.every(byte => byte === 0 || byte === newline)
				? {lines, head, goodBytes: from, verdict: {kind: 'torn', bytes: bytes.length - from}}
				: {lines, head, goodBytes: from, verdict: {kind: 'corrupt', lineNumber: lines.length + 1, why: checked}};
		}

		lines.push(checked);
		head = hashLine(raw);
		from = end + 1;
	}

	return {lines, head, goodBytes: from, verdict: from === bytes.length ? {kind: 'whole'} : {kind: 'torn', bytes: bytes.length - from}};
};

const hasLine = (rest: Uint8Array): boolean => rest.includes(newline);

/** The line, or what is wrong with it. */
export const checkLine = (raw: Uint8Array, seq: number, prev: string, epoch: number): JournalLine | string => {
	const text = Buffer.from(raw).toString('utf8');
	let line: JournalLine;
	try {
		line = JSON.parse(text) as JournalLine;
	} catch {
		return 'it is not JSON';
	}

	if (typeof line !== 'object' || line === null) return 'it is not a JSON object';
	if (line.v !== 1) return `it has version ${String((line as {v: unknown}).v)}; this program knows version 1`;
	if (line.seq !== seq) return `it says that it is number ${String(line.seq)}; ${seq} was expected`;
	if (line.prev !== prev) return 'its `prev` is not the hash of the line before: a line was changed, removed or inserted';
	if (!Number.isInteger(line.epoch) || line.epoch < epoch) return `its epoch ${String(line.epoch)} is older than ${epoch}: it was written by somebody who had lost the run`;
	if (typeof line.type !== 'string' || typeof line.data !== 'object' || line.data === null) return 'it names no event';
	return line;
};
