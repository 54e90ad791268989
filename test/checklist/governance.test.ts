import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {imageRepository} from '../../source/checklist/policy-rules.ts';
import {aCluster, bundle, check, findingsOf, said, verdictOf, withSettings, workload} from './checking.ts';

const codes = (item: string, yaml: string, more = {}): readonly string[] => said(item, yaml, more).map(line => line.split(' ')[1] ?? '');
const namespace = (labels = '', name = 'shop'): string => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {${labels}}}\n`;

describe('namespaces', () => {
	test('one in the bundle is judged; without one it is unknown', () => {
		for (const item of ['namespaces-limitrange', 'namespaces-resourcequota', 'pod-security-enforced', 'default-deny-netpol']) {
			assert.equal(verdictOf(item, workload()), 'unknown', item);
			assert.notEqual(verdictOf(item, namespace()), 'unknown', item);
		}
	});

	test('those of the cluster itself are left out, and others can be', () => {
		assert.equal(verdictOf('namespaces-limitrange', '', {cluster: aCluster(namespace('', 'kube-system'))}), 'na');
		assert.deepEqual(said('namespaces-limitrange', '', {cluster: aCluster(bundle(namespace(), namespace('', 'kube-system'), namespace('', 'ingress')))}), ['fail none Namespace/shop', 'fail none Namespace/ingress']);
		assert.deepEqual(said('namespaces-limitrange', '', {cluster: aCluster(namespace('', 'ingress')), ...withSettings({systemNamespaces: ['ingress']})}), []);
	});

	test('what may not be read is unknown, with the reason', () => {
		const cluster = aCluster(namespace(), {resourcequotas: {state: 'forbidden', reason: 'resourcequotas could not be read: User "x" cannot list.', namespaces: null}});
		const [finding] = findingsOf('namespaces-resourcequota', '', {cluster});
		assert.equal(finding?.verdict, 'unknown');
		assert.match(finding?.message ?? '', /cannot list/);
		const partly = aCluster(bundle(namespace(), namespace('', 'other'), 'apiVersion: v1\nkind: LimitRange\nmetadata: {name: r, namespace: shop}\nspec: {limits: [{type: Container}]}\n'), {limitranges: {state: 'read', reason: '', namespaces: ['shop']}});
		assert.deepEqual(said('namespaces-limitrange', '', {cluster: partly}), ['unknown not-read Namespace/other']);
	});

	test('a quota limits cpu and memory, and warns when it is nearly full', () => {
		const quota = (hard: string, status = ''): string => `apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: shop}\nspec: {hard: {${hard}}}\n${status}`;
		assert.deepEqual(codes('namespaces-resourcequota', bundle(namespace(), quota('requests.cpu: 4, requests.memory: 1Gi'))), []);
		assert.deepEqual(codes('namespaces-resourcequota', bundle(namespace(), quota('pods: 4'))), ['no-compute']);
		assert.deepEqual(codes('namespaces-resourcequota', bundle(namespace(), quota('cpu: 4, memory: 1Gi', 'status: {hard: {cpu: 4, memory: 1Gi}, used: {cpu: 3700m, memory: 100Mi}}\n'))), ['quota-nearly-full']);
	});

	test('the Pod Security level must be enforced', () => {
		const key = 'pod-security.kubernetes.io';
		assert.equal(verdictOf('pod-security-enforced', namespace(`${key}/enforce: baseline`)), 'pass');
		assert.deepEqual(codes('pod-security-enforced', namespace(`${key}/enforce: privileged`)), ['not-enforced']);
		assert.deepEqual(codes('pod-security-enforced', namespace(`${key}/audit: baseline`)), ['warn-only']);
		assert.deepEqual(codes('pod-security-enforced', namespace(`${key}/enforce: strict`)), ['invalid-level']);
		assert.deepEqual(codes('pod-security-enforced', bundle(namespace(), 'apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p}\n')), ['policy-engine']);
	});
});

describe('security contexts', () => {
	const context = (item: string, container: string, more: {pod?: string; kind?: string} = {}): readonly string[] => codes(item, workload(`securityContext: {${container}}`, more));

	test('fields that exist per container have no effect on the pod', () => {
		const pod = 'securityContext: {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, privileged: true, capabilities: {drop: [ALL]}}';
		assert.deepEqual(context('readonly-rootfs', '', {pod}), ['writable']);
		assert.deepEqual(context('no-privilege-escalation', '', {pod}), ['unset']);
		assert.deepEqual(context('limit-capabilities', '', {pod}), ['drop-all-missing']);
		assert.deepEqual(context('no-privileged', '', {pod}), []);
	});

	test('YAML 1.1 truth values mean what Kubernetes takes them for', () => {
		assert.deepEqual(context('no-privileged', 'privileged: yes'), ['privileged']);
		assert.deepEqual(context('readonly-rootfs', 'readOnlyRootFilesystem: on'), []);
		assert.deepEqual(context('no-privilege-escalation', 'allowPrivilegeEscalation: no'), []);
	});

	test('running as root: the container counts before the pod', () => {
		const root = (container: string, pod = ''): readonly string[] => context('run-as-non-root', container, {pod: pod === '' ? '' : `securityContext: {${pod}}`});
		assert.deepEqual(root(''), ['image-decides']);
		assert.deepEqual(root('runAsUser: 0'), ['root']);
		assert.deepEqual(root('runAsUser: 1000'), []);
		assert.deepEqual(root('runAsUser: null', 'runAsUser: 1000'), []);
		assert.deepEqual(root('runAsUser: 0', 'runAsUser: 1000'), ['root']);
		assert.deepEqual(root('runAsUser: 1000', 'runAsUser: 0'), []);
		assert.deepEqual(root('runAsNonRoot: false', 'runAsNonRoot: true'), ['image-decides']);
		assert.deepEqual(root('runAsNonRoot: true, runAsUser: 0'), ['contradiction']);
		assert.deepEqual(root('runAsUser: 0', 'runAsNonRoot: true'), ['contradiction']);
		assert.deepEqual(root('runAsGroup: 0, runAsNonRoot: true'), []);
		assert.deepEqual(codes('run-as-non-root', workload('', {pod: 'hostUsers: false'})), ['root-in-user-namespace']);
	});

	test('capabilities: drop all, add at most NET_BIND_SERVICE', () => {
		const capabilities = (text: string): readonly string[] => context('limit-capabilities', `capabilities: {${text}}`);
		assert.deepEqual(capabilities('drop: [all]'), []);
		assert.deepEqual(capabilities('drop: [CAP_ALL], add: [CAP_NET_BIND_SERVICE]'), []);
		assert.deepEqual(capabilities('drop: [ALL], add: [CHOWN]'), ['other-add']);
		assert.deepEqual(capabilities('drop: [ALL], add: [DAC_OVERRIDE, SETUID]'), ['other-add']);
		assert.deepEqual(capabilities('drop: [ALL], add: [sys_admin]'), ['dangerous-add']);
		assert.deepEqual(capabilities('add: [NET_RAW]'), ['dangerous-add', 'drop-all-missing']);
		assert.deepEqual(context('limit-capabilities', 'privileged: true, capabilities: {drop: [ALL]}'), ['privileged']);
	});

	test('escalation must be forbidden in words, and not together with what allows it', () => {
		assert.deepEqual(context('no-privilege-escalation', 'allowPrivilegeEscalation: true'), ['allowed']);
		assert.deepEqual(context('no-privilege-escalation', 'allowPrivilegeEscalation: null'), ['unset']);
		assert.deepEqual(context('no-privilege-escalation', 'allowPrivilegeEscalation: false, privileged: true'), ['contradiction']);
	});

	test('Windows pods have no such fields; every kind of container has', () => {
		const windows = {pod: 'os: {name: windows}'};
		for (const label of ['kubernetes.io/os', 'beta.kubernetes.io/os']) assert.equal(verdictOf('readonly-rootfs', workload('', {pod: `nodeSelector: {${label}: windows}`})), 'na', label);
		assert.equal(verdictOf('readonly-rootfs', workload('', {pod: 'nodeSelector: {kubernetes.io/os: linux}'})), 'fail');
		for (const item of ['readonly-rootfs', 'limit-capabilities', 'no-privilege-escalation']) assert.equal(verdictOf(item, workload('', windows)), 'na', item);
		assert.deepEqual(codes('no-privileged', workload('securityContext: {windowsOptions: {hostProcess: true}}', windows)), ['host-process']);
		assert.deepEqual(said('readonly-rootfs', workload('securityContext: {readOnlyRootFilesystem: true}', {pod: 'initContainers: [{name: i}], ephemeralContainers: [{name: e}]'})), ['fail writable Deployment/web i', 'fail writable Deployment/web e']);
	});
});

describe('network policies', () => {
	const policy = (spec: string, space = '', name = 'p'): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}${space === '' ? '' : `, namespace: ${space}`}}\nspec: {${spec}}\n`;
	const netpol = (...documents: readonly string[]): readonly string[] => codes('network-policies-enabled', bundle(...documents)).filter(code => code !== 'plugin-not-read');

	test('both directions must be isolated; policyTypes have defaults', () => {
		assert.deepEqual(netpol(workload()), ['workload-netpol-none']);
		assert.deepEqual(netpol(workload(), policy('podSelector: {}')), ['workload-netpol-partial']);
		assert.deepEqual(netpol(workload(), policy('podSelector: {}, egress: [{}]')), []);
		assert.deepEqual(netpol(workload(), policy('podSelector: {}, egress: []')), ['workload-netpol-partial']);
		assert.deepEqual(netpol(workload(), policy('podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]'), policy('podSelector: {}, policyTypes: [Ingress]', '', 'q')), []);
		assert.deepEqual(netpol(workload('', {namespace: 'a'}), policy('podSelector: {}, policyTypes: [Ingress, Egress]', 'b')), ['workload-netpol-none']);
		assert.deepEqual(netpol(workload('', {pod: 'hostNetwork: true'})), []);
		assert.deepEqual(netpol(workload(), policy('podSelector: {}, policyTypes: [Ingress, Egress]').replace('networking.k8s.io/v1', 'projectcalico.org/v3')), ['workload-netpol-none']);
		assert.deepEqual(netpol(workload(), 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c}\nspec: {endpointSelector: {matchLabels: {"k8s:app": web}}, ingress: [], egress: []}\n'), []);
		assert.deepEqual(netpol(workload(), policy('podSelector: {matchExpressions: [{key: app, operator: In, values: [api]}]}')), ['workload-netpol-none']);
	});

	test('whether the network enforces them is seen by its DaemonSets', () => {
		const agent = (name: string, containers = '{name: a}'): string => `apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: ${name}, namespace: kube-system}\nspec: {template: {spec: {containers: [${containers}]}}}\n`;
		const plugin = (yaml: string): readonly string[] => codes('network-policies-enabled', '', {cluster: aCluster(yaml)});
		for (const name of ['calico-node', 'cilium', 'antrea-agent', 'anetd', 'azure-npm']) assert.deepEqual(plugin(agent(name)), [], name);
		assert.deepEqual(plugin(agent('kube-flannel-ds')), ['plugin-not-enforcing']);
		assert.deepEqual(plugin(agent('aws-node')), ['plugin-not-enforcing']);
		assert.deepEqual(plugin(agent('aws-node', '{name: a}, {name: aws-eks-nodeagent}')), []);
		assert.deepEqual(plugin(''), ['plugin-not-enforcing']);
		assert.deepEqual(plugin(agent('kindnet')), ['plugin-unseen']);
		assert.deepEqual(codes('network-policies-enabled', '', {cluster: aCluster('', {ciliumnetworkpolicies: {state: 'read', reason: '', namespaces: null}})}), []);
	});

	test('a namespace denies by default, in both directions, and allows nothing to all', () => {
		const deny = (spec: string): readonly string[] => codes('default-deny-netpol', bundle(namespace(), policy(spec, 'shop')));
		assert.deepEqual(deny('podSelector: {}, policyTypes: [Ingress, Egress]'), []);
		assert.deepEqual(deny('podSelector: {}'), ['ingress-only']);
		assert.deepEqual(deny('podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]'), ['allow-all']);
		assert.deepEqual(deny('podSelector: {}, policyTypes: [Ingress, Egress], egress: [{}]'), ['ingress-only']);
		assert.deepEqual(deny('podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {}}]}]'), []);
		assert.deepEqual(deny('podSelector: {matchLabels: {a: b}}, policyTypes: [Ingress, Egress]'), ['none']);
		assert.deepEqual(deny('podSelector: {}, policyTypes: [Egress]'), ['none']);
	});

	test('the metadata service is blocked by an egress policy that leaves it out', () => {
		const blocked = (...specs: readonly string[]): string => verdictOf('block-metadata-api', bundle(workload(), ...specs.map((spec, index) => policy(spec, '', `p${index}`))));
		const except = 'podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]}]';
		assert.equal(blocked(), 'attest');
		assert.equal(blocked(except), 'pass');
		assert.equal(blocked('podSelector: {}, policyTypes: [Egress]'), 'pass');
		assert.equal(blocked(except.replace('169.254.169.254/32', '169.254.0.0/16')), 'pass');
		assert.equal(blocked(except.replace('169.254.169.254/32', '10.0.0.0/8')), 'attest');
		assert.equal(blocked(except, 'podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{}]'), 'attest');
		assert.equal(blocked('podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}, {podSelector: {}}]}]'), 'pass');
		assert.equal(verdictOf('block-metadata-api', workload(), {cluster: aCluster('apiVersion: v1\nkind: Node\nmetadata: {name: n}\nspec: {}\n')}), 'na');
		assert.equal(verdictOf('block-metadata-api', workload(), {cluster: aCluster('apiVersion: v1\nkind: Node\nmetadata: {name: n, labels: {iam.gke.io/gke-metadata-server-enabled: "true"}}\nspec: {providerID: gce://x}\n')}), 'pass');
	});
});

describe('rights', () => {
	const role = (rules: string, kind = 'ClusterRole', name = 'r'): string => `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: {name: ${name}${kind === 'Role' ? ', namespace: shop' : ''}}\nrules: [${rules}]\n`;
	const binding = (subjects: string, roleRef = 'kind: ClusterRole, name: r', kind = 'ClusterRoleBinding'): string => `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: {name: b${kind === 'RoleBinding' ? ', namespace: shop' : ''}}\nroleRef: {${roleRef}}\nsubjects: [${subjects}]\n`;
	const rights = (...documents: readonly string[]): readonly string[] => codes('rbac-least-privilege', bundle(...documents));
	const harmless = role('{apiGroups: [""], resources: [configmaps], verbs: [get]}');

	test('each sub-code has its rule', () => {
		const of = (groups: string, resources: string, verbs: string, more = ''): readonly string[] => rights(role(`{apiGroups: [${groups}], resources: [${resources}], verbs: [${verbs}]${more}}`));
		assert.deepEqual(of('""', 'configmaps', 'get, list'), []);
		assert.deepEqual(of('""', 'configmaps', '"*"'), ['wildcard']);
		assert.deepEqual(of('apps', '"*/scale"', 'get'), ['wildcard']);
		assert.deepEqual(of('"*"', 'x', 'get'), []);
		assert.ok(of('"*"', '"*"', '"*"').includes('cluster-admin-equivalent'));
		assert.ok(of('"*"', '"*"', 'get, list, watch, create, update, patch, delete').includes('cluster-admin-equivalent'));
		assert.deepEqual(of('""', 'pods/exec', 'create'), ['exec-attach']);
		assert.deepEqual(of('""', 'pods/attach', 'get'), ['exec-attach']);
		assert.deepEqual(of('""', 'pods/exec', 'list'), []);
		assert.deepEqual(of('apps', 'pods/exec', 'create'), []);
		assert.deepEqual(of('""', 'secrets', 'watch'), ['secrets-read']);
		assert.deepEqual(of('""', 'secrets', 'get', ', resourceNames: [a]'), []);
		assert.deepEqual(of('""', 'secrets', 'create'), []);
		assert.deepEqual(of('""', 'pods', 'create'), ['pod-create']);
		assert.deepEqual(of('apps', 'deployments', 'create'), ['pod-create']);
		assert.deepEqual(of('rbac.authorization.k8s.io', 'clusterroles', 'bind'), ['escalate']);
		assert.deepEqual(of('""', 'users', 'impersonate'), ['escalate']);
		assert.deepEqual(of('""', 'nodes/proxy', 'get'), ['escalate']);
		assert.deepEqual(of('""', 'serviceaccounts/token', 'create'), ['escalate']);
	});

	test('a binding is judged by the role it refers to', () => {
		assert.deepEqual(rights(harmless, binding('{kind: ServiceAccount, name: a, namespace: shop}')), []);
		assert.deepEqual(said('rbac-least-privilege', bundle(role('{apiGroups: [""], resources: [secrets], verbs: [get]}'), binding('{kind: User, name: a}'))), ['fail secrets-read ClusterRole/r', 'fail secrets-read ClusterRoleBinding/b']);
		assert.deepEqual(rights(binding('{kind: User, name: a}')), ['role-unresolved']);
		assert.ok(rights(binding('{kind: User, name: a}', 'kind: ClusterRole, name: cluster-admin')).includes('cluster-admin-binding'));
		assert.ok(rights(binding('{kind: User, name: a}', 'kind: ClusterRole, name: edit')).includes('secrets-read'));
		assert.deepEqual(rights(binding('{kind: User, name: a}', 'kind: ClusterRole, name: view')), []);
		assert.deepEqual(rights(role('{apiGroups: [""], resources: [configmaps], verbs: [get]}', 'Role'), binding('{kind: User, name: a}', 'kind: Role, name: r', 'RoleBinding')), []);
	});

	test('everybody is too many', () => {
		for (const subject of ['{kind: Group, name: "system:authenticated"}', '{kind: Group, name: "system:unauthenticated"}', '{kind: User, name: "system:anonymous"}', '{kind: Group, name: "system:masters"}']) assert.deepEqual(rights(harmless, binding(subject)), ['anonymous-subject'], subject);
	});

	test('an aggregated role has the rules of those it selects', () => {
		const parts = role('{apiGroups: [""], resources: [secrets], verbs: [get]}', 'ClusterRole', 'part').replace('{name: part}', '{name: part, labels: {to: whole}}');
		assert.deepEqual(said('rbac-least-privilege', bundle('apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: whole}\naggregationRule: {clusterRoleSelectors: [{matchLabels: {to: whole}}]}\nrules: []\n', parts)), ['fail secrets-read ClusterRole/whole', 'fail secrets-read ClusterRole/part']);
	});

	test('the token of the default account must not be mounted; the pod says so before the account', () => {
		const account = (name: string, mount: string): string => `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}}\nautomountServiceAccountToken: ${mount}\n`;
		const mounted = (pod: string, ...more: readonly string[]): readonly string[] => codes('no-automount-default-sa', bundle(workload('', {pod}), ...more));
		assert.deepEqual(mounted(''), ['default-sa-automounted']);
		assert.deepEqual(mounted('serviceAccount: default'), ['default-sa-automounted']);
		assert.deepEqual(mounted('automountServiceAccountToken: false'), []);
		assert.deepEqual(mounted('', account('default', 'false')), []);
		assert.deepEqual(mounted('automountServiceAccountToken: true', account('default', 'false')), ['default-sa-automounted']);
		assert.deepEqual(mounted('serviceAccountName: web'), ['token-automounted-unused']);
		assert.deepEqual(mounted('serviceAccountName: web', account('web', 'false')), []);
		assert.deepEqual(mounted('serviceAccountName: web', binding('{kind: ServiceAccount, name: web}', 'kind: Role, name: r', 'RoleBinding').replace(', namespace: shop', '')), []);
	});

	test('rights are not shared', () => {
		const shared = (...documents: readonly string[]): readonly string[] => codes('rbac-not-shared', bundle(...documents));
		const bound = binding('{kind: ServiceAccount, name: web, namespace: shop}');
		const using = (name: string, kind = 'Deployment'): string => workload('', {name, kind, namespace: 'shop', pod: 'serviceAccountName: web'});
		assert.deepEqual(shared(using('a'), using('b', 'CronJob'), bound), ['shared-service-account']);
		assert.deepEqual(shared(using('a'), using('b')), []);
		assert.deepEqual(shared(using('a'), bound), []);
		assert.deepEqual(shared(binding('{kind: ServiceAccount, name: default, namespace: shop}')), ['default-sa-granted']);
		assert.deepEqual(shared(binding('{kind: User, name: a}, {kind: User, name: b}')), ['several-subjects']);
		assert.deepEqual(shared(binding('{kind: Group, name: team}')), ['group-subject']);
	});
});

describe('custom policies', () => {
	test('images are read as Docker reads them', () => {
		for (const [image, repository] of [['nginx', 'docker.io/library/nginx'], ['nginx:1.2', 'docker.io/library/nginx'], ['acme/web@sha256:ab', 'docker.io/acme/web'], ['localhost/web', 'localhost/web'], ['host:5000/a/b:1', 'host:5000/a/b'], ['GHCR.io/Acme/x:1@sha256:ab', 'ghcr.io/Acme/x'], ['index.docker.io/nginx', 'docker.io/library/nginx']]) assert.equal(imageRepository(image ?? ''), repository);
	});

	test('registries are compared by whole parts', () => {
		const known = (image: string, ...registries: readonly string[]): boolean => codes('known-registries', workload().replace('ghcr.io/acme/web:1.4.2', image), withSettings({registries})).length === 0;
		assert.ok(known('registry.io/team/x:1', 'registry.io'));
		assert.ok(known('registry.io/team/x:1', 'https://registry.io/team/'));
		assert.ok(!known('registry.io.evil.com/x', 'registry.io'));
		assert.ok(!known('registry.io/teamX/x', 'registry.io/team'));
		assert.ok(known('nginx', 'docker.io/library'));
		assert.ok(!known('acme/nginx', 'docker.io/library'));
		assert.equal(verdictOf('known-registries', workload()), 'unconfigured');
	});

	const ingress = (name: string, host: string, {path = '/', space = 'shop', className = '', annotations = ''} = {}): string =>
		`apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: ${name}, namespace: ${space}, annotations: {${annotations}}}\nspec: {${className === '' ? '' : `ingressClassName: ${className}, `}rules: [{${host === '' ? '' : `host: ${host}, `}http: {paths: [{path: ${path}, pathType: Prefix}]}}]}\n`;
	const hosts = (...documents: readonly string[]): readonly string[] => codes('ingress-host-unique', bundle(...documents));

	test('host and path are claimed once', () => {
		assert.deepEqual(hosts(ingress('a', 'x.org'), ingress('b', 'X.org')), ['duplicate-route', 'duplicate-route']);
		assert.deepEqual(hosts(ingress('a', 'x.org'), ingress('b', 'x.org', {path: '/b'})), []);
		assert.deepEqual(hosts(ingress('a', 'x.org'), ingress('b', 'x.org', {className: 'other'})), []);
		assert.deepEqual(hosts(ingress('a', 'x.org'), ingress('b', 'x.org', {path: '/b', space: 'test'})), ['host-in-two-namespaces', 'host-in-two-namespaces']);
		assert.deepEqual(hosts(ingress('a', ''), ingress('b', '')), ['duplicate-route', 'duplicate-route']);
		assert.deepEqual(hosts(ingress('a', 'x.org'), ingress('b', 'x.org', {annotations: 'nginx.ingress.kubernetes.io/canary: "true"'})), []);
	});

	test('the cluster is looked at too, but not what the release itself has there', () => {
		assert.deepEqual(codes('ingress-host-unique', ingress('a', 'x.org'), {cluster: aCluster(ingress('z', 'x.org', {space: 'other'}))}), ['duplicate-route']);
		assert.deepEqual(codes('ingress-host-unique', ingress('a', 'x.org'), {cluster: aCluster(ingress('a', 'x.org'))}), []);
	});

	test('hosts are approved by whole labels', () => {
		const approved = (host: string): readonly string[] => codes('ingress-host-approved', ingress('a', host), withSettings({domains: ['example.com']}));
		for (const host of ['example.com', 'shop.example.com', '"*.example.com"', 'SHOP.Example.com']) assert.deepEqual(approved(host), [], host);
		for (const host of ['evilexample.com', 'example.com.evil.org', '"*.com"', 'com']) assert.deepEqual(approved(host), ['not-approved'], host);
		assert.deepEqual(approved(''), ['no-host']);
		assert.deepEqual(codes('ingress-host-approved', 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a}\nspec: {hostnames: [shop.evil.org]}\n', withSettings({domains: ['example.com']})), ['not-approved']);
		assert.equal(verdictOf('ingress-host-approved', ingress('a', 'x.org')), 'unconfigured');
		assert.deepEqual(codes('ingress-host-approved', ingress('a', 'shop.example.com').replace('spec: {', 'spec: {tls: [{hosts: [x.org]}], '), withSettings({domains: ['example.com']})), ['not-approved']);
	});
});

test('a report of kube-bench decides the CIS benchmark', () => {
	const bench = (results: readonly unknown[]): string => check('', {only: new Set(['cis-benchmark']), benchmark: {source: 'r.json', at: null, value: {Controls: [{tests: [{results}]}]}}}).items[0]?.verdict ?? '';
	assert.equal(bench([{test_number: '1', status: 'PASS', scored: true}]), 'pass');
	assert.equal(bench([{test_number: '1', status: 'PASS', scored: true}, {test_number: '2', status: 'WARN', scored: false}]), 'attest');
	assert.equal(bench([{test_number: '1', status: 'FAIL', scored: true}]), 'fail');
	assert.equal(bench([{test_number: '1', status: 'FAIL', scored: false}]), 'pass');
	assert.equal(bench([]), 'unknown');
});
