import {isHelmHook, type KubeObject} from './kube-object.ts';
import type {Labels} from './selector.ts';
import {at, isMapping, isTrue, listAt, numberAt, textAt, textMapAt, type Path} from './values.ts';

/** An object that runs pods, seen through its pod template. */
export type Workload = {
	readonly object: KubeObject;
	/** Path of the pod's spec and metadata in the object. */
	readonly specPath: Path;
	readonly metadataPath: Path;
	readonly spec: unknown;
	readonly labels: Labels;
	readonly containers: readonly Container[];
	/** What the object asks for, 1 when it says nothing; null for kinds that have no such number. */
	readonly replicas: number | null;
	/** Serves until it is stopped: not a Job, a CronJob, a Helm hook, or a pod that may end. */
	readonly isLongRunning: boolean;
	readonly isWindows: boolean;
};

export type Container = {
	/** `init` ends before the app starts; `sidecar` is an init container with `restartPolicy: Always` that runs beside it. */
	readonly role: 'app' | 'init' | 'sidecar' | 'ephemeral';
	readonly name: string;
	readonly image: string;
	readonly value: unknown;
	/** In the object. */
	readonly path: Path;
};

/** Reads a workload, once an object; null when it runs no pods (or refers to another object's template, as an Argo Rollout may). */
export const workloadOf = (object: KubeObject): Workload | null => {
	const known = read.get(object);
	if (known !== undefined) return known;
	const workload = readWorkload(object);
	read.set(object, workload);
	return workload;
};

const read = new WeakMap<KubeObject, Workload | null>();

const readWorkload = (object: KubeObject): Workload | null => {
	const templatePath = templatePathOf(object);
	if (templatePath === null) return null;
	const specPath = [...templatePath, 'spec'];
	const metadataPath = [...templatePath, 'metadata'];
	const spec = at(object.value, ...specPath);
	if (!isMapping(spec)) return null;
	return {
		object,
		specPath,
		metadataPath,
		spec,
		labels: textMapAt(object.value, ...metadataPath, 'labels'),
		containers: containersOf(spec, specPath),
		replicas: scaled.has(object.kind) ? (numberAt(object.value, 'spec', 'replicas') ?? 1) : null,
		isLongRunning: !endingKinds.has(object.kind) && !isHelmHook(object) && !(object.kind === 'Pod' && endingPolicies.has(textAt(spec, 'restartPolicy') ?? 'Always')),
		isWindows: textAt(spec, 'os', 'name') === 'windows' || textAt(spec, 'nodeSelector', 'kubernetes.io/os') === 'windows' || textAt(spec, 'nodeSelector', 'beta.kubernetes.io/os') === 'windows',
	};
};

const templatePathOf = ({kind, group}: KubeObject): Path | null => {
	if (kind === 'Pod') return group === '' ? [] : null;
	if (kind === 'CronJob') return ['spec', 'jobTemplate', 'spec', 'template'];
	if (kind === 'Service') return group === 'serving.knative.dev' ? ['spec', 'template'] : null;
	return templated.has(kind) ? ['spec', 'template'] : null;
};

const templated = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'Rollout', 'DeploymentConfig']);
const scaled = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController', 'Rollout', 'DeploymentConfig']);
const endingKinds = new Set(['Job', 'CronJob']);
const endingPolicies = new Set(['Never', 'OnFailure']);

const containersOf = (spec: unknown, specPath: Path): readonly Container[] => {
	const list = (key: string, role: (value: unknown) => Container['role']): readonly Container[] =>
		listAt(spec, key).map((value, index) => ({
			role: role(value),
			name: textAt(value, 'name') ?? `(${key} ${index + 1})`,
			image: textAt(value, 'image') ?? '',
			value,
			path: [...specPath, key, index],
		}));
	return [
		...list('containers', () => 'app'),
		...list('initContainers', value => (textAt(value, 'restartPolicy') === 'Always' ? 'sidecar' : 'init')),
		...list('ephemeralContainers', () => 'ephemeral'),
	];
};

/** Containers that run as long as the pod does. */
export const runningContainers = (workload: Workload): readonly Container[] => workload.containers.filter(({role}) => role === 'app' || role === 'sidecar');

/** Kinds of which a person means to run several of the same. */
export const isReplicated = (workload: Workload): boolean => workload.replicas !== null && workload.isLongRunning;

export const usesHostNetwork = (workload: Workload): boolean => isTrue(at(workload.spec, 'hostNetwork'));

/** Command and arguments as one list of words. */
export const argvOf = (container: Container): readonly string[] =>
	[...listAt(container.value, 'command'), ...listAt(container.value, 'args')].map(word => (typeof word === 'string' ? word : String(word)));

/** `docker.io/bitnami/redis:7.2@sha256:…` is `redis`. */
export const imageBaseName = (image: string): string => {
	const path = image.replace(/@.*$/, '');
	const last = path.slice(path.lastIndexOf('/') + 1);
	return last.replace(/:.*$/, '').toLowerCase();
};

/** The tag of an image, or null: `registry:5000/app` has none. */
export const imageTag = (image: string): string | null => {
	const path = image.replace(/@.*$/, '');
	const last = path.slice(path.lastIndexOf('/') + 1);
	const colon = last.indexOf(':');
	return colon === -1 ? null : last.slice(colon + 1);
};
