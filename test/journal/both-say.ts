import assert from 'node:assert/strict';

import type {Checkpoint} from '../../source/journal/checkpoint.ts';
import {readJournal} from '../../source/journal/read-journal.ts';
import {verifyJournal, type Verification} from '../../source/journal/verify.ts';
import {randomFrom, seed} from '../a-seed.ts';
import {genesis} from './a-journal.ts';

const random = randomFrom(seed);

/** The bytes in pieces of any size, all through the same memory, which is spoiled as soon as the next piece is asked for. */
async function* inChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
	const memory = Buffer.alloc(bytes.length);
	for (let from = 0; from < bytes.length; ) {
		const length = Math.min(bytes.length - from, 1 + Math.floor(random() ** 3 * bytes.length));
		bytes.copy(memory, 0, from, from + length);
		yield memory.subarray(0, length);
		memory.fill(0xff);
		from += length;
	}
}

/** What the verifier says of a journal, once the reader has said the same. */
export const bothSay = async (bytes: Buffer, checkpoints: readonly Checkpoint[] = []): Promise<Verification> => {
	const {lines, head, goodBytes, verdict} = readJournal(bytes, genesis);
	const verification = await verifyJournal(inChunks(bytes), {genesis, checkpoints});
	const isEmpty = bytes.length === 0;
	assert.deepEqual({...verification, checkpoints: []}, {lines: lines.length, bytes: goodBytes, head: isEmpty ? '' : head, verdict, checkpoints: []}, `seed ${seed}`);
	return verification;
};
