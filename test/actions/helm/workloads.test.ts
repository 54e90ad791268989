import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {judgeStates, summarizeRunning} from '../../../source/actions/helm/running-report.ts';
import {compareRunning} from '../../../source/actions/helm/running-state.ts';
import {readWorkloads} from '../../../source/actions/helm/workloads.ts';
import {aDeployment, anObject, manifestOf} from './manifests.ts';

type Status = Readonly<Record<string, unknown>>;

const deployment = (status: Status = {readyReplicas: 2, updatedReplicas: 2, replicas: 2, availableReplicas: 2, observedGeneration: 3}) => ({kind: 'Deployment', metadata: {name: 'user', namespace: 'egov', uid: 'd', generation: 3}, spec: {replicas: 2}, status});
const replicaSet = {kind: 'ReplicaSet', metadata: {name: 'user-1', namespace: 'egov', uid: 'rs', ownerReferences: [{uid: 'd', controller: true}]}};
const pod = (name: string, {image = 'user:2', ready = true, waiting = '', message = '', restarts = 0, digest = '1', phase = 'Running', conditions = [] as readonly Status[], deleted = false} = {}) => ({
	kind: 'Pod',
	metadata: {name, namespace: 'egov', uid: name, ownerReferences: [{uid: 'rs', controller: true}], ...(deleted ? {deletionTimestamp: '2026-11-24T16:29:04Z'} : {})},
	spec: {containers: [{name: 'app', image}]},
	status: {phase, conditions: [{type: 'Ready', status: ready ? 'True' : 'False'}, ...conditions], containerStatuses: [{name: 'app', image, imageID: `x@sha256:${digest.repeat(64)}`, restartCount: restarts, state: waiting === '' ? {running: {}} : {waiting: {reason: waiting, message}}}]},
});
const read = (...items: readonly unknown[]) => readWorkloads([{items}]);
const compare = (...items: readonly unknown[]) => compareRunning(manifestOf(aDeployment('user:2')).objects, read(...items));
const unready: Status = {readyReplicas: 1, updatedReplicas: 1, replicas: 3, availableReplicas: 2, observedGeneration: 3};

describe('workloads as they run', () => {
	test('ready is what its kind calls so: as many as wanted, all of the new version, the change seen', () => {
		assert.deepEqual(read(deployment(), replicaSet, pod('a'), pod('b')).map(({ready, desired, isReady, reason, pods}) => [ready, desired, isReady, reason, pods.length]), [[2, 2, true, null, 2]]);
		assert.equal(read(deployment({readyReplicas: 3, updatedReplicas: 2, replicas: 3, availableReplicas: 3, observedGeneration: 3}))[0]?.isReady, false, 'an old pod is still there');
		assert.equal(read(deployment({readyReplicas: 2, updatedReplicas: 2, replicas: 2, availableReplicas: 2, observedGeneration: 2}))[0]?.isReady, false, 'the controller has not seen the change');
		assert.equal(read(deployment({}))[0]?.isReady, false);
	});

	test('the reason is that of the worst pod, with its restarts', () => {
		const [workload] = read(deployment(unready), replicaSet, pod('a'), pod('b', {ready: false, waiting: 'ContainerCreating', phase: 'Pending'}), pod('c', {ready: false, waiting: 'CrashLoopBackOff', restarts: 5, message: 'back-off 10s'}));
		assert.equal(workload?.reason, '1 of 2 ready: CrashLoopBackOff, 5 restarts');
		assert.deepEqual(workload?.pods.map(({state, message}) => [state, message]), [['Ready', ''], ['ContainerCreating', ''], ['CrashLoopBackOff', 'back-off 10s']]);
	});

	test('a pod that finds no node, one that can not pull, one that only is not ready', () => {
		const states = (one: unknown) => read(deployment(unready), replicaSet, one)[0]?.pods[0]?.state;
		assert.equal(states({...pod('a', {ready: false, phase: 'Pending', conditions: [{type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes'}]}), spec: {}}), 'Unschedulable');
		assert.equal(states(pod('a', {ready: false, waiting: 'ImagePullBackOff', phase: 'Pending'})), 'ImagePullBackOff');
		assert.equal(states(pod('a', {ready: false})), 'Running, not ready');
	});

	test('Jobs, StatefulSets and DaemonSets have their own signs', () => {
		const job = (status: Status) => ({kind: 'Job', metadata: {name: 'm', namespace: 'egov', uid: 'j'}, spec: {}, status});
		assert.equal(read(job({succeeded: 1, conditions: [{type: 'Complete', status: 'True'}]}))[0]?.isReady, true);
		assert.equal(read(job({failed: 7, conditions: [{type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded'}]}))[0]?.reason, '0 of 1 ready: BackoffLimitExceeded');
		const set = (status: Status) => ({kind: 'StatefulSet', metadata: {name: 's', uid: 's'}, spec: {replicas: 3}, status});
		assert.equal(read(set({readyReplicas: 3, updatedReplicas: 3, currentReplicas: 3}))[0]?.isReady, true);
		assert.equal(read(set({readyReplicas: 3, updatedReplicas: 1, currentReplicas: 1}))[0]?.isReady, false);
		const daemons = (status: Status) => ({kind: 'DaemonSet', metadata: {name: 'n', uid: 'n'}, spec: {}, status});
		assert.equal(read(daemons({desiredNumberScheduled: 3, numberReady: 3, updatedNumberScheduled: 3}))[0]?.isReady, true);
		assert.equal(read(daemons({desiredNumberScheduled: 3, numberReady: 3, updatedNumberScheduled: 2}))[0]?.isReady, false);
	});
});

describe('what runs beside what was confirmed', () => {
	const summary = (...items: readonly unknown[]): string => summarizeRunning({unread: null, states: [...compare(...items)] as never, waitedMs: 0}).summary;

	test('ready and the same images are good', () => {
		assert.equal(summary(deployment(), replicaSet, pod('a'), pod('b')), '1 workload ready, 1 image as confirmed');
	});

	test('an old version that answers is named, though everything is ready', () => {
		assert.equal(summary(deployment(), replicaSet, pod('a'), pod('b', {image: 'user:1'})), 'Deployment/user: app runs user:1, not user:2');
	});

	test('the images on record are those that run, each with its own digest', () => {
		const [state] = compare(deployment(), replicaSet, pod('a'), pod('b', {image: 'user:1', digest: '2'}));
		assert.deepEqual(state?.images.map(({image, digests}) => [image, digests.length]), [['user:2', 1], ['user:1', 1]]);
	});

	test('a pod on its way out may run the old image', () => {
		assert.equal(summary(deployment(), replicaSet, pod('a'), pod('b', {image: 'user:1', deleted: true})), '1 workload ready, 1 image as confirmed');
	});

	test('two builds under one tag are told', () => {
		assert.match(summary(deployment(), replicaSet, pod('a'), pod('b', {digest: '2'})), /app runs 2 different builds of user:2/);
	});

	test('a workload that is not there, or whose pods can not be seen, is not good', () => {
		assert.equal(summary(), 'Deployment/user: it is not in the cluster');
		assert.equal(summary(deployment()), 'Deployment/user: none of its pods can be seen');
	});

	test('nothing to look at, and nothing that could be read, are not good', () => {
		assert.equal(summarizeRunning({unread: null, states: [], waitedMs: 0}).isGood, false);
		assert.equal(summarizeRunning({unread: 'Unauthorized', states: [], waitedMs: 0}).isGood, false);
	});

	test('containers that a webhook added are a note, restarts a warning', () => {
		const injected = {...pod('a', {restarts: 2}), spec: {containers: [{name: 'app', image: 'user:2'}, {name: 'istio-proxy', image: 'istio:1'}]}};
		const states = compare(deployment(), replicaSet, injected);
		assert.deepEqual(judgeStates({unread: null, states: [...states] as never, waitedMs: 0}).map(({level, what}) => `${level}: ${what}`), ['warning: Deployment/user: 2 restarts', 'note: Deployment/user runs containers that the manifest does not have: istio-proxy.']);
	});

	test('a Job that removes itself after its end is not missed; hooks are not looked for', () => {
		const job = (more: Status): unknown => anObject('Job', {...more, spec: {ttlSecondsAfterFinished: 60, template: {spec: {containers: [{name: 'x', image: 'x:1'}]}}}}, 'seed', 'batch/v1');
		assert.deepEqual(compareRunning(manifestOf(job({}), job({metadata: {annotations: {'helm.sh/hook': 'pre-upgrade'}}})).objects, []).map(({fault}) => fault), [null]);
	});
});
