import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {ARelease, type Done} from '../../cluster-test/a-release.ts';
import {helmPreflight} from '../../source/actions/helm-preflight.ts';
import {helmPreview} from '../../source/actions/helm-preview.ts';
import {helmRollback} from '../../source/actions/helm-rollback.ts';
import {helmRunning} from '../../source/actions/helm-running.ts';
import {helmUpgrade} from '../../source/actions/helm-upgrade.ts';
import {startACluster, type ACluster} from './a-cluster.ts';

const files = {
	'chart/Chart.yaml': 'apiVersion: v2\nname: user\nversion: 0.1.0\nappVersion: "2.9"\n',
	'chart/values.yaml': 'image: {tag: 2.9.1}\npassword: one\n',
	'chart/templates/user.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: user, labels: {app: user}}
spec:
  replicas: 2
  selector: {matchLabels: {app: user}}
  template:
    metadata: {labels: {app: user}}
    spec: {containers: [{name: user, image: "egovio/egov-user:{{ .Values.image.tag }}"}]}
---
apiVersion: v1
kind: Secret
metadata: {name: user}
stringData: {password: "{{ .Values.password }}"}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation}}
spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "egovio/egov-user-db:{{ .Values.image.tag | replace "-crash" "" }}"}]}}}
`,
	'env.yaml': 'password: s3cret-value\n',
};

const previewOf = (tag: string) => ({release: 'user', chart: './chart', values: ['env.yaml'], set: {'image.tag': tag}});

describe('the actions of a release against the rehearsal cluster', {concurrency: true}, () => {
	let cluster: ACluster;
	before(async () => {
		cluster = await startACluster();
	});
	after(() => cluster.close());

	const aRelease = (name: string): ARelease => {
		const release = new ARelease(name, cluster.kubeconfig, 'rehearsal');
		release.write(files);
		return release;
	};

	const succeeds = async (done: Promise<Done>): Promise<Done> => {
		const ended = await done;
		assert.equal(ended.outcome, 'succeeded', ended.summary + ended.out + ended.err);
		return ended;
	};

	test('a version is previewed, checked, deployed and found running; the next one crashes and is rolled back', async () => {
		const release = aRelease('actions');
		try {
			assert.equal((await succeeds(release.perform(helmPreview, 'preview', previewOf('2.9.1')))).outputs['to-version'], '2.9.1');
			await succeeds(release.perform(helmPreflight, 'preflight', {preview: 'preview'}));
			await succeeds(release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '60s'}));
			assert.equal((await succeeds(release.perform(helmRunning, 'running', {preview: 'preview'}))).summary, '1 workload ready, 1 image as confirmed');
			assert.equal(release.probe(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '60s'}).verdict, 'done');

			assert.match((await succeeds(release.perform(helmPreview, 'preview', previewOf('2.9.2-crash')))).summary, /^2 changed/);
			const upgrade = await release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '5s'});
			assert.equal(upgrade.outcome, 'failed', upgrade.out);
			assert.equal(release.probe(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '5s'}).verdict, 'not-done');
			const running = await release.perform(helmRunning, 'running', {preview: 'preview', timeout: '1s'});
			assert.match(running.summary, /Deployment\/user: .*CrashLoopBackOff/);
			const rollback = await succeeds(release.perform(helmRollback, 'rollback', {preview: 'preview'}));
			assert.equal(rollback.summary, 'rolled back as revision 3; 1 workload ready, 1 image as confirmed');
			assert.equal(release.probe(helmRollback, 'rollback', {preview: 'preview'}).verdict, 'done');
		} finally {
			release.remove();
		}
	});

	test('an upgrade that is killed in the middle is in doubt, and a roll-back repairs it', async () => {
		const release = aRelease('killed');
		try {
			await succeeds(release.perform(helmPreview, 'preview', previewOf('2.9.1')));
			await succeeds(release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '60s'}));
			await succeeds(release.perform(helmPreview, 'preview', previewOf('2.9.2-unready')));
			const isPending = (): boolean => release.helm('history', 'user', '--output', 'json').includes('pending-upgrade');
			const upgrade = await release.performUntil(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '60s'}, {what: 'the upgrade is pending', isTrue: isPending});
			assert.equal(upgrade.outcome, 'failed', upgrade.err);
			assert.equal(release.probe(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '60s'}).verdict, 'unknown');
			assert.match((await release.perform(helmPreview, 'preview', previewOf('2.9.3'))).summary, /is pending-upgrade/);
			await succeeds(release.perform(helmRollback, 'rollback', {preview: 'preview'}));
		} finally {
			release.remove();
		}
	});
});
