import type {Fields, KubeObject, OwnerReference} from './kube-object.ts';

export type Container = Fields & {readonly name: string; readonly image: string};

export type PodSpec = Fields & {readonly containers: readonly Container[]; readonly initContainers?: readonly Container[]; readonly restartPolicy?: string; readonly nodeName?: string; readonly volumes?: readonly (Fields & {readonly name: string})[]};

export type PodTemplate = {readonly metadata?: {readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>>}; readonly spec: PodSpec};

export type Condition = {readonly type: string; readonly status: 'True' | 'False' | 'Unknown'; readonly reason?: string; readonly message?: string; readonly lastTransitionTime?: string; readonly lastUpdateTime?: string};

export type ContainerStatus = {readonly name: string; readonly image: string; readonly imageID: string; readonly ready: boolean; readonly started: boolean; readonly restartCount: number; readonly state: Fields; readonly lastState: Fields};

export type PodStatus = Fields & {
	readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
	readonly conditions: readonly Condition[];
	readonly containerStatuses?: readonly ContainerStatus[];
	readonly initContainerStatuses?: readonly ContainerStatus[];
};

/** A pod has a status from the moment on in which it is scheduled. */
export type Pod = KubeObject & {readonly spec: PodSpec; readonly status?: PodStatus};

/** Anything that makes pods from a template, after the defaults are filled in. */
export type Workload = KubeObject & {readonly spec: Fields & {readonly replicas: number; readonly selector: unknown; readonly template: PodTemplate; readonly minReadySeconds?: number}};

export const conditionOf = (object: KubeObject, type: string): Condition | undefined => ((object.status?.['conditions'] ?? []) as readonly Condition[]).find(condition => condition.type === type);

/** The conditions with one set; when it changed last stays what it was while it says the same. */
export const withCondition = (conditions: readonly Condition[], condition: Condition): readonly Condition[] => {
	const index = conditions.findIndex(({type}) => type === condition.type);
	const before = conditions[index];
	if (before === undefined) return [...conditions, condition];
	const isKept = before.status === condition.status;
	return conditions.with(index, {...condition, lastTransitionTime: isKept ? (before.lastTransitionTime ?? condition.lastTransitionTime) : condition.lastTransitionTime});
};

export const isReady = (pod: KubeObject): boolean => conditionOf(pod, 'Ready')?.status === 'True';

/** Still counted by the workload that owns it. */
export const isActive = (pod: Pod): boolean => pod.metadata.deletionTimestamp === undefined && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';

export const controllerOf = ({metadata: {ownerReferences = []}}: KubeObject): OwnerReference | undefined => ownerReferences.find(({controller}) => controller === true);

/** Zeros are not written, as in the answers of Kubernetes. */
export const counts = (numbers: Readonly<Record<string, number>>): Readonly<Record<string, number>> => Object.fromEntries(Object.entries(numbers).filter(([, count]) => count > 0));
