import assert from 'node:assert/strict';
import {statSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {Problem} from '../../source/errors.ts';
import {lockRun, runOwner, type LockHolder} from '../../source/stores/run-lock.ts';
import {anOwner, temporaryFolder} from './a-run.ts';

const refuses = (code: string, why: RegExp) => (error: unknown) => {
	assert.ok(error instanceof Problem, String(error));
	assert.equal(error.code, code);
	assert.match(`${error.what} ${error.why}`, why);
	return true;
};

const nameOf = (holder: LockHolder | null): string | undefined => (holder === null || holder === 'unnamed' ? undefined : holder.by);

test('a run has one operator; a second one is told who, where and since when', context => {
	const folder = temporaryFolder(context);
	const held = lockRun(folder, anOwner());
	assert.throws(() => lockRun(folder, anOwner({by: 'op-b@ops1'})), refuses('run-locked', /op-a@ops1 has it since 2026-11-24 09:18 UTC \(pts\/3, process \d+ on ops1/));
	assert.equal(nameOf(runOwner(folder)), 'op-a@ops1');
	assert.equal(held.left, null);
	held.release();
	held.release();
	assert.equal(runOwner(folder), null);
	const next = lockRun(folder, anOwner({by: 'op-b@ops1'}));
	assert.equal(nameOf(runOwner(folder)), 'op-b@ops1');
	next.release();
});

test('looking who has a run does not take its lock away', context => {
	const folder = temporaryFolder(context);
	const held = lockRun(folder, anOwner());
	runOwner(folder);
	assert.throws(() => lockRun(folder, anOwner()), refuses('run-locked', /./));
	held.release();
});

test('nobody else can read the lock', context => {
	const folder = temporaryFolder(context);
	const held = lockRun(folder, anOwner());
	for (const name of ['lock.db', 'lock.json']) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
	held.release();
});
