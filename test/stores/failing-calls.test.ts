import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Problem} from '../../source/errors.ts';
import type {JournalLine} from '../../source/journal/event.ts';
import {openFileJournal} from '../../source/stores/file-journal.ts';
import type {FileSystem} from '../../source/stores/file-system.ts';
import type {JournalStore} from '../../source/stores/journal-store.ts';
import {append, assertKept, assertRecovers, begin, nothing, place, recover, release, root, type Told} from './a-release.ts';
import {at, confirmed, created, runId} from './a-run.ts';
import {failure, SimulatedDisk} from './simulated-disk.ts';

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

test('a write that fails says what can be done about this failure', () => {
	for (const [code, todo] of [['EROFS', /Make its file system writable again/], ['EIO', /keep a copy of the run elsewhere, mend the disk/], ['EMFILE', /Mend the cause/]] as const) {
		const disk = new SimulatedDisk(['/']);
		const store = begin(disk, nothing());
		disk.onCall = (name, path) => {
			if (name === 'write') throw failure(code, path);
		};
		assert.throws(() => store.append(confirmed('read'), at), {code: 'journal-poisoned', todo}, code);
	}
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

/** What a crash leaves when the power goes while a line is being written: one line that was acknowledged, and a piece of another. */
const aTornRun = (told: Told): SimulatedDisk => {
	const disk = new SimulatedDisk(['/']);
	const store = begin(disk, told);
	append(store, created, told);
	disk.onCall = name => {
		if (name === 'fdatasync') throw failure('EIO', 'the plug is pulled');
	};
	assert.throws(() => store.append(confirmed('torn', 'x'.repeat(300)), at));
	disk.onCall = () => {};
	const tears = [...disk.survivors()];
	return tears[tears.length >> 1]!;
};

for (const code of ['EIO', 'ENOSPC', 'EMFILE', 'EROFS', 'flush', 'short'] as const) {
	test(`a recovery in which any call fails (${code}) is a problem in words, and the next one succeeds`, () => {
		let failing = 1;
		for (let isReached = true; isReached; failing++) {
			const told = nothing();
			const disk = aTornRun(told);
			const acknowledged = [...told.lines];
			let call = 0;
			let where = '';
			disk.onCall = (name, path) => {
				if (++call !== failing) return;
				where = `call ${failing}, ${name} ${path}`;
				if (code === 'flush') disk.failFlush = true;
				else if (code === 'short') disk.shortWrite = 3;
				else throw failure(code, path);
			};
			try {
				recover(disk, told).close();
			} catch (error) {
				assert.ok(error instanceof Problem, `${where}: ${String(error)}`);
			}

			disk.onCall = () => {};
			disk.failFlush = false;
			isReached = where !== '';
			const again = disk.reopened();
			const store = recover(again, told);
			assert.deepEqual(store.lines.slice(0, 1), acknowledged, where);
			const kept = [...again.entries.keys()].filter(path => /journal\.torn\.\d+$/.test(path));
			const recorded = store.lines.flatMap(line => (line.type === 'journal.recovered' ? [line.data.keptAs] : []));
			assert.ok(kept.length > 0, `${where}: the torn piece is lost`);
			assert.deepEqual(recorded.map(name => `${root}/runs/${runId}/${name}`), kept, `${where}: every kept piece is recorded once`);
			store.close();
		}

		assert.ok(failing > 15, `${failing} calls`);
	});
}
