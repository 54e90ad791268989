import {isUtf8} from 'node:buffer';

import {largestLineBytes, writeLine, type ChainEnd} from './chain.ts';
import type {JournalLine} from './event.ts';
import {shapeProblem} from './event-shape.ts';
import {isInstant, readPlainLine} from './plain-line.ts';

/** What is wrong with a line that was written after another one than the line before; who still has that one should blame it instead (`refuted`). */
export const notJoined = 'does not join the line before: that one was changed, or lines were removed or inserted between them';

/** The same, said of the line before: its own bytes are what the next line's `prev` refutes. `lineNumber` is that of the next line. */
export const refuted = (lineNumber: number): string => `is not what line ${lineNumber} says that it was written after: one of them was changed, or lines were removed or inserted between them`;

/**
The line that `raw` (newline included) holds, or what is wrong with it, as the rest of a sentence that begins with "Line 7". A line must join
the chain, and be written exactly as this program writes lines: then no key stands in it twice, and every JSON reader reads the same.
*/
export const checkLine = (raw: Buffer, after: ChainEnd): JournalLine | string => {
	if (raw.length > largestLineBytes) return `is longer than ${largestLineBytes} bytes`;
	const line = readPlainLine(raw, after) === null ? readCarefully(raw, after) : (JSON.parse(raw.toString('latin1')) as JournalLine);
	return typeof line === 'string' ? line : (shapeProblem(line) ?? line);
};

/** The same without the quick look, and without a look into the data. */
export const readCarefully = (raw: Buffer, after: ChainEnd): JournalLine | string => {
	if (!isUtf8(raw)) return 'is not UTF-8';
	const text = raw.toString('utf8');
	const line = parse(text);
	if (line === null) return 'is not a JSON object';
	if (line.v !== 1) return `has version ${shown(line.v)}; this program knows version 1`;
	if (!Number.isSafeInteger(line.seq)) return `has no number: its seq is ${shown(line.seq)}`;
	if (line.seq !== after.seq) return `says that it is line ${line.seq + 1} (seq ${line.seq}): lines before it were removed, inserted or moved`;
	if (line.prev !== after.head) return after.seq === 0 ? 'does not belong to this run and this runbook' : notJoined;
	if (!Number.isSafeInteger(line.epoch) || line.epoch < after.epoch) return `has epoch ${shown(line.epoch)} after epoch ${after.epoch}: it was written by somebody who had lost the run`;
	if (typeof line.at !== 'string' || !isInstant(line.at) || typeof line.by !== 'string' || typeof line.type !== 'string' || typeof line.data !== 'object' || line.data === null) return 'names no event';
	if (writeLine(line) !== text) return 'is not written as this program writes lines: a key stands in it twice, or there are spaces';
	return line;
};

const parse = (text: string): JournalLine | null => {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JournalLine) : null;
	} catch {
		return null;
	}
};

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 40) ?? 'none';
