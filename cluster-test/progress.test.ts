import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {request} from 'node:http';
import {join} from 'node:path';
import process from 'node:process';
import {describe, test} from 'node:test';

import {parse} from 'yaml';

import {helmPreview} from '../source/actions/helm-preview.ts';
import {helmUpgrade} from '../source/actions/helm-upgrade.ts';
import {observationOf, type Observation} from '../source/actions/helm/observation.ts';
import type {Progress} from '../source/actions/helm/progress.ts';
import {childEnvironment} from '../source/engine/child-environment.ts';
import {observeWorkloads, type WorkloadObserver} from '../source/engine/observe-workloads.ts';
import {context, kubeconfig, skip} from './a-chart.ts';
import {ARelease, eventually} from './a-release.ts';

const deployment = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: 2
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      {{- with .Values.node }}
      nodeSelector: {place: {{ . }}}
      {{- end }}
      containers: [{name: app, image: "${name}:{{ .Values.tag }}"}]
`;
const hook = 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: seed, annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: before-hook-creation}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: seed, image: "seed:1"}]}}}\n';

const aRelease = (name: string): ARelease => {
	const release = new ARelease(name, kubeconfig ?? '', context);
	release.write({'chart/Chart.yaml': 'apiVersion: v2\nname: user\nversion: 0.1.0\n', 'chart/values.yaml': 'tag: "1"\nnode: ""\n', 'chart/templates/user.yaml': deployment('user'), 'chart/templates/seed.yaml': hook});
	return release;
};

const preview = (release: ARelease, set: Readonly<Record<string, string>>) => release.perform(helmPreview, 'preview', {release: 'user', chart: './chart', set});

const observationFor = (release: ARelease): Observation => {
	const observation = observationOf('helm/upgrade', release.input(helmUpgrade, 'upgrade', {preview: 'preview'}), new Date().toISOString());
	assert.ok(observation !== null);
	return observation;
};

/** The same, by a new service account of the release's namespace. */
const asAccount = (release: ARelease, name: string): Observation => {
	release.kubectl('create', 'serviceaccount', name, '--namespace', release.namespace);
	const token = release.kubectl('create', 'token', name, '--namespace', release.namespace).trim();
	const config = parse(readFileSync(kubeconfig ?? '', 'utf8')) as {users: {user: unknown}[]};
	release.write({[`${name}.yaml`]: JSON.stringify({...config, users: config.users.map(user => ({...user, user: {token}}))})});
	const observation = observationFor(release);
	return {...observation, argv: observation.argv.map(word => (word === kubeconfig ? join(release.folder, `${name}.yaml`) : word))};
};

const environment = (release: ARelease): Readonly<Record<string, string>> => childEnvironment(process.env, release.target, null);

/** What was seen while the upgrade ran, each state of it once. */
const watchUpgrade = async (release: ARelease, timeout: string): Promise<{readonly seen: readonly Progress[]; readonly outcome: string}> => {
	const seen: Progress[] = [];
	const observer = observeWorkloads(observationFor(release), environment(release));
	observer.subscribe(() => {
		const progress = observer.progress();
		if (progress !== null) seen.push(progress);
	});
	try {
		const upgrade = await release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout});
		return {seen, outcome: upgrade.outcome};
	} finally {
		observer.close();
	}
};

const states = (seen: readonly Progress[], kind = 'Deployment'): readonly string[] => [
	...new Set(seen.flatMap(({workloads}) => workloads.filter(one => one.kind === kind).flatMap(({ready, desired, pods}) => [`${ready}/${desired}`, ...pods.map(({state}) => state)]))),
];

describe('progress of a release', {skip, concurrency: 2}, () => {
	test('workloads are followed until they are ready, a hook too', async () => {
		const release = aRelease('progress');
		try {
			await preview(release, {tag: '1'});
			assert.equal((await release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '60s'})).outcome, 'succeeded');
			await preview(release, {tag: '2'});
			const {seen, outcome} = await watchUpgrade(release, '60s');
			assert.equal(outcome, 'succeeded');
			assert.ok(states(seen).includes('0/2') || states(seen).includes('1/2'), states(seen).join());
			assert.ok(states(seen).includes('2/2'));
			const job = seen.flatMap(({workloads}) => workloads).findLast(({name}) => name === 'seed');
			assert.equal(job?.isHook, true);
			assert.ok((job?.doneAfterMs ?? 0) > 0, JSON.stringify(job));
		} finally {
			release.remove();
		}
	});

	for (const [name, set, wanted] of [
		['missing', {tag: '2-missing'}, /ImagePullBackOff/],
		['crash', {tag: '2-crash'}, /CrashLoopBackOff/],
		['unready', {tag: '2-unready'}, /Running, not ready/],
		['nowhere', {tag: '2', node: 'nowhere'}, /Unschedulable/],
	] as const) {
		test(`${name}: the reason is seen while Helm still waits`, async () => {
			const release = aRelease(name);
			try {
				await preview(release, {tag: '1'});
				assert.equal((await release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '60s'})).outcome, 'succeeded');
				await preview(release, set);
				const {seen, outcome} = await watchUpgrade(release, '12s');
				assert.equal(outcome, 'failed');
				assert.match(states(seen).join(), wanted);
				const last = seen.at(-1)?.workloads.find(({kind}) => kind === 'Deployment');
				assert.ok((last?.oldPods ?? 0) > 0, 'pods of the version before are told apart');
				if (name === 'crash') assert.ok(last?.pods.some(({restarts}) => restarts > 0));
				if (name === 'nowhere') assert.match(JSON.stringify(seen.at(-1)?.events), /FailedScheduling/);
			} finally {
				release.remove();
			}
		});
	}

	test('a claim that gets no volume is seen while Helm waits for it', async () => {
		const release = aRelease('claim');
		try {
			release.write({'chart/templates/claim.yaml': 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: uploads}\nspec: {accessModes: [ReadWriteOnce], storageClassName: nowhere, resources: {requests: {storage: 1Gi}}}\n'});
			await preview(release, {tag: '1'});
			const {seen, outcome} = await watchUpgrade(release, '10s');
			assert.equal(outcome, 'failed');
			assert.deepEqual(seen.at(-1)?.pending.map(({kind, name, state}) => [kind, name, state]), [['PersistentVolumeClaim', 'uploads', 'Pending']]);
			assert.match(seen.at(-1)?.pending[0]?.message ?? '', /storageclass.*not found/);
		} finally {
			release.remove();
		}
	});

	test('an account that may not read claims and services sees the workloads', async () => {
		const release = aRelease('narrow');
		let observer: WorkloadObserver | null = null;
		try {
			await preview(release, {tag: '1'});
			const {namespace} = release;
			const resources = 'deployments.apps,statefulsets.apps,daemonsets.apps,replicasets.apps,jobs.batch,pods,events';
			release.kubectl('create', 'role', 'narrow', '--namespace', namespace, '--verb=get,list,watch', `--resource=${resources}`);
			release.kubectl('create', 'rolebinding', 'narrow', '--namespace', namespace, '--role=narrow', `--serviceaccount=${namespace}:narrow`);
			const seen = (observer = observeWorkloads(asAccount(release, 'narrow'), environment(release)));
			await eventually('the workloads are read', () => seen.progress() !== null);
		} finally {
			observer?.close();
			release.remove();
		}
	});

	test('the observer lets nothing through but to read, and ends with its program', async () => {
		const release = aRelease('observer');
		try {
			await preview(release, {tag: '1'});
			const observation = observationFor(release);
			const script = `
				import {observeWorkloads} from ${JSON.stringify(join(import.meta.dirname, '../source/engine/observe-workloads.ts'))};
				const observer = observeWorkloads(${JSON.stringify(observation)}, ${JSON.stringify(environment(release))});
				observer.subscribe(() => observer.progress() !== null && console.log('read'));
				setInterval(() => {}, 1000);
			`;
			const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script], {stdio: ['ignore', 'pipe', 'inherit']});
			await new Promise<void>(resolve => child.stdout.once('data', () => resolve()));
			const proxies = (): string => execFileSync('sh', ['-c', `ps -eo pid,args | grep '[k]ubectl proxy' | grep -F -- '${release.namespace}' || true`], {encoding: 'utf8'});
			const socketPath = /--unix-socket (\S+)/.exec(proxies())?.[1] ?? '';
			assert.notEqual(socketPath, '', 'the proxy runs');
			const ask = (method: string, path: string): Promise<number> =>
				new Promise((resolve, reject) => {
					request({socketPath, path, method, headers: {host: 'localhost'}}, response => resolve(response.resume().statusCode ?? 0)).on('error', reject).end();
				});
			const pods = `/api/v1/namespaces/${release.namespace}/pods`;
			assert.equal(await ask('GET', pods), 200);
			for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) assert.equal(await ask(method, pods), 403, method);
			for (const path of [`/api/v1/namespaces/${release.namespace}/secrets`, '/api/v1/namespaces/kube-system/pods', `${pods}/x/exec`]) assert.equal(await ask('GET', path), 403, path);
			child.kill('SIGKILL');
			await eventually('the proxy has ended', () => proxies() === '');
		} finally {
			release.remove();
		}
	});

	test('what can not be read is unknown, and says why', async () => {
		const release = aRelease('blind');
		let observer: WorkloadObserver | null = null;
		try {
			await preview(release, {tag: '1'});
			const seen = (observer = observeWorkloads(asAccount(release, 'blind'), environment(release)));
			await eventually('it is refused', () => /is forbidden/.test(seen.unknown() ?? ''));
			assert.equal(observer.progress(), null);
		} finally {
			observer?.close();
			release.remove();
		}
	});
});
