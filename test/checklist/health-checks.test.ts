import assert from 'node:assert/strict';
import {test} from 'node:test';

import {bundle, findingsOf, said, service, verdictOf, workload} from './checking.ts';

const ready = 'readinessProbe: {httpGet: {path: /ready, port: 8080}}';
const live = 'livenessProbe: {httpGet: {path: /live, port: 8080}}';

test('a container behind a Service needs a readiness probe; without a Service it is a warning', () => {
	assert.deepEqual(said('readiness-probe', bundle(workload(), service())), ['fail missing Deployment/web web']);
	assert.deepEqual(said('readiness-probe', workload()), ['warn missing-no-service Deployment/web web']);
	assert.deepEqual(said('readiness-probe', bundle(workload(ready), service())), []);
});

test('a probe that asks nothing is missing, and one with two handlers is refused', () => {
	for (const probe of ['{}', 'null', '{periodSeconds: 5}', '{httpGet: {path: /}}', '{exec: {command: []}}', '{httpGet: null}'])
		assert.deepEqual(said('readiness-probe', bundle(workload(`readinessProbe: ${probe}`), service())), ['fail missing Deployment/web web'], probe);
	assert.deepEqual(said('readiness-probe', bundle(workload('readinessProbe: {tcpSocket: {port: 1}, grpc: {port: 1}}'), service())), ['fail several-handlers Deployment/web web']);
	assert.deepEqual(said('readiness-probe', bundle(workload('startupProbe: {httpGet: {port: 8080}}'), service())), ['fail missing Deployment/web web']);
});

test('only a Service of the same namespace that waits for readiness counts', () => {
	const expected = ['warn missing-no-service Deployment/web web'];
	assert.deepEqual(said('readiness-probe', bundle(workload('', {namespace: 'a'}), service('', 'app: web', 'b'))), expected);
	assert.deepEqual(said('readiness-probe', bundle(workload(), service('publishNotReadyAddresses: true'))), expected);
	assert.deepEqual(said('readiness-probe', bundle(workload(), service('type: ExternalName'))), expected);
	assert.deepEqual(said('readiness-probe', bundle(workload(), service('', ''))), expected);
	assert.deepEqual(said('readiness-probe', bundle(workload(), service('clusterIP: None'))), ['fail missing Deployment/web web']);
	assert.deepEqual(said('readiness-probe', bundle(workload('', {labels: 'app: web, tier: front'}), service('', 'app: web, tier: back'))), expected);
});

test('an object that names no namespace is in the one of the release, not in default', () => {
	assert.deepEqual(said('readiness-probe', bundle(workload('', {namespace: 'shop'}), service()), {namespace: 'shop'}), ['fail missing Deployment/web web']);
	assert.deepEqual(said('readiness-probe', bundle(workload('', {namespace: 'default'}), service()), {namespace: 'shop'}), ['warn missing-no-service Deployment/web web']);
});

test('a helper that opens no port beside an app that does is only warned about', () => {
	const pod = workload(`ports: [{containerPort: 8080}], ${ready}`).replace('containers: [', 'containers: [{name: helper, image: a/b:1}, ');
	assert.deepEqual(said('readiness-probe', bundle(pod, service())), ['warn missing-helper Deployment/web helper']);
});

test('a native sidecar is judged when the Service sends it traffic; an init container never is', () => {
	const sidecar = (more: string): string => workload(ready, {pod: `initContainers: [{name: proxy, image: a/b:1${more}}]`});
	assert.deepEqual(said('readiness-probe', bundle(sidecar(', restartPolicy: Always, ports: [{containerPort: 8080}]'), service())), ['fail missing Deployment/web proxy']);
	assert.deepEqual(said('readiness-probe', bundle(sidecar(', restartPolicy: Always'), service())), []);
	assert.deepEqual(said('readiness-probe', bundle(sidecar(', ports: [{containerPort: 8080}]'), service())), []);
	assert.deepEqual(said('readiness-probe', bundle(sidecar(', restartPolicy: Always, ports: [{name: http, containerPort: 9000}]'), service().replace('targetPort: 8080', 'targetPort: http'))), ['fail missing Deployment/web proxy']);
});

test('what ends by itself needs no probes: Jobs, CronJobs, hooks, pods that are not started again', () => {
	for (const yaml of [workload('', {kind: 'Job'}), workload('', {kind: 'CronJob'}), workload('', {kind: 'Pod', pod: 'restartPolicy: Never'}), workload('', {kind: 'Pod', annotations: 'helm.sh/hook: test'})])
		for (const item of ['readiness-probe', 'liveness-probe', 'multiple-replicas']) assert.equal(verdictOf(item, bundle(yaml, service())), 'na', `${item} ${yaml}`);
});

test('every kind of workload is read, also in a List, a Knative Service and a Rollout', () => {
	for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod']) assert.deepEqual(said('readonly-rootfs', workload('', {kind})), [`fail writable ${kind}/web web`]);
	for (const [kind, api] of [['Rollout', 'argoproj.io/v1alpha1'], ['DeploymentConfig', 'apps.openshift.io/v1'], ['ReplicationController', 'v1'], ['Service', 'serving.knative.dev/v1']])
		assert.deepEqual(said('readonly-rootfs', workload().replace('apps/v1', api ?? '').replace('Deployment', kind ?? '')), [`fail writable ${kind}/web web`]);
	assert.deepEqual(said('readonly-rootfs', 'apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c}]}}\n'), ['fail writable Pod/a c']);
	assert.deepEqual(said('readonly-rootfs', 'apiVersion: v1\nkind: PodList\nitems:\n  - {metadata: {name: a}, spec: {containers: [{name: c}]}}\n'), ['fail writable Pod/a c']);
	assert.deepEqual(said('readonly-rootfs', 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\nspec: {workloadRef: {kind: Deployment, name: web}}\n'), []);
});

test('a missing liveness probe, an impatient one and a JVM that gets no time are warnings', () => {
	assert.deepEqual(said('liveness-probe', workload()), ['warn missing Deployment/web web']);
	assert.deepEqual(said('liveness-probe', workload('livenessProbe: {tcpSocket: {port: 1}, periodSeconds: 3}')), ['warn impatient Deployment/web web']);
	assert.deepEqual(said('liveness-probe', workload('livenessProbe: {tcpSocket: {port: 1}, periodSeconds: 5, failureThreshold: 2}')), []);
	const jvm = 'env: [{name: JAVA_OPTS, value: -Xmx1g}], livenessProbe: {tcpSocket: {port: 1}';
	assert.deepEqual(said('liveness-probe', workload(`${jvm}}`)), ['warn slow-starter Deployment/web web']);
	assert.deepEqual(said('liveness-probe', workload(`${jvm}, initialDelaySeconds: 60}`)), []);
	assert.deepEqual(said('liveness-probe', workload(`${jvm}}, startupProbe: {tcpSocket: {port: 1}}`)), []);
});

test('that a liveness probe is passive is a question, and never passes by itself', () => {
	assert.equal(verdictOf('liveness-probe', workload(live)), 'attest');
	assert.ok(findingsOf('liveness-probe', workload(live)).some(({code, container}) => code === 'pass' && container === 'web'));
});

test('two probes are the same by what they ask, whatever their timings', () => {
	const same = (readiness: string, liveness: string): boolean => said('probes-differ', workload(`ports: [{name: http, containerPort: 8080}, {name: admin, containerPort: 8081}], readinessProbe: {${readiness}}, livenessProbe: {${liveness}}`)).length > 0;
	assert.ok(same('httpGet: {path: /, port: 8080}', 'httpGet: {port: 8080}, periodSeconds: 60'));
	assert.ok(same('httpGet: {path: /x, port: http}', 'httpGet: {path: /x, port: 8080, scheme: HTTP}'));
	assert.ok(same('httpGet: {path: x, port: "8080"}', 'httpGet: {path: /x, port: http}'));
	assert.ok(same('exec: {command: [a, b]}', 'exec: {command: [a, b]}'));
	assert.ok(same('grpc: {port: 9000}', 'grpc: {port: 9000, service: ""}'));
	assert.ok(!same('httpGet: {path: /x, port: http}', 'httpGet: {path: /x, port: admin}'));
	assert.ok(!same('httpGet: {path: /x, port: 8080}', 'httpGet: {path: /x, port: 8080, scheme: HTTPS}'));
	assert.ok(!same('httpGet: {path: /, port: 8080}', 'tcpSocket: {port: 8080}'));
	assert.ok(!same('exec: {command: [a, b]}', 'exec: {command: ["a b"]}'));
	assert.ok(!same('grpc: {port: 9000, service: a}', 'grpc: {port: 9000, service: b}'));
	assert.equal(verdictOf('probes-differ', workload(ready)), 'na');
});
