import assert from 'node:assert/strict';
import {existsSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {createFileJournal, openFileJournal} from '../../source/stores/file-journal.ts';
import {readRunRecord} from '../../source/stores/read-run.ts';
import {createRun} from '../../source/stores/run-folder.ts';
import {aSmallDisk, fill, mount} from '../a-small-disk.ts';
import {aRunFolder, at, by, confirmed, created, plan, runId} from './a-run.ts';

test('on a disk that is really full the last line says so, and the run goes on when there is room again', context => {
	const disk = aSmallDisk(context);
	if (disk === null) return;
	const {path: folder, genesis} = aRunFolder(disk);
	const place = {folder, runId, genesis, by};
	const store = createFileJournal(place);
	store.append(created, at);
	fill(disk);
	const longEnough = confirmed('read', 'x'.repeat(5000));
	assert.throws(() => store.append(longEnough, at), {code: 'journal-suspended'});
	assert.throws(() => store.append(confirmed('read'), at), {code: 'journal-suspended'});
	assert.ok(!existsSync(join(folder, 'ballast')));
	const {lines, verdict} = readRunRecord(disk, runId);
	assert.deepEqual([verdict.kind, ...lines.map(({type}) => type)], ['whole', 'run.created', 'run.suspended']);
	store.close();

	fill(disk);
	assert.throws(() => openFileJournal(place), {code: 'disk-full'});
	assert.throws(() => createRun({root: disk, runId: '01KB3V6Q0000000000000000AB', runbookText: 'x'.repeat(9000), plan}), {code: 'run-folder', todo: /Free some space/});
	rmSync(join(disk, 'filling'));
	const again = openFileJournal(place).store;
	again.append(longEnough, at);
	assert.ok(existsSync(join(folder, 'ballast')));
	again.close();
});

test('on a read-only disk a run can be read, and not gone on with', context => {
	const disk = aSmallDisk(context);
	if (disk === null) return;
	const {path: folder, genesis} = aRunFolder(disk);
	const place = {folder, runId, genesis, by};
	const store = createFileJournal(place);
	store.append(created, at);
	store.close();
	assert.ok(mount('-o', 'remount,ro', disk));
	assert.equal(readRunRecord(disk, runId).lines.length, 1);
	assert.throws(() => openFileJournal(place), {code: 'journal-unwritable', message: /read-only|EROFS/});
	assert.throws(() => createRun({root: disk, runId: '01KB3V6Q0000000000000000AB', runbookText: '', plan}), {code: 'run-folder'});
});
