import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import process from 'node:process';
import {after, before, describe, test} from 'node:test';

import {workloadsArgv} from '../source/actions/helm/running-state.ts';
import {readWorkloads} from '../source/actions/helm/workloads.ts';
import {startACluster, type ACluster} from '../test/rehearsal/a-cluster.ts';

const kubeconfig = process.env['KUBECONFIG'];
const skip = kubeconfig === undefined ? 'KUBECONFIG is not set: the emulator is held to a real cluster only where there is one' : false;

const files = {
	'chart/Chart.yaml': 'apiVersion: v2\nname: user\nversion: 0.1.0\nappVersion: "2.9"\n',
	'chart/values.yaml': 'tag: 2.9.1\njob: 2.9.1\nextra: true\n',
	'chart/templates/user.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: user, labels: {app: user}}
spec:
  replicas: 2
  selector: {matchLabels: {app: user}}
  template:
    metadata: {labels: {app: user}}
    spec:
      initContainers: [{name: db-migration, image: "egovio/user-db:2.9"}]
      containers:
        - name: user
          image: "egovio/user:{{ .Values.tag }}"
          ports: [{containerPort: 8080}]
          env: [{name: A, value: a}{{ if .Values.extra }}, {name: B, value: b}{{ end }}]
          readinessProbe: {httpGet: {port: 8080}}
---
apiVersion: v1
kind: Service
metadata: {name: user}
spec: {selector: {app: user}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Secret
metadata: {name: user}
stringData: {password: "{{ .Values.tag }}"}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: user}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: user}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: cache}
spec: {serviceName: cache, replicas: 2, selector: {matchLabels: {app: cache}}, template: {metadata: {labels: {app: cache}}, spec: {containers: [{name: redis, image: "redis:7"}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: seed, annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation}}
spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: seed, image: "seed:{{ .Values.job }}"}]}}}
`,
};

/** What a release engineer does with it, and what Helm and kubectl are asked afterwards. */
const commands: readonly string[] = [
	'helm install user chart --wait --wait-for-jobs --timeout 60s',
	'kubectl rollout status deployment/user --timeout 30s',
	'kubectl auth can-i create deployments',
	'helm upgrade user chart --set tag=2.9.2,extra=false --wait --wait-for-jobs --timeout 60s --description slipway',
	'helm get values user --output json',
	'kubectl get deployment user --output jsonpath={.spec}',
	'kubectl get service user --output jsonpath={.spec.ports}',
	'kubectl get secret user --output jsonpath={.data}{.type}',
	'kubectl get poddisruptionbudget user --output jsonpath={.status.disruptionsAllowed}',
	'kubectl get endpoints user --output jsonpath={.subsets[*].ports}',
	'helm upgrade user chart --set tag=2.9.3-crash --wait --timeout 15s',
	'kubectl rollout status deployment/user --timeout 1s',
	'helm rollback user 2 --wait --timeout 60s',
	'kubectl rollout history deployment/user',
	'helm upgrade user chart --set job=2.9.4-crash --timeout 15s',
	'helm upgrade nothere chart',
	'helm status user --output json',
	'helm get manifest user',
	'kubectl get deployment nothere',
	'kubectl delete job seed',
	'helm uninstall user --wait --timeout 30s',
	'helm history user',
];

type Seen = {readonly command: string; readonly status: number | null; readonly says: string; readonly history: unknown; readonly workloads: unknown; readonly conditions: unknown};

/** The outward signs of a release, after each command, without names and times that no two clusters share. */
const releaseOn = async (config: string, folder: string): Promise<readonly Seen[]> => {
	const namespace = `emulator-${process.pid}`;
	const run = (tool: string, ...args: readonly string[]): Promise<{status: number | null; stdout: string; stderr: string}> =>
		new Promise(resolve => {
			const child = execFile(tool, [...args, '--namespace', namespace, '--kubeconfig', config], {cwd: folder, maxBuffer: 1e9}, (_, stdout, stderr) => resolve({status: child.exitCode, stdout, stderr}));
		});
	const kubectl = async (...args: readonly string[]): Promise<unknown> => JSON.parse((await run('kubectl', ...args, '--output', 'json')).stdout || 'null');
	await run('kubectl', 'create', 'namespace', namespace);
	const seen: Seen[] = [];
	try {
		for (const command of commands) {
			const [tool = '', ...args] = command.split(' ');
			const {status, stdout, stderr} = await run(tool, ...args);
			const history = JSON.parse((await run('helm', 'history', 'user', '--output', 'json')).stdout || '[]') as readonly {readonly revision: number; readonly status: string; readonly description: string; readonly chart: string}[];
			const live = await kubectl(...workloadsArgv('kubectl', [], namespace).slice(1, 3));
			const deployment = (await kubectl('get', 'deployment', 'user')) as {readonly status?: Readonly<Record<string, unknown>>} | null;
			seen.push({
				command,
				status,
				says: plain(status !== 0 ? stdout + stderr : ['get', 'auth'].includes(args[0] ?? '') ? stdout : ''),
				history: history.map(({revision, status: state, description, chart}) => ({revision, state, chart, description: plain(description)})),
				workloads: readWorkloads([live]).map(({reason, pods, ...one}) => ({...one, namespace: '', pods: pods.filter(({state}) => state !== 'Terminating').map(pod => ({...pod, name: '', restarts: pod.restarts > 0, images: pod.images.map(image => ({...image, imageId: ''}))})).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))), reason: reason?.replace(/\d+ restarts?/, 'restarts') ?? null})),
				conditions: ((deployment?.status?.['conditions'] ?? []) as readonly {readonly type: string; readonly status: string; readonly reason: string}[]).map(({type, status: state, reason}) => `${type} ${state} ${reason.replace(/^(NewReplicaSetCreated|FoundNewReplicaSet|ReplicaSetUpdated)$/, underWay)}`).toSorted(),
			});
		}
	} finally {
		await run('kubectl', 'delete', 'namespace', namespace, '--wait=false');
	}

	return seen;
};

/** Which of these a roll is at is a matter of milliseconds, on a real cluster too. */
const underWay = 'under way';

/** Without hashes, times and counts; what is said several times is said once. */
const plain = (text: string): string =>
	text
		.replaceAll(/\b(user|seed)-[a-z0-9]{8,10}\b(-[a-z0-9]{5})?/g, '$1-…')
		.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, 'then')
		.replaceAll(/^[EWI]\d{4} .*$/gm, '')
		.replaceAll(/(Updated|Available|Ready): \d+\/\d+|Pending termination: \d+/g, 'counts')
		.split('\n')
		.filter((line, index, lines) => line !== lines[index - 1])
		.join('\n');

describe('the emulated cluster beside a real one', {skip}, () => {
	let emulated: ACluster;
	before(async () => {
		emulated = await startACluster();
		emulated.write(files);
	});
	after(() => emulated.close());

	test('the same release leaves the same history, statuses and exit statuses', async () => {
		const {folder} = emulated;
		const [real, ours] = await Promise.all([releaseOn(kubeconfig ?? '', folder), releaseOn(emulated.kubeconfig, folder)]);
		for (const [index, expected] of real.entries()) assert.deepEqual(ours[index], expected, expected.command);
	});
});
