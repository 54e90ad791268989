import assert from 'node:assert/strict';
import {test} from 'node:test';

import {asRead} from '../../source/journal/as-read.ts';
import {randomFrom, seed} from '../a-seed.ts';
import {everyEvent, eventTypes} from './a-journal.ts';

test('a copy is what a reader of the written text has', () => {
	const values: readonly unknown[] = [
		...eventTypes.map(type => everyEvent[type]),
		null,
		'',
		'half \uD83D',
		-0,
		Number.NaN,
		Number.POSITIVE_INFINITY,
		[undefined, null, Number.NaN, [undefined]],
		{a: undefined, b: {c: undefined}, 10: 'ten', 2: 'two'},
		JSON.parse('{"__proto__":{"polluted":true},"constructor":"x","toString":1}'),
	];
	for (const value of values) assert.deepEqual(asRead(value), JSON.parse(JSON.stringify(value)), JSON.stringify(value));
	assert.equal(({} as {polluted?: boolean}).polluted, undefined);
});

test('a copy of anything is what a reader of the written text has', () => {
	const random = randomFrom(seed);
	const any = (depth: number): unknown => {
		const kind = Math.floor(random() * (depth > 3 ? 6 : 8));
		const leaves = [null, undefined, random() < 0.5, Math.floor(random() * 1e6) - 5e5, random() * 1e3, String.fromCharCode(Math.floor(random() * 0x1_00_00))];
		if (kind < 6) return leaves[kind];
		const inner = Array.from({length: Math.floor(random() * 5)}, () => any(depth + 1));
		return kind === 6 ? inner : Object.fromEntries(inner.map(value => [['a', '1', '__proto__', 'é', ''][Math.floor(random() * 5)]!, value]));
	};
	for (let round = 0; round < 3000; round++) {
		const value = {data: any(0)};
		assert.deepEqual(asRead(value), JSON.parse(JSON.stringify(value)), `seed ${seed}, round ${round}`);
	}
});
