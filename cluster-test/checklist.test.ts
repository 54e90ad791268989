import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {after, before, describe, test} from 'node:test';

const kubeconfig = process.env['KUBECONFIG'];
const skip = kubeconfig === undefined ? 'KUBECONFIG is not set: the live items of the checklist need a cluster' : false;

let folder = '';
const namespace = `checklist-${process.pid}`;
const bare = `${namespace}-bare`;

const kubectl = (args: readonly string[], input = ''): string => {
	const {status, stdout, stderr} = spawnSync('kubectl', [...args], {encoding: 'utf8', input});
	assert.equal(status, 0, `kubectl ${args.join(' ')}: ${stderr}`);
	return stdout;
};

type Report = {readonly items: readonly {readonly id: string; readonly verdict: string; readonly findings: readonly {readonly code: string; readonly verdict: string; readonly message: string; readonly object: {readonly kind: string; readonly namespace: string | null; readonly name: string} | null}[]}[]; readonly objects: number};

const slipway = (...args: readonly string[]): {readonly status: number | null; readonly report: Report; readonly stderr: string} => {
	const {status, stdout, stderr} = spawnSync(process.execPath, ['--import', 'tsx', 'test/checklist/run-check.ts', ...args, '--format', 'json', '--all'], {encoding: 'utf8', maxBuffer: 1e9});
	assert.notEqual(stdout, '', stderr);
	return {status, report: JSON.parse(stdout) as Report, stderr};
};

/** What an item says about the namespace of the test, as `verdict code`. */
const saidOf = (report: Report, id: string, about: string): readonly string[] =>
	(report.items.find(item => item.id === id)?.findings ?? []).filter(({object}) => object?.name === about || object?.namespace === about).map(({verdict, code}) => `${verdict} ${code}`);

const objects = `
apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}, labels: {pod-security.kubernetes.io/enforce: baseline}}
---
apiVersion: v1
kind: Namespace
metadata: {name: ${bare}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: defaults, namespace: ${namespace}}
spec: {limits: [{type: Container, default: {memory: 256Mi}, defaultRequest: {cpu: 100m, memory: 256Mi}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: share, namespace: ${namespace}}
spec: {hard: {requests.cpu: "2", requests.memory: 4Gi, count/configmaps: "1"}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: ${namespace}}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: ${namespace}}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ${namespace}}
spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "ghcr.io/acme/web:1"}]}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: narrow, namespace: ${namespace}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: narrow, namespace: ${namespace}}
rules: [{apiGroups: ["", apps, networking.k8s.io, policy], resources: [limitranges, networkpolicies, deployments, poddisruptionbudgets, services, pods], verbs: [list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: narrow, namespace: ${namespace}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: narrow}
subjects: [{kind: ServiceAccount, name: narrow, namespace: ${namespace}}]
`;

let bundle = '';

describe('the checklist on a cluster', {skip}, () => {
	let context = '';

	before(() => {
		folder = mkdtempSync(join(tmpdir(), 'checklist-cluster-'));
		bundle = join(folder, 'web.yaml');
		context = kubectl(['config', 'current-context']).trim();
		kubectl(['create', 'namespace', namespace]);
		// A quota that comes with it may count it, or not.
		while (spawnSync('kubectl', ['get', 'configmap', 'kube-root-ca.crt', '--namespace', namespace]).status !== 0);
		kubectl(['apply', '-f', '-'], objects);
		writeFileSync(bundle, 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "ghcr.io/acme/web:2"}]}}}\n');
	});

	after(() => {
		kubectl(['delete', 'namespace', namespace, bare, '--wait=false']);
		rmSync(folder, {recursive: true});
	});

	test('the nine live items are decided by what is there', () => {
		const before = readFileSync(kubeconfig ?? '', 'utf8');
		const {status, report} = slipway(bundle, '--context', context, '--namespace', namespace, '--live');
		const verdict = (id: string): string => report.items.find(item => item.id === id)?.verdict ?? '';
		assert.equal(status, 1);
		assert.deepEqual(saidOf(report, 'namespaces-limitrange', namespace), ['pass pass']);
		assert.deepEqual(saidOf(report, 'namespaces-limitrange', bare), ['fail none']);
		assert.deepEqual(saidOf(report, 'namespaces-resourcequota', bare), ['fail none']);
		assert.deepEqual(saidOf(report, 'pod-security-enforced', namespace), ['pass pass']);
		assert.deepEqual(saidOf(report, 'pod-security-enforced', bare), ['fail not-enforced']);
		assert.deepEqual(saidOf(report, 'default-deny-netpol', namespace), ['pass pass']);
		assert.deepEqual(saidOf(report, 'default-deny-netpol', bare), ['fail none']);
		assert.equal(verdict('release-namespace-limitrange'), 'pass');
		assert.ok(['pass', 'fail', 'attest'].includes(verdict('network-policies-enabled')));
		assert.equal(verdict('cluster-autoscaler'), 'attest');
		assert.equal(verdict('cis-benchmark'), 'attest');
		assert.ok(['na', 'pass'].includes(verdict('block-metadata-api')));
		assert.equal(readFileSync(kubeconfig ?? '', 'utf8'), before, 'the kubeconfig was changed');
	});

	test('what another chart installed completes the bundle', () => {
		const alone = slipway(bundle, '--namespace', namespace);
		const together = slipway(bundle, '--context', context, '--namespace', namespace);
		for (const [id, code] of [['pod-disruption-budget', 'missing'], ['network-policies-enabled', 'workload-netpol-none'], ['memory-requests-limits', 'limit-missing'], ['cpu-request-max-1', 'request-missing']] as const) {
			assert.deepEqual(saidOf(alone.report, id, 'web'), [`fail ${code}`], id);
			assert.deepEqual(saidOf(together.report, id, 'web'), ['pass pass'], id);
		}
	});

	test('the namespace of the context is that of what names none', () => {
		const config = JSON.parse(kubectl(['config', 'view', '--raw', '--minify', '-o', 'json'])) as {contexts: readonly {name: string; context: object}[]};
		const named = join(folder, 'named.json');
		writeFileSync(named, JSON.stringify({...config, contexts: config.contexts.map(one => ({...one, context: {...one.context, namespace}}))}), {mode: 0o600});
		assert.deepEqual(saidOf(slipway(bundle, '--context', context, '--kubeconfig', named).report, 'pod-disruption-budget', 'web'), ['pass pass']);
	});

	test('a quota that is nearly full is told before the rollout needs it', () => {
		// The root certificate that every namespace gets is one ConfigMap of one.
		const deadline = Date.now() + 20_000;
		let said: readonly string[] = [];
		while (!said.includes('warn quota-nearly-full') && Date.now() < deadline) said = saidOf(slipway(bundle, '--context', context, '--namespace', namespace, '--live', '--only', 'namespaces-resourcequota').report, 'namespaces-resourcequota', namespace);
		assert.ok(said.includes('warn quota-nearly-full'), said.join(', '));
	});

	test('without a bundle what runs in the cluster is judged, each thing once', () => {
		const {report} = slipway('--context', context, '--namespace', namespace);
		assert.deepEqual(saidOf(report, 'readonly-rootfs', namespace), ['fail writable']);
		assert.ok(report.items.flatMap(({findings}) => findings).every(({object}) => object === null || object.namespace === namespace || object.name === namespace), 'something of another namespace was judged');
	});

	test('a chart is rendered by the real helm, and its templates are named', () => {
		const chart = join(folder, 'user');
		mkdirSync(join(chart, 'templates'), {recursive: true});
		writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: user\nversion: 1.0.0\n');
		writeFileSync(join(chart, 'values.yaml'), 'image: ghcr.io/acme/user:1\n');
		writeFileSync(join(chart, 'templates/deployment.yaml'), 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: user\n          image: {{ required "an image is needed" .Values.image }}\n');
		const {report} = slipway('--chart', chart, '--release', 'user', '--set', 'image=quay.io/acme/user:2', '--registry', 'ghcr.io', '--namespace', namespace);
		const finding = report.items.find(({id}) => id === 'known-registries')?.findings[0] as {message: string; template: string; templateLine: number} | undefined;
		assert.equal(finding?.template, 'user/templates/deployment.yaml');
		assert.equal(finding.templateLine, 10);
		assert.match(finding.message, /quay\.io\/acme\/user is none of the known registries/);
		const broken = spawnSync(process.execPath, ['--import', 'tsx', 'test/checklist/run-check.ts', '--chart', chart, '--set', 'image='], {encoding: 'utf8'});
		assert.equal(broken.status, 2);
		assert.match(broken.stderr, /an image is needed/);
	});

	test('what may not be read is unknown, with the reason, and what may be read in one namespace still is', () => {
		const token = kubectl(['create', 'token', 'narrow', '-n', namespace]).trim();
		const config = JSON.parse(kubectl(['config', 'view', '--raw', '--minify', '-o', 'json'])) as {users: readonly {name: string; user: unknown}[]};
		const narrow = join(folder, 'narrow.json');
		writeFileSync(narrow, JSON.stringify({...config, users: config.users.map(({name}) => ({name, user: {token}}))}), {mode: 0o600});
		const {report} = slipway(bundle, '--context', context, '--kubeconfig', narrow, '--namespace', namespace, '--live');
		const verdict = (id: string): string => report.items.find(item => item.id === id)?.verdict ?? '';
		for (const id of ['namespaces-limitrange', 'namespaces-resourcequota', 'pod-security-enforced']) {
			assert.equal(verdict(id), 'unknown', id);
			assert.match(report.items.find(item => item.id === id)?.findings[0]?.message ?? '', /forbidden|cannot list/, id);
		}

		assert.equal(verdict('release-namespace-limitrange'), 'pass');
		assert.deepEqual(saidOf(report, 'pod-disruption-budget', 'web'), ['pass pass']);
	});

	test('a cluster that does not answer makes the live items unknown, and the manifests are checked all the same', () => {
		const gone = join(folder, 'gone.json');
		writeFileSync(gone, JSON.stringify({apiVersion: 'v1', kind: 'Config', clusters: [{name: 'gone', cluster: {server: 'http://127.0.0.1:9'}}], users: [{name: 'gone', user: {}}], contexts: [{name: 'gone', context: {cluster: 'gone', user: 'gone'}}]}));
		const {report} = slipway(bundle, '--context', 'gone', '--kubeconfig', gone, '--live', '--namespace', namespace);
		for (const id of ['release-namespace-limitrange', 'namespaces-limitrange', 'pod-security-enforced', 'network-policies-enabled']) assert.notEqual(report.items.find(item => item.id === id)?.verdict, 'pass', id);
		assert.equal(report.items.find(({id}) => id === 'release-namespace-limitrange')?.verdict, 'unknown');
		assert.deepEqual(saidOf(report, 'readonly-rootfs', 'web'), ['fail writable']);
	});
});
