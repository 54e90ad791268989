import assert from 'node:assert/strict';
import {test} from 'node:test';

import {progressFrom} from '../../../source/actions/helm/progress.ts';

const startedAt = '2026-11-24T14:00:00Z';
const of = {releases: [{release: 'user', namespace: 'egov'}], startedAt};
const annotations = {'meta.helm.sh/release-name': 'user', 'meta.helm.sh/release-namespace': 'egov'};

const deployment = (name = 'user', more: object = {}) => ({kind: 'Deployment', metadata: {name, namespace: 'egov', uid: `d-${name}`, generation: 2, annotations, ...more}, spec: {replicas: 2}, status: {observedGeneration: 2, replicas: 3, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2}});
const set = (hash: string, revision: number, owner = 'user') => ({kind: 'ReplicaSet', metadata: {name: `${owner}-${hash}`, namespace: 'egov', uid: `rs-${owner}-${hash}`, labels: {'pod-template-hash': hash}, annotations: {'deployment.kubernetes.io/revision': String(revision)}, ownerReferences: [{uid: `d-${owner}`, controller: true}]}, spec: {}, status: {}});
const pod = (name: string, hash: string, status: object) => ({kind: 'Pod', metadata: {name, namespace: 'egov', uid: name, creationTimestamp: '2026-11-24T14:00:05Z', labels: {'pod-template-hash': hash}, ownerReferences: [{uid: `rs-user-${hash}`, controller: true}]}, spec: {containers: [{name: 'user', image: 'u'}]}, status});
const ready = {phase: 'Running', conditions: [{type: 'Ready', status: 'True'}]};
const running = {phase: 'Running', conditions: [{type: 'Ready', status: 'False'}], containerStatuses: [{name: 'user', state: {running: {}}, restartCount: 0}]};
const event = (name: string, reason: string, message: string, at: string, kind = 'Pod') => ({kind: 'Event', metadata: {uid: `${name}${reason}${at}`}, involvedObject: {kind, name}, type: 'Warning', reason, message, lastTimestamp: at, count: 3});

test('of a rolling update, the pods of the version that comes are shown and the others counted', () => {
	const {workloads} = progressFrom([deployment(), set('old', 1), set('new', 2), pod('user-old-1', 'old', ready), pod('user-new-1', 'new', running)], of);
	assert.deepEqual(workloads.map(({name, ready: count, oldPods, pods}) => [name, count, oldPods, pods.map(one => `${one.name} ${one.state}`)]), [['user', 0, 1, ['user-new-1 Running, not ready']]]);
});

test('a pod that runs and is not ready is said why by its probe', () => {
	const {workloads} = progressFrom([deployment(), set('new', 2), pod('user-new-1', 'new', running), event('user-new-1', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', '2026-11-24T14:01:00Z')], of);
	assert.deepEqual(workloads[0]?.pods.map(({state, message}) => [state, message]), [['Running, probe fails', 'Readiness probe failed: HTTP probe failed with statuscode: 503']]);
});

test('other releases, and hooks and events of before, are not ours', () => {
	const hook = (name: string, created: string) => ({kind: 'Job', metadata: {name, namespace: 'egov', uid: name, creationTimestamp: created, annotations: {'helm.sh/hook': 'pre-upgrade'}}, spec: {}, status: {startTime: '2026-11-24T14:00:01Z', completionTime: '2026-11-24T14:00:10Z', succeeded: 1, conditions: [{type: 'Complete', status: 'True'}]}});
	const {workloads, events} = progressFrom(
		[
			deployment(),
			deployment('mdms', {annotations: {...annotations, 'meta.helm.sh/release-name': 'mdms'}}),
			deployment('user-b', {annotations: {...annotations, 'meta.helm.sh/release-namespace': 'other'}}),
			hook('seed-before', '2026-11-24T13:00:00Z'),
			hook('seed', '2026-11-24T14:00:01Z'),
			event('user', 'FailedCreate', 'no quota', '2026-11-24T13:00:00Z', 'Deployment'),
			event('user', 'FailedCreate', 'no quota at all', '2026-11-24T14:00:30Z', 'Deployment'),
			event('mdms', 'FailedCreate', 'not ours', '2026-11-24T14:00:30Z', 'Deployment'),
		],
		of,
	);
	assert.deepEqual(workloads.map(({name, isHook, doneAfterMs}) => [name, isHook, doneAfterMs]), [['user', false, null], ['seed', true, 9000]]);
	assert.deepEqual(events.map(({message, count}) => [message, count]), [['no quota at all', 3]]);
});

test('what is not ready comes first', () => {
	const good = {...deployment('a'), status: {observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2}};
	assert.deepEqual(progressFrom([good, deployment('b')], of).workloads.map(({name}) => name), ['b', 'a']);
});

test('a claim without a volume and a load balancer without an address are pending, with what the cluster says of them', () => {
	const claim = (name: string, phase: string) => ({kind: 'PersistentVolumeClaim', metadata: {name, namespace: 'egov', uid: name, annotations}, spec: {}, status: {phase}});
	const service = (name: string, type: string, loadBalancer: object) => ({kind: 'Service', metadata: {name, namespace: 'egov', uid: name, annotations}, spec: {type}, status: {loadBalancer}});
	const {pending, workloads} = progressFrom(
		[
			claim('bound', 'Bound'),
			claim('uploads', 'Pending'),
			event('uploads', 'FailedBinding', 'no storage class is set', '2026-11-24T14:00:30Z', 'PersistentVolumeClaim'),
			{...claim('of-another', 'Pending'), metadata: {name: 'of-another', namespace: 'egov', uid: 'of-another'}},
			service('inside', 'ClusterIP', {}),
			service('open', 'LoadBalancer', {ingress: [{ip: '10.0.0.1'}]}),
			service('opening', 'LoadBalancer', {}),
		],
		of,
	);
	assert.deepEqual(pending, [
		{kind: 'PersistentVolumeClaim', name: 'uploads', state: 'Pending', message: 'no storage class is set'},
		{kind: 'Service', name: 'opening', state: 'no address', message: ''},
	]);
	assert.deepEqual(workloads, []);
});
