import assert from 'node:assert/strict';
import {appendFileSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {Problem} from '../../source/errors.ts';
import type {JournalLine} from '../../source/journal/event.ts';
import {createFileJournal, journalPath} from '../../source/stores/file-journal.ts';
import {followJournal} from '../../source/stores/follow-journal.ts';
import {readRunRecord} from '../../source/stores/read-run.ts';
import {attemptFolderOf, createRun, listRuns, openRunFolder, stateFolder} from '../../source/stores/run-folder.ts';
import {aRunFolder, at, by, confirmed, created, plan, runId, temporaryFolder} from './a-run.ts';

const hasCode = (code: string) => (error: unknown) => error instanceof Problem && error.code === code;

test('runs are kept where the XDG specification says', () => {
	assert.equal(stateFolder({XDG_STATE_HOME: '/var/state', HOME: '/home/op-a'}), '/var/state/slipway');
	assert.equal(stateFolder({HOME: '/home/op-a'}), '/home/op-a/.local/state/slipway');
	assert.equal(stateFolder({XDG_STATE_HOME: 'relative', HOME: '/home/op-a'}), '/home/op-a/.local/state/slipway');
});

test('runs are listed newest first; what is no run is left out', context => {
	const root = join(temporaryFolder(context), 'slipway');
	assert.deepEqual(listRuns(root), []);
	const ids = ['01KB3V6Q0000000000000000AA', '01KB3V6Q0000000000000000AC', '01KB3V6Q0000000000000000AB'];
	for (const id of ids) aRunFolder(root, id);
	appendFileSync(join(root, 'runs', 'notes.txt'), '');
	assert.deepEqual(listRuns(root), ids.toSorted().toReversed());
});

test('a run is found by its id, with the runbook it began with', context => {
	const root = temporaryFolder(context);
	const folder = aRunFolder(root);
	assert.deepEqual(openRunFolder(root, runId), folder);
	assert.throws(() => openRunFolder(root, '01KB3V6Q0000000000000000ZZ'), hasCode('run-unknown'));
	assert.throws(() => openRunFolder(root, '../runs/01KB3V6Q0000000000000000AA'), hasCode('run-unknown'));
	assert.throws(() => aRunFolder(root), hasCode('run-folder'), 'a second run of the same id');
});

test('a run can not be made where a file stands', context => {
	const root = join(temporaryFolder(context), 'state');
	writeFileSync(root, '');
	assert.throws(() => createRun({root, runId, runbookText: '', plan}), hasCode('run-folder'));
});

test('the folder of an attempt lies in the run', () => {
	assert.equal(attemptFolderOf('/run', 'upgrade.rollback', 2), '/run/attempts/upgrade.rollback.2');
	assert.throws(() => attemptFolderOf('/run', '../x', 1));
});

test('a run is read while somebody drives it, and followed', {timeout: 20_000}, async context => {
	const root = temporaryFolder(context);
	const folder = aRunFolder(root);
	assert.throws(() => readRunRecord(root, runId), hasCode('run-empty'));
	const store = createFileJournal({folder: folder.path, runId, genesis: folder.genesis, by});
	store.append(created, at);
	const record = readRunRecord(root, runId);
	assert.deepEqual([record.verdict, record.lines.length, record.head, record.plan.runbook.name], [{kind: 'whole'}, 1, store.head, 'Release']);

	const seen: JournalLine[] = [];
	let damage = '';
	let tell = (): void => {};
	const until = async (isTrue: () => boolean): Promise<void> => {
		while (!isTrue()) await new Promise<void>(resolve => (tell = resolve));
	};
	const {stop} = followJournal(record, lines => (seen.push(...lines), tell()), why => ((damage = why), tell()));
	context.after(stop);
	for (const task of ['a', 'b', 'c']) store.append(confirmed(task), at);
	await until(() => seen.length === 3);
	assert.deepEqual(seen, store.lines.slice(1));

	const [last] = readFileSync(journalPath(folder.path), 'utf8').split('\n').slice(-2);
	appendFileSync(journalPath(folder.path), `${last}\n`);
	await until(() => damage !== '');
	assert.match(damage, /line 5 says that it is line 4 \(seq 3\): lines before it were removed/);
	store.close();
});

test('a plan that was changed, or is gone, is not read as the plan of the run', context => {
	const root = temporaryFolder(context);
	const folder = aRunFolder(root);
	const store = createFileJournal({folder: folder.path, runId, genesis: folder.genesis, by});
	store.append(created, at);
	store.close();
	appendFileSync(join(folder.path, 'plan.json'), ' ');
	assert.throws(() => readRunRecord(root, runId), hasCode('plan-changed'));
	rmSync(join(folder.path, 'plan.json'));
	assert.throws(() => readRunRecord(root, runId), hasCode('plan-changed'));
});
