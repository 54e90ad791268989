import assert from 'node:assert/strict';
import {test} from 'node:test';

import {releaseOf} from '../../source/run/release.ts';
import {aPlan, ARun} from './a-run.ts';

const preview = (release: string) => ({id: `preview-${release}`, kind: 'uses', uses: 'helm/preview', with: {release, chart: './chart'}}) as const;
const versions = {'from-version': '2.9.1', 'to-version': '2.9.2'};

/** Previews of these releases, each with the same versions found. */
const aRunOf = (releases: readonly string[], inputs: Readonly<Record<string, string>> = {}): ARun => {
	const run = new ARun(aPlan(releases.map(preview), {inputs}));
	for (const release of releases) run.done(`preview-${release}`, {outputs: versions});
	return run;
};

test('a run of one Helm release has its name and versions', () => {
	assert.deepEqual(releaseOf(aRunOf(['user']).state), {name: 'user', from: '2.9.1', to: '2.9.2'});
	assert.deepEqual(releaseOf(aRunOf(['user'], {service: 'egov-user', version: '3'}).state), {name: 'egov-user', from: '2.9.1', to: '3'});
});

test('a run of several is called what its runbook is, and none of their versions is taken for its own', () => {
	assert.deepEqual(releaseOf(aRunOf(['orders', 'billing']).state), {name: 'Release a service', from: null, to: null});
	assert.deepEqual(releaseOf(aRunOf(['orders', 'billing'], {version: '2026.48'}).state), {name: 'Release a service', from: null, to: '2026.48'});
});

test('where no release is named it is the runbook that is released', () => {
	assert.deepEqual(releaseOf(new ARun(aPlan([{id: 'push', kind: 'run'}])).state), {name: 'Release a service', from: null, to: null});
});
