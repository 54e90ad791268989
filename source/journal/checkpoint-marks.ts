import {createHash, type Hash} from 'node:crypto';

import type {ChainEnd} from './chain.ts';
import type {Checkpoint} from './checkpoint.ts';

/** `why` is a whole sentence. */
export type CheckpointVerdict = {readonly kind: 'holds'} | {readonly kind: 'broken'; readonly why: string};

/** Follows the bytes up to each checkpoint, and remembers how many lines there were there. */
export class CheckpointMarks {
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

	verdicts(goodBytes: number): readonly CheckpointVerdict[] {
		return this.#checkpoints.map(checkpoint => {
			const prefix = this.#prefixes.get(checkpoint.bytes);
			const there = checkpoint.bytes === 0 ? null : this.#ends.get(checkpoint.bytes);
			if (prefix === undefined) return {kind: 'broken', why: `It covers ${checkpoint.lines} lines (${checkpoint.bytes} bytes), but the journal has only ${this.#offset} bytes: lines were removed from it, or its end was cut off.`};
			if (prefix !== checkpoint.prefix) return {kind: 'broken', why: `The first ${checkpoint.bytes} bytes of the journal are not those that it covers.`};
			if (checkpoint.bytes > goodBytes) return {kind: 'broken', why: 'The lines that it covers do not hold.'};
			if (there === undefined || (there?.seq ?? 0) !== checkpoint.lines || (there !== null && there.head !== checkpoint.head)) return {kind: 'broken', why: 'Its own numbers do not agree with each other.'};
			return {kind: 'holds'};
		});
	}
}
