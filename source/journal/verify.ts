import {createHash, type Hash} from 'node:crypto';

import {hashLine, largestLineBytes} from './chain.ts';
import {checkLine, type ChainEnd} from './check-line.ts';
import type {Checkpoint} from './checkpoint.ts';
import type {JournalLine} from './event.ts';
import {isEventType} from './event-shape.ts';
import {readPlainLine} from './plain-line.ts';
import {judgeTail, type Verdict} from './read-journal.ts';

/** What a journal is worth, and whether it goes on from each of the given checkpoints (in their order). */
export type Verification = {
	/** Whole lines whose chain holds, from the first on. */
	readonly lines: number;
	readonly bytes: number;
	readonly head: string;
	readonly verdict: Verdict;
	readonly checkpoints: readonly CheckpointVerdict[];
};

/** `why` is a whole sentence. */
export type CheckpointVerdict = {readonly kind: 'holds'} | {readonly kind: 'broken'; readonly why: string};

export type VerifyOptions = {
	/** What line 0 must be chained to, also as a function of what line 0 says (its run). `null`: whatever it names. */
	readonly genesis: string | ((first: JournalLine) => string | null);
	readonly checkpoints?: readonly Checkpoint[];
	/** Is given every good line of these types, in order. */
	readonly types?: ReadonlySet<string>;
	readonly onLine?: (line: JournalLine) => void;
};

/**
Verifies a journal of any length in the memory of one chunk: every line is read, hashed and joined to the one before; the first bad one ends
it. Pure; rejects only with what `chunks` rejects with.
*/
export const verifyJournal = async (chunks: AsyncIterable<Uint8Array>, {genesis, checkpoints = [], types = new Set(), onLine = () => {}}: VerifyOptions): Promise<Verification> => {
	let end: ChainEnd | null = null;
	let offset = 0;
	let rest: Buffer = Buffer.alloc(0);
	let wrong: string | null = null;
	const marks = new Marks(checkpoints);

	const take = (raw: Buffer): string | null => {
		const after: ChainEnd = end ?? beginning(raw, genesis);
		end = after;
		const plain = readPlainLine(raw, after);
		const line = plain === null || types.has(plain.type) || !isEventType(plain.type) ? checkLine(raw, after) : null;
		if (typeof line === 'string') return line;
		end = {seq: after.seq + 1, head: hashLine(raw), epoch: plain?.epoch ?? line?.epoch ?? after.epoch};
		offset += raw.length;
		marks.reach(offset, end);
		if (line !== null && types.has(line.type)) onLine(line);
		return null;
	};

	for await (const chunk of chunks) {
		marks.read(chunk);
		if (wrong !== null && rest.length > largestLineBytes) continue;
		const bytes: Buffer = rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([rest, chunk]);
		let from = 0;
		while (wrong === null) {
			const newlineAt = bytes.indexOf(0x0a, from);
			if (newlineAt === -1) break;
			wrong = take(bytes.subarray(from, newlineAt + 1));
			if (wrong === null) from = newlineAt + 1;
		}

		// A copy: the chunk's memory may be used again by its giver. What is longer than a line can't be a tear any more: no more of it is needed.
		if (rest.length <= largestLineBytes) rest = Buffer.from(bytes.subarray(from, from + 2 * largestLineBytes));
		else wrong ??= `is longer than ${largestLineBytes} bytes`;
	}

	const reached: ChainEnd = end ?? {seq: 0, head: rest.length === 0 ? '' : beginning(rest, genesis).head, epoch: 1};
	return {lines: reached.seq, bytes: offset, head: reached.head, verdict: judgeTail(rest, offset, reached, wrong ?? 'has no end'), checkpoints: marks.verdicts(reached.seq, offset)};
};

const beginning = (raw: Uint8Array, genesis: VerifyOptions['genesis']): ChainEnd => {
	const text = Buffer.from(raw).toString('utf8');
	const named = /^[^\n]*?"prev":"([0-9a-f]{64})"/.exec(text)?.[1] ?? '';
	if (typeof genesis === 'string') return {seq: 0, head: genesis, epoch: 1};
	try {
		return {seq: 0, head: genesis(JSON.parse(text) as JournalLine) ?? named, epoch: 1};
	} catch {
		return {seq: 0, head: named, epoch: 1};
	}
};

/** Follows the bytes up to each checkpoint, and remembers how many lines there were there. */
class Marks {
	readonly #checkpoints: readonly Checkpoint[];
	readonly #hash: Hash = createHash('sha256');
	readonly #prefixes = new Map<number, string>();
	readonly #ends = new Map<number, ChainEnd>();
	readonly #wanted: number[];
	#offset = 0;

	constructor(checkpoints: readonly Checkpoint[]) {
		this.#checkpoints = checkpoints;
		this.#wanted = [...new Set(checkpoints.map(({bytes}) => bytes))].toSorted((a, b) => a - b);
	}

	read(chunk: Uint8Array): void {
		let from = 0;
		while (this.#wanted[0] !== undefined && this.#wanted[0] <= this.#offset + chunk.length) {
			const mark = this.#wanted.shift() ?? 0;
			this.#hash.update(chunk.subarray(from, mark - this.#offset));
			from = mark - this.#offset;
			this.#prefixes.set(mark, this.#hash.copy().digest('hex'));
		}

		if (this.#wanted.length > 0) this.#hash.update(chunk.subarray(from));
		this.#offset += chunk.length;
	}

	reach(offset: number, end: ChainEnd): void {
		if (this.#prefixes.has(offset) || this.#wanted.includes(offset)) this.#ends.set(offset, end);
	}

	verdicts(lines: number, goodBytes: number): readonly CheckpointVerdict[] {
		return this.#checkpoints.map(checkpoint => {
			const prefix = this.#prefixes.get(checkpoint.bytes);
			const there = checkpoint.bytes === 0 ? null : this.#ends.get(checkpoint.bytes);
			if (prefix === undefined) return {kind: 'broken', why: `It covers ${checkpoint.lines} lines (${checkpoint.bytes} bytes), but the journal has ${this.#offset} bytes and ${lines} good lines: some were cut off.`};
			if (prefix !== checkpoint.prefix) return {kind: 'broken', why: `The first ${checkpoint.bytes} bytes of the journal are not those that it covers.`};
			if (checkpoint.bytes > goodBytes) return {kind: 'broken', why: 'The lines that it covers do not hold.'};
			if (there === undefined || (there?.seq ?? 0) !== checkpoint.lines || (there !== null && there.head !== checkpoint.head)) return {kind: 'broken', why: 'Its own numbers do not agree with each other.'};
			return {kind: 'holds'};
		});
	}
}
