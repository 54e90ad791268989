import assert from 'node:assert/strict';
import {test} from 'node:test';

import {encodeLine} from '../../source/journal/chain.ts';
import {isTear} from '../../source/journal/tear.ts';
import {anEvent, at, by, genesis} from './a-journal.ts';

const after = {seq: 7, head: genesis, epoch: 2};
const line = encodeLine({type: 'task.confirmed', data: {task: 'read', answer: 'yes', remark: 'é'.repeat(500)}}, {seq: 7, prev: genesis, epoch: 2, at, by}).bytes;

/** A line of three sectors that begins in the middle of one. */
const offset = 400;
const sectorEnds = [512, 1024, 1536].map(end => end - offset).filter(end => end < line.length);

const withHole = (from: number, to: number, length = line.length): Buffer => Buffer.from(line.subarray(0, length)).fill(0, from, to);

test('the beginning of the next line is a tear, at every byte', () => {
	for (let length = 1; length < line.length; length++) assert.ok(isTear(line.subarray(0, length), offset, after), `${length} bytes`);
});

test('a whole line is none: it was written, and something is wrong with it', () => {
	assert.ok(!isTear(line, offset, after));
	for (const end of [' ', 'x', '*', '\r', '\u0000']) assert.ok(!isTear(Buffer.concat([line.subarray(0, -1), Buffer.from(end)]), offset, after), JSON.stringify(end));
});

test('sectors that never reached the disk are a tear, whichever they are', () => {
	const edges = [0, ...sectorEnds, line.length];
	assert.equal(edges.length, 5, 'the line covers four sectors in part');
	for (let mask = 1; mask < 16; mask++) {
		const bytes = Buffer.from(line);
		for (let sector = 0; sector < 4; sector++) if ((mask & (1 << sector)) !== 0) bytes.fill(0, edges[sector], edges[sector + 1]);
		assert.ok(isTear(bytes, offset, after), `lost sectors ${mask.toString(2)}`);
	}

	assert.ok(isTear(Buffer.alloc(line.length), offset, after), 'nothing but the length was kept');
});

test('a hole that is no sector is damage', () => {
	for (const [from, to] of [[100, 101], [0, 100], [sectorEnds[0]!, sectorEnds[0]! + 100], [sectorEnds[0]! - 1, sectorEnds[1]!]] as const)
		assert.ok(!isTear(withHole(from, to), offset, after), `from ${from} to ${to}`);
});

test('what can not be the beginning of the next line is no tear', () => {
	const other = (change: Partial<typeof after>): Buffer => encodeLine(anEvent('task.stopped'), {seq: change.seq ?? 7, prev: change.head ?? genesis, epoch: 2, at, by}).bytes.subarray(0, 120);
	assert.ok(isTear(other({}), offset, after));
	assert.ok(!isTear(other({seq: 8}), offset, after), 'another number');
	assert.ok(!isTear(other({head: 'cd'.repeat(32)}), offset, after), 'another line before');
	assert.ok(!isTear(Buffer.from('a note that somebody appended'), offset, after));
	assert.ok(!isTear(Buffer.from([0x7b, 0x01]), offset, after), 'a control character');
	assert.ok(!isTear(Buffer.concat([withHole(sectorEnds[0]!, sectorEnds[1]!), Buffer.from('more')]), offset, after), 'something after the line');
});

test('what is longer than a line may be is no tear', () => {
	assert.ok(isTear(Buffer.alloc(64 * 1024), offset, after));
	assert.ok(!isTear(Buffer.alloc(64 * 1024 + 1), offset, after));
});
