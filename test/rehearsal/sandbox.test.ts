import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {test} from 'node:test';

import {Problem} from '../../source/errors.ts';
import {startSandbox} from '../../source/rehearsal/start-sandbox.ts';
import {until} from '../supervisor/an-attempt.ts';
import {output, processesIn} from './a-place.ts';
import {anEnvironment, anOrder, aSandbox, sandboxArgv} from './a-sandbox.ts';

/** All of a sandbox ends within two seconds on a machine with nothing else to do. */
const deadlineMs = 6000;

test('a sandbox has all its parts, each answers, and nothing is left of it when it is closed', async t => {
	const told: string[] = [];
	const sandbox = await aSandbox(t, anEnvironment(t), {}, told);
	const run = (file: string, ...args: readonly string[]): Promise<string> => output('/usr/bin/env', ...Object.entries(sandbox.environment).map(([name, value]) => `${name}=${value}`), file, ...args);
	const {SLIPWAY_SANDBOX_KUBECONFIG: kubeconfig = '', SLIPWAY_SANDBOX_URL: url = '', SLIPWAY_SANDBOX_DATABASE: database = ''} = sandbox.environment;
	const [release] = JSON.parse(await run('helm', 'list', '--kubeconfig', kubeconfig, '--kube-context', 'rehearsal', '--namespace', 'demo', '--output', 'json')) as readonly Record<string, string>[];
	assert.deepEqual([release?.['name'], release?.['chart'], release?.['status'], release?.['revision']], ['demo', 'demo-1.4.0', 'deployed', '1']);
	assert.equal(await run('kubectl', 'get', 'deployment', 'demo', '--kubeconfig', kubeconfig, '--context', 'rehearsal', '--namespace', 'demo', '--output', 'jsonpath={.status.readyReplicas}'), '2');
	assert.deepEqual(await (await fetch(`${url}/version`)).json(), {version: '1.4.0'});
	assert.equal((await run('psql', '--no-psqlrc', '--tuples-only', '--no-align', `--dbname=${database}`, '--command', 'SELECT count(*) FROM complaint')).trim(), '12000');
	assert.equal(told.length, 3);
	assert.ok(told.some(text => /^PostgreSQL \d/.test(text)));
	await sandbox.close();
	assert.equal(existsSync(sandbox.folder), false);
	assert.deepEqual(processesIn(sandbox.folder), []);
	await assert.rejects(fetch(url));
});

test('all of it ends and its folder goes soon after the program that started it is killed', async t => {
	const program = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'sandbox-starter.ts')], {env: anEnvironment(t), stdio: ['ignore', 'pipe', 'inherit']});
	t.after(() => program.kill('SIGKILL'));
	const [facts] = (await once(program.stdout, 'data')) as [Buffer];
	const {folder} = JSON.parse(facts.toString('utf8')) as {readonly folder: string};
	assert.ok(processesIn(folder).length > 1);
	program.kill('SIGKILL');
	await until(() => processesIn(folder).length === 0 && !existsSync(folder), 'nothing is left of the sandbox', deadlineMs);
});

test('its server ends when the sandbox itself is killed; the next start removes the folder, and not that of a living one', async t => {
	const environment = anEnvironment(t);
	const living = await aSandbox(t, environment);
	const killed = await aSandbox(t, environment);
	process.kill(killed.pid, 'SIGKILL');
	await until(() => processesIn(killed.folder).length === 0, 'the server has ended', deadlineMs);
	assert.equal(existsSync(killed.folder), true);
	const next = await aSandbox(t, environment);
	assert.equal(existsSync(killed.folder), false);
	assert.equal(existsSync(living.folder), true);
	assert.equal((await fetch(`${living.environment['SLIPWAY_SANDBOX_URL']}/healthz`)).status, 200);
	await Promise.all([living.close(), next.close()]);
});

test('a tool that can not be had is a problem in words, and nothing is left', async () => {
	const start = startSandbox({order: anOrder({tools: 'packaged', cacheFolder: '/dev/null/nowhere'}), argv: sandboxArgv, environment: process.env, onProgress: () => {}});
	await assert.rejects(start, (error: Problem) => {
		assert.ok(error instanceof Problem);
		assert.deepEqual([error.code, error.what], ['tool-missing', 'The rehearsal needs helm, and it is not there.']);
		return true;
	});
});
