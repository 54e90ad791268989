import {numberAt} from '../../checklist/values.ts';
import {workloadOf} from '../../checklist/workload.ts';
import type {ManifestObject} from './manifest.ts';
import type {RunningPod, RunningWorkload} from './workloads.ts';

/** A workload of the manifest beside what really runs. */
export type WorkloadState = {
	readonly kind: string;
	readonly namespace: string;
	readonly name: string;
	readonly ready: number;
	readonly desired: number;
	readonly isReady: boolean;
	readonly restarts: number;
	/** Why it is not as it should be; null when it is. */
	readonly fault: string | null;
	/** `sha256:…` of what runs, where the cluster says it. */
	readonly images: readonly {readonly container: string; readonly image: string; readonly digests: readonly string[]}[];
	/** Containers that the manifest does not have: somebody's webhook added them. */
	readonly added: readonly string[];
};

/** The kinds whose pods are expected to be there. A CronJob has none until its time comes. */
const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'Pod'];

/** What is asked of kubectl for `readWorkloads`. */
export const workloadsArgv = (kubectl: string, flags: readonly string[], namespace: string): readonly string[] => [kubectl, 'get', 'deployments.apps,statefulsets.apps,daemonsets.apps,jobs.batch,replicasets.apps,pods', ...flags, '--namespace', namespace, '--output', 'json'];

/** Every workload that the manifest asks for: is it there, ready, and of the image that was confirmed? */
export const compareRunning = (expected: readonly ManifestObject[], running: readonly RunningWorkload[]): readonly WorkloadState[] =>
	expected
		.filter(object => kinds.includes(object.kind) && !object.isHook)
		.map(object => {
			const found = running.find(({kind, namespace, name}) => kind === object.kind && namespace === object.namespace && name === object.name);
			return found === undefined ? missing(object) : compare(object, found);
		});

const missing = (object: ManifestObject): WorkloadState => {
	const mayBeGone = object.kind === 'Job' && numberAt(object.value, 'spec', 'ttlSecondsAfterFinished') !== undefined;
	return {kind: object.kind, namespace: object.namespace, name: object.name, ready: 0, desired: 1, isReady: mayBeGone, restarts: 0, fault: mayBeGone ? null : 'it is not in the cluster', images: [], added: []};
};

const compare = (object: ManifestObject, {kind, namespace, name, ready, desired, isReady, reason, pods}: RunningWorkload): WorkloadState => {
	const containers = (workloadOf(object)?.containers ?? []).filter(({role}) => role === 'app' || role === 'sidecar' || role === 'init');
	// Pods that are on their way out run the old image for good reason.
	const staying = pods.filter(({state}) => state !== 'Terminating');
	const images = containers.flatMap(({name: container}) => imagesOf(staying, container));
	const others = containers.flatMap(container => {
		const wrong = [...new Set(staying.flatMap(pod => pod.images.filter(one => one.container === container.name && one.image !== container.image).map(({image}) => image)))];
		return wrong.map(image => `${container.name} runs ${image}, not ${container.image}`);
	});
	const known = new Set(containers.map(container => container.name));
	const added = [...new Set(staying.flatMap(pod => pod.images.filter(({container}) => !known.has(container)).map(({container}) => container)))];
	const unseen = isReady && desired > 0 && kind !== 'Job' && staying.length === 0 ? 'none of its pods can be seen' : null;
	const unlike = digestFault(images);
	return {kind, namespace, name, ready, desired, isReady, restarts: staying.reduce((sum, {restarts}) => sum + restarts, 0), fault: reason ?? others[0] ?? unlike ?? unseen, images, added};
};

/** What a container really runs in these pods, each image once. */
const imagesOf = (pods: readonly RunningPod[], container: string): WorkloadState['images'] => {
	const running = Map.groupBy(pods.flatMap(pod => pod.images.filter(one => one.container === container)), ({image}) => image);
	return [...running].map(([image, all]) => ({container, image, digests: [...new Set(all.flatMap(({imageId}) => /sha256:[0-9a-f]{64}/.exec(imageId)?.[0] ?? []))]}));
};

/** One tag, several digests: it was pushed again between two pulls. */
const digestFault = (images: WorkloadState['images']): string | null => {
	const mixed = images.find(({digests}) => digests.length > 1);
	return mixed === undefined ? null : `${mixed.container} runs ${mixed.digests.length} different builds of ${mixed.image}`;
};

/** `Deployment/user   2/2 ready   registry/user:2.9.2` */
export const describeStates = (states: readonly WorkloadState[]): readonly string[] => {
	const width = Math.max(0, ...states.map(({kind, name}) => kind.length + name.length + 1));
	return states.map(({kind, name, ready, desired, fault, images}) => `${fault === null ? 'ok ' : '!! '} ${`${kind}/${name}`.padEnd(width)}  ${`${ready}/${desired}`.padStart(5)}  ${fault ?? images.map(({image}) => image).join(', ')}`);
};
