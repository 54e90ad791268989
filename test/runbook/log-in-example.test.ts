import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createServer, type IncomingMessage} from 'node:http';
import {createRequire} from 'node:module';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import process from 'node:process';
import {after, before, test} from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'slipway-log-in-'));
after(() => rmSync(folder, {recursive: true}));

const bodyOf = async (request: IncomingMessage): Promise<URLSearchParams> => new URLSearchParams(Buffer.concat(await request.toArray()).toString());

const server = createServer((request, response) => {
	void bodyOf(request).then(body => {
		const isKnown = request.url === '/user/oauth/token' && body.get('username') === 'bot' && body.get('password') === 'correct horse' && request.headers.authorization === `Basic ${btoa('egov-user-client:')}`;
		response.writeHead(isKnown ? 200 : 400, {'content-type': 'application/json'}).end(JSON.stringify(isKnown ? {access_token: 't0ken-value', UserRequest: {tenantId: 'pg.city', roles: [{}, {}]}} : {error_description: 'Invalid login credentials'}));
	});
});

before(async () => {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
});
after(() => void server.close());

const logIn = async (password: string): Promise<{readonly status: number; readonly out: string; readonly outputs: string}> => {
	const {port} = server.address() as AddressInfo;
	const outputs = join(folder, 'outputs');
	rmSync(outputs, {force: true});
	const child = spawn(process.execPath, [createRequire(import.meta.url).resolve('zx/cli'), resolve(import.meta.dirname, '../../runbooks/digit/log-in.mjs'), `http://127.0.0.1:${port}`, 'bot'], {
		env: {PATH: process.env['PATH'], SMOKE_PASSWORD: password, SLIPWAY_OUTPUT: outputs},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const [out, err, [status]] = await Promise.all([child.stdout.toArray(), child.stderr.toArray(), once(child, 'close') as Promise<[number]>]);
	return {status, out: Buffer.concat([...out, ...err] as Buffer[]).toString(), outputs: status === 0 ? readFileSync(outputs, 'utf8') : ''};
};

test('the log-in of the digit runbook succeeds with the right password, fails with a wrong one, and prints neither password nor token', async () => {
	const right = await logIn('correct horse');
	assert.deepEqual(right, {status: 0, out: 'bot is logged in with 2 roles.\n', outputs: 'tenant=pg.city\n'});
	const wrong = await logIn('battery staple');
	assert.deepEqual(wrong, {status: 1, out: 'The log-in of bot failed: status 400 Invalid login credentials\n', outputs: ''});
});
