import {createHash} from 'node:crypto';

import type {Fields} from '../kube-object.ts';
import {nodeName} from '../node.ts';
import {withCondition, type Condition, type Container, type ContainerStatus, type Pod, type PodStatus} from '../workload.ts';

/** When it happens, and which address the pod has. */
export type Moment = {readonly at: string; readonly address: string};

/** On its node, its containers being created. */
export const placed = (pod: Pod, {at}: Moment): Pod => {
	const {initContainers = [], containers} = pod.spec;
	const waits = (container: Container): ContainerStatus => statusOf(container, {state: {waiting: {reason: initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating'}}});
	return {
		...pod,
		spec: {...pod.spec, nodeName},
		status: {
			phase: 'Pending',
			conditions: [condition('PodScheduled', true, at), condition('Initialized', initContainers.length === 0, at), notReady('ContainersReady', at), notReady('Ready', at)],
			startTime: at,
			qosClass: 'BestEffort',
			hostIP: '127.0.0.1',
			...(initContainers.length === 0 ? {} : {initContainerStatuses: initContainers.map(waits)}),
			containerStatuses: containers.map(waits),
		},
	};
};

export const runs = (pod: Pod, {at, address}: Moment): Pod =>
	withStatus(pod, {
		phase: 'Running',
		conditions: conditions(pod, [condition('Initialized', true, at), condition('ContainersReady', true, at), condition('Ready', true, at)]),
		...initialized(pod, at),
		containerStatuses: pod.spec.containers.map(container => running(container, true, at)),
		podIP: address,
		podIPs: [{ip: address}],
	});

export const runsUnready = (pod: Pod, moment: Moment): Pod => {
	const {at} = moment;
	const containerStatuses = pod.spec.containers.map(container => running(container, !container.image.endsWith('-unready'), at));
	return withStatus(runs(pod, moment), {conditions: conditions(pod, [condition('Initialized', true, at), notReady('ContainersReady', at), notReady('Ready', at)]), containerStatuses});
};

/** One more restart of what crashes: an init container before the others, which wait for it. */
export const crashes = (pod: Pod, moment: Moment): Pod => {
	const {at} = moment;
	const unready = conditions(pod, [notReady('ContainersReady', at), notReady('Ready', at)]);
	const crash = (container: Container, statuses: readonly ContainerStatus[] = []): ContainerStatus => {
		const restartCount = (statuses.find(({name}) => name === container.name)?.restartCount ?? 0) + 1;
		return statusOf(container, {restartCount, imageID: digestOf(container), state: {waiting: {reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container'}}, lastState: ended(1, at)});
	};

	const {initContainers = [], containers} = pod.spec;
	const first = initContainers.findIndex(isCrashing);
	if (first !== -1) {
		const initContainerStatuses = initContainers.map((container, index) => (index < first ? done(container, at) : index === first ? crash(container, pod.status?.initContainerStatuses) : statusOf(container, {state: {waiting: {reason: 'PodInitializing'}}})));
		return withStatus(pod, {conditions: unready, initContainerStatuses});
	}

	const containerStatuses = containers.map(container => (isCrashing(container) ? crash(container, pod.status?.containerStatuses) : running(container, true, at)));
	return withStatus(runs(pod, moment), {conditions: conditions(pod, [condition('Initialized', true, at), ...unready.filter(({type}) => type.endsWith('Ready'))]), containerStatuses});
};

const isCrashing = ({image}: Container): boolean => image.endsWith('-crash');

export const isCrashed = ({status}: Pod): boolean => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].some(({state}) => (state['waiting'] as {readonly reason?: string} | undefined)?.reason === 'CrashLoopBackOff');

/** The image is not there. */
export const pullFails = (pod: Pod, {at}: Moment): Pod => {
	const waits = (container: Container): ContainerStatus => {
		const isMissing = container.image.endsWith('-missing');
		return statusOf(container, {state: {waiting: isMissing ? {reason: 'ImagePullBackOff', message: `Back-off pulling image "${container.image}": manifest unknown`} : {reason: 'PodInitializing'}}});
	};

	const {initContainers = [], containers} = pod.spec;
	const isInit = initContainers.some(({image}) => image.endsWith('-missing'));
	return withStatus(pod, {
		conditions: conditions(pod, [condition('Initialized', !isInit, at), notReady('ContainersReady', at), notReady('Ready', at)]),
		...(isInit ? {initContainerStatuses: initContainers.map(waits)} : {...initialized(pod, at), containerStatuses: containers.map(container => (container.image.endsWith('-missing') ? waits(container) : running(container, true, at)))}),
	});
};

/** The end of a Job's pod. */
export const terminates = (pod: Pod, exitCode: number, {at}: Moment): Pod =>
	withStatus(pod, {
		phase: exitCode === 0 ? 'Succeeded' : 'Failed',
		conditions: conditions(pod, (['ContainersReady', 'Ready'] as const).map(type => ({...condition(type, false, at), reason: exitCode === 0 ? 'PodCompleted' : 'PodFailed'}))),
		...initialized(pod, at),
		containerStatuses: pod.spec.containers.map(container => statusOf(container, {imageID: digestOf(container), state: ended(exitCode, at)})),
	});

const withStatus = (pod: Pod, status: Partial<PodStatus>): Pod => ({...pod, status: {...(pod.status as PodStatus), ...status}});

const conditions = (pod: Pod, set: readonly Condition[]): readonly Condition[] => set.reduce(withCondition, pod.status?.conditions ?? []);

const condition = (type: string, isTrue: boolean, at: string): Condition => ({type, status: isTrue ? 'True' : 'False', lastTransitionTime: at});

const notReady = (type: string, at: string): Condition => ({...condition(type, false, at), reason: 'ContainersNotReady', message: 'containers are not ready'});

/** The same image has the same digest on every node. */
const digestOf = ({image}: Container): string => `sha256:${createHash('sha256').update(image).digest('hex')}`;

const statusOf = ({name, image}: Container, said: Partial<ContainerStatus>): ContainerStatus => ({name, image, imageID: '', ready: false, started: false, restartCount: 0, state: {}, lastState: {}, ...said});

const running = (container: Container, ready: boolean, at: string): ContainerStatus => statusOf(container, {imageID: digestOf(container), ready, started: true, state: {running: {startedAt: at}}});

const done = (container: Container, at: string): ContainerStatus => statusOf(container, {imageID: digestOf(container), ready: true, state: ended(0, at)});

const ended = (exitCode: number, at: string): Fields => ({terminated: {exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: at, finishedAt: at}});

const initialized = ({spec: {initContainers}}: Pod, at: string): Partial<PodStatus> => (initContainers === undefined || initContainers.length === 0 ? {} : {initContainerStatuses: initContainers.map(container => done(container, at))});
