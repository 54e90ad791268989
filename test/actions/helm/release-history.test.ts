import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {deployedOf, helmError, helmVersionOf, isSupported, readHistory, readRelease, repairOf} from '../../../source/actions/helm/release-history.ts';

const said = (stdout: string, stderr = '', exitCode: number | null = 0) => ({exitCode, stdout, stderr});
const revision = (number: number, status: string, description = '') => ({revision: number, updated: '2026-11-24T16:29:04Z', status, chart: 'user-0.1.0', app_version: '2.9', description});
const history = (...statuses: readonly string[]) => readHistory(said(JSON.stringify(statuses.map((status, index) => revision(index + 1, status)))));

describe("Helm's history", () => {
	test('no release is knowledge; whatever else goes wrong is not', () => {
		assert.deepEqual(readHistory(said('', 'Error: release: not found\n', 1)), {kind: 'none'});
		assert.deepEqual(readHistory(said('', 'Error: Kubernetes cluster unreachable: Get "https://10.0.0.1": i/o timeout\n', 1)), {kind: 'unknown', why: 'Kubernetes cluster unreachable: Get "https://10.0.0.1": i/o timeout'});
		assert.equal(readHistory(said('', 'Error: query: secrets is forbidden: release: not found\n', 1)).kind, 'unknown', 'the words within another error prove nothing');
		for (const answer of ['', '[]', 'null', '{"a":1}', '[{"revision":"1"}]', 'Killed']) assert.equal(readHistory(said(answer)).kind, 'unknown', answer);
		assert.equal(readHistory(said('[]', '', null)).kind, 'unknown');
	});

	test('what runs is the last revision that was deployed, not the last of all', () => {
		assert.equal(deployedOf(history('superseded', 'deployed', 'failed'))?.revision, 2);
		assert.equal(deployedOf(history('failed')), null);
	});

	test('a pending release has a repair that fits; any other has none', () => {
		assert.deepEqual(repairOf(history('superseded', 'deployed', 'pending-upgrade'), 'user')?.argv, ['helm', 'rollback', 'user', '2']);
		assert.deepEqual(repairOf(history('deployed', 'failed', 'pending-rollback'), 'user')?.argv, ['helm', 'rollback', 'user', '1']);
		assert.deepEqual(repairOf(history('pending-install'), 'user')?.argv, ['helm', 'uninstall', 'user']);
		assert.equal(repairOf(history('deployed', 'failed'), 'user'), null);
	});
});

test('the version of Helm 3 and of Helm 4 is read, another program has none', () => {
	assert.deepEqual(helmVersionOf('v3.22.0\n'), {version: '3.22.0', major: 3});
	assert.deepEqual(helmVersionOf('v4.1.4+g05fa379\n'), {version: '4.1.4', major: 4});
	assert.deepEqual(['v3.8.2', 'v3.12.3', 'v3.13.0', 'v3.22.0', 'v4.0.0'].map(text => isSupported(helmVersionOf(text) ?? {version: '', major: 3})), [false, false, true, true, true]);
	for (const other of ['Client: v2.17.0', '', 'v5.0.0']) assert.equal(helmVersionOf(other), null, other);
});

test('of what Helm says, its error counts, whole, without the log before it', () => {
	assert.equal(helmError('level=WARN msg="upgrade failed"\nError: UPGRADE FAILED: a\nb\n'), 'UPGRADE FAILED: a\nb');
	assert.equal(helmError('panic: x\n'), 'panic: x');
});

test('a release that can not be read says what is wrong with it', () => {
	assert.deepEqual(readRelease('garbage'), {why: ': Invalid input: expected object, received undefined'});
	assert.ok('why' in readRelease('{"name":"a"}'));
});
