import {at, isMapping, listAt, numberAt, textAt} from '../../checklist/values.ts';

/** A workload as it runs now. `reason` says why it is not ready, null when it is. */
export type RunningWorkload = {
	readonly kind: string;
	readonly namespace: string;
	readonly name: string;
	readonly ready: number;
	readonly desired: number;
	readonly isReady: boolean;
	/** `1 of 3 ready: CrashLoopBackOff, 5 restarts` */
	readonly reason: string | null;
	readonly pods: readonly RunningPod[];
};

export type RunningPod = {
	readonly name: string;
	readonly isReady: boolean;
	/** `Ready`, `ContainerCreating`, `CrashLoopBackOff`, `ImagePullBackOff`, `Unschedulable`, `Running, not ready`… */
	readonly state: string;
	/** What the cluster says beside it: `back-off 10s restarting failed container`. */
	readonly message: string;
	readonly restarts: number;
	readonly images: readonly {readonly container: string; readonly isInit: boolean; readonly image: string; readonly imageId: string}[];
};

/**
Workloads and their pods from `kubectl get deployments,statefulsets,daemonsets,jobs,replicasets,pods -o json`, one or several answers. A pod
belongs to the workload that owns it, or owns its ReplicaSet; pods of older ReplicaSets count too, as they run still.
*/
export const readWorkloads = (answers: readonly unknown[]): readonly RunningWorkload[] => {
	const items = answers.flatMap(answer => listAt(answer, 'items'));
	const kindOf = (item: unknown): string => textAt(item, 'kind') ?? '';
	const replicaSets = new Map(items.filter(item => kindOf(item) === 'ReplicaSet').map(item => [idOf(item), item]));
	const pods = items.filter(item => kindOf(item) === 'Pod');
	const podsOf = Map.groupBy(pods, pod => {
		const owner = ownerOf(pod);
		return (owner === null ? undefined : ownerIdOf(replicaSets.get(owner))) ?? owner ?? '';
	});
	return items
		.filter(item => Object.hasOwn(readers, kindOf(item)) && !(kindOf(item) === 'Pod' && ownerOf(item) !== null))
		.map(item => describeWorkload(item, (kindOf(item) === 'Pod' ? [item] : (podsOf.get(idOf(item)) ?? [])).map(readPod)));
};

type Counts = {readonly ready: number; readonly desired: number; readonly isSettled: boolean; readonly fault: string | null};

/** How each kind says that it is ready. Source: the kinds' status fields in the Kubernetes API reference. */
const readers: Readonly<Record<string, (item: unknown) => Counts>> = {
	Deployment: item => {
		const desired = numberAt(item, 'spec', 'replicas') ?? 1;
		const status = (name: string): number => numberAt(item, 'status', name) ?? 0;
		const stalled = conditionOf(item, 'Progressing');
		const fault = textAt(stalled, 'status') === 'False' ? (textAt(stalled, 'reason') ?? null) : (textAt(conditionOf(item, 'ReplicaFailure'), 'message') ?? null);
		return {ready: Math.min(status('readyReplicas'), status('updatedReplicas')), desired, isSettled: isObserved(item) && status('updatedReplicas') >= desired && status('replicas') <= desired && status('availableReplicas') >= desired, fault};
	},
	StatefulSet: item => {
		const desired = numberAt(item, 'spec', 'replicas') ?? 1;
		const status = (name: string): number => numberAt(item, 'status', name) ?? 0;
		const isOnDelete = textAt(item, 'spec', 'updateStrategy', 'type') === 'OnDelete';
		const partition = numberAt(item, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
		return {ready: status('readyReplicas'), desired, isSettled: isObserved(item) && (isOnDelete || status('updatedReplicas') >= desired - partition || status('currentReplicas') + status('updatedReplicas') >= desired), fault: null};
	},
	DaemonSet: item => {
		const status = (name: string): number => numberAt(item, 'status', name) ?? 0;
		return {ready: status('numberReady'), desired: status('desiredNumberScheduled'), isSettled: isObserved(item) && status('updatedNumberScheduled') >= status('desiredNumberScheduled'), fault: null};
	},
	Job: item => {
		const desired = numberAt(item, 'spec', 'completions') ?? 1;
		const failed = conditionOf(item, 'Failed');
		const isComplete = textAt(conditionOf(item, 'Complete'), 'status') === 'True';
		return {ready: numberAt(item, 'status', 'succeeded') ?? 0, desired, isSettled: isComplete, fault: textAt(failed, 'status') === 'True' ? (textAt(failed, 'reason') ?? 'failed') : null};
	},
	Pod: item => {
		const isReady = textAt(conditionOf(item, 'Ready'), 'status') === 'True' || textAt(item, 'status', 'phase') === 'Succeeded';
		return {ready: isReady ? 1 : 0, desired: 1, isSettled: isReady, fault: null};
	},
};

const describeWorkload = (item: unknown, pods: readonly RunningPod[]): RunningWorkload => {
	const kind = textAt(item, 'kind') ?? '';
	const {ready, desired, isSettled, fault} = readers[kind]?.(item) ?? {ready: 0, desired: 0, isSettled: false, fault: null};
	const isReady = isSettled && ready >= desired;
	const worst = pods.filter(pod => !pod.isReady).toSorted((a, b) => severity(b.state) - severity(a.state))[0];
	const words = worst === undefined ? (fault ?? 'not settled yet') : `${worst.state}${worst.restarts > 0 ? `, ${worst.restarts} ${worst.restarts === 1 ? 'restart' : 'restarts'}` : ''}`;
	return {kind, namespace: textAt(item, 'metadata', 'namespace') ?? '', name: textAt(item, 'metadata', 'name') ?? '', ready, desired, isReady, reason: isReady ? null : `${ready} of ${desired} ready: ${words}`, pods};
};

/** One item of `kubectl get pods -o json`. */
export const readPod = (pod: unknown): RunningPod => {
	const statuses = [...listAt(pod, 'status', 'containerStatuses'), ...listAt(pod, 'status', 'initContainerStatuses')];
	const isDone = textAt(pod, 'status', 'phase') === 'Succeeded';
	const isReady = isDone || textAt(conditionOf(pod, 'Ready'), 'status') === 'True';
	const {state, message} = stateOf(pod, statuses, isReady);
	return {name: textAt(pod, 'metadata', 'name') ?? '', isReady, state, message, restarts: statuses.reduce((sum: number, status) => sum + (numberAt(status, 'restartCount') ?? 0), 0), images: imagesOf(pod, statuses)};
};

const stateOf = (pod: unknown, statuses: readonly unknown[], isReady: boolean): {readonly state: string; readonly message: string} => {
	if (at(pod, 'metadata', 'deletionTimestamp') !== undefined) return {state: 'Terminating', message: ''};
	if (textAt(pod, 'status', 'phase') === 'Succeeded') return {state: 'Completed', message: ''};
	const waiting = statuses.map(status => at(status, 'state', 'waiting')).find(found => isMapping(found) && textAt(found, 'reason') !== 'PodInitializing');
	if (!isReady && waiting !== undefined) return {state: textAt(waiting, 'reason') ?? 'Waiting', message: textAt(waiting, 'message') ?? ''};
	const ended = statuses.map(status => at(status, 'state', 'terminated')).find(found => isMapping(found) && (numberAt(found, 'exitCode') ?? 0) !== 0);
	if (!isReady && ended !== undefined) return {state: textAt(ended, 'reason') ?? 'Terminated', message: textAt(ended, 'message') ?? `exit status ${numberAt(ended, 'exitCode') ?? '?'}`};
	const scheduled = conditionOf(pod, 'PodScheduled');
	if (textAt(scheduled, 'status') === 'False') return {state: textAt(scheduled, 'reason') ?? 'Unschedulable', message: textAt(scheduled, 'message') ?? ''};
	if (isReady) return {state: 'Ready', message: ''};
	const phase = textAt(pod, 'status', 'phase') ?? 'Unknown';
	return phase === 'Running' ? {state: 'Running, not ready', message: textAt(conditionOf(pod, 'Ready'), 'message') ?? ''} : {state: textAt(pod, 'status', 'reason') ?? phase, message: textAt(pod, 'status', 'message') ?? ''};
};

/** What the pod was told to run, with the digest of what it runs. */
const imagesOf = (pod: unknown, statuses: readonly unknown[]): RunningPod['images'] =>
	(['containers', 'initContainers'] as const).flatMap(key =>
		listAt(pod, 'spec', key).map(container => {
			const name = textAt(container, 'name') ?? '';
			const status = statuses.find(one => textAt(one, 'name') === name);
			return {container: name, isInit: key === 'initContainers', image: textAt(container, 'image') ?? '', imageId: textAt(status, 'imageID') ?? ''};
		}),
	);

const severities = ['CrashLoopBackOff', 'ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'CreateContainerConfigError', 'CreateContainerError', 'OOMKilled', 'Error', 'Unschedulable'];
const severity = (state: string): number => (severities.includes(state) ? severities.length - severities.indexOf(state) : 0);

export const conditionOf = (item: unknown, type: string): unknown => listAt(item, 'status', 'conditions').find(condition => textAt(condition, 'type') === type);
const isObserved = (item: unknown): boolean => (numberAt(item, 'status', 'observedGeneration') ?? 0) >= (numberAt(item, 'metadata', 'generation') ?? 0);
const idOf = (item: unknown): string => textAt(item, 'metadata', 'uid') ?? '';
const ownerOf = (item: unknown): string | null => {
	const owner = listAt(item, 'metadata', 'ownerReferences').find(reference => at(reference, 'controller') === true);
	return owner === undefined ? null : (textAt(owner, 'uid') ?? null);
};
const ownerIdOf = (item: unknown): string | undefined => (item === undefined ? undefined : (ownerOf(item) ?? undefined));
