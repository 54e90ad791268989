import {at, listAt, numberAt, textAt} from '../../checklist/values.ts';
import {readWorkloads, type RunningPod, type RunningWorkload} from './workloads.ts';

/** How far the workloads of a release are, as the cluster says it. */
export type Progress = {
	/** Those that are not ready first. */
	readonly workloads: readonly WorkloadProgress[];
	/** What else of the release is not there yet. Of a kind that the account may not read, nothing is known, and nothing is listed. */
	readonly pending: readonly PendingObject[];
	/** What the cluster said of them since the start, the newest last. */
	readonly events: readonly ProgressEvent[];
};

export type WorkloadProgress = Omit<RunningWorkload, 'pods'> & {
	/** A hook's Job, which runs before or after the others. */
	readonly isHook: boolean;
	/** How long a Job took that is done. */
	readonly doneAfterMs: number | null;
	/** Those of the version that comes; pods that are on their way out are only counted. */
	readonly pods: readonly PodProgress[];
	readonly oldPods: number;
};

export type PodProgress = Omit<RunningPod, 'images'> & {readonly createdAt: string | null};

/** A claim that has no volume, a load balancer that has no address. */
export type PendingObject = {
	readonly kind: string;
	readonly name: string;
	/** `Pending`, `no address` */
	readonly state: string;
	/** What the cluster said of it last: `no persistent volumes available for this claim and no storage class is set` */
	readonly message: string;
};

export type ProgressEvent = {readonly at: string; readonly isWarning: boolean; readonly about: string; readonly reason: string; readonly message: string; readonly count: number};

/** Whose workloads they are, and since when: hooks and events of releases before do not count. */
export type ProgressOf = {readonly releases: readonly {readonly release: string; readonly namespace: string}[]; readonly startedAt: string};

/** A kind that is read, by the path of its API. Without an optional one, how far the workloads are is known still. */
export type ProgressKind = {readonly api: string; readonly resource: string; readonly kind: string; readonly isOptional?: boolean};

export const progressKinds: readonly ProgressKind[] = [
	{api: 'apis/apps/v1', resource: 'deployments', kind: 'Deployment'},
	{api: 'apis/apps/v1', resource: 'statefulsets', kind: 'StatefulSet'},
	{api: 'apis/apps/v1', resource: 'daemonsets', kind: 'DaemonSet'},
	{api: 'apis/apps/v1', resource: 'replicasets', kind: 'ReplicaSet'},
	{api: 'apis/batch/v1', resource: 'jobs', kind: 'Job'},
	{api: 'api/v1', resource: 'pods', kind: 'Pod'},
	{api: 'api/v1', resource: 'events', kind: 'Event'},
	{api: 'api/v1', resource: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', isOptional: true},
	{api: 'api/v1', resource: 'services', kind: 'Service', isOptional: true},
];

/** From all objects of these kinds in the namespaces of the releases, each with its `kind`. */
export const progressFrom = (objects: readonly unknown[], {releases, startedAt}: ProgressOf): Progress => {
	const since = Date.parse(startedAt) - clockSkewMs;
	const isOurs = (item: unknown): boolean => {
		const note = (name: string): string | undefined => textAt(item, 'metadata', 'annotations', name);
		if (note('helm.sh/hook') !== undefined) return createdAt(item) >= since;
		return releases.some(({release, namespace}) => note('meta.helm.sh/release-name') === release && (note('meta.helm.sh/release-namespace') ?? namespace) === namespace);
	};
	const events = objects.filter(item => textAt(item, 'kind') === 'Event').flatMap(item => readEvent(item) ?? []).filter(event => Date.parse(event.at) >= since);
	const others = objects.filter(item => textAt(item, 'kind') !== 'Event');
	const found = new Map(others.filter(isOurs).map(item => [nameOf(item), item]));
	const pods = new Map(others.filter(item => textAt(item, 'kind') === 'Pod').map(item => [`${textAt(item, 'metadata', 'namespace') ?? ''}/${textAt(item, 'metadata', 'name') ?? ''}`, item]));
	const sets = others.filter(item => textAt(item, 'kind') === 'ReplicaSet');
	const workloads = readWorkloads([{items: others}])
		.filter(workload => found.has(`${workload.kind} ${workload.namespace}/${workload.name}`))
		.map(workload => describeWorkload(workload, found.get(`${workload.kind} ${workload.namespace}/${workload.name}`), {pods, sets, events}))
		.toSorted((a, b) => Number(a.isReady) - Number(b.isReady) || Number(a.isHook) - Number(b.isHook));
	const pending = [...found.values()].flatMap(item => pendingOf(item, events) ?? []);
	const names = new Set(workloads.flatMap(({kind, name, pods}) => [`${kind}/${name}`, ...pods.map(pod => `Pod/${pod.name}`)]));
	return {workloads, pending, events: events.filter(({about}) => names.has(about)).toSorted((a, b) => (a.at < b.at ? -1 : 1)).slice(-mostEvents)};
};

/** The clock of the cluster need not be that of this machine. */
const clockSkewMs = 5000;
const mostEvents = 20;

type Around = {readonly pods: ReadonlyMap<string, unknown>; readonly sets: readonly unknown[]; readonly events: readonly ProgressEvent[]};

const describeWorkload = ({pods, ...workload}: RunningWorkload, item: unknown, around: Around): WorkloadProgress => {
	const rawOf = ({name}: RunningPod): unknown => around.pods.get(`${workload.namespace}/${name}`);
	const current = currentHash(item, around.sets);
	const isOld = (pod: RunningPod): boolean => pod.state === 'Terminating' || (current !== null && textAt(rawOf(pod), 'metadata', 'labels', 'pod-template-hash') !== current);
	const shown = pods.filter(pod => !isOld(pod));
	const finished = textAt(item, 'status', 'completionTime');
	const started = textAt(item, 'status', 'startTime');
	return {
		...workload,
		// `readyReplicas` counts pods of the version before too.
		ready: current === null ? workload.ready : shown.filter(({isReady}) => isReady).length,
		isHook: textAt(item, 'metadata', 'annotations', 'helm.sh/hook') !== undefined,
		doneAfterMs: finished === undefined || started === undefined ? null : Date.parse(finished) - Date.parse(started),
		pods: shown.map(pod => ({name: pod.name, isReady: pod.isReady, restarts: pod.restarts, ...stateWords(pod, around.events), createdAt: textAt(rawOf(pod), 'metadata', 'creationTimestamp') ?? null})),
		oldPods: pods.length - shown.length,
	};
};

/** Null for what is there, and for what nobody waits for. */
const pendingOf = (item: unknown, events: readonly ProgressEvent[]): PendingObject | null => {
	const [kind = '', name = ''] = [textAt(item, 'kind'), textAt(item, 'metadata', 'name')];
	const state = pendingStates[kind]?.(item) ?? null;
	return state === null ? null : {kind, name, state, message: events.findLast(({about}) => about === `${kind}/${name}`)?.message ?? ''};
};

/** Source: `phase` of a PersistentVolumeClaim and `loadBalancer` of a Service in the Kubernetes API reference. */
const pendingStates: Readonly<Record<string, (item: unknown) => string | null>> = {
	PersistentVolumeClaim: item => {
		const phase = textAt(item, 'status', 'phase') ?? 'Pending';
		return phase === 'Bound' ? null : phase;
	},
	Service: item => (textAt(item, 'spec', 'type') === 'LoadBalancer' && listAt(item, 'status', 'loadBalancer', 'ingress').length === 0 ? 'no address' : null),
};

/** A pod that runs and is not ready does not say why; the event of its probe does. */
const stateWords = ({name, state, message}: RunningPod, events: readonly ProgressEvent[]): Pick<PodProgress, 'state' | 'message'> => {
	const failed = state === 'Running, not ready' ? events.findLast(event => event.about === `Pod/${name}` && event.reason === 'Unhealthy') : undefined;
	return failed === undefined ? {state, message} : {state: 'Running, probe fails', message: failed.message};
};

/** The hash of the pods that a Deployment makes now: that of its ReplicaSet with the highest revision. Null for other kinds. */
const currentHash = (item: unknown, all: readonly unknown[]): string | null => {
	if (textAt(item, 'kind') !== 'Deployment') return null;
	const sets = all.filter(one => listAt(one, 'metadata', 'ownerReferences').some(owner => textAt(owner, 'uid') === idOf(item)));
	const revisionOf = (set: unknown): number => Number(textAt(set, 'metadata', 'annotations', 'deployment.kubernetes.io/revision') ?? 0);
	const newest = sets.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
	return newest === undefined ? null : (textAt(newest, 'metadata', 'labels', 'pod-template-hash') ?? null);
};

const readEvent = (item: unknown): ProgressEvent | null => {
	const time = textAt(item, 'series', 'lastObservedTime') ?? textAt(item, 'lastTimestamp') ?? textAt(item, 'eventTime') ?? textAt(item, 'metadata', 'creationTimestamp');
	const subject = at(item, 'involvedObject');
	if (time === undefined || subject === undefined) return null;
	return {
		at: time,
		isWarning: textAt(item, 'type') === 'Warning',
		about: `${textAt(subject, 'kind') ?? ''}/${textAt(subject, 'name') ?? ''}`,
		reason: textAt(item, 'reason') ?? '',
		message: textAt(item, 'message') ?? '',
		count: numberAt(item, 'series', 'count') ?? numberAt(item, 'count') ?? 1,
	};
};

const nameOf = (item: unknown): string => `${textAt(item, 'kind') ?? ''} ${textAt(item, 'metadata', 'namespace') ?? ''}/${textAt(item, 'metadata', 'name') ?? ''}`;
const idOf = (item: unknown): string => textAt(item, 'metadata', 'uid') ?? '';
const createdAt = (item: unknown): number => Date.parse(textAt(item, 'metadata', 'creationTimestamp') ?? '');
