import assert from 'node:assert/strict';
import {appendFileSync, copyFileSync, existsSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test, type TestContext} from 'node:test';

import {Problem} from '../../source/errors.ts';
import {encodeCheckpoint} from '../../source/journal/checkpoint.ts';
import {createFileJournal, journalPath, openFileJournal, type JournalPlace} from '../../source/stores/file-journal.ts';
import {aRunFolder, at, by, confirmed, created, runId, temporaryFolder} from './a-run.ts';

const place = (context: TestContext): JournalPlace => {
	const folder = aRunFolder(temporaryFolder(context));
	return {folder: folder.path, runId, genesis: folder.genesis, by};
};

const written = (context: TestContext): JournalPlace => {
	const where = place(context);
	const store = createFileJournal(where);
	store.append(created, at);
	store.append(confirmed('read'), at);
	store.close();
	return where;
};

const refuses = (code: string, why: RegExp) => (error: unknown) => {
	assert.ok(error instanceof Problem, String(error));
	assert.equal(error.code, code);
	assert.match(error.why, why);
	return true;
};

test('a journal is opened again under the next epoch, and goes on with its chain', context => {
	const where = written(context);
	const {store, unrecorded} = openFileJournal(where);
	assert.deepEqual(unrecorded, []);
	assert.equal(store.epoch, 2);
	assert.equal(store.lines.length, 2);
	const line = store.append(confirmed('later'), at);
	assert.deepEqual([line.seq, line.epoch], [2, 2]);
	store.close();
	assert.equal(openFileJournal(where).store.lines.length, 3);
});

test('its files can be read by nobody else', context => {
	const where = written(context);
	for (const name of ['journal.jsonl', 'ballast', 'runbook.yaml', 'plan.json']) assert.equal(statSync(join(where.folder, name)).mode & 0o777, 0o600, name);
	for (const name of ['', 'attempts', 'evidence']) assert.equal(statSync(join(where.folder, name)).mode & 0o777, 0o700, name);
});

test('a second journal is not created over the first', context => {
	const where = written(context);
	const before = readFileSync(journalPath(where.folder));
	assert.throws(() => createFileJournal(where), refuses('journal-unwritable', /EEXIST/));
	assert.deepEqual(readFileSync(journalPath(where.folder)), before);
});

test('the piece of a line that a crash left is kept beside, cut off, and named until it is recorded', context => {
	const where = written(context);
	const whole = readFileSync(journalPath(where.folder));
	const torn = Buffer.from(whole.subarray(0, 30).toString().replace('"seq":0', '"seq":2').replace(/"prev.*/, ''));
	appendFileSync(journalPath(where.folder), torn);
	const first = openFileJournal(where);
	assert.deepEqual(first.unrecorded.map(({bytes, keptAs}) => [bytes, keptAs]), [[torn.length, 'journal.torn.1']]);
	assert.deepEqual(readFileSync(journalPath(where.folder)), whole);
	assert.deepEqual(readFileSync(join(where.folder, 'journal.torn.1')), torn);
	first.store.close();

	const second = openFileJournal(where);
	assert.deepEqual(second.unrecorded, first.unrecorded, 'still not recorded');
	second.store.append({type: 'journal.recovered', data: second.unrecorded[0]!}, at);
	second.store.close();
	assert.deepEqual(openFileJournal(where).unrecorded, []);
});

test('a journal that is damaged is not opened for writing, and not changed', context => {
	const where = written(context);
	const path = journalPath(where.folder);
	const damaged = readFileSync(path, 'utf8').replace('2.9.2', '2.9.3');
	writeFileSync(path, damaged);
	assert.throws(() => openFileJournal(where), refuses('journal-corrupt', /line 1 is not what line 2 says that it was written after/));
	assert.equal(readFileSync(path, 'utf8'), damaged);
});

test('a journal of another run is not opened', context => {
	assert.throws(() => openFileJournal({...written(context), genesis: 'cd'.repeat(32)}), refuses('journal-corrupt', /line 1 does not belong to this run and this runbook/));
});

test('a journal that lost lines that a checkpoint covers is not opened, though its chain holds', context => {
	const where = written(context);
	const {store} = openFileJournal(where);
	store.append(confirmed('later'), at);
	writeFileSync(join(where.folder, 'checkpoint'), encodeCheckpoint(store.checkpoint()));
	store.close();
	const path = journalPath(where.folder);
	const whole = readFileSync(path);
	openFileJournal(where).store.close();
	truncateSync(path, whole.lastIndexOf(0x0a, -2) + 1);
	assert.throws(() => openFileJournal(where), refuses('journal-corrupt', /covers 3 lines, but there are 2/));
});

test('lines that somebody else appended stop the writer', context => {
	const where = written(context);
	const {store} = openFileJournal(where);
	appendFileSync(journalPath(where.folder), 'x');
	assert.throws(() => store.append(confirmed('later'), at), refuses('journal-poisoned', /somebody else changed it/));
	truncateSync(journalPath(where.folder), statSync(journalPath(where.folder)).size - 1);
	assert.throws(() => store.append(confirmed('later'), at), refuses('journal-poisoned', /somebody else/));
});

test('a journal that was replaced under the writer, or removed, stops it', context => {
	const where = written(context);
	const path = journalPath(where.folder);
	copyFileSync(path, `${path}.kept`);
	const {store} = openFileJournal(where);
	copyFileSync(path, `${path}.copy`);
	renameSync(`${path}.copy`, path);
	assert.throws(() => store.append(confirmed('later'), at), refuses('journal-poisoned', /was replaced/));

	const second = openFileJournal(where).store;
	second.append(confirmed('later'), at);
	copyFileSync(path, `${path}.copy`);
	renameSync(`${path}.copy`, path);
	assert.throws(() => second.append(confirmed('at once'), at), refuses('journal-poisoned', /was replaced/));

	const third = openFileJournal(where).store;
	third.append(confirmed('much later'), at);
	rmSync(path);
	assert.throws(() => third.append(confirmed('at once'), at), refuses('journal-poisoned', /is not there any more/));

	copyFileSync(`${path}.kept`, path);
	const again = openFileJournal(where).store;
	renameSync(path, `${path}.away`);
	assert.throws(() => again.append(confirmed('later'), at), refuses('journal-poisoned', /is not there any more/));
	assert.ok(!existsSync(path));
});
