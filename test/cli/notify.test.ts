import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import process from 'node:process';
import {after, test} from 'node:test';

import {terminalSequences} from '../../source/cli/notify-channels.ts';

const cli = ['--import', import.meta.resolve('tsx'), resolve(import.meta.dirname, '../../source/cli.ts')];
const folder = mkdtempSync(join(tmpdir(), 'slipway-notify-'));
const servers: Server[] = [];
after(() => {
	for (const server of servers) {
		server.close();
		server.closeAllConnections();
	}

	rmSync(folder, {recursive: true, force: true, maxRetries: 5});
});

const settingsFile = join(folder, 'config/slipway/config.json');

const slipway = (argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<{readonly status: number | null; readonly out: string; readonly err: string; readonly tookMs: number}> =>
	new Promise(done => {
		const startedMs = performance.now();
		const child = spawn(process.execPath, [...cli, ...argv], {cwd: folder, env: {PATH: process.env['PATH'], HOME: folder, XDG_CONFIG_HOME: join(folder, 'config'), XDG_STATE_HOME: join(folder, 'state'), ...env}, stdio: ['ignore', 'pipe', 'pipe']});
		let [out, err] = ['', ''];
		child.stdout.on('data', (text: Buffer) => (out += text.toString()));
		child.stderr.on('data', (text: Buffer) => (err += text.toString()));
		child.on('close', status => done({status, out, err, tookMs: performance.now() - startedMs}));
	});

/** A chat; `null` never answers. */
const aChat = async (status: number | null): Promise<{readonly url: string; readonly messages: readonly string[]; readonly until: (count: number) => Promise<void>}> => {
	const messages: string[] = [];
	let heard = (): void => {};
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (text: Buffer) => (body += text.toString()));
		request.on('end', () => {
			messages.push((JSON.parse(body) as {text: string}).text);
			if (status !== null) response.writeHead(status).end('ok');
			heard();
		});
	});
	servers.push(server);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const until = async (count: number): Promise<void> => {
		while (messages.length < count) await new Promise<void>(done => (heard = done));
	};
	return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0K3N`, messages, until};
};

const aRunbook = (name: string, command: string): string => {
	const path = join(folder, `${name}.runbook.yaml`);
	writeFileSync(path, `name: Release\ntargets: {uat: {}}\nsteps:\n  - id: all\n    name: All\n    tasks:\n      - {id: work, name: Work, effect: reads, run: '${command}'}\n`);
	return path;
};

test('the settings are kept for the user alone, and the address is not printed', async () => {
	const chat = await aChat(200);
	const set = await slipway(['notify', '--desktop', 'on', '--webhook', 'env', '--after', '1m', '--test'], {SLIPWAY_WEBHOOK: chat.url});
	assert.deepEqual([set.status, set.err], [0, '']);
	assert.match(set.out, /^bell {5}on\ndesktop {2}on\nwebhook {2}http:\/\/127\.0\.0\.1:\d+\/…\nafter {4}1 min\n[\s\S]*The webhook answered 200\.\n$/);
	assert.ok(!set.out.includes('T0K3N'));
	assert.deepEqual(chat.messages, ['Slipway\nThis is a test.']);
	assert.equal(statSync(settingsFile).mode & 0o777, 0o600);
	for (const argv of [['--bell', 'loud'], ['--webhook', 'slack'], ['--after', '10'], ['--webhok', 'off']]) assert.equal((await slipway(['notify', ...argv])).status, 2, argv.join(' '));
	assert.match((await slipway(['notify', '--webhook', 'off'])).out, /webhook {2}off/);
});

test('a failure and the end of a run are posted, and a good end that was quick is not', async () => {
	const chat = await aChat(200);
	await slipway(['notify', '--webhook', chat.url, '--after', '10s']);
	assert.equal((await slipway(['run', aRunbook('good', 'true'), '--yes'])).status, 0);
	assert.equal((await slipway(['run', aRunbook('bad', 'echo no such table >&2; exit 3'), '--yes'])).status, 1);
	await chat.until(2);
	assert.deepEqual(chat.messages.toSorted().toReversed(), ['Release: uat\nThe run succeeded: Walked through without a terminal; every task is settled.', 'FAILED: Release: uat\nWork failed: exit status 3: no such table']);
});

test('a chat that never answers, or is not there, changes nothing and is not waited for', async () => {
	const quick = await slipway(['run', aRunbook('plain', 'true'), '--yes'], {XDG_CONFIG_HOME: join(folder, 'none')});
	const silent = await aChat(null);
	for (const url of [silent.url, 'http://127.0.0.1:1/', 'http://nosuchname.invalid/']) {
		await slipway(['notify', '--webhook', url]);
		const run = await slipway(['run', aRunbook('plain', 'true'), '--yes']);
		assert.deepEqual([run.status, run.err], [0, ''], url);
		assert.ok(run.tookMs < quick.tookMs + 5000, `${url}: ${run.tookMs} ms, ${quick.tookMs} ms without`);
	}
});

test('settings that are damaged count as not set', async () => {
	mkdirSync(join(folder, 'config/slipway'), {recursive: true});
	for (const damage of ['{', '[]', '{"notify": 7}', '{"notify": {"webhook": "x", "bell": "loud"}}']) {
		writeFileSync(settingsFile, damage);
		const run = await slipway(['run', aRunbook('plain', 'true'), '--yes']);
		assert.deepEqual([run.status, run.err], [0, ''], damage);
	}

	assert.ok(existsSync(settingsFile) && readFileSync(settingsFile, 'utf8').includes('loud'));
});

test('the terminal rings and shows it, also through tmux', () => {
	const attention = {kind: 'failed', title: 'Release; user', text: 'it failed', ranMs: 1} as const;
	const wanted = {bell: true, desktop: true, webhook: null, afterMs: 0};
	assert.equal(terminalSequences(attention, wanted, false), '\u001B]9;Release; user: it failed\u0007\u001B]777;notify;Release, user;it failed\u0007\u0007');
	assert.equal(terminalSequences(attention, {...wanted, desktop: false}, true), '\u0007');
	assert.ok(terminalSequences(attention, wanted, true).startsWith('\u001BPtmux;\u001B\u001B]9;Release; user: it failed\u0007\u001B\\\u001BPtmux;\u001B\u001B]777;'));
	assert.equal(terminalSequences(attention, {...wanted, bell: false, desktop: false}, false), '');
});
