import {hashLine, largestLineBytes, type ChainEnd} from './chain.ts';
import {checkLine, notJoined, refuted} from './check-line.ts';
import {CheckpointMarks, type CheckpointVerdict} from './checkpoint-marks.ts';
import type {Checkpoint} from './checkpoint.ts';
import type {JournalLine} from './event.ts';
import {isEventType} from './event-shape.ts';
import {readPlainLine} from './plain-line.ts';
import {judgeTail, type Verdict} from './read-journal.ts';
import {UnreadBytes} from './unread-bytes.ts';

/** What a journal is worth, and whether it goes on from each of the given checkpoints (in their order). */
export type Verification = {
	/** Whole lines whose chain holds, from the first on. */
	readonly lines: number;
	readonly bytes: number;
	readonly head: string;
	readonly verdict: Verdict;
	readonly checkpoints: readonly CheckpointVerdict[];
};

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
it. Says of a journal what `readJournal` says of it, but that it takes the data of events for granted where the chain vouches for it: that of
the last line is checked, that of lines before only if `types` has them. Pure; rejects only with what `chunks` rejects with.
*/
export const verifyJournal = async (chunks: AsyncIterable<Uint8Array>, options: VerifyOptions): Promise<Verification> => {
	const marks = new CheckpointMarks(options.checkpoints ?? []);
	const chain = new Chain(options);
	const unread = new UnreadBytes();
	for await (const chunk of chunks) {
		marks.read(chunk);
		// What is longer than a line can't be a tear: no more of it is needed.
		if (chain.wrong !== null && unread.length > largestLineBytes) continue;
		unread.add(chunk);
		for (let raw = unread.nextLine(); raw !== null && chain.take(raw); raw = unread.nextLine()) {
			unread.drop(raw.length);
			marks.reach(chain.offset, chain.end);
		}

		chain.keepLast();
		if (unread.length > largestLineBytes) chain.wrong ??= `is longer than ${largestLineBytes} bytes`;
	}

	const rest = chain.giveBackLast(unread.rest());
	const end = chain.endBefore(rest);
	return {lines: end.seq, bytes: chain.offset, head: end.head, verdict: judgeTail(rest, chain.offset, end, chain.wrong ?? 'has no end'), checkpoints: marks.verdicts(chain.offset)};
};

/** The lines so far, each joined to the one before. */
class Chain {
	readonly #options: VerifyOptions;
	#end: ChainEnd | null = null;
	/** The last good line, and what it joined. `line`: when it is to be told of, which waits until no line after it refutes it. */
	#last: {readonly raw: Buffer; readonly after: ChainEnd; readonly line: JournalLine | null} | null = null;
	#isLastRefuted = false;
	offset = 0;
	wrong: string | null = null;

	constructor(options: VerifyOptions) {
		this.#options = options;
	}

	get end(): ChainEnd {
		return this.#end ?? {seq: 0, head: '', epoch: 1};
	}

	/** Whether the line joins; else `wrong` says why not. */
	take(raw: Buffer): boolean {
		if (this.wrong !== null) return false;
		const {types, genesis} = this.#options;
		const after = this.#end ?? beginning(raw, genesis);
		this.#end = after;
		const plain = readPlainLine(raw, after);
		const line = plain === null || types?.has(plain.type) || !isEventType(plain.type) ? checkLine(raw, after) : null;
		if (typeof line === 'string') {
			this.#isLastRefuted = line === notJoined;
			this.wrong = this.#isLastRefuted ? refuted(after.seq + 1) : line;
			return false;
		}

		this.#end = {seq: after.seq + 1, head: hashLine(raw), epoch: plain?.epoch ?? line?.epoch ?? after.epoch};
		this.#tellOfLast();
		this.#last = {raw, after, line: line !== null && types?.has(line.type) === true ? line : null};
		this.offset += raw.length;
		return true;
	}

	/** Makes a copy of the last line, as its memory is used again. */
	keepLast(): void {
		if (this.#last !== null) this.#last = {...this.#last, raw: Buffer.from(this.#last.raw)};
	}

	#tellOfLast(): void {
		const line = this.#last?.line ?? null;
		if (line !== null) this.#options.onLine?.(line);
	}

	/** No line after the last vouches for it, so it is looked at with care. What comes after the good lines, given what came after it. */
	giveBackLast(rest: Buffer): Buffer {
		const last = this.#last;
		if (last === null) return rest;
		const checked = checkLine(last.raw, last.after);
		if (typeof checked === 'string') this.wrong = checked;
		else if (!this.#isLastRefuted) {
			this.#tellOfLast();
			return rest;
		}

		this.#end = last.after;
		this.offset -= last.raw.length;
		return Buffer.concat([last.raw, rest]);
	}

	endBefore(rest: Buffer): ChainEnd {
		return this.#end ?? (rest.length === 0 ? this.end : beginning(rest, this.#options.genesis));
	}
}

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
