import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {fitJournal, judgeDifference} from '../../../source/actions/helm/judge-difference.ts';
import {aBinding, aDeployment, anIngress, anObject, aRole, pairsOf} from './manifests.ts';

const judge = (...args: Parameters<typeof pairsOf>): readonly string[] => judgeDifference(pairsOf(...args), 'egov').map(({level, what}) => `${level}: ${what}`);
const readSecrets = {apiGroups: [''], resources: ['secrets'], verbs: ['get']};

describe('rights', () => {
	test('a Role that becomes a ClusterRole is a danger, named with what it allows and where it did', () => {
		assert.deepEqual(judge([aRole('Role', [readSecrets])], [aRole('ClusterRole', [readSecrets])]), ['danger: Role user becomes a ClusterRole: what it allows (get on secrets) is allowed in every namespace, not only in egov.']);
	});

	test('a RoleBinding that becomes a ClusterRoleBinding too', () => {
		const subjects = [{kind: 'ServiceAccount', name: 'user'}];
		assert.match(judge([aBinding('RoleBinding', 'ClusterRole/user', subjects)], [aBinding('ClusterRoleBinding', 'ClusterRole/user', subjects)]).join(), /danger: RoleBinding user becomes a ClusterRoleBinding: ServiceAccount .*user may use ClusterRole user in every namespace/);
	});

	test('new verbs and new resources are named, those that were covered before are not', () => {
		const wider = [{...readSecrets, verbs: ['get', 'list', 'watch']}, {apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch']}];
		assert.deepEqual(judge([aRole('Role', [readSecrets])], [aRole('Role', wider)]), ['danger: Role user is wider than before: it newly allows list, watch on secrets; patch on deployments of apps.']);
		assert.deepEqual(judge([aRole('Role', [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}])], [aRole('Role', wider)]), []);
		assert.match(judge([aRole('Role', [{...readSecrets, resourceNames: ['one']}])], [aRole('Role', [readSecrets])]).join(), /newly allows get on secrets\./, 'a name less is wider');
		assert.match(judge([aRole('Role', [readSecrets])], [aRole('Role', [{...readSecrets, verbs: ['*']}])]).join(), /newly allows every verb on secrets/);
	});

	test('narrower rights are no finding', () => {
		assert.deepEqual(judge([aRole('Role', [{...readSecrets, verbs: ['get', 'list']}])], [aRole('Role', [readSecrets])]), []);
	});

	test('a new subject, and cluster-admin, are dangers', () => {
		const one = {kind: 'ServiceAccount', name: 'one', namespace: 'egov'};
		assert.match(judge([aBinding('RoleBinding', 'Role/user', [one])], [aBinding('RoleBinding', 'Role/user', [one, {kind: 'Group', name: 'system:authenticated'}])]).join(), /danger: RoleBinding user newly gives Role user to Group system:authenticated/);
		assert.match(judge([], [aBinding('RoleBinding', 'ClusterRole/cluster-admin', [one])]).join(), /danger: RoleBinding user is new: it gives ClusterRole cluster-admin/);
	});
});

describe('ways in', () => {
	test('a new path, a new host and a public Service are dangers; what was open before is not', () => {
		assert.deepEqual(judge([anIngress('a.example', ['/user'])], [anIngress('a.example', ['/user', '/open'])]), ['danger: Ingress user newly opens /open on a.example.']);
		assert.deepEqual(judge([anIngress('a.example', ['/user'])], [anIngress('b.example', ['/user'])]), ['danger: Ingress user newly opens /user on b.example.']);
		assert.deepEqual(judge([anIngress('a.example', ['/a', '/b'])], [anIngress('a.example', ['/b'])]), []);
		const service = (type: string): unknown => anObject('Service', {spec: {type, ports: [{port: 80}]}});
		assert.deepEqual(judge([service('ClusterIP')], [service('LoadBalancer')]), ['danger: Service user newly opens port 80 from outside, as a LoadBalancer.']);
	});

	test('a wall that goes is a danger', () => {
		const name = 'nginx.ingress.kubernetes.io/whitelist-source-range';
		assert.match(judge([anIngress('a.example', ['/'], {[name]: '10.0.0.0/8'})], [anIngress('a.example', ['/'])]).join(), /danger: Ingress user loses the annotation nginx.*whitelist-source-range/);
		assert.match(judge([anObject('NetworkPolicy', {}, 'wall', 'networking.k8s.io/v1')], []).join(), /danger: NetworkPolicy wall goes/);
	});

	test('gateway routes are ways in too', () => {
		const route = (path: string): unknown => anObject('HTTPRoute', {spec: {hostnames: ['a.example'], rules: [{matches: [{path: {value: path}}]}]}}, 'user', 'gateway.networking.k8s.io/v1');
		assert.deepEqual(judge([route('/user')], [route('/')]), ['danger: HTTPRoute user newly opens / on a.example.']);
	});
});

describe('objects', () => {
	test('what holds data or is read by others is named when it is deleted; what Helm keeps is said to stay', () => {
		const claim = (annotations = {}): unknown => anObject('PersistentVolumeClaim', {metadata: {annotations}}, 'data');
		assert.deepEqual(judge([claim(), anObject('Secret'), anObject('ConfigMap')], []), ['danger: PersistentVolumeClaim data is deleted: its data may go with it.', 'warning: Secret user is deleted: what still reads it will fail.', 'warning: ConfigMap user is deleted: what still reads it will fail.']);
		assert.match(judge([claim({'helm.sh/resource-policy': 'keep'})], []).join(), /note: .*it stays in the cluster/);
	});

	test('a Job without a hook that changes will fail, one that is a hook will not', () => {
		const job = (image: string, annotations = {}): unknown => anObject('Job', {metadata: {annotations}, spec: {template: {spec: {containers: [{name: 'x', image}]}}}}, 'seed', 'batch/v1');
		assert.match(judge([job('x:1')], [job('x:2')]).join('\n'), /danger: Job seed changes spec\.template, which Kubernetes does not allow: the upgrade will fail there\. It has no hook annotation/);
		assert.doesNotMatch(judge([job('x:1', {'helm.sh/hook': 'pre-upgrade'})], [job('x:2', {'helm.sh/hook': 'pre-upgrade'})]).join('\n'), /danger/);
	});

	test('what else can not be changed in place is named by its field', () => {
		const set = (size: string): unknown => anObject('StatefulSet', {spec: {serviceName: 'a', volumeClaimTemplates: [{metadata: {name: 'data'}, spec: {resources: {requests: {storage: size}}}}]}}, 'db', 'apps/v1');
		assert.match(judge([set('1Gi')], [set('2Gi')]).join(), /danger: StatefulSet db changes spec\.volumeClaimTemplates/);
	});

	test('what belongs to the whole cluster, to another namespace, or is a definition, is named', () => {
		assert.match(judge([], [anObject('PriorityClass', {value: 1}, 'high', 'scheduling.k8s.io/v1')]).join(), /warning: PriorityClass high is new: it belongs to the whole cluster/);
		assert.match(judge([], [anObject('ConfigMap', {metadata: {namespace: 'kube-system'}})]).join(), /warning: ConfigMap user is new in the namespace kube-system, not in egov/);
		assert.match(judge([], [anObject('CustomResourceDefinition', {}, 'a.b', 'apiextensions.k8s.io/v1')]).join(), /danger: CustomResourceDefinition a\.b is new/);
	});

	test('a migration in an init container is a danger when its image is new, a note when it is live already', () => {
		const service = (tag: string): unknown => aDeployment(`egovio/egov-user:${tag}`, {pod: {initContainers: [{name: 'db-migration', image: `egovio/egov-user-db:${tag}`}]}});
		assert.match(judge([service('1')], [service('2')]).join('\n'), /danger: A database migration runs in the init container db-migration of Deployment user \(egovio\/egov-user-db:2\): the schema will change, and a Helm rollback does not undo it/);
		assert.match(judge([service('1')], [service('1')]).join('\n'), /note: A database migration runs/);
		assert.doesNotMatch(judge([], [aDeployment('a:1', {pod: {initContainers: [{name: 'wait', image: 'busybox:1'}]}})]).join('\n'), /migration/);
	});

	test('hooks are named with their events, tests are not', () => {
		const hook = (event: string): unknown => anObject('Job', {metadata: {annotations: {'helm.sh/hook': event}}}, 'h', 'batch/v1');
		assert.match(judge([], [hook('pre-install,pre-upgrade')]).join(), /note: Job h is a hook and runs at pre-install, pre-upgrade/);
		assert.deepEqual(judge([], [hook('test')]), []);
	});
});

describe('images', () => {
	test('latest and missing tags are warnings, a digest is not', () => {
		const found = judge([], [aDeployment('a:latest'), aDeployment('registry:5000/b', {name: 'b'}), aDeployment(`c@sha256:${'0'.repeat(64)}`, {name: 'c'})]).join('\n');
		assert.match(found, /warning: The image a:latest has the tag latest/);
		assert.match(found, /warning: The image registry:5000\/b has no tag/);
		assert.doesNotMatch(found, /image c@/);
	});

	test('a release in which no image changes says so', () => {
		assert.match(judge([aDeployment('a:1'), anObject('ConfigMap', {data: {a: '1'}})], [aDeployment('a:1'), anObject('ConfigMap', {data: {a: '2'}})]).join(), /warning: No image changes/);
		assert.doesNotMatch(judge([], [aDeployment('a:1')]).join(), /No image changes/);
	});
});

test('a secret that is made anew at every rendering is a warning: each upgrade changes the password', () => {
	const secret = (value: string): unknown => anObject('Secret', {data: {password: value}});
	assert.match(judge([secret('YQ==')], [secret('Yg==')], [secret('Yw==')]).join(), /warning: Secret user gets a new password at every upgrade/);
});

test('findings are cut for the journal, and what is left out is said with its level', () => {
	const many = Array.from({length: 100}, (_, index) => ({level: 'danger' as const, what: `${index} ${'x'.repeat(1000)}`}));
	const fit = fitJournal(many);
	assert.ok(Buffer.byteLength(JSON.stringify(fit)) < 32 * 1024);
	assert.deepEqual(fit.at(-1), {level: 'danger', what: '40 more findings are in preview.json.'});
});
