import {createHash, hash} from 'node:crypto';

import {Bug, Problem} from '../errors.ts';
import {asRead} from './as-read.ts';
import type {Event, JournalLine} from './event.ts';
import {shapeProblem} from './event-shape.ts';

/** The longest line, newline included. What is bigger goes into a file of its own, named by its hash. */
export const largestLineBytes = 64 * 1024;

/** What line 0 is chained to: the run and the runbook, so that a journal can't be moved to another one. */
export const genesisOf = (runId: string, runbookSha256: string): string => createHash('sha256').update(`slipway-journal/v1 ${runId} ${runbookSha256}\n`).digest('hex');

/** Where a chain ends: what the next line has to join. */
export type ChainEnd = {readonly seq: number; readonly head: string; readonly epoch: number};

/** SHA-256 of a line's bytes, its newline included. */
export const hashLine = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

export type Place = {readonly seq: number; readonly prev: string; readonly epoch: number; readonly at: string; readonly by: string};

/**
One line of the journal as bytes (see `event.ts` for the format). Control characters, also C1 ones, and characters that reorder or hide text
are escaped, so that the file may be shown on a terminal. Throws `Problem` (`event-too-large`) above 64 KiB, `Bug` for a line that no reader
would take (a duration that is no number): written, it would make the whole run unreadable. The bytes lie in `room` when it is given and has
room for them, and are good until it is used again.
*/
export const encodeLine = (event: Event, {seq, prev, epoch, at, by}: Place, room?: Buffer): {readonly bytes: Buffer; readonly hash: string; readonly line: JournalLine} => {
	// What a reader will read, not what was given: a live state and a resumed one must be the same.
	const line = {v: 1, seq, prev, epoch, at, by, type: event.type, data: asRead(event.data)} as JournalLine;
	const bytes = bytesOf(jsonOf(line), room);
	if (bytes.length > largestLineBytes)
		throw new Problem({
			code: 'event-too-large',
			what: `The record of ${event.type} would take ${bytes.length} bytes.`,
			why: `A line of the journal holds at most ${largestLineBytes}.`,
			todo: 'Shorten the remark, or put the text into a file and name it as a reference.',
		});
	const wrong = shapeProblem(line);
	if (wrong !== null) throw new Bug(`line ${seq + 1} ${wrong}`);
	return {bytes, hash: hashLine(bytes), line};
};

/** The text of a line, its newline included: JSON without spaces, keys in the order of `JournalLine`, what could hide or reorder text as `\uXXXX`. */
export const writeLine = (line: JournalLine): string => `${jsonOf(line)}\n`;

const jsonOf = (line: JournalLine): string => {
	const json = JSON.stringify(line);
	return unusual.test(json) ? json.replace(hidden, escapeUnits) : json;
};

/** With the newline. A character takes at most three bytes for each of its units. */
const bytesOf = (json: string, room: Buffer | undefined): Buffer => {
	const bytes = room !== undefined && json.length * 3 < room.length ? room : Buffer.allocUnsafe(Buffer.byteLength(json) + 1);
	const end = bytes.write(json);
	bytes[end] = 0x0a;
	return bytes.subarray(0, end + 1);
};

const escapeUnits = (character: string): string =>
	[...Array(character.length).keys()].map(index => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join('');

/** Seldom there, and found much faster than the list below. */
const unusual = /[^ -~]/;

// Tags (U+E0000 and above) are two units each; without the `u` flag they are matched as such.
// eslint-disable-next-line no-control-regex
const hidden = /[\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|\uDB40[\uDC00-\uDFFF]/g;
