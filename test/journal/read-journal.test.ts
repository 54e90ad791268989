import assert from 'node:assert/strict';
import {test} from 'node:test';

import {encodeLine, hashLine, largestLineBytes, writeLine} from '../../source/journal/chain.ts';
import type {JournalLine} from '../../source/journal/event.ts';
import {readJournal} from '../../source/journal/read-journal.ts';
import {randomFrom, seed} from '../a-seed.ts';
import {anEvent, at, by, checkpointOf, events, genesis, linesOf} from './a-journal.ts';
import {bothSay} from './both-say.ts';

const lines = linesOf();
const whole = Buffer.concat(lines);
const checkpoint = checkpointOf(lines);

/** The number, from 1, of the line in which a byte stands. */
const lineAt = (offset: number): number => lines.findIndex((_, index) => offset < Buffer.concat(lines.slice(0, index + 1)).length) + 1;

/** Damage in a line shows in that line, or in the next one, which no longer joins it. */
/** A line is named, or the line before, when what was changed is what it says of that one. */
const assertNamed = (verdict: Awaited<ReturnType<typeof bothSay>>['verdict'], line: number, what: string): void => {
	assert.ok(verdict.kind === 'corrupt' && [line - 1, line].includes(verdict.lineNumber), `${what}, in line ${line}: ${JSON.stringify(verdict)}`);
};

test('a journal of every event is whole, and read as it was written', async () => {
	const all = linesOf(events);
	const {lines: count, verdict} = await bothSay(Buffer.concat(all), [checkpointOf(all)]);
	assert.deepEqual([count, verdict], [all.length, {kind: 'whole'}]);
	assert.deepEqual(readJournal(Buffer.concat(all), genesis).lines.map(({type, data}) => ({type, data})), events);
	assert.deepEqual((await bothSay(Buffer.alloc(0))).verdict, {kind: 'whole'}, 'nothing is nothing wrong');
});

test('every single flipped bit is found and its line named; one in the last line by the checkpoint', async () => {
	const lastFrom = whole.length - lines.at(-1)!.length;
	let unseen = 0;
	for (let bit = 0; bit < whole.length * 8; bit++) {
		const bytes = Buffer.from(whole);
		bytes[bit >> 3]! ^= 1 << (bit & 7);
		const {verdict, checkpoints} = await bothSay(bytes, [checkpoint]);
		assert.equal(checkpoints[0]?.kind, 'broken', `bit ${bit}`);
		if (bit >> 3 < lastFrom) assertNamed(verdict, lineAt(bit >> 3), `bit ${bit}`);
		else if (verdict.kind === 'whole') unseen++;
		else assert.equal(verdict.kind, 'corrupt', `bit ${bit}: a changed line is not what a crash leaves`);
	}

	assert.ok(unseen > 0, 'without a checkpoint some changes of the last line can not be seen');
});

test('every line that is dropped, doubled or swapped is found; the last lines by the checkpoint', async () => {
	for (let index = 0; index < lines.length; index++) {
		const without = await bothSay(Buffer.concat(lines.toSpliced(index, 1)), [checkpoint]);
		assert.equal(without.checkpoints[0]?.kind, 'broken', `line ${index + 1} dropped`);
		if (index < lines.length - 1) assertNamed(without.verdict, index + 1, 'dropped');
		const doubled = await bothSay(Buffer.concat(lines.toSpliced(index, 0, lines[index]!)), [checkpoint]);
		assert.deepEqual(doubled.verdict.kind === 'corrupt' && doubled.verdict.lineNumber, index + 2, 'doubled');
		for (let other = index + 1; other < lines.length; other++) {
			const swapped = await bothSay(Buffer.concat(lines.with(index, lines[other]!).with(other, lines[index]!)), [checkpoint]);
			assertNamed(swapped.verdict, index + 1, `swapped with ${other + 1}`);
			assert.equal(swapped.checkpoints[0]?.kind, 'broken');
		}
	}
});

test('a journal cut at any byte is torn where a line was being written, and the checkpoint tells what is missing', async () => {
	const ends = lines.map((_, index) => Buffer.concat(lines.slice(0, index + 1)).length);
	for (let length = 0; length < whole.length; length++) {
		const {verdict, bytes, lines: count, checkpoints} = await bothSay(whole.subarray(0, length), [checkpoint]);
		const kept = ends.filter(end => end <= length);
		assert.deepEqual([count, bytes], [kept.length, kept.at(-1) ?? 0], `cut at ${length}`);
		assert.deepEqual(verdict, length === (kept.at(-1) ?? 0) ? {kind: 'whole'} : {kind: 'torn', bytes: length - (kept.at(-1) ?? 0)}, `cut at ${length}`);
		assert.equal(checkpoints[0]?.kind, 'broken', `cut at ${length}`);
	}
});

test('a piece that is cut out, put in or repeated anywhere is found', async () => {
	const random = randomFrom(seed);
	const any = (limit: number): number => Math.floor(random() * limit);
	for (let round = 0; round < 3000; round++) {
		const from = any(whole.length);
		const piece = whole.subarray(from, from + 1 + any(round % 2 === 0 ? 4 : 900));
		const to = any(whole.length);
		const kind = (['cut out', 'repeated', 'moved'] as const)[any(3)]!;
		const base = kind === 'repeated' ? whole : Buffer.concat([whole.subarray(0, from), whole.subarray(from + piece.length)]);
		const bytes = kind === 'cut out' ? base : Buffer.concat([base.subarray(0, to), piece, base.subarray(to)]);
		if (bytes.equals(whole)) continue;
		const {verdict, checkpoints} = await bothSay(bytes, [checkpoint]);
		const isOnlyLonger = bytes.subarray(0, whole.length).equals(whole);
		assert.ok(isOnlyLonger ? verdict.kind !== 'whole' : checkpoints[0]?.kind === 'broken', `seed ${seed}, round ${round}: ${kind}`);
		// In the last line of what is left, a change can't be seen without the checkpoint.
		const first = bytes.findIndex((byte, index) => byte !== whole[index]);
		if (first !== -1 && bytes.indexOf(0x0a, first) < bytes.length - 1) assert.notEqual(verdict.kind, 'whole', `seed ${seed}, round ${round}: ${kind}`);
	}
});

test('any rubbish is refused, and nothing it holds makes the reader fall', async () => {
	const random = randomFrom(seed);
	const rubbish = ['\n', '{}\n', 'null\n', '[]\n', '"x"\n', '{"v":1}\n', '\u0001', '{"v":2', `${'['.repeat(50_000)}\n`, 'x'.repeat(300_000), `${'x'.repeat(300_000)}\n`];
	for (const text of rubbish) {
		for (const before of [[], lines.slice(0, 1)]) {
			const {verdict} = await bothSay(Buffer.concat([...before, Buffer.from(text)]));
			assert.equal(verdict.kind, 'corrupt', JSON.stringify(text.slice(0, 20)));
		}
	}

	for (let round = 0; round < 500; round++) {
		const bytes = Buffer.from(whole);
		for (let change = 0; change < 20; change++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
		assert.equal((await bothSay(bytes)).verdict.kind, 'corrupt', `seed ${seed}, round ${round}`);
	}
});

test('a line that joins the chain and is still wrong is refused, in words', async () => {
	const [first = Buffer.alloc(0)] = lines;
	const second = JSON.parse(lines[1]!.toString()) as JournalLine;
	const join = (change: (text: string) => string | Buffer): Buffer => Buffer.concat([first, Buffer.from(change(writeLine(second)))]);
	const wrong: readonly (readonly [what: RegExp, bytes: Buffer])[] = [
		[/version 2; this program knows version 1/, join(text => text.replace('"v":1', '"v":2'))],
		[/says that it is line 6 \(seq 5\): lines before it were removed/, join(text => text.replace('"seq":1', '"seq":5'))],
		[/has epoch 0 after epoch 1/, join(text => text.replace('"epoch":1', '"epoch":0'))],
		[/a key stands in it twice, or there are spaces/, join(text => text.replace('"task":"read"', '"task":"dump","task":"read"'))],
		[/or there are spaces/, join(text => text.replace('"data":', '"data": '))],
		[/is not UTF-8/, join(text => Buffer.from(text.replace('"task":"read"', '"task":"\u00FF"'), 'latin1'))],
		[/names no event/, join(text => text.replace('"type":"task.confirmed"', '"type":7'))],
		[/names no event/, join(text => text.replace(/"at":"[^"]*"/, '"at":"yesterday"'))],
		[/is a "moon.landed", which this program does not know/, join(text => text.replace('task.confirmed', 'moon.landed'))],
		[/is a "toString", which this program does not know/, join(text => text.replace('task.confirmed', 'toString'))],
		[/is no task.confirmed: data.answer/, join(text => text.replace('"yes"', '"perhaps"'))],
		[/is longer than 65536 bytes/, join(text => text.replace('"read"', `"${'x'.repeat(largestLineBytes)}"`))],
	];
	for (const [what, bytes] of wrong) {
		const {verdict} = await bothSay(bytes);
		assert.ok(verdict.kind === 'corrupt' && verdict.lineNumber === 2, `${what}: ${JSON.stringify(verdict)}`);
		assert.match(verdict.why, what);
	}

	assert.match((await verdictFor('cd'.repeat(32))).why, /does not belong to this run and this runbook/);
});

const verdictFor = async (start: string): Promise<{readonly why: string}> => {
	const {verdict} = readJournal(Buffer.concat(linesOf(undefined, start)), genesis);
	assert.ok(verdict.kind === 'corrupt' && verdict.lineNumber === 1);
	return verdict;
};

test('a line of a writer that had lost the run is refused, whatever it says', async () => {
	const prev = hashLine(lines.at(-1)!);
	const late = encodeLine(anEvent('task.stopped'), {seq: lines.length, prev, epoch: 1, at, by}).bytes;
	const {verdict} = await bothSay(Buffer.concat([...lines, late]));
	assert.deepEqual(verdict, {kind: 'corrupt', lineNumber: lines.length + 1, why: 'has epoch 1 after epoch 2: it was written by somebody who had lost the run'});
	const next = encodeLine(anEvent('task.stopped'), {seq: lines.length, prev, epoch: 3, at: '2001-01-01T00:00:00.000Z', by}).bytes;
	assert.deepEqual((await bothSay(Buffer.concat([...lines, next]))).verdict, {kind: 'whole'}, 'a clock that was set back is no damage');
});

test('what was read before is not read again, and changes nothing in what is said', () => {
	const known = readJournal(Buffer.concat(lines.slice(0, 3)), genesis);
	const other = Buffer.concat(lines);
	other[20]! ^= 1;
	const cases = [whole, Buffer.concat(lines.slice(0, 3)), Buffer.concat(lines.slice(0, 2)), whole.subarray(0, -9), Buffer.concat([...lines, lines[0]!]), Buffer.concat(lines.toSpliced(3, 1)), other, Buffer.alloc(0)];
	for (const [index, bytes] of cases.entries()) assert.deepEqual(readJournal(bytes, genesis, known), readJournal(bytes, genesis), `case ${index}`);
	assert.ok(readJournal(whole, genesis, known).lines[0] === known.lines[0], 'the same lines, not read anew');
	assert.deepEqual(readJournal(whole, genesis, {...known, prefix: '00'.repeat(32)}), readJournal(whole, genesis));
});
