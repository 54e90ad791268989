import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {DatabaseSync} from 'node:sqlite';
import {test, type TestContext} from 'node:test';

import {openRunList, type ListedRun, type RunList} from '../../source/engine/list-runs.ts';
import {readRun} from '../../source/engine/read-run.ts';
import {lockRun} from '../../source/stores/run-lock.ts';
import {aFolder, aMachine, aStartedRun, untilTask} from './a-machine.ts';
import {writePastRun, type PastRun} from './a-past-run.ts';

const day = (number: number): Date => new Date(Date.parse('2026-11-01T09:00:00.000Z') + number * 86_400_000);

const aState = (context: TestContext) => {
	const folder = aFolder(context);
	const environment = {HOME: folder, XDG_STATE_HOME: join(folder, 'state')};
	const root = join(folder, 'state/slipway');
	const opened: RunList[] = [];
	context.after(() => opened.forEach(list => list.close()));
	return {
		folder,
		root,
		environment,
		index: join(root, 'index.db'),
		journal: (runId: string): string => join(root, 'runs', runId, 'journal.jsonl'),
		add: (run: PastRun): string => writePastRun(root, run),
		open: (): RunList => {
			const list = openRunList(environment);
			opened.push(list);
			return list;
		},
	};
};

const all = (list: RunList): readonly ListedRun[] => {
	assert.equal(list.refresh(), 0);
	return list.list({rehearsals: 'with'}, 0, 1000);
};

const idsOf = (runs: readonly ListedRun[]): readonly string[] => runs.map(({id}) => id);

const flip = (path: string, text: string, other: string): void => {
	const {atime, mtime} = statSync(path);
	const before = readFileSync(path, 'utf8');
	assert.ok(before.includes(text));
	writeFileSync(path, before.replace(text, other));
	utimesSync(path, atime, mtime);
};

test('all runs are listed, the newest first, with who, what, where and how it ended', context => {
	const {add, open} = aState(context);
	const ids = [add({at: day(1)}), add({at: day(2), name: 'egov-otp', ends: 'rolled-back', by: 'op-b@ops2', target: 'uat'}), add({at: day(3), ends: 'open', waived: true}), add({at: day(4), ends: 'running'})];
	const runs = all(open());
	assert.deepEqual(idsOf(runs), ids.toReversed());
	assert.partialDeepStrictEqual(runs, [
		{standing: 'running', where: 'Upgrade running', running: {task: 'upgrade', attempt: 1}, driver: 'op-a@ops1', endedAt: null},
		{standing: 'open', where: 'open at 3 Back up', waivers: 1, driver: null},
		{name: 'egov-otp', from: '2.9.0', to: '2.9.1', target: 'uat', standing: 'rolled-back', by: 'op-b@ops2', where: ''},
		{name: 'egov-user', target: 'production', standing: 'succeeded', damage: null, unreadable: null},
	]);
});

test('a run that has ended is not read again', context => {
	const {add, open, root} = aState(context);
	const id = add({at: day(1)});
	const before = all(open());
	// Not looked at by a list: whoever opens the run sees it.
	rmSync(join(root, 'runs', id, 'plan.json'));
	assert.deepEqual(all(open()), before);
});

test('a run that goes on is read again', async context => {
	const {folder, open, environment} = aState(context);
	const engine = await aStartedRun(aMachine(folder, {environment: {...environment, PATH: process.env['PATH']}}), ['{id: look, run: "true", effect: reads}', '{id: ok, confirm: So?}']);
	const list = open();
	assert.partialDeepStrictEqual(all(list), [{standing: 'open', where: 'open at 1 All'}]);
	await engine.send({kind: 'start', task: 'look'});
	await untilTask(engine, 'look', 'done');
	await engine.send({kind: 'confirm', task: 'ok', answer: 'yes'});
	assert.partialDeepStrictEqual(all(list), [{where: 'to be closed'}]);
	await engine.send({kind: 'end', result: 'succeeded', statement: 'Done.'});
	await engine.close('ended');
	const {state} = readRun(environment, engine.snapshot().id);
	assert.partialDeepStrictEqual(all(list), [{standing: 'succeeded', lines: state.lines, head: state.head}]);
});

test('a run that was changed is marked when it is listed, even if its times were set back', context => {
	const {add, open, journal} = aState(context);
	const ids = Array.from({length: 40}, (_, index) => add({at: day(index)}));
	const list = open();
	all(list);
	flip(journal(ids[0] ?? ''), 'only the image', 'only an  image');
	list.refresh();
	const [oldest] = list.list({rehearsals: 'with', sort: 'oldest'}, 0, 1);
	assert.partialDeepStrictEqual(oldest, {id: ids[0], damage: 'Line 5 of the journal is not what line 6 says that it was written after: one of them was changed, or lines were removed or inserted between them.'});
	assert.equal(list.count({rehearsals: 'with', standings: ['damaged']}), 1);
});

test('every journal is read when that is asked for, whatever the index says', context => {
	const {add, open, journal, index} = aState(context);
	const ids = Array.from({length: 3}, (_, number) => add({at: day(number)}));
	all(open());
	flip(journal(ids[1] ?? ''), 'only the image', 'only an  image');
	// As if the change had left no trace in the file's times.
	const {size, mtimeNs, ctimeNs, ino} = statSync(journal(ids[1] ?? ''), {bigint: true});
	const database = new DatabaseSync(index);
	database.prepare('UPDATE detail SET stamp = ? WHERE row LIKE ?').run(`${size} ${mtimeNs} ${ctimeNs} ${ino}`, `%${ids[1]}%`);
	database.close();
	const list = open();
	assert.ok(all(list).every(run => run.unreadable === null && run.damage === null));
	const bad: string[] = [];
	list.checkAll(run => run.unreadable === null && run.damage !== null && bad.push(run.id));
	assert.deepEqual(bad, [ids[1]]);
	assert.equal(list.count({rehearsals: 'with', standings: ['damaged']}), 1);
});

const rebuilt = async (context: TestContext, spoil: (index: string) => void): Promise<void> => {
	const {add, open, index} = aState(context);
	for (let number = 0; number < 5; number++) add({at: day(number), name: `service-${number}`});
	const first = open();
	const before = all(first);
	first.close();
	spoil(index);
	const list = open();
	assert.deepEqual(all(list), before);
	assert.equal(list.count({rehearsals: 'without', words: ['service-3']}), 1);
};

test('an index that was deleted is built again', context => rebuilt(context, index => rmSync(index)));
test('an index that holds garbage is built again', context => rebuilt(context, index => writeFileSync(index, 'garbage '.repeat(5000))));
test('an index that was cut is built again', context =>
	rebuilt(context, index => {
		for (const suffix of ['-wal', '-shm']) rmSync(`${index}${suffix}`, {force: true});
		writeFileSync(index, readFileSync(index).subarray(0, 9000));
	}));
test('an index with bad pages is built again', context =>
	rebuilt(context, index => {
		const bytes = readFileSync(index);
		bytes.fill(0xab, 4096);
		writeFileSync(index, bytes);
	}));
test('an index of another program is built again', context =>
	rebuilt(context, index => {
		const database = new DatabaseSync(index);
		database.exec("UPDATE note SET value = 'other' WHERE name = 'layout'; UPDATE detail SET row = '{}'");
		database.close();
	}));
test('where no index can be written, runs are listed all the same', context =>
	rebuilt(context, index => {
		rmSync(index);
		mkdirSync(index);
		writeFileSync(join(index, 'in-the-way'), '');
	}));
test('an index that somebody else is writing to is left alone, and runs are listed all the same', context => {
	const {add, open, index} = aState(context);
	add({at: day(1)});
	all(open());
	const other = new DatabaseSync(index);
	other.exec('BEGIN EXCLUSIVE');
	add({at: day(2)});
	assert.equal(all(open()).length, 2);
	other.exec('COMMIT');
	other.close();
	assert.ok(existsSync(index));
});

test('an index that somebody else begins to write to meanwhile is done without', context => {
	const {add, open, index} = aState(context);
	add({at: day(1)});
	const list = open();
	all(list);
	const other = new DatabaseSync(index);
	other.exec('BEGIN EXCLUSIVE');
	add({at: day(2)});
	assert.equal(all(list).length, 2);
	other.exec('COMMIT');
	other.close();
	assert.equal(all(open()).length, 2);
});

test('runs that come and go are noticed', context => {
	const {add, open, root} = aState(context);
	const first = add({at: day(1)});
	const list = open();
	assert.equal(all(list).length, 1);
	const second = add({at: day(2)});
	assert.deepEqual(idsOf(all(list)), [second, first]);
	renameSync(join(root, 'runs', first), join(root, 'elsewhere'));
	assert.deepEqual(idsOf(all(list)), [second]);
});

test('what is read at first is limited, the newest come first, and the rest follows', context => {
	const {add, open} = aState(context);
	const ids = Array.from({length: 30}, (_, number) => add({at: day(number)}));
	const list = open();
	const left = list.refresh(1);
	assert.ok(left > 0 && left < 30, String(left));
	assert.deepEqual(idsOf(list.list({rehearsals: 'with'}, 0, 100)), ids.toReversed().slice(0, 30 - left));
	assert.equal(list.refresh(), 0);
	assert.equal(list.count({rehearsals: 'with'}), 30);
});

test('a run that never began, and a folder that is none, do not hide the others', context => {
	const {add, open, root} = aState(context);
	const good = add({at: day(1)});
	const empty = add({at: day(2)});
	rmSync(join(root, 'runs', empty, 'journal.jsonl'));
	mkdirSync(join(root, 'runs/notes'));
	const runs = all(open());
	assert.deepEqual(idsOf(runs), [empty, good]);
	assert.match(runs[0]?.unreadable ?? '', /ended before the first line/);
});

test('a rehearsal is open while it is driven, and left for good when it no longer is, even when it was killed', context => {
	const {add, open, root} = aState(context);
	const left = add({at: day(1), rehearsal: true, ends: 'open'});
	const killed = add({at: day(2), rehearsal: true, ends: 'running'});
	const release = add({at: day(3), ends: 'open'});
	const held = lockRun(join(root, 'runs', killed), {runId: killed, by: 'op-a@ops1', host: 'ops1', pid: process.pid, tty: null, since: day(2).toISOString()});
	const list = open();
	const standing = (): readonly string[] => all(list).map(run => (run.unreadable === null ? `${run.standing}: ${run.where}` : run.unreadable));
	assert.deepEqual(standing(), ['open: open at 3 Back up', 'running: Upgrade running', 'left: left at 3 Back up']);
	assert.deepEqual(idsOf(list.list({rehearsals: 'with', isOpen: true}, 0, 10)), [release, killed]);
	held.release();
	assert.deepEqual(standing(), ['open: open at 3 Back up', 'left: left at 4 Deploy', 'left: left at 3 Back up']);
	assert.deepEqual(idsOf(list.list({rehearsals: 'with', isOpen: true}, 0, 10)), [release]);
	assert.deepEqual(idsOf(list.list({rehearsals: 'with', standings: ['left']}, 0, 10)), [killed, left]);
});

test('runs are found by words and parts, and sorted', context => {
	const {add, open} = aState(context);
	add({at: day(1), name: 'egov-otp', to: '2.9.7', upgradeMs: 900_000});
	add({at: day(2), name: 'egov-otp', target: 'uat', ends: 'rolled-back', by: 'op-b@ops2'});
	add({at: day(3), name: 'egov-user', waived: true});
	add({at: day(4), name: 'demo', rehearsal: true});
	const list = open();
	list.refresh();
	const names = (query: Parameters<RunList['list']>[0]): readonly string[] => list.list(query, 0, 10).map(run => (run.unreadable === null ? `${run.name} ${run.target}` : ''));
	assert.deepEqual(names({rehearsals: 'without', words: ['otp', '2.9.7']}), ['egov-otp production']);
	assert.deepEqual(names({rehearsals: 'without', words: ['rolled', 'back']}), ['egov-otp uat']);
	assert.deepEqual(names({rehearsals: 'without', target: 'UAT'}), ['egov-otp uat']);
	assert.deepEqual(names({rehearsals: 'without', by: 'op-b'}), ['egov-otp uat']);
	assert.deepEqual(names({rehearsals: 'without', isWaived: true}), ['egov-user production']);
	assert.deepEqual(names({rehearsals: 'without', since: day(2).getTime(), until: day(3).getTime()}), ['egov-otp uat']);
	assert.deepEqual(names({rehearsals: 'only'}), ['demo production']);
	assert.deepEqual(names({rehearsals: 'without', sort: 'longest'})[0], 'egov-otp production');
	const [newest] = list.list({rehearsals: 'without'}, 0, 1);
	assert.deepEqual(idsOf(list.list({rehearsals: 'without', words: [newest?.id.slice(-6).toLowerCase() ?? '']}, 0, 10)), [newest?.id]);
	assert.equal(list.count({rehearsals: 'without', words: ['01']}), 0);
	assert.deepEqual(list.list({rehearsals: 'without', words: ["'; drop table run --"]}, 0, 10), []);
});

test('how long a task usually takes is the median of the same release on the same target; one that hung for a day does not count', context => {
	const {add, open, environment} = aState(context);
	for (const [index, upgradeMs] of [120_000, 130_000, 86_400_000, 140_000].entries()) add({at: day(index), upgradeMs});
	add({at: day(5), upgradeMs: 3_000, ends: 'rolled-back'});
	add({at: day(6), upgradeMs: 1_000, target: 'uat'});
	add({at: day(7), upgradeMs: 1_000, name: 'egov-otp'});
	add({at: day(8), upgradeMs: 1_000, rehearsal: true});
	const id = add({at: day(9), ends: 'open'});
	const list = open();
	list.refresh();
	const usual = list.usual(readRun(environment, id).state);
	assert.equal(usual.taskMs('upgrade'), 130_000);
	assert.equal(usual.taskMs('unit'), 42_000);
	assert.equal(usual.taskMs('login'), 800);
	assert.equal(usual.taskMs('no-such-task'), null);
	assert.equal(usual.deployMs, 130_000);
	assert.equal(usual.rollbackMs, 40_000);
});

test('without an earlier run nothing is usual', context => {
	const {add, open, environment} = aState(context);
	const id = add({at: day(9), ends: 'open'});
	const list = open();
	list.refresh();
	const usual = list.usual(readRun(environment, id).state);
	assert.deepEqual([usual.taskMs('upgrade'), usual.deployMs, usual.rollbackMs], [null, null, null]);
});
