import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {aCluster, bundle, findingsOf, said, verdictOf, withSettings, workload} from './checking.ts';

const codes = (item: string, yaml: string, more = {}): readonly string[] => said(item, yaml, more).map(line => line.split(' ')[1] ?? '');

describe('what a cluster adds to a bundle', () => {
	const pod = (name: string, node: string, labels = 'app: web'): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {${labels}}}\nspec: {nodeName: ${node}, containers: [{name: c}]}\n`;
	const spread = 'topologySpreadConstraints: [{topologyKey: kubernetes.io/hostname, maxSkew: 1, labelSelector: {matchLabels: {app: web}}}]';
	const web = workload('', {namespace: 'shop', replicas: 2, spec: 'selector: {matchLabels: {app: web}}', pod: spread});

	test('pods that all run on one node are told, whatever the manifest says', () => {
		assert.deepEqual(codes('spread-nodes', web, {cluster: aCluster(bundle(pod('a', 'n1'), pod('b', 'n1')))}), ['on-one-node']);
		assert.deepEqual(codes('spread-nodes', web, {cluster: aCluster(bundle(pod('a', 'n1'), pod('b', 'n2')))}), []);
		assert.deepEqual(codes('spread-nodes', web, {cluster: aCluster(pod('a', 'n1'))}), []);
		assert.deepEqual(codes('spread-nodes', web, {cluster: aCluster(bundle(pod('a', 'n1'), pod('b', 'n1', 'app: other')))}), []);
	});

	test('a budget that lets no pod go now is told', () => {
		const budget = (allowed: number, expected = 2): string => `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\nspec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}\nstatus: {disruptionsAllowed: ${allowed}, expectedPods: ${expected}, currentHealthy: 1}\n`;
		assert.deepEqual(codes('pod-disruption-budget', web, {cluster: aCluster(budget(0))}), ['pdb-allows-none-now']);
		assert.deepEqual(codes('pod-disruption-budget', web, {cluster: aCluster(budget(1))}), []);
		assert.deepEqual(codes('pod-disruption-budget', web, {cluster: aCluster(budget(0, 0))}), []);
		assert.deepEqual(codes('pod-disruption-budget', web, {cluster: aCluster(budget(0).replace('namespace: shop', 'namespace: other'))}), ['missing']);
	});

	test('the default account of every namespace is looked at', () => {
		const account = (namespace: string, more = ''): string => `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: ${namespace}}\n${more}`;
		const safe = workload('', {namespace: 'shop', pod: 'automountServiceAccountToken: false'});
		assert.deepEqual(said('no-automount-default-sa', safe, {cluster: aCluster(bundle(account('shop'), account('other', 'automountServiceAccountToken: false\n'), account('kube-system')))}), ['warn default-sa-open ServiceAccount/default']);
		assert.deepEqual(said('no-automount-default-sa', safe, {cluster: {...aCluster(bundle(account('shop', 'automountServiceAccountToken: false\n'), account('other'))), isLive: false}}), []);
	});

	test('what runs in the cluster is judged once, and not what the cluster brings along', () => {
		const cluster = aCluster(
			bundle(
				workload('', {namespace: 'shop'}),
				pod('web-1', 'n1').replace('metadata: {', 'metadata: {ownerReferences: [{kind: ReplicaSet, name: web, controller: true}], '),
				workload('', {namespace: 'kube-system', name: 'dns'}),
				workload('', {namespace: 'other'}),
				'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "system:node"}\nrules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]\n',
			),
		);
		const judged = (namespaces: readonly string[]): readonly string[] => findingsOf('readonly-rootfs', '', {cluster, judgeCluster: namespaces}).map(({object}) => `${object?.namespace}/${object?.name}`);
		assert.deepEqual(judged([]), ['shop/web', 'other/web']);
		assert.deepEqual(judged(['shop']), ['shop/web']);
		assert.deepEqual(said('rbac-least-privilege', '', {cluster, judgeCluster: []}), []);
	});

	test('nodes are trusted for the metadata service only when all of them block it', () => {
		const node = (name: string, label: string): string => `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}, labels: {${label}}}\nspec: {providerID: "gce://${name}"}\n`;
		const good = 'iam.gke.io/gke-metadata-server-enabled: "true"';
		assert.equal(verdictOf('block-metadata-api', workload(), {cluster: aCluster(bundle(node('a', good), node('b', good)))}), 'pass');
		assert.equal(verdictOf('block-metadata-api', workload(), {cluster: aCluster(bundle(node('a', good), node('b', '')))}), 'attest');
		assert.deepEqual(codes('block-metadata-api', workload('', {pod: 'hostNetwork: true'}), {cluster: aCluster(node('a', good))}), ['host-network']);
	});

	test('one node of a cloud is enough to ask about its metadata service', () => {
		const node = (name: string, provider: string): string => `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nspec: {providerID: "${provider}"}\n`;
		assert.equal(verdictOf('block-metadata-api', workload(), {cluster: aCluster(bundle(node('a', ''), node('b', 'kind://x')))}), 'na');
		assert.equal(verdictOf('block-metadata-api', workload(), {cluster: aCluster(bundle(node('a', ''), node('b', 'aws:///x')))}), 'attest');
	});

	test('an autoscaler of nodes without a ready pod fails', () => {
		const scaler = workload('', {name: 'cluster-autoscaler', namespace: 'kube-system'});
		assert.deepEqual(codes('cluster-autoscaler', '', {cluster: aCluster(scaler)}), ['not-ready']);
		assert.deepEqual(codes('cluster-autoscaler', '', {cluster: aCluster(`${scaler}status: {readyReplicas: 1}\n`)}), []);
	});

	test('another policy engine is a question, when it is about pods', () => {
		const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';
		const policy = (resources: string): string => `apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: p}\nspec: {matchConstraints: {resourceRules: [{resources: [${resources}]}]}}\n`;
		const binding = 'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: b}\nspec: {policyName: p}\n';
		const level = (...documents: readonly string[]): readonly string[] => codes('pod-security-enforced', '', {cluster: aCluster(bundle(namespace, ...documents))});
		assert.deepEqual(level(policy('configmaps, pods'), binding), ['policy-engine']);
		assert.deepEqual(level(policy('pods')), ['not-enforced']);
		assert.deepEqual(level(policy('configmaps'), binding), ['not-enforced']);
		assert.deepEqual(level('apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: p}\n'), ['policy-engine']);
		assert.deepEqual(level('apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: {name: t}\n'), ['policy-engine']);
	});
});

describe('further edges', () => {
	test('of several spreading rules one that holds is enough, and one that misses is not hidden by another topology', () => {
		const rule = (key: string, app: string): string => `{topologyKey: ${key}, maxSkew: 1, labelSelector: {matchLabels: {app: ${app}}}}`;
		const spread = (...rules: readonly string[]): readonly string[] => codes('spread-nodes', workload('', {replicas: 2, pod: `topologySpreadConstraints: [${rules.join(', ')}]`}));
		assert.deepEqual(spread(rule('kubernetes.io/hostname', 'other'), rule('kubernetes.io/hostname', 'web')), []);
		assert.deepEqual(spread(rule('kubernetes.io/hostname', 'other'), rule('rack', 'web')), ['other-topology']);
	});

	test('a finding is not a pass as well', () => {
		const ingress = (name: string): string => `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: ${name}}\nspec: {rules: [{host: a.org}]}\n`;
		assert.deepEqual(said('ingress-host-unique', bundle(ingress('a'), ingress('b')), {}, true), ['fail duplicate-route Ingress/a', 'fail duplicate-route Ingress/b']);
		assert.deepEqual(said('externalise-config', workload('env: [{name: PASSWORD, value: x}], envFrom: [{configMapRef: {name: c}}]'), {}, true), ['fail literal-credential Deployment/web web']);
	});

	test('six of the seven verbs are not everything', () => {
		const role = (verbs: string): readonly string[] => codes('rbac-least-privilege', `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: [{apiGroups: ["*"], resources: ["*"], verbs: [${verbs}]}]\n`);
		assert.ok(!role('get, list, watch, create, update, patch').includes('cluster-admin-equivalent'));
	});

	test('a number under the name of a password is a password, under another name a number', () => {
		const variable = (name: string, value: string): readonly string[] => codes('externalise-config', workload(`env: [{name: ${name}, value: "${value}"}]`));
		assert.deepEqual([variable('DB_PASSWORD', '1234'), variable('LLM_MAX_TOKENS', '4096'), variable('USE_TOKEN', 'true'), variable('PASSWORD_ENCRYPTION', 'true')], [['literal-credential'], [], [], []]);
	});

	test('63 characters are a label, 64 are not', () => {
		const labelled = (length: number): readonly string[] => codes('security-labels', `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {confidentiality: ${'a'.repeat(length)}, compliance: a}}\n`);
		assert.deepEqual([labelled(63), labelled(64)], [[], ['invalid']]);
	});

	test('one of several registries or domains is enough, and a host that is not approved is no pass as well', () => {
		assert.equal(verdictOf('known-registries', workload(), withSettings({registries: ['quay.io', 'ghcr.io/acme']})), 'pass');
		const ingress = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {rules: [{host: a.org}, {host: b.net}]}\n';
		assert.equal(verdictOf('ingress-host-approved', ingress, withSettings({domains: ['a.org', 'b.net']})), 'pass');
		assert.deepEqual(said('ingress-host-approved', ingress, withSettings({domains: ['a.org']}), true), ['fail not-approved Ingress/i']);
	});

	test('a Windows container runs as a user, not as an administrator', () => {
		const user = (name: string): readonly string[] => codes('run-as-non-root', workload(`securityContext: {windowsOptions: {runAsUserName: ${name}}}`, {pod: 'os: {name: windows}'}));
		assert.deepEqual(user('ContainerUser'), []);
		assert.deepEqual(user('ContainerAdministrator'), ['root']);
		assert.deepEqual(codes('run-as-non-root', workload('securityContext: {windowsOptions: {runAsUserName: ContainerUser}}')), ['image-decides']);
	});

	test('a liveness probe that asks a dependency is a warning, unless a database asks itself', () => {
		const probe = 'livenessProbe: {exec: {command: [pg_isready]}}';
		assert.deepEqual(codes('liveness-probe', workload(probe)), ['asks-dependency']);
		assert.deepEqual(codes('liveness-probe', workload(probe).replace('ghcr.io/acme/web:1.4.2', 'postgres:15')), []);
	});

	test('what is mounted read-only by its kind proves that nothing is kept', () => {
		for (const volume of ['configMap: {name: c}', 'secret: {secretName: s}', 'projected: {sources: []}', 'downwardAPI: {}'])
			assert.equal(verdictOf('no-local-state', workload('securityContext: {readOnlyRootFilesystem: true}, volumeMounts: [{name: v, mountPath: /etc/v}]', {pod: `volumes: [{name: v, ${volume}}]`})), 'pass', volume);
	});

	test('no container that asks for anything is BestEffort, and a nearly full quota begins above 90 %', () => {
		assert.deepEqual(codes('qos-class', workload()), ['best-effort']);
		const quota = (used: string): readonly string[] => codes('namespaces-resourcequota', `apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: shop}\nspec: {hard: {cpu: 10, memory: 1Gi}}\nstatus: {hard: {cpu: 10}, used: {cpu: ${used}}}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n`);
		assert.deepEqual([quota('9'), quota('9.1')], [[], ['quota-nearly-full']]);
	});
});
