import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {after, before, describe, test} from 'node:test';

import {testEvidence} from '../../source/actions/test-evidence.ts';
import {aFolder, carryOut, planInputOf} from './carry-out.ts';

const folder = aFolder();
let counter = 0;
const commit = '4a60f20c1d2e3f405162738495a6b7c8d9e0f1a2';
const file = (path: string) => ({path, sizeBytes: 1, sha256: 'a'.repeat(64)});
const preview = (outputs: Readonly<Record<string, string>>, toVersion: string | null = '2.9.2') => ({preview: {uses: 'helm/preview', attempt: 1, finishedAt: '2026-11-24T09:00:00Z', evidence: [file('chart.tgz'), file('new-manifest.yaml')], outputs: {'manifest-sha256': 'b'.repeat(64), preview: JSON.stringify({toVersion}), ...outputs}}});

const settings = (more: Readonly<Record<string, unknown>> = {}) => ({url: 'https://ci.example.org/runs/7', commit, preview: 'preview', ...more});
const plan = (more: Readonly<Record<string, unknown>>, earlier: ReturnType<typeof preview>) => testEvidence.plan({...planInputOf(testEvidence, settings(more), {folder: folder.path}), earlier});
const take = (more: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>> = {}) =>
	carryOut({...testEvidence, plan: input => testEvidence.plan({...input, earlier: preview({commit})})}, settings(more), {folder: folder.path, attempt: ++counter, env});

const server = createServer((request, response) => {
	const isKnown = request.headers.authorization === 'Bearer t0ken';
	response.writeHead(isKnown ? 200 : 401).end(JSON.stringify({conclusion: request.url === '/good' ? 'success' : 'failure', head: commit}));
});
let host = '';
before(async () => {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
	server.close();
	folder.remove();
});

describe('the commit', () => {
	test('of the preview is taken, shortened or not', () => {
		for (const given of [commit, commit.slice(0, 7), commit.toUpperCase()])
			assert.equal((plan({commit: given}, preview({commit})).work as {binding: Record<string, string>}).binding['commit'], commit);
	});

	test('may stand in the version of the image', () => assert.ok(plan({}, preview({}, 'v2.9.2-4a60f20-6'))));

	test('must be no other', () => {
		for (const earlier of [preview({commit: 'f'.repeat(39).concat('0')}), preview({}, 'v2.9.2-4a60f21-6')]) assert.throws(() => plan({}, earlier), {code: 'commit-differs'});
	});

	test('must be known: a number or a date in the version is none', () => {
		for (const version of ['2.9.2', 'feedface-cafe', null]) assert.throws(() => plan({}, preview({}, version)), {code: 'commit-unknown'});
		assert.throws(() => plan({}, preview({}, 'v1-20261124')), {code: 'commit-differs'});
	});

	test('without the preview there is none', () => assert.throws(() => plan({}, {} as ReturnType<typeof preview>), {code: 'no-preview'}));
});

describe('the result', () => {
	const check = (path: string) => ({check: {url: `${host}${path}`, headers: {authorization: {env: 'CI_AUTHORIZATION'}}, expect: {json: {'$.conclusion': 'success', '$.head': commit}}}});

	test('is a claim when nobody is asked, and that is said', async () => {
		const result = await take({'max-age': '12h'});
		assert.equal(result.outcome, 'succeeded', result.summary);
		assert.match(result.summary, /^claimed: https:\/\/ci\.example\.org\/runs\/7; for manifest bbbbbbbb…, version 2\.9\.2, commit 4a60f20c1d2e$/);
		assert.equal(result.outputs['proof'], 'claimed');
		assert.equal(result.outputs['maxAgeMs'], '43200000');
		assert.deepEqual(result.findings.map(({what}) => what), ['The result is a claim: nobody asked the CI.']);
	});

	test('is checked when the CI says so', async () => {
		const result = await take(check('/good'), {CI_AUTHORIZATION: 'Bearer t0ken'});
		assert.match(result.summary, /^checked: /);
		assert.equal(result.outputs['proof'], 'checked');
		assert.deepEqual(result.plan.commands.map(({shown}) => shown), [`result: GET ${host}/good\n  sends authorization from CI_AUTHORIZATION\n  status 2xx; $.conclusion is "success"; $.head is "4a60f20c1d2e3f405162738495a6b7c8d9e0f1a2"; given up after 10 s`]);
		assert.deepEqual(result.findings, []);
	});

	test('is of a claimed commit when the CI was not asked for it, and that is said', async () => {
		const {check: whole} = check('/good');
		const result = await take({check: {...whole, expect: {json: {'$.conclusion': 'success'}}}}, {CI_AUTHORIZATION: 'Bearer t0ken'});
		assert.equal(result.outcome, 'succeeded', result.summary);
		assert.match(result.findings[0]?.what ?? '', /asked for the result and not for the commit: that it is of 4a60f20\w+ is a claim/);
	});

	test('is none when the CI says otherwise, knows us not, or is not there', async () => {
		assert.match((await take(check('/bad'), {CI_AUTHORIZATION: 'Bearer t0ken'})).summary, /^the result is not there: \$\.conclusion is "failure", expected "success"$/);
		assert.match((await take(check('/good'), {CI_AUTHORIZATION: 'Bearer wrong'})).summary, /^the result is not there: status 401/);
		const gone = await take({check: {url: 'http://127.0.0.1:9/'}});
		assert.deepEqual([gone.outcome, gone.summary], ['failed', 'the result is not there: 127.0.0.1:9: nothing is sent to this port, it is on the list of bad ports of the Fetch standard']);
	});
});

test('settings that can not mean anything are refused', () => {
	for (const more of [{commit: 'main'}, {commit: '4a60f2'}, {url: 'ftp://x'}, {preview: undefined}, {'max-age': 3}, {check: {expect: {colour: 'green'}}}]) assert.equal(testEvidence.schema.safeParse(settings(more)).success, false, JSON.stringify(more));
});
