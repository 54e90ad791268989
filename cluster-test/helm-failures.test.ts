import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {helmPreflight} from '../source/actions/helm-preflight.ts';
import {helmPreview} from '../source/actions/helm-preview.ts';
import {helmRollback} from '../source/actions/helm-rollback.ts';
import {helmRunning} from '../source/actions/helm-running.ts';
import {helmUpgrade} from '../source/actions/helm-upgrade.ts';
import type {ARelease} from './a-release.ts';
import {aRelease, chart, deploy, findingsOf, previewOf, skip, upgradeWith} from './a-chart.ts';

const images = (release: ARelease): string => release.kubectl('get', 'pods', '--namespace', release.namespace, '--output', 'jsonpath={.items[*].spec.containers[*].image}');
const lastOf = (release: ARelease): {readonly revision: number; readonly status: string} => (JSON.parse(release.helm('history', 'user', '--output', 'json')) as {revision: number; status: string}[]).at(-1) ?? {revision: 0, status: ''};
const statusIs = (release: ARelease, status: string) => (): boolean => {
	try {
		return lastOf(release).status === status;
	} catch {
		return false;
	}
};

describe('releases that fail', {skip, concurrency: 3}, () => {
	for (const [tag, reason] of [['2.9.2-missing', /ImagePullBackOff/], ['2.9.2-unready', /Running, not ready/]] as const) {
		test(`${tag}: the upgrade fails in time, what runs is told, and the roll-back is believed when the world agrees`, async () => {
			const release = aRelease(`fails${tag.slice(6)}`);
			try {
				await deploy(release, '2.9.1');
				await release.perform(helmPreview, 'preview', previewOf(tag));
				const startedMs = Date.now();
				const upgrade = await release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '8s'});
				assert.equal(upgrade.outcome, 'failed');
				assert.ok(Date.now() - startedMs < 60_000);
				assert.match(upgrade.summary, /UPGRADE FAILED|gave up waiting/);
				assert.equal(lastOf(release).status, 'failed');
				const running = await release.perform(helmRunning, 'running', {preview: 'preview', timeout: '1s'});
				assert.match(running.summary, reason);
				const rollback = await release.perform(helmRollback, 'rollback', {preview: 'preview'});
				assert.equal(rollback.outcome, 'succeeded', rollback.summary + rollback.out);
				assert.match(images(release), /^(egovio\/egov-user:2\.9\.1 ?)+$/);
				release.rolledBack = ['preview'];
				assert.equal((await release.perform(helmRunning, 'running', {preview: 'preview', timeout: '20s'})).outcome, 'succeeded', 'what was live before is what must run now');
			} finally {
				release.remove();
			}
		});
	}

	test('a first install that is killed is pending, its repair is named everywhere, and undoing it frees the name', async () => {
		const release = aRelease('firstkill');
		try {
			await release.perform(helmPreview, 'preview', previewOf('2.9.1-unready'));
			const upgrade = await release.performUntil(helmUpgrade, 'upgrade', upgradeWith, {what: 'the install is pending', isTrue: statusIs(release, 'pending-install')});
			assert.match(findingsOf(upgrade), /hold the release for busy now.*roll-back frees it/);
			const verdict = release.probe(helmUpgrade, 'upgrade', upgradeWith);
			assert.equal(verdict.verdict, 'unknown');
			assert.match(verdict.facts.join('\n'), /revision 1, pending-install[\s\S]*helm uninstall user: removes what the interrupted install left/);
			const preflight = await release.perform(helmPreflight, 'preflight', {preview: 'preview'});
			assert.match(preflight.summary, /Revision 1 of user is pending-install.*helm uninstall user/);
			const again = await release.perform(helmUpgrade, 'upgrade', upgradeWith);
			assert.equal(again.outcome, 'failed');
			assert.match(findingsOf(again), /the roll-back frees the release/);
			const rollback = await release.perform(helmRollback, 'rollback', {preview: 'preview'});
			assert.equal(rollback.outcome, 'succeeded', rollback.summary + rollback.out + rollback.err);
			assert.equal(release.probe(helmRollback, 'rollback', {preview: 'preview'}).verdict, 'done');
			assert.equal(release.kubectl('get', 'deployments', '--namespace', release.namespace, '--output', 'name'), '');
			await deploy(release, '2.9.1');
		} finally {
			release.remove();
		}
	});

	test('a roll-back that is killed is pending, and the same roll-back ends it', async () => {
		const release = aRelease('backkill');
		try {
			await deploy(release, '2.9.1-slow');
			await release.perform(helmPreview, 'preview', previewOf('2.9.2-crash'));
			assert.equal((await release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '6s'})).outcome, 'failed');
			release.kubectl('scale', 'deployment', 'user', '--replicas', '0', '--namespace', release.namespace);
			const rollback = await release.performUntil(helmRollback, 'rollback', {preview: 'preview'}, {what: 'the roll-back is pending', isTrue: statusIs(release, 'pending-rollback')});
			assert.equal(rollback.outcome, 'failed');
			assert.match(rollback.summary, /may be half done/);
			const verdict = release.probe(helmRollback, 'rollback', {preview: 'preview'});
			assert.equal(verdict.verdict, 'unknown');
			assert.match(verdict.facts.join('\n'), /pending-rollback/);
			assert.match((await release.perform(helmPreview, 'preview-again', previewOf('2.9.3'))).summary, /Revision 3 of user is pending-rollback/);
			const again = await release.perform(helmRollback, 'rollback', {preview: 'preview'});
			assert.equal(again.outcome, 'succeeded', again.summary + again.out);
			assert.equal(lastOf(release).status, 'deployed', release.helm('history', 'user'));
		} finally {
			release.remove();
		}
	});

	test('a hook that fails stops the upgrade before anything of the release changes', async () => {
		const release = aRelease('hookfail', chart({'migrate.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: before-hook-creation}}\nspec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "migrate:{{ .Values.image.tag }}"}]}}}\n'}));
		try {
			await deploy(release, '2.9.1');
			await release.perform(helmPreview, 'preview', previewOf('2.9.2-crash'));
			const upgrade = await release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '20s'});
			assert.equal(upgrade.outcome, 'failed');
			assert.match(upgrade.summary, /pre-upgrade hooks? failed|hook/);
			assert.match(images(release), /^((egovio\/egov-user:2\.9\.1|migrate:2\.9\.2-crash) ?)+$/);
		} finally {
			release.remove();
		}
	});
});
