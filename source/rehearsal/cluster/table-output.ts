import {at, entriesAt, listAt, numberAt, textAt} from '../../checklist/values.ts';
import type {KubeObject} from './kube-object.ts';
import type {Kind} from './kinds.ts';

type Column = readonly [name: string, cell: (object: KubeObject, now: Date) => string | number];

/** What `kubectl get` prints: one table for one object or many. */
export const tableOf = (kind: Kind, objects: readonly KubeObject[], {now, metadata, includes}: {readonly now: Date; readonly metadata: object; readonly includes: 'Metadata' | 'Object' | 'None'}): object => {
	const columns: readonly Column[] = kind.kind === 'Event' ? eventColumns : [['Name', ({metadata: {name}}) => name], ...(columnsOf[kind.kind] ?? []), ['Age', ageOf]];
	const kept = (object: KubeObject): object => (includes === 'Object' ? {object} : includes === 'None' ? {} : {object: {kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata}});
	return {
		kind: 'Table',
		apiVersion: 'meta.k8s.io/v1',
		metadata,
		columnDefinitions: columns.map(([name]) => ({name, type: 'string', format: name === 'Name' ? 'name' : '', description: '', priority: 0})),
		rows: objects.map(object => ({cells: columns.map(([, cell]) => cell(object, now)), ...kept(object)})),
	};
};

const ageOf = ({metadata}: KubeObject, now: Date): string => spanOf(now.getTime() - Date.parse(metadata.creationTimestamp));

/** `45s`, `12m`, `5h`, `3d`. */
const spanOf = (ms: number): string => {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	const units = [[86_400, 'd'], [3600, 'h'], [60, 'm']] as const;
	const unit = units.find(([size]) => seconds >= 2 * size);
	return unit === undefined ? `${seconds}s` : `${Math.floor(seconds / unit[0])}${unit[1]}`;
};

const number = (...path: readonly string[]) => (object: KubeObject): number => numberAt(object, ...path) ?? 0;

const text = (...path: readonly string[]) => (object: KubeObject): string => textAt(object, ...path) ?? '<none>';

const ready = (have: string, wanted: string) => (object: KubeObject): string => `${numberAt(object, 'status', have) ?? 0}/${numberAt(object, 'spec', wanted) ?? 1}`;

const podReady = (pod: KubeObject): string => {
	const statuses = listAt(pod, 'status', 'containerStatuses');
	return `${statuses.filter(status => at(status, 'ready') === true).length}/${listAt(pod, 'spec', 'containers').length}`;
};

/** The reason of the container that keeps the pod from being ready, else its phase. */
const podState = (pod: KubeObject): string => {
	if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
	const reasons = (key: string, prefix: string): readonly string[] => listAt(pod, 'status', key).flatMap(status => {
		const ended = at(status, 'state', 'terminated');
		const reason = textAt(status, 'state', 'waiting', 'reason') ?? (ended !== undefined && (prefix === '' || numberAt(ended, 'exitCode') !== 0) ? textAt(ended, 'reason') : undefined);
		return reason === undefined || reason === 'PodInitializing' ? [] : [`${prefix}${reason}`];
	});
	return reasons('initContainerStatuses', 'Init:')[0] ?? reasons('containerStatuses', '')[0] ?? textAt(pod, 'status', 'phase') ?? 'Unknown';
};

const restarts = (pod: KubeObject): number => [...listAt(pod, 'status', 'containerStatuses'), ...listAt(pod, 'status', 'initContainerStatuses')].reduce((most: number, status) => Math.max(most, numberAt(status, 'restartCount') ?? 0), 0);

const jobState = (job: KubeObject): string => ['Complete', 'Failed', 'Suspended'].find(type => listAt(job, 'status', 'conditions').some(condition => textAt(condition, 'type') === type && textAt(condition, 'status') === 'True')) ?? 'Running';

const jobDuration = (job: KubeObject, now: Date): string => {
	const [start, end] = ['startTime', 'completionTime'].map(name => textAt(job, 'status', name));
	return start === undefined ? '' : spanOf((end === undefined ? now.getTime() : Date.parse(end)) - Date.parse(start));
};

const eventColumns: readonly Column[] = [
	['Last Seen', (event, now) => spanOf(now.getTime() - Date.parse(textAt(event, 'lastTimestamp') ?? event.metadata.creationTimestamp))],
	['Type', text('type')],
	['Reason', text('reason')],
	['Object', event => `${(textAt(event, 'involvedObject', 'kind') ?? '').toLowerCase()}/${textAt(event, 'involvedObject', 'name') ?? ''}`],
	['Message', text('message')],
];

const columnsOf: Readonly<Record<string, readonly Column[]>> = {
	Namespace: [['Status', text('status', 'phase')]],
	Node: [['Status', () => 'Ready']],
	Pod: [['Ready', podReady], ['Status', podState], ['Restarts', restarts]],
	Service: [
		['Type', text('spec', 'type')],
		['Cluster-IP', text('spec', 'clusterIP')],
		['External-IP', () => '<none>'],
		['Port(s)', service => listAt(service, 'spec', 'ports').map(port => `${textAt(port, 'port') ?? ''}/${textAt(port, 'protocol') ?? ''}`).join(',')],
	],
	ConfigMap: [['Data', object => entriesAt(object, 'data').length]],
	Secret: [['Type', text('type')], ['Data', object => entriesAt(object, 'data').length]],
	PersistentVolumeClaim: [['Status', text('status', 'phase')]],
	Deployment: [['Ready', ready('readyReplicas', 'replicas')], ['Up-to-date', number('status', 'updatedReplicas')], ['Available', number('status', 'availableReplicas')]],
	ReplicaSet: [['Desired', number('spec', 'replicas')], ['Current', number('status', 'replicas')], ['Ready', number('status', 'readyReplicas')]],
	StatefulSet: [['Ready', ready('readyReplicas', 'replicas')]],
	DaemonSet: [['Desired', number('status', 'desiredNumberScheduled')], ['Current', number('status', 'currentNumberScheduled')], ['Ready', number('status', 'numberReady')], ['Up-to-date', number('status', 'updatedNumberScheduled')], ['Available', number('status', 'numberAvailable')]],
	Job: [['Status', jobState], ['Completions', ready('succeeded', 'completions')], ['Duration', jobDuration]],
	CronJob: [['Schedule', text('spec', 'schedule')], ['Suspend', text('spec', 'suspend')]],
	PodDisruptionBudget: [['Min available', text('spec', 'minAvailable')], ['Max unavailable', text('spec', 'maxUnavailable')], ['Allowed disruptions', number('status', 'disruptionsAllowed')]],
	Ingress: [['Class', text('spec', 'ingressClassName')], ['Hosts', ingress => listAt(ingress, 'spec', 'rules').map(rule => textAt(rule, 'host') ?? '*').join(',')]],
};
