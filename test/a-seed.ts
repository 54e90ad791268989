import {randomInt} from 'node:crypto';

/** SLIPWAY_TEST_SEED repeats a run; a failure prints the seed. */
export const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? randomInt(2 ** 31));

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export const randomFrom = (start: number): () => number => {
	let state = start;
	return () => {
		state = (state + 0x6D_2B_79_F5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
};
