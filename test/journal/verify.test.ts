import assert from 'node:assert/strict';
import {test} from 'node:test';

import type {Checkpoint} from '../../source/journal/checkpoint.ts';
import type {JournalLine} from '../../source/journal/event.ts';
import type {CheckpointVerdict} from '../../source/journal/checkpoint-marks.ts';
import {verifyJournal} from '../../source/journal/verify.ts';
import {checkpointOf, events, fewEvents, genesis, linesOf} from './a-journal.ts';

const lines = linesOf();
const whole = Buffer.concat(lines);

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield bytes;
}

const verdictOf = async (bytes: Buffer, checkpoint: Checkpoint): Promise<CheckpointVerdict> => {
	const {checkpoints} = await verifyJournal(oneChunk(bytes), {genesis, checkpoints: [checkpoint]});
	return checkpoints[0]!;
};

test('a checkpoint of any earlier moment holds, and several at once, in their order', async () => {
	const checkpoints = lines.map((_, index) => checkpointOf(lines.slice(0, index + 1))).toReversed();
	const wrong = {...checkpoints[2]!, prefix: '00'.repeat(32)};
	const {checkpoints: verdicts} = await verifyJournal(oneChunk(whole), {genesis, checkpoints: [...checkpoints, wrong, checkpoints[0]!]});
	assert.deepEqual(verdicts.map(({kind}) => kind), [...checkpoints.map(() => 'holds'), 'broken', 'holds']);
});

test('a checkpoint with any number changed does not hold', async () => {
	const good = checkpointOf(lines.slice(0, 3));
	assert.deepEqual(await verdictOf(whole, good), {kind: 'holds'});
	const changes: readonly (readonly [Partial<Checkpoint>, RegExp])[] = [
		[{lines: 2}, /numbers do not agree/],
		[{lines: 4}, /numbers do not agree/],
		[{bytes: good.bytes - 1}, /are not those that it covers/],
		[{bytes: good.bytes + 1}, /are not those that it covers/],
		[{bytes: 1e9}, /lines were removed from it, or its end was cut off/],
		[{head: '00'.repeat(32)}, /numbers do not agree/],
		[{prefix: '00'.repeat(32)}, /are not those that it covers/],
	];
	for (const [change, why] of changes) {
		const verdict = await verdictOf(whole, {...good, ...change});
		assert.match(verdict.kind === 'broken' ? verdict.why : 'holds', why, JSON.stringify(change));
	}
});

test('a journal that was written anew holds together, but no checkpoint of the old one', async () => {
	const forged = linesOf([fewEvents[0]!, ...fewEvents.slice(2)]);
	const {verdict, checkpoints} = await verifyJournal(oneChunk(Buffer.concat(forged)), {genesis, checkpoints: lines.map((_, index) => checkpointOf(lines.slice(0, index + 1)))});
	assert.deepEqual(verdict, {kind: 'whole'});
	assert.deepEqual(checkpoints.map(({kind}) => kind), ['holds', 'broken', 'broken', 'broken', 'broken']);
});

test('lines of the wanted types are given in order, and none after the first bad one', async () => {
	const all = linesOf(events);
	const wanted = new Set(['run.created', 'attempt.finished', 'run.ended']);
	const given: JournalLine[] = [];
	await verifyJournal(oneChunk(Buffer.concat(all)), {genesis, types: wanted, onLine: line => given.push(line)});
	assert.deepEqual(given.map(({type}) => type), ['run.created', 'attempt.finished', 'run.ended']);
	given.length = 0;
	await verifyJournal(oneChunk(Buffer.concat(all.toSpliced(3, 1))), {genesis, types: wanted, onLine: line => given.push(line)});
	assert.deepEqual(given.map(({type}) => type), ['run.created']);
	given.length = 0;
	const edited = all.map(line => Buffer.from(line.toString().replace('"exitCode":0', '"exitCode":1')));
	assert.equal(edited.filter((line, index) => !line.equals(all[index]!)).length, 1);
	const {verdict, lines: count} = await verifyJournal(oneChunk(Buffer.concat(edited)), {genesis, types: wanted, onLine: line => given.push(line)});
	const at = edited.findIndex((line, index) => !line.equals(all[index]!));
	assert.deepEqual([verdict.kind === 'corrupt' && verdict.lineNumber, count], [at + 1, at], 'the line that was edited is the first bad one');
	assert.deepEqual(given.map(({type}) => type), ['run.created'], 'what the next line refutes is not given either');
});

test('without its run and runbook a journal is taken as what it names, and held to the rest', async () => {
	const loose = await verifyJournal(oneChunk(whole), {genesis: () => null});
	assert.deepEqual(loose.verdict, {kind: 'whole'});
	const bound = await verifyJournal(oneChunk(whole), {genesis: line => (line.type === 'run.created' && line.data.run === '01KB3V6Q0000000000000000AA' ? genesis : 'ef'.repeat(32))});
	assert.deepEqual(bound.verdict, {kind: 'whole'});
	const other = await verifyJournal(oneChunk(whole), {genesis: 'ef'.repeat(32)});
	assert.ok(other.verdict.kind === 'corrupt' && other.verdict.lineNumber === 1);
});

test('a journal of many chunks is followed across their edges, wherever they are', async () => {
	const all = Buffer.concat(linesOf(events));
	for (let size = 1; size < 700; size += 7) {
		const chunks = async function* (): AsyncGenerator<Uint8Array> {
			for (let from = 0; from < all.length; from += size) yield all.subarray(from, from + size);
		};
		const {verdict, lines: count} = await verifyJournal(chunks(), {genesis});
		assert.deepEqual([verdict.kind, count], ['whole', events.length], `chunks of ${size}`);
	}
});
