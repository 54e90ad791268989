import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {createServer, type RequestListener} from 'node:http';
import {createServer as createTlsServer} from 'node:https';
import {createServer as createTcpServer, type AddressInfo, type Server} from 'node:net';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {smokeHttp} from '../../source/actions/smoke-http.ts';
import {aFolder, carryOut, signalWhen} from './carry-out.ts';

const folder = aFolder();
const servers: Server[] = [];
let counter = 0;

const listen = async <Kind extends Server>(server: Kind): Promise<string> => {
	servers.push(server);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const check = (settings: unknown) => carryOut(smokeHttp, settings, {folder: folder.path, attempt: ++counter});

after(() => {
	for (const server of servers) {
		server.close();
		if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') server.closeAllConnections();
	}

	folder.remove();
});

const calls = new Map<string, number>();
const pages: Readonly<Record<string, RequestListener>> = {
	'/ok': (_, response) => response.end('all is well'),
	'/health': (_, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify({status: 'UP', version: '2.9.1', parts: [{name: 'db', up: true}, {name: 'kafka', up: false}]})),
	'/login': (_, response) => response.writeHead(302, {location: 'https://sso.example.org/auth/realms/x/login?next=%2F'}).end(),
	'/moved': (_, response) => response.writeHead(301, {location: '/elsewhere'}).end(),
	'/error-page': (_, response) => response.setHeader('content-type', 'text/html').end('<html><head><title>Something went wrong</title></head><body>Sorry</body></html>'),
	'/page': (_, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end('<html><title>Employee portal</title><h1>Welcome</h1></html>'),
	'/gone': (_, response) => response.writeHead(503).end('no'),
	'/slow': (_, response) => setTimeout(() => response.end('late'), 300),
	'/never': () => {},
	'/half': (_, response) => {
		response.writeHead(200, {'content-length': '1000'}).write('half of it');
		setTimeout(() => response.destroy(), 20);
	},
	'/third-time': (request, response) => {
		const count = (calls.get(request.url ?? '') ?? 0) + 1;
		calls.set(request.url ?? '', count);
		response.writeHead(count < 3 ? 503 : 200).end();
	},
	'/echo': (request, response) => {
		request.setEncoding('utf8');
		let body = '';
		request.on('data', (text: string) => (body += text));
		request.on('end', () => response.end(`${request.method} ${request.headers['x-tenant']} ${body}`));
	},
};

let host = '';
before(async () => {
	host = await listen(createServer((request, response) => (pages[request.url ?? ''] ?? ((_, answer) => answer.writeHead(404).end()))(request, response)));
});

describe('what an answer says', () => {
	const table: readonly (readonly [name: string, path: string, expect: unknown, summary: RegExp | null])[] = [
		['a success', '/ok', {}, null],
		['a text in the body', '/ok', {body: ['all', {matches: 'w.ll$'}]}, null],
		['a missing text in the body', '/ok', {body: 'not there'}, /^body lacks "not there": "all is well"$/],
		['another status', '/gone', {}, /^status 503, expected 2xx$/],
		['a status that is wanted', '/gone', {status: [200, '5xx']}, null],
		['a redirect to a login', '/login', {}, /^redirected to a login: https:\/\/sso\.example\.org.*status 302, expected 2xx/],
		['any other redirect', '/moved', {status: 200}, /^redirected to \/elsewhere/],
		['a redirect that is wanted', '/login', {status: 302, header: {Location: {matches: '/login'}}}, null],
		['an error page with status 200', '/error-page', {status: 200}, /^error page with status 200: "Something went wrong"$/],
		['an ordinary page', '/page', {status: 200, header: {'content-type': {matches: '^text/html'}}}, null],
		['a missing header', '/ok', {header: {'x-version': '1'}}, /^header x-version is missing/],
		['a value in JSON', '/health', {json: {'$.status': 'UP', '$.parts[0].up': true}}, null],
		['another value in JSON', '/health', {json: {'$.parts[*].up': true}}, /^\$\.parts\[\*\]\.up is false, expected true$/],
		['a value that is not there', '/health', {json: {'$.build': 'x'}}, /^\$\.build selects nothing/],
		['a page instead of JSON', '/page', {json: {'$.status': 'UP'}}, /^an HTML page came instead of JSON/],
		['the version that was deployed', '/health', {version: {json: '$.version', equals: '2.9.1'}}, null],
		['an old version', '/health', {version: {json: '$.version', equals: '2.9.2'}}, /^old version answering: 2\.9\.1, expected 2\.9\.2$/],
		['no version', '/health', {version: {json: '$.release', equals: '2.9.2'}}, /^version not told/],
		['a slow answer', '/slow', {latency: '100ms'}, /^answered in \d+ ms, 100 ms is allowed$/],
		['a cut answer', '/half', {}, /closed the connection before the answer was whole/],
	];

	test('each is told apart', async () => {
		const result = await check({checks: table.map(([name, path, expect]) => ({name, url: `http://${host}${path}`, expect})), parallel: 8});
		const {checks} = result.report as {checks: {attempts: {faults: {what: string}[]}[]}[]};
		for (const [index, [name, , , summary]] of table.entries()) {
			const fault = checks[index]?.attempts[0]?.faults[0]?.what;
			if (summary === null) assert.equal(fault, undefined, name);
			else assert.match(fault ?? 'passed', summary, name);
		}

		assert.equal(result.outcome, 'failed');
		assert.match(result.summary, /^\d+ of 20 failed; a missing text in the body/);
		assert.ok(result.out.split('\n').every(line => line.length <= 50), 'no line is cut beside the steps of a screen of 80 columns');
		assert.match(result.out, /^FAILED {2}200 +\d+ ms {2}an old version\n {2}old version answering: 2\.9\.1, expected 2\.9\.2$/m);
	});
});

describe('when no answer comes', () => {
	const one = async (url: string) => (await check({url, timeout: url.endsWith('/never') ? '400ms' : '20s'})).summary;

	test('time-out, refusal, reset, unknown name, TLS and other protocols are told apart', async () => {
		const closed = await listen(createTcpServer());
		await new Promise(resolve => servers.at(-1)?.close(resolve));
		const resetting = await listen(createTcpServer(socket => socket.on('data', () => socket.resetAndDestroy())));
		const babbling = await listen(createTcpServer(socket => socket.on('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))));
		const key = join(folder.path, 'key.pem');
		const certificate = join(folder.path, 'certificate.pem');
		execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=live.example.org', '-addext', 'subjectAltName=DNS:live.example.org'], {stdio: 'ignore'});
		const secure = await listen(createTlsServer({key: readFileSync(key), cert: readFileSync(certificate)}, (_, response) => response.end('ok')));

		const [timedOut, refused, reset, unknown, untrusted, plain, notHttp] = await Promise.all(
			[`http://${host}/never`, `http://${closed}/`, `http://${resetting}/`, 'http://nosuchname.invalid/', `https://${secure}/`, `https://${host}/ok`, `http://${babbling}/`].map(one),
		);
		assert.equal(timedOut, 'no whole answer within 400 ms');
		assert.equal(refused, `${closed} refused the connection`);
		assert.match(reset ?? '', /closed the connection before it answered/);
		assert.match(unknown ?? '', /^the name nosuchname\.invalid can't be resolved/);
		assert.match(untrusted ?? '', /^the certificate of 127\.0\.0\.1:\d+ is not trusted/);
		assert.match(plain ?? '', /^TLS with 127\.0\.0\.1:\d+ failed/);
		assert.match(notHttp ?? '', /does not speak HTTP there/);

		const trusted = await carryOut(smokeHttp, {url: `https://${secure}/`}, {folder: folder.path, attempt: ++counter, env: {NODE_EXTRA_CA_CERTS: certificate}});
		assert.match(trusted.summary, /^the certificate is not for 127\.0\.0\.1/);
	});
});

describe('attempts', () => {
	test('all are recorded, and the one that passed is named', async () => {
		const result = await check({url: `http://${host}/third-time`, retries: 4, interval: '10ms'});
		assert.equal(result.outcome, 'succeeded');
		assert.equal(result.summary, 'status 200, passed on attempt 3');
		const {checks} = result.report as {checks: {attempts: {status: number}[]}[]};
		assert.deepEqual(checks[0]?.attempts.map(({status}) => status), [503, 503, 200]);
		assert.equal(result.findings[0]?.level, 'warning');
	});

	test('when none passes it failed, and the answers are evidence', async () => {
		const result = await check({url: `http://${host}/gone`, retries: 2, interval: '1ms'});
		assert.equal(result.outcome, 'failed');
		const kept = JSON.parse(readFileSync(result.evidence[0] ?? '', 'utf8')) as {failedAnswers: {body: string}[]};
		assert.deepEqual(kept.failedAnswers.map(({body}) => body), ['no', 'no', 'no']);
	});

	test('a cancelled check is never passed, and its process is gone', async () => {
		const result = await carryOut(smokeHttp, {url: `http://${host}/gone`, retries: 100, interval: '50ms'}, {
			folder: folder.path,
			attempt: ++counter,
			onStart: signalWhen('attempt 2', 'SIGTERM'),
		});
		assert.equal(result.outcome, 'failed');
		assert.equal(result.exitCode, 143);
	});
});

test('method, headers and body are sent, and shared settings hold for all checks', async () => {
	const result = await check({
		headers: {'x-tenant': 'pb'},
		method: 'POST',
		checks: [
			{name: 'one', url: `http://${host}/echo`, body: 'b1', expect: {body: 'POST pb b1'}},
			{name: 'two', url: `http://${host}/echo`, method: 'PUT', headers: {'x-tenant': 'uk', 'X-Api-Key': 'k1'}, expect: {body: 'PUT uk'}},
		],
	});
	assert.equal(result.summary, '2 of 2 passed');
	assert.deepEqual(result.plan.commands.map(({shown}) => shown), [
		`one: POST http://${host}/echo with b1\n  sends x-tenant: pb\n  status 2xx; body has "POST pb b1"; given up after 10 s`,
		`two: PUT http://${host}/echo\n  sends x-tenant: uk, X-Api-Key (value not shown)\n  status 2xx; body has "PUT uk"; given up after 10 s`,
	]);
});

test('what is expected is seen before anything is sent', async () => {
	const expect = {status: [200, 204], body: {matches: 'w.ll$'}, header: {server: 'nginx'}, json: {'$.up': true}, version: {json: '$.version', equals: '2.9.2'}, latency: '2s'};
	const {plan} = await check({url: `http://${host}/ok`, expect, retries: 2, interval: '1ms', timeout: '5s', headers: {authorization: {env: 'TENANT_TOKEN'}}});
	assert.deepEqual(plan.commands.map(({shown}) => shown), [
		`GET http://${host}/ok\n  sends authorization from TENANT_TOKEN\n  status 200 or 204; version 2.9.2 at $.version; header server is "nginx"; $.up is true; body matches /w.ll$/; within 2 s; up to 3 attempts, 1 ms apart, each given up after 5 s`,
	]);
});

test('a credential comes from the environment, and is in no file', async () => {
	const settings = {url: `http://${host}/echo`, headers: {'x-tenant': {env: 'TENANT_TOKEN'}}, expect: {body: {matches: 'GET hunter\\d '}}};
	const result = await carryOut(smokeHttp, settings, {folder: folder.path, attempt: ++counter, env: {TENANT_TOKEN: 'hunter2'}});
	assert.equal(result.outcome, 'succeeded', result.summary);
	assert.ok(!JSON.stringify(result).includes('hunter2'));
	assert.match((await check(settings)).summary, /^the header x-tenant can't be sent: TENANT_TOKEN is not set$/);
});

test('settings that cannot mean anything are refused', () => {
	for (const settings of [{}, {url: 'ftp://x'}, {url: 'http://a', checks: []}, {url: 'http://user:secret@a'}, {url: 'http://a', timeout: '10'}, {url: 'http://a', expect: {json: {'status': 1}}}, {url: 'http://a', expect: {body: {matches: '('}}}, {url: 'http://a', retry: 3}])
		assert.equal(smokeHttp.schema.safeParse(settings).success, false, JSON.stringify(settings));
});

test('a report that is garbage or missing is a failure', () => {
	for (const report of [undefined, null, {}, {checks: []}, 'passed', {checks: [{name: 'x', url: 'y', method: 'GET', attempts: []}]}])
		assert.equal(smokeHttp.judge({exitCode: 0, signal: null, report, outTail: '', errTail: ''}).outcome, 'failed');
});
