import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';

import {Problem} from '../../source/errors.ts';
import type {Event, JournalLine} from '../../source/journal/event.ts';
import {createCheckpointer} from '../../source/stores/checkpoints.ts';
import {createFileJournal, openFileJournal, type JournalPlace} from '../../source/stores/file-journal.ts';
import type {FileSystem} from '../../source/stores/file-system.ts';
import type {JournalStore} from '../../source/stores/journal-store.ts';
import {createRun, openRunFolder} from '../../source/stores/run-folder.ts';
import type {Signer} from '../../source/stores/signing.ts';
import {at, by, confirmed, created, plan, runId} from './a-run.ts';
import type {SimulatedDisk} from './simulated-disk.ts';

export const root = '/state';
export const runbookText = 'name: Release\n';

/** What the program told somebody: the operator may rely on it from then on. */
export type Told = {run: boolean; journal: boolean; lines: JournalLine[]; failed: Problem[]};

export const nothing = (): Told => ({run: false, journal: false, lines: [], failed: []});

export const begin = (files: FileSystem, told: Told): JournalStore => {
	const folder = createRun({root, runId, runbookText, plan, files});
	told.run = true;
	const store = createFileJournal({folder: folder.path, runId, genesis: folder.genesis, by, files});
	told.journal = true;
	return store;
};

export const append = (store: JournalStore, event: Event, told: Told): void => {
	told.lines.push(store.append(event, at));
};

export const place = (files: FileSystem): JournalPlace => {
	const folder = openRunFolder(root, runId, files);
	return {folder: folder.path, runId, genesis: folder.genesis, by, files};
};

export const recover = (files: FileSystem, told: Told): JournalStore => {
	const {store, unrecorded} = openFileJournal(place(files));
	for (const data of unrecorded) append(store, {type: 'journal.recovered', data}, told);
	return store;
};

/** Not a real one: as it is the same for the same text, a state of the disk is the same at every run of this test. */
export const signer: Signer = {kind: 'machine', publicKey: '', fingerprint: '', sign: text => `signed ${createHash('sha256').update(text).digest('hex')}\n`};

/** A release, in the order of its writes. */
export const release = (files: FileSystem, told: Told): void => {
	const store = begin(files, told);
	append(store, created, told);
	append(store, confirmed('read'), told);
	createCheckpointer({folder: `${root}/runs/${runId}`, store, signer, files}).request();
	append(store, confirmed('é'.repeat(150)), told);
	createCheckpointer({folder: `${root}/runs/${runId}`, store, signer, files}).request();
	store.close();
};

/** The lines that somebody was told of are there, in their order and as they were; nothing else is but one that was being written. */
export const assertKept = (lines: readonly JournalLine[], told: Told, where: string): void => {
	assert.deepEqual(lines.slice(0, told.lines.length), told.lines, `${where}: an acknowledged line is lost or changed`);
	assert.ok(lines.length <= told.lines.length + 1, `${where}: ${lines.length - told.lines.length} lines that nobody acknowledged`);
};

/** Whatever survived, the run can be gone on with, and no word that was given is broken. */
export const assertRecovers = (survivor: SimulatedDisk, told: Told, where: string): void => {
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
