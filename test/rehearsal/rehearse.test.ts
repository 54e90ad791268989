import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {test, type TestContext} from 'node:test';
import {text} from 'node:stream/consumers';

import {ATerminal, program} from '../e2e/a-terminal.ts';
import {writePastRun} from '../engine/a-past-run.ts';
import {until} from '../supervisor/an-attempt.ts';
import {aPlace, processesIn} from './a-place.ts';

const deadlineMs = 6000;

/** The rehearsal runs `node --test`, which does nothing within another one. */
const {NODE_TEST_CONTEXT: _, ...outside} = process.env;

/** Folders of its own for state and temporary files, with a space in their names. */
const aHome = (t: TestContext): {readonly env: Readonly<Record<string, string>>; readonly temporary: string; readonly sandboxes: () => readonly string[]} => {
	const {folder} = aPlace(t);
	// Where the tests run as root, the server's user has to get there.
	chmodSync(folder, 0o755);
	const temporary = join(folder, 'tmp');
	mkdirSync(temporary);
	return {env: {XDG_STATE_HOME: join(folder, 'state'), TMPDIR: temporary}, temporary, sandboxes: () => readdirSync(temporary).filter(name => name.startsWith('slipway-rehearsal-'))};
};

const rehearse = async (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<{readonly status: number; readonly out: string; readonly err: string}> => {
	const child = spawn(process.execPath, [program, 'rehearse', ...args], {env: {...outside, ...env}, stdio: ['ignore', 'pipe', 'pipe']});
	const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit') as Promise<[number]>]);
	return {status, out, err};
};

test('without a terminal a rehearsal goes through the six steps by itself, and leaves a record and a report', async t => {
	const {env, temporary, sandboxes} = aHome(t);
	const {status, out, err} = await rehearse(env);
	assert.equal(status, 0, `${out}${err}`);
	assert.match(out, /PostgreSQL \d.* s\n/);
	const path = /^ {2}Report {2}(.+)$/m.exec(out)?.[1] ?? '';
	const report = readFileSync(path, 'utf8');
	assert.match(report, /^# demo 1\.4\.0 → 1\.5\.0 on sandbox: succeeded\n\n\*\*A rehearsal in a sandbox, not a release\.\*\*/);
	assert.match(report, /revision 2 deployed/);
	assert.match(report, /5 passed/);
	const id = /slipway show (\w+)/.exec(out)?.[1] ?? '';
	const verify = spawn(process.execPath, [program, 'verify', id], {env: {...outside, ...env}, stdio: 'ignore'});
	assert.deepEqual((await once(verify, 'exit'))[0], 0);
	assert.deepEqual(sandboxes(), []);
	assert.deepEqual(processesIn(temporary), []);
});

test('a failure that is asked for is met at the live service, and the exit status says so', async t => {
	const {env, sandboxes} = aHome(t);
	const {status, out, err} = await rehearse(env, '--failure', 'smoke');
	assert.equal(status, 1, `${out}${err}`);
	assert.match(out, /login page: status 500, expected 200/);
	assert.deepEqual(sandboxes(), []);
});

test('a failure that is not known is refused before anything is started', async t => {
	const {env} = aHome(t);
	const {status, out, err} = await rehearse(env, '--failure', 'crsh');
	assert.deepEqual([status, out], [2, '']);
	assert.match(err, /Did you mean crash\?/);
});

test('at a terminal it shows the first task; when it is killed, nothing of the sandbox is left', async t => {
	const {env, temporary, sandboxes} = aHome(t);
	using terminal = new ATerminal({args: ['rehearse'], env});
	await terminal.shows(/Compare 1\.5\.0 with what is live/);
	assert.equal(terminal.isAlternate, true);
	assert.ok(processesIn(temporary).length > 1);
	process.kill(terminal.pid, 'SIGKILL');
	await until(() => processesIn(temporary).length === 0 && sandboxes().length === 0, 'nothing is left of the sandbox', deadlineMs);
});

test('a Ctrl-C while it comes up leaves nothing', async t => {
	const {env, temporary, sandboxes} = aHome(t);
	using terminal = new ATerminal({args: ['rehearse'], env});
	await until(() => processesIn(temporary).length > 0, 'a server starts', 10_000);
	terminal.type('\u0003');
	await terminal.exited;
	await until(() => processesIn(temporary).length === 0 && sandboxes().length === 0, 'nothing is left of the sandbox', deadlineMs);
});

test('the one after a rehearsal that was left says so', async t => {
	const {env} = aHome(t);
	const id = writePastRun(join(env['XDG_STATE_HOME'] ?? '', 'slipway'), {rehearsal: true, ends: 'running'});
	using terminal = new ATerminal({args: ['rehearse'], env, columns: 160});
	await terminal.shows(`The rehearsal of 2026-11-24 09:14 UTC was left at 4 Deploy. Its sandbox went with it, so it can not be gone on with; this is a new one.`);
	await terminal.shows(`slipway show ${id}`);
	terminal.type('\u0003');
	await terminal.exited;
});
