import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {test} from 'node:test';

import {Bug, Problem} from '../../source/errors.ts';
import {encodeLine, genesisOf, hashLine, largestLineBytes} from '../../source/journal/chain.ts';
import type {Event} from '../../source/journal/event.ts';
import {anEvent, at, by, eventTypes, genesis, linesOf, runId} from './a-journal.ts';

const place = {seq: 7, prev: genesis, epoch: 2, at, by};
const confirmedWith = (remark: string): Event => ({type: 'task.confirmed', data: {task: 'read', answer: 'yes', remark}});
const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('line 0 is chained to the run and its runbook', () => {
	assert.equal(genesisOf(runId, 'ab'.repeat(32)), sha256(`slipway-journal/v1 ${runId} ${'ab'.repeat(32)}\n`));
	assert.notEqual(genesisOf(runId, 'ab'.repeat(32)), genesisOf(runId, 'ac'.repeat(32)));
	assert.notEqual(genesisOf('01KB3V6Q0000000000000000AB', 'ab'.repeat(32)), genesis);
});

test('a line has exactly these bytes, and its hash is what sha256sum says of them', () => {
	const {bytes, hash} = encodeLine({type: 'task.confirmed', data: {task: 'read', answer: 'yes', remark: undefined}}, place);
	assert.equal(bytes.toString(), `{"v":1,"seq":7,"prev":"${genesis}","epoch":2,"at":"${at}","by":"${by}","type":"task.confirmed","data":{"task":"read","answer":"yes"}}\n`);
	assert.equal(hash, sha256(bytes));
	assert.equal(hashLine(bytes), hash);
});

test('each line carries the hash of the line before, its newline included', () => {
	const lines = linesOf();
	for (const [index, line] of lines.entries()) {
		const {seq, prev} = JSON.parse(line.toString()) as {seq: number; prev: string};
		assert.deepEqual([seq, prev], [index, index === 0 ? genesis : sha256(lines[index - 1]!)]);
	}
});

test('a journal can be shown on a terminal: no control character, nothing that hides or reorders text', () => {
	const nasty = ['\u001B[2J', '\u009B31m', '\u0007', '\r', '\u0000', '\u007F', '\u202E', '\u2066', '\u200B', '\uFEFF', '\u00AD', '\u2028', '\u{E0041}'];
	for (const text of nasty) {
		const {bytes, line} = encodeLine(confirmedWith(`a${text}b`), place);
		assert.match(bytes.toString(), /^[\u0020-\u007E]+\n$/, JSON.stringify(text));
		assert.deepEqual(line.data, {task: 'read', answer: 'yes', remark: `a${text}b`}, 'and it is read back as it was');
	}

	assert.match(encodeLine(confirmedWith('größer'), place).bytes.toString(), /größer/, 'what is plain to see stays as it is');
	assert.match(encodeLine(confirmedWith('half \uD83D'), place).bytes.toString(), /half \\ud83d/, 'half a character is no UTF-8');
});

test('the line that comes back is the one that a reader will read, for every event', () => {
	for (const type of eventTypes) {
		const {bytes, line} = encodeLine(anEvent(type), place);
		assert.deepEqual(JSON.parse(bytes.toString()), line, type);
		assert.deepEqual(line.data, anEvent(type).data, type);
	}
});

test('a line of 64 KiB is written, one byte more is a problem that says what to do', () => {
	const least = encodeLine(confirmedWith(''), place).bytes.length;
	assert.equal(encodeLine(confirmedWith('x'.repeat(largestLineBytes - least)), place).bytes.length, largestLineBytes);
	assert.throws(() => encodeLine(confirmedWith('x'.repeat(largestLineBytes - least + 1)), place), (error: unknown) => error instanceof Problem && error.code === 'event-too-large' && error.todo.includes('file'));
});

test('what no reader would take is not written: a run whose last line can not be read could never be resumed', () => {
	const finished = anEvent('attempt.finished');
	const wrong: readonly unknown[] = [
		{...finished, data: {...finished.data, durationMs: Number.NaN}},
		{...finished, data: {...finished.data, exitCode: 0.5}},
		{type: 'task.confirmed', data: {answer: 'yes'}},
		{type: 'no.such.event', data: {}},
	];
	for (const event of wrong) assert.throws(() => encodeLine(event as Event, place), Bug, JSON.stringify(event));
});
