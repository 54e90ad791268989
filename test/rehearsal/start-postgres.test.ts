import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {test} from 'node:test';

import {findPostgres, postgresPrograms} from '../../source/rehearsal/find-postgres.ts';
import {startPostgres} from '../../source/rehearsal/start-postgres.ts';
import {until} from '../supervisor/an-attempt.ts';
import {aPlace, output, processesIn} from './a-place.ts';

const programs = findPostgres(process.env['PATH'] ?? '');
const skip = programs === null ? 'there is no PostgreSQL server on this machine' : false;

test('a database is there, filled, reached by its address, and gone after it is closed', {skip}, async t => {
	const {folder, binFolder, run} = aPlace(t);
	const database = await startPostgres({programs: programs ?? '', folder, binFolder, run});
	t.after(database.close);
	assert.match(database.name, /^PostgreSQL \d+\.\d+/);
	const [rows, user, fsync] = (await output(join(binFolder, 'psql'), '--no-psqlrc', '--tuples-only', '--no-align', '--dbname', database.address, '--command', "SELECT (SELECT count(*) FROM complaint) || ' ' || current_user || ' ' || current_setting('fsync')")).trim().split(' ');
	assert.deepEqual([rows, user, fsync], ['12000', 'release', 'off']);
	const dump = join(folder, 'demo.dump');
	await output(join(binFolder, 'pg_dump'), '--format=custom', `--file=${dump}`, `--dbname=${database.address}`);
	assert.match(await output(join(binFolder, 'pg_restore'), '--list', dump), /TABLE DATA public complaint release/);
	await database.close();
	assert.deepEqual(processesIn(folder), []);
});

test('only its own user and root come to the data and the socket', {skip}, async t => {
	const {folder, binFolder, run} = aPlace(t);
	const database = await startPostgres({programs: programs ?? '', folder, binFolder, run});
	t.after(database.close);
	assert.equal(statSync(join(folder, 'postgres')).mode & 0o777, 0o700);
	assert.equal(statSync(folder).mode & 0o066, 0);
});

test('the server ends soon after the process that started it is killed', {skip}, async t => {
	const {folder, binFolder} = aPlace(t);
	const starter = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'postgres-starter.ts'), folder, binFolder, programs ?? ''], {stdio: ['ignore', 'pipe', 'inherit']});
	t.after(() => starter.kill('SIGKILL'));
	await once(starter.stdout, 'data');
	assert.ok(processesIn(folder).length > 1);
	starter.kill('SIGKILL');
	await until(() => processesIn(folder).length === 0, 'the server to end', 2000);
	assert.match(readFileSync(join(folder, 'postgres/log'), 'utf8'), /immediate shutdown/);
});

test('a server that can not start says why', {skip}, async t => {
	const {folder, binFolder, run} = aPlace(t);
	const broken = join(folder, 'broken');
	mkdirSync(broken);
	for (const name of postgresPrograms) symlinkSync(join(programs ?? '', name), join(broken, name));
	rmSync(join(broken, 'postgres'));
	writeFileSync(join(broken, 'postgres'), '#!/bin/sh\n[ "$1" = --version ] && echo 15.1 && exit\necho "FATAL:  no room for it" >&2; exit 1\n', {mode: 0o755});
	await assert.rejects(startPostgres({programs: broken, folder, binFolder, run}), /no room for it/);
	assert.deepEqual(processesIn(folder), []);
});

test('stopped in the middle of its making, it leaves no process', {skip}, async t => {
	const {folder, binFolder, run} = aPlace(t);
	const stopping = new AbortController();
	const database = startPostgres({programs: programs ?? '', folder, binFolder, run: {...run, signal: stopping.signal}});
	await until(() => existsSync(join(folder, 'postgres/data/PG_VERSION')), 'initdb writes');
	stopping.abort(new Error('stopped'));
	await assert.rejects(database, /stopped/);
	await until(() => processesIn(folder).length === 0, 'its tools end', 1000);
});
