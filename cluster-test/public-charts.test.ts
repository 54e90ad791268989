import assert from 'node:assert/strict';
import {copyFileSync, mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {describe, test} from 'node:test';

import {helmPreview} from '../source/actions/helm-preview.ts';
import {helmRollback} from '../source/actions/helm-rollback.ts';
import {helmRunning} from '../source/actions/helm-running.ts';
import {helmUpgrade} from '../source/actions/helm-upgrade.ts';
import {differenceFile, type Difference} from '../source/actions/helm/difference.ts';
import {context, findingsOf, kubeconfig, skip} from './a-chart.ts';
import {ARelease, type Done} from './a-release.ts';

type PublicChart = {readonly name: string; readonly from: string; readonly to: string; readonly set: Readonly<Record<string, string | number | boolean>>; readonly expects: readonly RegExp[]};

/** What is set keeps a chart from touching what other tests of the cluster need; `expects` are findings of the upgrade. */
const charts: readonly PublicChart[] = [
	{name: 'podinfo', from: '1.7.0', to: '6.9.2', set: {}, expects: [/danger: Deployment \S+ changes spec\.selector, which Kubernetes does not allow/]},
	{name: 'metrics-server', from: '3.12.2', to: '3.13.1', set: {'apiService.create': false}, expects: []},
	{name: 'external-dns', from: '1.18.0', to: '1.19.0', set: {'provider.name': 'aws'}, expects: []},
	{name: 'cert-manager', from: '1.21.0', to: '1.21.2', set: {'crds.enabled': true}, expects: [/Job .*-startupapicheck is a hook and runs at post-install/]},
	{name: 'karpenter', from: '1.13.0', to: '1.15.0', set: {}, expects: [/CustomResourceDefinitions in its crds folder, which an upgrade does not touch/]},
];

/** `configmap/x` that stands in the way of a roll-back, as the finding names it. */
const leftIn = (done: Done): string | null => (done.outcome === 'succeeded' ? null : (/delete (\S+) with kubectl, and roll back again/.exec(findingsOf(done))?.[1] ?? null));

const differenceOf = (release: ARelease, attempt: number): Difference => differenceFile.parse(JSON.parse(readFileSync(join(release.folder, `run/evidence/preview.${attempt}/difference.json`), 'utf8')));

describe('public charts', {skip, concurrency: 1}, () => {
	for (const {name, from, to, set, expects} of charts) {
		test(`${name} ${from} is installed, and ${to} previewed and upgraded, or kept from what can't work`, async () => {
			const release = new ARelease(name, kubeconfig ?? '', context);
			const releaseName = `${name}-${process.pid}`.slice(0, 50);
			const preview = (version: string) => {
				mkdirSync(join(release.folder, 'charts'), {recursive: true});
				copyFileSync(join(import.meta.dirname, `charts/${name}-${version}.tgz`), join(release.folder, `charts/${name}-${version}.tgz`));
				return release.perform(helmPreview, 'preview', {release: releaseName, chart: `./charts/${name}-${version}.tgz`, set});
			};
			try {
				const first = await preview(from);
				assert.equal(first.outcome, 'succeeded', first.summary + first.out);
				const install = await release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '90s'});
				assert.equal(install.outcome, 'succeeded', install.summary + install.err);
				const running = await release.perform(helmRunning, 'running', {preview: 'preview'});
				assert.equal(running.outcome, 'succeeded', running.summary);

				const next = await preview(to);
				assert.equal(next.outcome, 'succeeded', next.summary + next.out);
				for (const expected of expects) assert.match(findingsOf(next), expected);
				const difference = differenceOf(release, 2);
				assert.ok(difference.changes.length > 0);
				assert.ok(difference.changes.every(({change, diff}) => change !== 'changed' || /^[-+]/m.test(diff)));
				const doomed = next.findings.find(({what}) => what.includes('the upgrade will fail there'));
				const upgrade = await release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '90s'});
				assert.equal(upgrade.outcome, doomed === undefined ? 'succeeded' : 'failed', upgrade.summary + upgrade.err);
				if (doomed === undefined) assert.equal((await release.perform(helmRunning, 'running', {preview: 'preview'})).outcome, 'succeeded');
				let back = await release.perform(helmRollback, 'rollback', {preview: 'preview'});
				// Helm does not go back over an object that a failed upgrade has left; the finding says what to do, and that is done here.
				for (let left = leftIn(back); left !== null; left = leftIn(back)) {
					release.kubectl('delete', left, '--namespace', release.namespace);
					back = await release.perform(helmRollback, 'rollback', {preview: 'preview'});
				}

				assert.equal(back.outcome, 'succeeded', back.summary + back.out);
			} finally {
				release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
				release.kubectl('delete', 'customresourcedefinitions,clusterroles,clusterrolebindings,validatingwebhookconfigurations,mutatingwebhookconfigurations', '--selector', `app.kubernetes.io/instance=${releaseName}`, '--ignore-not-found');
				release.remove();
			}
		});
	}
});
