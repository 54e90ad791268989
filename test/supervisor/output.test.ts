import assert from 'node:assert/strict';
import {appendFileSync, mkdirSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import type {TestContext} from 'node:test';

import {openOutputLog} from '../../source/supervisor/output.ts';
import type {OutputLog} from '../../source/supervisor/output.ts';
import type {SafeText} from '../../source/text/safe-text.ts';
import {randomFrom, seed} from '../a-seed.ts';
import {aFolder, until} from './an-attempt.ts';

/** Marks what went through the cleaning, so that a text that did not is seen. */
const clean = (text: string): SafeText => `<${text}>` as SafeText;

const aLog = (context: TestContext, out: string | Buffer = '', err: string | Buffer = ''): {log: OutputLog; folder: string; add: (text: string | Buffer, file?: 'out' | 'err') => Promise<void>} => {
	const folder = aFolder(context);
	writeFileSync(join(folder, 'out'), out);
	writeFileSync(join(folder, 'err'), err);
	const log = openOutputLog(folder, clean);
	context.after(() => {
		log.close();
	});
	return {
		log,
		folder,
		async add(text, file = 'out') {
			appendFileSync(join(folder, file), text);
			await readAll(log);
		},
	};
};

/** Twice: the first may be a reading that began before. */
const readAll = async (log: OutputLog): Promise<void> => {
	await log.readAll();
	await log.readAll();
};

const textsOf = (log: OutputLog, first = 0, count = 1000): string[] => log.lines(first, count).map(({text}) => text);

test('lines come from both files, tagged and cleaned, in the order in which they came', async context => {
	const {log, add} = aLog(context, 'one\ntwo\n');
	await readAll(log);
	await add('warning\n', 'err');
	await add('three\n');
	assert.deepEqual(log.lines(0, 10), [
		{stream: 'out', text: '<one>'},
		{stream: 'out', text: '<two>'},
		{stream: 'err', text: '<warning>'},
		{stream: 'out', text: '<three>'},
	]);
	assert.equal(log.lineCount(), 4);
	assert.deepEqual(textsOf(log, 1, 2), ['<two>', '<warning>']);
	assert.deepEqual(textsOf(log, 4, 2), []);
});

test('a line without its newline is shown last and grows until it ends', async context => {
	const {log, add} = aLog(context, 'one\nPass');
	await readAll(log);
	assert.deepEqual(textsOf(log), ['<one>', '<Pass>']);
	await add('word: ');
	assert.deepEqual(textsOf(log), ['<one>', '<Password: >']);
	await add('oops\n', 'err');
	assert.deepEqual(textsOf(log), ['<one>', '<oops>', '<Password: >'], 'it has no place before it has ended');
	await add('\n');
	assert.deepEqual(textsOf(log), ['<one>', '<oops>', '<Password: >']);
	assert.equal(log.lineCount(), 3);
});

test('of a progress bar only its last state is left', async context => {
	const {log} = aLog(context, 'a 10%\ra 20%\ra 100%\nb\r\nc 1%\rc 2%\r\n\r\nd 1%\rd 2%\r');
	await readAll(log);
	assert.deepEqual(textsOf(log), ['<a 100%>', '<b>', '<c 2%>', '<>', '<d 2%>']);
});

test('a long line is cut, an endless one too, and an endless progress bar shows its last state', async context => {
	const {log, add} = aLog(context, `${'x'.repeat(5000)}\n${'y'.repeat(300_000)}`);
	await readAll(log);
	for (const [line, letter] of ['x', 'y'].entries()) {
		const text = textsOf(log)[line]!;
		assert.equal(text, `<${letter.repeat(4095)}…>`);
	}

	await add(`\n${'working\r'.repeat(40_000)}done`);
	assert.equal(textsOf(log)[2], '<done>');
	await add('\nafter\n');
	assert.deepEqual(textsOf(log).slice(2), ['<done>', '<after>']);
	assert.equal(textsOf(log)[1], `<${'y'.repeat(4095)}…>`);
});

test('a cut does not halve a letter, and bytes that are no text are no error', async context => {
	const {log} = aLog(context, Buffer.concat([Buffer.from(`${'😀'.repeat(3000)}\n`), Buffer.from([0xFF, 0xFE, 0x41, 0x0A])]));
	await readAll(log);
	assert.equal(textsOf(log)[0], `<${'😀'.repeat(2047)}…>`);
	assert.equal(textsOf(log)[1], '<\uFFFD\uFFFDA>');
});

test('any part of much output can be shown, from the oldest to the newest line', async context => {
	const {log, add} = aLog(context, Array.from({length: 300_000}, (_, index) => `line ${index}\n`).join(''));
	await readAll(log);
	assert.equal(log.lineCount(), 300_000);
	for (const first of [0, 1, 9_999, 150_000, 299_990]) {
		assert.deepEqual(textsOf(log, first, 5), [0, 1, 2, 3, 4].map(more => `<line ${first + more}>`));
	}

	assert.deepEqual(textsOf(log, 299_998, 50), ['<line 299998>', '<line 299999>']);
	await add('more\n');
	assert.deepEqual(textsOf(log, 299_999, 50), ['<line 299999>', '<more>']);
});

test('however the output is cut into writes, the lines are the same', async context => {
	const random = randomFrom(seed);
	for (let round = 0; round < 15; round++) {
		const expected = Array.from({length: 400}, () => 'é'.repeat(Math.floor(random() ** 6 * 9000)));
		const bytes = Buffer.from(expected.map(line => `${line}\n`).join(''));
		const {log, add} = aLog(context);
		for (let start = 0; start < bytes.length;) {
			const end = start + Math.ceil(random() ** 3 * 200_000);
			await add(bytes.subarray(start, end));
			start = end;
		}

		const shown = expected.map(line => `<${line.length > 4096 ? `${line.slice(0, 4095)}…` : line}>`);
		assert.deepEqual(textsOf(log), shown, `seed ${seed}, round ${round}`);
		assert.equal(log.lineCount(), 400, `seed ${seed}, round ${round}`);
		log.close();
	}
});

test('a search finds the nearest line in both directions, whatever the case, the unfinished line included', async context => {
	const {log} = aLog(context, `${Array.from({length: 50_000}, (_, index) => `line ${index}${index % 10_000 === 7 ? ' ERROR' : ''}\n`).join('')}last error`);
	await readAll(log);
	assert.equal(await log.search('error', 0, 'forwards'), 7);
	assert.equal(await log.search('Error', 8, 'forwards'), 10_007);
	assert.equal(await log.search('error', 10_007, 'forwards'), 10_007);
	assert.equal(await log.search('error', 40_008, 'forwards'), 50_000);
	assert.equal(await log.search('error', 50_000, 'backwards'), 50_000);
	assert.equal(await log.search('error', 49_999, 'backwards'), 40_007);
	assert.equal(await log.search('error', 10_006, 'backwards'), 7);
	assert.equal(await log.search('error', 6, 'backwards'), null);
	assert.equal(await log.search('nowhere', 0, 'forwards'), null);
	await assert.rejects(log.search('nowhere', 0, 'forwards', AbortSignal.abort(new Error('left'))), /left/);
});

test('new output is noticed without asking, and a flood of it calls no listener more than 20 times a second', async context => {
	const {log, folder} = aLog(context);
	let calls = 0;
	const stop = log.subscribe(() => {
		calls++;
	});
	const from = performance.now();
	const before = log.version();
	await until(() => {
		appendFileSync(join(folder, 'out'), 'more\n'.repeat(1000));
		void log.readAll();
		return log.lineCount() > 100_000;
	}, 'the lines have come');
	assert.ok(log.version() > before);
	await until(() => calls > 0, 'the listener is called');
	assert.ok(calls <= 1 + (performance.now() - from) / 50, `${calls} calls in ${performance.now() - from} ms`);
	await until(() => log.lastOutputAt(), 'the time of the last output is known');
	stop();
	const last = calls;
	appendFileSync(join(folder, 'out'), 'more\n');
	await readAll(log);
	assert.equal(calls, last);
});

test('files that come later are read, and a file that was cut is read again', async context => {
	const folder = join(aFolder(context), 'attempt');
	const log = openOutputLog(folder, clean);
	context.after(() => {
		log.close();
	});
	await readAll(log);
	assert.deepEqual([log.lineCount(), log.lines(0, 10), log.lastOutputAt()], [0, [], null]);
	mkdirSync(folder);
	writeFileSync(join(folder, 'out'), 'one\ntwo\n');
	await until(() => log.lineCount() === 2, 'the lines are seen by the poll');
	truncateSync(join(folder, 'out'));
	writeFileSync(join(folder, 'out'), 'new\n');
	await readAll(log);
	assert.deepEqual(textsOf(log), ['<new>']);
	log.close();
	assert.deepEqual(log.lines(0, 10).length <= 1, true, 'a closed log answers without an error');
});

test('every line is counted, wherever in memory its newline comes to lie', async context => {
	const random = randomFrom(seed);
	const {log, add} = aLog(context);
	const all: string[] = [];
	for (let round = 0; round < 300; round++) {
		// Bytes one bit beside a newline, and runs of newlines, are what a count of several bytes at once could take for another.
		const text = Array.from({length: 1 + Math.floor(random() * 23)}, () => ['\n', '\n', 'a', '*', '\u000b', 'J', '\u007f'][Math.floor(random() * 7)] ?? '').join('');
		all.push(text);
		await add(text);
	}

	const whole = all.join('');
	const lines = whole.split('\n').length - (whole.endsWith('\n') ? 1 : 0);
	assert.equal(log.lineCount(), lines, `seed ${seed}`);
});
