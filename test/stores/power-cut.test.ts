import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {test} from 'node:test';

import {Problem} from '../../source/errors.ts';
import {parseCheckpoint} from '../../source/journal/checkpoint.ts';
import type {Event, JournalLine} from '../../source/journal/event.ts';
import {createCheckpointer, readPairs} from '../../source/stores/checkpoints.ts';
import {createFileJournal, openFileJournal, type JournalPlace} from '../../source/stores/file-journal.ts';
import type {FileSystem} from '../../source/stores/file-system.ts';
import type {JournalStore} from '../../source/stores/journal-store.ts';
import {createRun, openRunFolder} from '../../source/stores/run-folder.ts';
import type {Signer} from '../../source/stores/signing.ts';
import {at, by, confirmed, created, plan, runId} from './a-run.ts';
import {failure, SimulatedDisk} from './simulated-disk.ts';

const root = '/state';
const runbookText = 'name: Release\n';

/** What the program told somebody: the operator may rely on it from then on. */
type Told = {run: boolean; journal: boolean; lines: JournalLine[]; failed: Problem[]};

const nothing = (): Told => ({run: false, journal: false, lines: [], failed: []});

const begin = (files: FileSystem, told: Told): JournalStore => {
	const folder = createRun({root, runId, runbookText, plan, files});
	told.run = true;
	const store = createFileJournal({folder: folder.path, runId, genesis: folder.genesis, by, files});
	told.journal = true;
	return store;
};

const append = (store: JournalStore, event: Event, told: Told): void => {
	told.lines.push(store.append(event, at));
};

const place = (files: FileSystem): JournalPlace => {
	const folder = openRunFolder(root, runId, files);
	return {folder: folder.path, runId, genesis: folder.genesis, by, files};
};

const recover = (files: FileSystem, told: Told): JournalStore => {
	const {store, unrecorded} = openFileJournal(place(files));
	for (const data of unrecorded) append(store, {type: 'journal.recovered', data}, told);
	return store;
};

/** Not a real one: as it is the same for the same text, a state of the disk is the same at every run of this test. */
const signer: Signer = {kind: 'machine', publicKey: '', fingerprint: '', sign: text => `signed ${createHash('sha256').update(text).digest('hex')}\n`};

/** A release, in the order of its writes. */
const release = (files: FileSystem, told: Told): void => {
	const store = begin(files, told);
	append(store, created, told);
	append(store, confirmed('read'), told);
	createCheckpointer({folder: `${root}/runs/${runId}`, store, signer, files}).request();
	append(store, confirmed('é'.repeat(150)), told);
	createCheckpointer({folder: `${root}/runs/${runId}`, store, signer, files}).request();
	store.close();
};

/** The lines that somebody was told of are there, in their order and as they were; nothing else is but one that was being written. */
const assertKept = (lines: readonly JournalLine[], told: Told, where: string): void => {
	assert.deepEqual(lines.slice(0, told.lines.length), told.lines, `${where}: an acknowledged line is lost or changed`);
	assert.ok(lines.length <= told.lines.length + 1, `${where}: ${lines.length - told.lines.length} lines that nobody acknowledged`);
};

/** Whatever survived, the run can be gone on with, and no word that was given is broken. */
const assertRecovers = (survivor: SimulatedDisk, told: Told, where: string): void => {
	if (!told.journal) {
		// Nothing was shown yet. Whatever is there, it is no damaged run.
		try {
			assertKept(openFileJournal(place(survivor)).store.lines, told, where);
		} catch (error) {
			assert.ok(error instanceof Problem && ['run-unknown', 'journal-unwritable'].includes(error.code) && !told.lines.length, `${where}: ${String(error)}`);
		}

		return;
	}

	const afterwards = {...told, lines: [...told.lines]};
	let store: JournalStore;
	try {
		store = openFileJournal(place(survivor)).store;
	} catch (error) {
		assert.fail(`${where}: a crash is taken for damage: ${String(error)}`);
	}

	assertKept(store.lines, told, where);
	afterwards.lines = [...store.lines];
	store.close();
	const again = recover(survivor, afterwards);
	append(again, confirmed('resumed'), afterwards);
	again.close();
	const last = openFileJournal(place(survivor));
	assert.deepEqual(last.store.lines, afterwards.lines, `${where}: resuming a resume changes something`);
	assert.deepEqual(last.unrecorded, [], where);
	last.store.close();
};

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

const codes = ['EIO', 'ENOSPC', 'EDQUOT', 'EMFILE', 'EROFS', 'EINTR'];

/** Runs the release with its N-th call failing, for N = 1, 2, … until none fails. */
const withEachCallFailing = (inject: (disk: SimulatedDisk, name: keyof FileSystem, path: string) => boolean, check: (disk: SimulatedDisk, told: Told, where: string) => void): number => {
	for (let failing = 1; ; failing++) {
		const disk = new SimulatedDisk(['/']);
		const told = nothing();
		let call = 0;
		let where = '';
		disk.onCall = (name, path) => {
			if (++call !== failing) return;
			where = `call ${failing}, ${name} ${path}`;
			inject(disk, name, path);
		};
		try {
			release(disk, told);
		} catch (error) {
			assert.ok(error instanceof Problem, `${where}: ${String(error)}`);
			told.failed.push(error);
		}

		disk.onCall = () => {};
		if (where === '') return failing - 1;
		check(disk, told, where);
	}
};

/** The program goes on with what the kernel shows, then the power is cut. */
const assertGoesOn = (disk: SimulatedDisk, told: Told, where: string): void => {
	const then = disk.reopened();
	if (told.journal) {
		const store = recoverKept(then, told, where);
		append(store, confirmed('afterwards'), told);
		store.close();
	}

	let index = 0;
	for (const survivor of then.survivors()) if (index++ % 7 === 0) assertRecovers(survivor, told, `${where}, then a power cut`);
};

const recoverKept = (files: FileSystem, told: Told, where: string): JournalStore => {
	const {store, unrecorded} = openFileJournal(place(files));
	assertKept(withoutSuspension(store.lines), {...told, lines: told.lines}, where);
	told.lines = [...store.lines];
	for (const data of unrecorded) append(store, {type: 'journal.recovered', data}, told);
	return store;
};

const withoutSuspension = (lines: readonly JournalLine[]): readonly JournalLine[] => lines.filter(({type}) => type !== 'run.suspended');

for (const code of codes) {
	test(`a call that fails with ${code}, each in its turn, loses nothing that was acknowledged`, () => {
		const calls = withEachCallFailing((_, name, path) => {
			throw failure(code, `${name} ${path}`);
		}, assertGoesOn);
		assert.ok(calls > 60, `${calls} calls`);
	});
}

test('a flush that fails, after which Linux calls the line clean, loses nothing that was acknowledged later', () => {
	withEachCallFailing((disk, name) => (name === 'fdatasync' || name === 'fsync' ? (disk.failFlush = true) : true), assertGoesOn);
});

test('a write that takes only a part of a line is completed', () => {
	withEachCallFailing(
		(disk, name) => (name === 'write' ? ((disk.shortWrite = 7), true) : true),
		(disk, told, where) => {
			assert.deepEqual(told.failed, [], where);
			assertGoesOn(disk, told, where);
		},
	);
});

test('on a full disk the last line says so, whatever was left of the room, and the run goes on when there is room again', () => {
	const needed = (() => {
		const disk = new SimulatedDisk(['/']);
		release(disk, nothing());
		return disk.usedBytes();
	})();
	let suspensions = 0;
	for (let capacityBytes = needed - 1400; capacityBytes <= needed; capacityBytes += 3) {
		const disk = new SimulatedDisk(['/']);
		disk.capacityBytes = capacityBytes;
		const told = nothing();
		const where = `${capacityBytes} bytes`;
		let problem: unknown = null;
		try {
			release(disk, told);
		} catch (error) {
			problem = error;
		}

		if (problem !== null) {
			assert.ok(problem instanceof Problem && problem.code === 'journal-suspended', `${where}: ${String(problem)}`);
			suspensions++;
			const lines = openedLines(disk.reopened());
			assert.equal(lines.at(-1)?.type, 'run.suspended', where);
			assertKept(withoutSuspension(lines), told, where);
			assert.ok(!disk.entries.has(`${root}/runs/${runId}/ballast`), where);
			assert.throws(() => openFileJournal({...place(disk), files: disk.reopened()}) && recover(withCapacity(disk.reopened(), 0), told), (error: unknown) => error instanceof Problem, where);
		}

		const roomy = disk.reopened();
		const store = recoverKept(roomy, told, where);
		append(store, confirmed('afterwards'), told);
		store.close();
		assert.ok(roomy.entries.has(`${root}/runs/${runId}/ballast`), where);
	}

	assert.ok(suspensions > 50, `${suspensions} suspensions`);
});

const withCapacity = (disk: SimulatedDisk, capacityBytes: number): SimulatedDisk => Object.assign(disk, {capacityBytes});

const openedLines = (disk: SimulatedDisk): readonly JournalLine[] => {
	const copy = [...disk.survivors()].at(-1);
	assert.ok(copy !== undefined);
	return openFileJournal(place(copy)).store.lines;
};

test('a writer that failed once takes no more lines', () => {
	const disk = new SimulatedDisk(['/']);
	const told = nothing();
	const store = begin(disk, told);
	append(store, created, told);
	disk.failFlush = true;
	assert.throws(() => store.append(confirmed('read'), at), {code: 'journal-poisoned'});
	assert.throws(() => store.append(confirmed('read'), at), {code: 'journal-poisoned'});
	assert.equal(store.lines.length, 1);
	assert.equal(store.checkpoint().lines, 1);
});
