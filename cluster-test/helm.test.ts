import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test} from 'node:test';

import {helmPreflight} from '../source/actions/helm-preflight.ts';
import {helmPreview} from '../source/actions/helm-preview.ts';
import {helmRollback} from '../source/actions/helm-rollback.ts';
import {helmRunning} from '../source/actions/helm-running.ts';
import {helmUpgrade} from '../source/actions/helm-upgrade.ts';
import {parse} from 'yaml';

import {aRelease, chart, deploy, deployment, differenceOf, findingsOf, kubeconfig, previewOf, role, skip, upgradeWith} from './a-chart.ts';

describe('a release against a cluster', {skip, concurrency: 4}, () => {
	test('a first install is previewed, deployed, and found running', async () => {
		const release = aRelease('first');
		try {
			const preview = await deploy(release, '2.9.1');
			assert.equal(preview.summary, 'first install, 2 added');
			assert.equal(preview.outputs['to-version'], '2.9.1');
			assert.equal(preview.outputs['revision'], undefined);
			assert.match(findingsOf(preview), /note: Helm knows no release user in first-\d+/);
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
			assert.equal(JSON.parse(release.helm('history', 'user', '--output', 'json')).at(-1).description, 'slipway r1 upgrade.2, journal 7:0c77ab91');
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
			const upgrade = await release.performUntil(helmUpgrade, 'upgrade', upgradeWith, {what: 'the upgrade is pending', isTrue: isPending});
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

	test('a release that moved since the preview, and a namespace that is not there, are found before the upgrade', async () => {
		const release = aRelease('moved');
		try {
			await deploy(release, '2.9.1');
			await release.perform(helmPreview, 'preview', previewOf('2.9.2'));
			const calm = await release.perform(helmPreflight, 'preflight', {preview: 'preview'});
			assert.equal(calm.outcome, 'succeeded', calm.summary + calm.out);
			assert.match(calm.out, /ok {2}You may patch deployment\.apps in moved-\d+\./);
			release.helm('upgrade', 'user', join(release.folder, 'chart'), '--set', 'image.tag=2.9.9');
			const moved = await release.perform(helmPreflight, 'preflight', {preview: 'preview'});
			assert.equal(moved.outcome, 'failed');
			assert.equal(moved.summary, 'user is at revision 2 (Upgrade complete), it was at 1 when the difference was read. Preview it again.');
			const nowhere = await release.perform(helmPreview, 'preview', {...previewOf('2.9.2'), namespace: 'nonesuch'});
			assert.equal(nowhere.outcome, 'succeeded', nowhere.summary);
			assert.equal((await release.perform(helmPreflight, 'preflight', {preview: 'preview'})).summary, 'There is no namespace nonesuch.');
		} finally {
			release.remove();
		}
	});

	test('a service like those of DIGIT: migration, hook, subchart, definitions and git are read from the chart as it is', async () => {
		const release = aRelease('digit', {
			'chart/Chart.yaml': 'apiVersion: v2\nname: user\nversion: 0.1.0\nappVersion: "2.9"\ndependencies: [{name: redis, version: 1.0.0, repository: ""}]\n',
			'chart/values.yaml': 'image: {tag: 2.9.1}\npassword: one\nredis: {tag: "7.2"}\n',
			'chart/templates/user.yaml': deployment('initContainers: [{name: db-migration, image: "egovio/egov-user-db:{{ .Values.image.tag }}"}]'),
			'chart/templates/hook.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: seed, annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: seed, image: "seed:{{ .Values.image.tag }}"}]}}}\n',
			'chart/crds/demo.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: demos.slipway.example}\nspec: {group: slipway.example, scope: Namespaced, names: {kind: Demo, plural: demos}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n',
			'chart/charts/redis/Chart.yaml': 'apiVersion: v2\nname: redis\nversion: 1.0.0\n',
			'chart/charts/redis/templates/redis.yaml': 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: redis}\nspec: {serviceName: redis, replicas: 1, selector: {matchLabels: {app: redis}}, template: {metadata: {labels: {app: redis}}, spec: {containers: [{name: redis, image: "redis:{{ .Values.tag }}"}]}}}\n',
		});
		try {
			release.write({'.gitignore': 'run/\n'});
			for (const args of [['init', '--quiet', '--initial-branch', 'main'], ['add', '--all'], ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--message', 'x']]) release.tool('git', '-C', release.folder, ...args);
			const first = await deploy(release, '2.9.1');
			assert.match(findingsOf(first), /warning: The chart installs 1 CustomResourceDefinitions from its crds folder/);
			assert.match(findingsOf(first), /warning: password has its value in this file, which git tracks \(value masked\)/);
			assert.match(findingsOf(first), /note: Git: [0-9a-f]{12} \(main\)/);
			assert.doesNotMatch(findingsOf(first), /Not committed/);
			release.write({'chart/values.yaml': 'image: {tag: 2.9.1}\npassword: one\nredis: {tag: "7.4"}\n'});
			const next = await deploy(release, '2.9.2');
			const changed = differenceOf(release, 2).changes.map(({kind, name, isHook}) => `${kind} ${name}${isHook ? ', hook' : ''}`);
			assert.deepEqual(changed, ['Deployment user', 'Job seed, hook', 'StatefulSet redis']);
			assert.match(findingsOf(next), /danger: A database migration runs in the init container db-migration of Deployment user \(egovio\/egov-user-db:2\.9\.2\)/);
			assert.match(findingsOf(next), /warning: Not committed: chart\/values\.yaml/);
			assert.match(findingsOf(next), /note: Job seed is a hook and runs at pre-install, pre-upgrade/);
			const running = await release.perform(helmRunning, 'running', {preview: 'preview'});
			assert.equal(running.summary, '2 workloads ready, 3 images as confirmed', running.out);
			assert.match(helmRollback.plan(release.input(helmRollback, 'rollback', {preview: 'preview'})).notes.join(), /stays migrated \(egovio\/egov-user-db:2\.9\.2\)/);
		} finally {
			release.kubectl('delete', 'customresourcedefinition', 'demos.slipway.example', '--ignore-not-found');
			release.remove();
		}
	});

	test('rights that do not suffice are found before the upgrade', async () => {
		const release = aRelease('rights');
		try {
			const {kubeconfig: admin = ''} = release.target;
			release.kubectl('create', 'serviceaccount', 'narrow', '--namespace', release.namespace);
			release.kubectl('create', 'role', 'narrow', '--verb=get,list,create,update,patch', '--resource=secrets', '--namespace', release.namespace);
			release.kubectl('create', 'rolebinding', 'narrow', '--role=narrow', `--serviceaccount=${release.namespace}:narrow`, '--namespace', release.namespace);
			await release.perform(helmPreview, 'preview', previewOf('2.9.1'));
			const token = release.kubectl('create', 'token', 'narrow', '--namespace', release.namespace).trim();
			const config = parse(readFileSync(admin, 'utf8')) as {users: {user: unknown}[]};
			release.write({'narrow.yaml': JSON.stringify({...config, users: config.users.map(user => ({...user, user: {token}}))})});
			Object.assign(release.target, {kubeconfig: join(release.folder, 'narrow.yaml')});
			const preflight = await release.perform(helmPreflight, 'preflight', {preview: 'preview'});
			Object.assign(release.target, {kubeconfig: admin});
			assert.equal(preflight.outcome, 'failed');
			assert.equal(preflight.summary, `You may not create deployment.apps in ${release.namespace}.`, preflight.out);
		} finally {
			release.remove();
		}
	});

	test('what the environment says about Helm is not followed', async () => {
		const release = aRelease('ambient');
		try {
			release.environment = {HELM_NAMESPACE: 'kube-system', HELM_KUBECONTEXT: 'nope', HELM_KUBEAPISERVER: 'https://127.0.0.1:1', HELM_KUBETOKEN: 'x', HELM_KUBEASUSER: 'nobody', HELM_DRIVER: 'memory', KUBECONFIG: '/nonexistent'};
			await deploy(release, '2.9.1');
			assert.equal((await release.perform(helmRunning, 'running', {preview: 'preview'})).outcome, 'succeeded');
			release.environment = {};
			assert.match(release.helm('list'), /user\s+ambient-\d+\s+1\s.*deployed/);
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

