import assert from 'node:assert/strict';
import {test} from 'node:test';

import {encodeLine, writeLine} from '../../source/journal/chain.ts';
import {readCarefully} from '../../source/journal/check-line.ts';
import type {Event, JournalLine} from '../../source/journal/event.ts';
import {isPlainJson} from '../../source/journal/plain-json.ts';
import {readPlainLine} from '../../source/journal/plain-line.ts';
import {randomFrom, seed} from '../a-seed.ts';
import {anEvent, at, by, eventTypes, genesis} from './a-journal.ts';

const after = {seq: 7, head: genesis, epoch: 2};
const rawOf = (event: Event, epoch = 2): Buffer => encodeLine(event, {seq: 7, prev: genesis, epoch, at, by}).bytes;
const isPlain = (text: string): boolean => isPlainJson(Buffer.from(text), 0, Buffer.byteLength(text));

/** What the quick look accepts, the careful one accepts, and both read the same. */
const assertAgrees = (raw: Buffer, what: string): boolean => {
	const plain = readPlainLine(raw, after);
	if (plain === null) return false;
	const line = readCarefully(raw, after);
	assert.ok(typeof line !== 'string', `${what}: the quick look takes ${raw.toString()}, the careful one says that it ${String(line)}`);
	assert.deepEqual([plain.epoch, plain.type], [line.epoch, line.type], what);
	return true;
};

test('the quick look takes the lines that most journals are made of', () => {
	// 812.5 ms is no integer, and left to the careful look.
	for (const type of eventTypes) assert.equal(assertAgrees(rawOf(anEvent(type)), type), type !== 'attempt.finished', type);
	assert.ok(assertAgrees(rawOf(anEvent('task.stopped'), 3), 'a new session'));
});

test('whatever one changes in a line, the quick look takes nothing that the careful one refuses', () => {
	const random = randomFrom(seed);
	const any = (limit: number): number => Math.floor(random() * limit);
	const bits = ['"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '1e9', '.5', ' ', '\n', '\u0000', 'é', '\u00FF', '\\u0041', '\\/', '"a":1,', 'true', 'null', '""', '01', '-0', '99999999999999999'];
	let taken = 0;
	const lines = eventTypes.map(type => rawOf(anEvent(type)));
	for (const [index, line] of lines.entries()) {
		for (let at = 0; at < line.length; at++) {
			for (const bit of [0, 1, 5, 7]) {
				const changed = Buffer.from(line);
				changed[at]! ^= 1 << bit;
				if (assertAgrees(changed, `line ${index}, byte ${at}, bit ${bit}`)) taken++;
			}
		}
	}

	for (let round = 0; round < 60_000; round++) {
		const line = lines[any(lines.length)]!;
		const from = any(line.length);
		const to = from + any(6);
		const changed = Buffer.concat([line.subarray(0, from), Buffer.from(bits[any(bits.length)]!, round % 2 === 0 ? 'utf8' : 'latin1'), line.subarray(to)]);
		if (assertAgrees(changed, `seed ${seed}, round ${round}`)) taken++;
	}

	assert.ok(taken > 5000, `${taken} of the changed lines were plain all the same`);
});

test('plain JSON is what JSON.stringify writes, and nothing else', () => {
	for (const text of ['{}', '[]', '0', '-1', '123456789012345', 'true', 'false', 'null', '""', '"a b"', '"\\"\\\\\\n"', '{"a":{"b":[1,2,{"c":null}]},"d":[]}', '{"aa":1,"ab":2}']) {
		assert.ok(isPlain(text), text);
		assert.equal(JSON.stringify(JSON.parse(text)), text);
	}

	const nested = `${'['.repeat(40)}${']'.repeat(40)}`;
	for (const text of ['', ' ', '{} ', '[1,]', '[1 ,2]', '{"a":1,}', '{"a" :1}', '{a:1}', '{"a":1,"a":2}', '{"1":1}', '01', '-0', '-', '1.5', '1e3', '1234567890123456', 'tru', 'truee', '"', '"a', '"\\u0041"', '"\\/"', '"é"', '"\t"', '"\u007F"', '[', ']', '{', '{"a"', '{"a":', '[[]', 'nul', nested])
		assert.ok(!isPlain(text), text);
});

test('an object of many keys is left to the careful look, as are two keys of one name', () => {
	const objectOf = (count: number): string => JSON.stringify(Object.fromEntries(Array.from({length: count}, (_, index) => [`k${index}`, index])));
	assert.ok(isPlain(objectOf(30)));
	assert.ok(!isPlain(objectOf(500)));
	const line = JSON.parse(rawOf(anEvent('session.closed')).toString()) as JournalLine;
	const doubled = Buffer.from(writeLine(line).replace('"reason":"left"', '"reason":"ended","reason":"left"'));
	assert.equal(readPlainLine(doubled, after), null);
	assert.match(String(readCarefully(doubled, after)), /a key stands in it twice/);
});
