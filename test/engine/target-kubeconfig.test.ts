import assert from 'node:assert/strict';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {test} from 'node:test';

import {parse} from 'yaml';

import {writeTargetKubeconfig} from '../../source/engine/target-kubeconfig.ts';
import {Problem} from '../../source/errors.ts';
import {aFolder} from './a-machine.ts';

const config = 'contexts:\n- {name: uat, context: {cluster: one, user: op}}\n- {name: prod, context: {cluster: two, user: op}}\ncurrent-context: prod\nusers: [{name: op, user: {token: s3cret-t0ken}}]\n';

test("children get the target's context and namespace, and the operator's file stays as it is", context => {
	const folder = aFolder(context);
	const kubeconfig = join(folder, 'config');
	writeFileSync(kubeconfig, config);
	mkdirSync(join(folder, 'run'));
	const [ours = '', theirs] = writeTargetKubeconfig({name: 'uat', kubeconfig, context: 'uat', namespace: 'egov', protected: false, variables: {}}, join(folder, 'run'))?.split(delimiter) ?? [];
	assert.equal(theirs, kubeconfig);
	assert.equal(readFileSync(kubeconfig, 'utf8'), config);
	assert.partialDeepStrictEqual(parse(readFileSync(ours, 'utf8')), {'current-context': 'slipway-target', contexts: [{context: {cluster: 'one', namespace: 'egov'}}]});
	assert.doesNotMatch(readFileSync(ours, 'utf8'), /s3cret/);
});

test('a kubeconfig that can not be read is named, and nothing of what is in it is told', context => {
	const folder = aFolder(context);
	const kubeconfig = join(folder, 'config');
	writeFileSync(kubeconfig, config.replace('token: s3cret-t0ken}}]', 'token: s3cret-t0ken'));
	assert.throws(() => writeTargetKubeconfig({name: 'uat', kubeconfig, context: 'uat', protected: false, variables: {}}, folder), (error: unknown) => error instanceof Problem && error.code === 'kubeconfig-unreadable' && !error.message.includes('s3cret') && /at line \d/.test(error.message));
});

test('a context that is not there is named, beside those that are', context => {
	const folder = aFolder(context);
	const kubeconfig = join(folder, 'config');
	writeFileSync(kubeconfig, config);
	assert.throws(() => writeTargetKubeconfig({name: 'uat', kubeconfig, context: 'uatt', protected: false, variables: {}}, folder), /has no context uatt\. It has: uat, prod\./);
});
