import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test, type TestContext} from 'node:test';

import {report} from '../../source/cli/report.ts';
import {show} from '../../source/cli/watch.ts';
import {Problem} from '../../source/errors.ts';
import {reportShape} from '../../source/run/report-shape.ts';
import {aFolder} from '../engine/a-machine.ts';
import {writePastRun, type PastRun} from '../engine/a-past-run.ts';
import {runCommand, type Said} from './a-terminal-less-io.ts';

const aMachineWith = (context: TestContext, ...past: readonly PastRun[]) => {
	const folder = aFolder(context);
	const root = join(folder, 'state/slipway');
	const ids = past.map(run => writePastRun(root, run));
	const io = {cwd: folder, env: {HOME: folder, XDG_STATE_HOME: join(folder, 'state')}};
	return {
		folder,
		ids,
		journal: (id: string): string => join(root, 'runs', id, 'journal.jsonl'),
		shows: (...argv: readonly string[]): Promise<Said> => runCommand(show, argv, io),
		reports: (...argv: readonly string[]): Promise<Said> => runCommand(report, argv, io),
	};
};

test('a run is shown as it was known after a line', async context => {
	const {shows, ids} = aMachineWith(context, {ends: 'rolled-back'});
	const {out, status} = await shows(ids[0] ?? '', '--at', '10');
	assert.equal(status, 0);
	assert.match(out, /started: Upgrade\n[\s\S]*Known after line 10, 2026-11-24 09:17:25 UTC:\n {2}done +Preview\n/);
	assert.match(out, / {2}running +Upgrade\n {2}to do +Login page\n$/);
	assert.doesNotMatch(out, /rolled back/);
	await assert.rejects(shows(ids[0] ?? '', '--at', '99'), (error: unknown) => error instanceof Problem && /It has 15 lines/.test(error.why));
	await assert.rejects(shows(ids[0] ?? '', '--at', 'x'), Problem);
});

test('two runs are compared in lines', async context => {
	const {shows, ids} = aMachineWith(context, {}, {to: '2.9.2', upgradeMs: 600_000, at: new Date('2026-11-25T09:14:00.000Z')});
	const {out, status} = await shows(ids[0] ?? '', '--compare', ids[1] ?? '');
	assert.equal(status, 0);
	assert.match(out, new RegExp(`^< egov-user 2\\.9\\.1, 2026-11-24 09:14 UTC, ${ids[0]}\n> egov-user 2\\.9\\.2`));
	assert.match(out, /tasks: Upgrade\n {2}< done in 2 min 10 s\n {2}> done in 10 min\n/);
	assert.match(out, /\d+ of \d+ differ\.\n$/);
});

test('a report is written in the format of its file, the same each time', async context => {
	const {reports, folder, ids} = aMachineWith(context, {waived: true});
	for (const name of ['a.md', 'a.html', 'a.json']) {
		await reports(ids[0] ?? '', '--output', name);
		const first = readFileSync(join(folder, name), 'utf8');
		await reports(ids[0] ?? '', '--output', name);
		assert.equal(readFileSync(join(folder, name), 'utf8'), first);
	}

	assert.match(readFileSync(join(folder, 'a.md'), 'utf8'), /- \*\*Waived\*\* Unit tests: CI ran them an hour ago \(op-a@ops1/);
	assert.match(readFileSync(join(folder, 'a.html'), 'utf8'), /^<!doctype html>/);
	assert.equal(reportShape.parse(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'))).exceptions[0]?.kind, 'waived');
	assert.match((await reports('--format', 'html')).out, /^<!doctype html>/);
	await assert.rejects(reports('--format', 'htm'), (error: unknown) => error instanceof Problem && /--format html/.test(error.todo));
	await assert.rejects(reports('--output', 'no/such/folder/a.md'), (error: unknown) => error instanceof Problem && error.code === 'report-unwritable');
});

test('what is left of a damaged journal is reported, with exit status 1', async context => {
	const {reports, journal, ids} = aMachineWith(context, {});
	const path = journal(ids[0] ?? '');
	writeFileSync(path, readFileSync(path, 'utf8').replace('only the image', 'only an  image'));
	const {status, out, err} = await reports('--format', 'json');
	assert.equal(status, 1);
	assert.equal(reportShape.parse(JSON.parse(out)).exceptions[0]?.kind, 'damaged');
	assert.match(err, /covers what comes before/);
});
