import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {describe, test} from 'node:test';

import {helmPreview} from '../source/actions/helm-preview.ts';
import {helmRollback} from '../source/actions/helm-rollback.ts';
import {helmRunning} from '../source/actions/helm-running.ts';
import {helmUpgrade} from '../source/actions/helm-upgrade.ts';
import type {ManifestDiff} from '../source/actions/helm/manifest-diff.ts';
import {parse} from 'yaml';

import {ARelease, eventually, type Done} from './a-release.ts';

const kubeconfig = process.env['KUBECONFIG'];
const skip = kubeconfig === undefined ? 'KUBECONFIG is not set: what Helm really does needs a cluster' : false;
const context = kubeconfig === undefined ? '' : String((parse(readFileSync(kubeconfig, 'utf8')) as {'current-context': string})['current-context']);

const deployment = (extra = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: user, labels: {app: user}}
spec:
  replicas: 2
  selector: {matchLabels: {app: user}}
  template:
    metadata: {labels: {app: user}, annotations: {rendered: "{{ now | unixEpoch }} {{ randAlphaNum 5 }}"}}
    spec:
      ${extra}
      containers: [{name: user, image: "egovio/egov-user:{{ .Values.image.tag }}"}]
---
apiVersion: v1
kind: Secret
metadata: {name: user}
stringData: {password: "{{ .Values.password }}"}
`;

const role = (kind: 'Role' | 'ClusterRole'): string => `apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: {name: "{{ .Release.Namespace }}-user"}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
`;

const chart = (templates: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
	'chart/Chart.yaml': 'apiVersion: v2\nname: user\nversion: 0.1.0\nappVersion: "2.9"\n',
	'chart/values.yaml': 'image: {tag: 2.9.1}\npassword: one\n',
	'chart/templates/user.yaml': deployment(),
	...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`chart/templates/${name}`, text])),
});

const previewOf = (tag: string) => ({release: 'user', chart: './chart', values: ['env.yaml'], set: {'image.tag': tag}});
const upgradeWith = {preview: 'preview', timeout: '60s'};
const findingsOf = (done: Done): string => done.findings.map(({level, what}) => `${level}: ${what}`).join('\n');
const differenceOf = (release: ARelease, attempt = 1): ManifestDiff => JSON.parse(readFileSync(join(release.folder, `run/evidence/preview.${attempt}/difference.json`), 'utf8')) as ManifestDiff;

const aRelease = (name: string, files: Readonly<Record<string, string>> = chart()): ARelease => {
	const release = new ARelease(name, kubeconfig ?? '', context);
	release.write({...files, 'env.yaml': 'password: s3cret-value\n'});
	return release;
};

/** Previews and deploys a version, and holds that both succeed. */
const deploy = async (release: ARelease, tag: string): Promise<Done> => {
	const preview = await release.perform(helmPreview, 'preview', previewOf(tag));
	assert.equal(preview.outcome, 'succeeded', preview.summary + preview.out);
	const upgrade = await release.perform(helmUpgrade, 'upgrade', upgradeWith);
	assert.equal(upgrade.outcome, 'succeeded', upgrade.summary + upgrade.err);
	return preview;
};

describe('a release against a cluster', {skip, concurrency: 4}, () => {
	test('a first install is previewed, deployed, and found running', async () => {
		const release = aRelease('first');
		try {
			const preview = await deploy(release, '2.9.1');
			assert.equal(preview.summary, 'first install, 2 added');
			assert.equal(preview.outputs['to-version'], '2.9.1');
			assert.equal(preview.outputs['revision'], undefined);
			const running = await release.perform(helmRunning, 'running', {preview: 'preview'});
			assert.equal(running.outcome, 'succeeded', running.summary);
			assert.equal(running.summary, '1 workload ready, 1 image as confirmed');
		} finally {
			release.remove();
		}
	});

	test('an upgrade shows only what changes, with secrets and timestamps covered, and deploys it', async () => {
		const release = aRelease('upgrade');
		try {
			await deploy(release, '2.9.1');
			release.write({'env.yaml': 'password: an0ther-value\n'});
			const preview = await deploy(release, '2.9.2');
			assert.equal(preview.outputs['from-version'], '2.9.1');
			assert.equal(preview.outputs['to-version'], '2.9.2');
			assert.equal(preview.outputs['revision'], '1');
			assert.equal(preview.summary, '2 changed');
			const {changes, volatileLines} = differenceOf(release, 2);
			assert.deepEqual(changes.map(({change, kind, name}) => `${change} ${kind} ${name}`), ['changed Deployment user', 'changed Secret user']);
			assert.equal(volatileLines, 1);
			assert.match(changes[0]?.diff ?? '', /^- {8}- .*\n|egov-user:2\.9\.2/m);
			assert.deepEqual([changes[0]?.linesAdded, changes[0]?.linesRemoved], [1, 1]);
			assert.doesNotMatch(JSON.stringify(changes) + preview.out + JSON.stringify(preview.report), /s3cret-value|an0ther-value/);
			assert.equal(JSON.parse(release.helm('history', 'user', '--output', 'json')).at(-1).description, 'slipway r1 upgrade.2');
			assert.equal(release.probe(helmUpgrade, 'upgrade', upgradeWith).verdict, 'done');
		} finally {
			release.remove();
		}
	});

	test('a crashing version fails with its reason, is rolled back, and the world agrees', async () => {
		const release = aRelease('crash');
		try {
			await deploy(release, '2.9.1');
			await release.perform(helmPreview, 'preview', previewOf('2.9.2-crash'));
			const upgrade = await release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '8s'});
			assert.equal(upgrade.outcome, 'failed');
			assert.match(upgrade.summary, /UPGRADE FAILED: (context deadline exceeded|resource Deployment\/.* not ready)/);
			const verdict = release.probe(helmUpgrade, 'upgrade', upgradeWith);
			assert.equal(verdict.verdict, 'not-done', verdict.facts.join('\n'));
			const running = await release.perform(helmRunning, 'running', {preview: 'preview', timeout: '1s'});
			assert.equal(running.outcome, 'failed');
			assert.match(running.summary, /Deployment\/user: .*CrashLoopBackOff/);
			const rollback = await release.perform(helmRollback, 'rollback', {preview: 'preview'});
			assert.equal(rollback.outcome, 'succeeded', rollback.summary + rollback.out);
			assert.equal(rollback.summary, 'rolled back as revision 3; 1 workload ready, 1 image as confirmed');
			assert.equal(release.probe(helmRollback, 'rollback', {preview: 'preview'}).verdict, 'done');
			assert.match(release.kubectl('get', 'pods', '--namespace', release.namespace, '--output', 'jsonpath={.items[*].spec.containers[*].image}'), /^(egovio\/egov-user:2\.9\.1 ?)+$/);
		} finally {
			release.remove();
		}
	});

	test('a value or a template that is edited after the preview closes the gate of the upgrade, and names the file', async () => {
		const release = aRelease('edited');
		try {
			await release.perform(helmPreview, 'preview', previewOf('2.9.1'));
			const plan = helmUpgrade.plan(release.input(helmUpgrade, 'upgrade', upgradeWith));
			const {checkFiles} = await import('../source/engine/check-files.ts');
			const closed = async (): Promise<readonly string[]> => (await checkFiles(plan.requires, plan.cwd)).filter(({state}) => state !== 'open').map(({name}) => name);
			assert.deepEqual(await closed(), []);
			release.write({'env.yaml': 'password: edited-value\n'});
			assert.deepEqual(await closed(), ['env.yaml has changed']);
			release.write({'env.yaml': 'password: s3cret-value\n', 'chart/templates/user.yaml': deployment('hostNetwork: true')});
			assert.deepEqual(await closed(), ['chart has changed']);
		} finally {
			release.remove();
		}
	});

	test('a Role that becomes a ClusterRole is called out though no version changes', async () => {
		const release = aRelease('rbac', chart({'role.yaml': role('Role')}));
		try {
			await deploy(release, '2.9.1');
			release.write({'chart/templates/role.yaml': role('ClusterRole')});
			const preview = await release.perform(helmPreview, 'preview', previewOf('2.9.1'));
			assert.equal(preview.outcome, 'succeeded', preview.summary);
			assert.match(preview.summary, /1 added, 1 removed; 1 to be read before you confirm/);
			assert.match(findingsOf(preview), /danger: Role rbac-\d+-user becomes a ClusterRole: what it allows \(get on secrets\) is allowed in every namespace/);
			assert.match(findingsOf(preview), /warning: No image changes/);
		} finally {
			release.remove();
		}
	});

	test('an upgrade that is killed in the middle is neither done nor failed, and its repair is named', async () => {
		const release = aRelease('killed');
		try {
			await deploy(release, '2.9.1');
			await release.perform(helmPreview, 'preview', previewOf('2.9.2-unready'));
			const isPending = (): boolean => release.helm('history', 'user', '--output', 'json').includes('pending-upgrade');
			let killed: Promise<void> = Promise.resolve();
			const upgrade = await release.perform(helmUpgrade, 'upgrade', upgradeWith, pid => {
				killed = eventually('the upgrade is pending', isPending).then(() => void process.kill(-pid, 'SIGKILL'));
			});
			await killed;
			assert.equal(upgrade.signal, 'SIGKILL');
			assert.equal(upgrade.outcome, 'failed');
			const {verdict, facts} = release.probe(helmUpgrade, 'upgrade', upgradeWith);
			assert.equal(verdict, 'unknown', facts.join('\n'));
			assert.match(facts.join('\n'), /revision 2, pending-upgrade[\s\S]*ours[\s\S]*helm rollback user 1/);
			const preview = await release.perform(helmPreview, 'preview', previewOf('2.9.3'));
			assert.equal(preview.outcome, 'failed');
			assert.match(preview.summary, /Revision 2 of user is pending-upgrade/);
			assert.match(findingsOf(preview), /helm rollback user 1 --kubeconfig/);
			const rollback = await release.perform(helmRollback, 'rollback', {preview: 'preview'});
			assert.equal(rollback.outcome, 'succeeded', rollback.summary + rollback.out);
		} finally {
			release.remove();
		}
	});

	test('a cluster that does not answer is unknown, not empty', async () => {
		const release = aRelease('gone');
		try {
			release.write({'gone.yaml': readFileSync(kubeconfig ?? '', 'utf8').replace(/server: .*(?=[,}\n])/, 'server: "https://127.0.0.1:1"').replace(/server: "https:\/\/[^"]*"/, 'server: "https://127.0.0.1:1"')});
			Object.assign(release.target, {kubeconfig: join(release.folder, 'gone.yaml')});
			const preview = await release.perform(helmPreview, 'preview', previewOf('2.9.1'));
			assert.equal(preview.outcome, 'failed');
			assert.match(preview.summary, /^What is live is unknown: .*cluster unreachable/i);
		} finally {
			Object.assign(release.target, {kubeconfig});
			release.remove();
		}
	});

	test('a chart that does not render gives the whole error of Helm, and the values in use', async () => {
		const release = aRelease('broken', chart({'broken.yaml': 'a: {{ required "image.digest has to be given" .Values.image.digest }}\n'}));
		try {
			const preview = await release.perform(helmPreview, 'preview', previewOf('2.9.1'));
			assert.equal(preview.outcome, 'failed');
			assert.match(findingsOf(preview), /image\.digest has to be given[\s\S]*Values in use: .*env\.yaml/);
		} finally {
			release.remove();
		}
	});
});

