import assert from 'node:assert/strict';
import {test} from 'node:test';

import {parseCheckpoint} from '../../source/journal/checkpoint.ts';
import {createCheckpointer, readPairs} from '../../source/stores/checkpoints.ts';
import {openFileJournal} from '../../source/stores/file-journal.ts';
import {append, assertRecovers, begin, nothing, place, recover, release, root, signer, type Told} from './a-release.ts';
import {at, confirmed, created, runId} from './a-run.ts';
import {failure, SimulatedDisk} from './simulated-disk.ts';

/** Runs `work` on a disk, and gives every state that a power cut before any of its calls may leave. */
function* powerCuts(disk: SimulatedDisk, told: Told, work: (told: Told) => void): Generator<{readonly survivor: SimulatedDisk; readonly where: string; readonly told: Told}> {
	const moments: {readonly call: string; readonly survivors: SimulatedDisk[]; readonly told: Told}[] = [];
	const look = (call: string): void => void moments.push({call, survivors: [...disk.survivors()], told: {...told, lines: [...told.lines]}});
	disk.onCall = (name, path) => {
		if (name !== 'stat' && name !== 'read' && name !== 'close') look(`${moments.length} before ${name} ${path}`);
	};
	work(told);
	disk.onCall = () => {};
	look('at the end');
	for (const {call, survivors, told: then} of moments) for (const [index, survivor] of survivors.entries()) yield {survivor, where: `${call}, state ${index} of ${survivors.length}`, told: then};
}

test('whatever a power cut leaves of a run, no acknowledged line is lost, and no crash is taken for damage', () => {
	const disk = new SimulatedDisk(['/']);
	const told = nothing();
	let states = 0;
	let torn = 0;
	for (const {survivor, where, told: then} of powerCuts(disk, told, now => release(disk, now))) {
		assertRecovers(survivor, then, where);
		states++;
		if ([...survivor.entries.keys()].some(path => path.includes('torn'))) torn++;
	}

	assert.equal(told.lines.length, 3);
	assert.ok(states > 1500 && torn > 1000, `${states} states, ${torn} torn`);
});

test('whatever a power cut leaves of a recovery, the next one succeeds', () => {
	const before = new SimulatedDisk(['/']);
	const told = nothing();
	const store = begin(before, told);
	append(store, created, told);
	before.onCall = name => {
		if (name === 'fdatasync') throw failure('EIO', 'the plug is pulled');
	};
	assert.throws(() => store.append(confirmed('torn'), at));
	before.onCall = () => {};
	const tears = [...before.survivors()].filter((_, index) => index % 17 === 5);
	assert.ok(tears.length > 10);
	let states = 0;
	for (const tear of tears) {
		for (const {survivor, where, told: then} of powerCuts(tear, {...told, lines: [...told.lines]}, now => {
			now.lines = [...openFileJournal(place(tear)).store.lines];
			recover(tear, now).close();
		})) {
			if (states++ % 3 === 0) assertRecovers(survivor, {...then, lines: then.lines.slice(0, 1)}, where);
		}
	}

	assert.ok(states > 500, `${states} states`);
});

test('whatever a power cut leaves of a checkpoint, one is there that holds, and agrees with the journal', () => {
	const disk = new SimulatedDisk(['/']);
	const told = nothing();
	const folder = `${root}/runs/${runId}`;
	const store = begin(disk, told);
	append(store, created, told);
	createCheckpointer({folder, store, signer, files: disk}).request();
	let states = 0;
	for (const {survivor, where} of powerCuts(disk, told, () => {
		append(store, confirmed('read'), told);
		createCheckpointer({folder, store, signer, files: disk}).request();
	})) {
		const good = readPairs(folder, survivor).filter(({text, signature}) => parseCheckpoint(text) !== null && signature === signer.sign(text));
		assert.ok(good.length > 0, where);
		openFileJournal(place(survivor)).store.close();
		states++;
	}

	assert.ok(states > 100, `${states} states`);
});
