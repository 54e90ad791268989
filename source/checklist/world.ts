import type {Cluster} from './cluster.ts';
import type {KubeObject} from './kube-object.ts';
import {plainSelectorOf, SelectorIndex, selectorOf, type Labels, type Selector} from './selector.ts';
import type {Settings} from './settings.ts';
import {at, entriesAt, isMapping, listAt, numberAt, textAt} from './values.ts';
import {workloadOf, type Workload} from './workload.ts';

/** Everything that a rule may look at. `objects` and `workloads` are judged; the lookups also see the cluster, where there is one. */
export type World = {
	readonly objects: readonly KubeObject[];
	readonly workloads: readonly Workload[];
	readonly settings: Settings;
	readonly cluster: Cluster | null;
	/** Results of kube-bench that were given; null when none were. */
	readonly benchmark: Benchmark | null;
	readonly dockerfiles: readonly Dockerfile[];
	/** Namespaces in which the judged workloads run. */
	readonly releaseNamespaces: readonly string[];
	/** Of a kind, in the bundle and in the cluster; what the bundle replaces is left out. */
	readonly all: (kind: string) => readonly KubeObject[];
	readonly inNamespace: (kind: string, namespace: string) => readonly KubeObject[];
	readonly find: (kind: string, namespace: string, name: string) => KubeObject | undefined;
	/** Of `kind` in the pod's namespace, those whose selector selects its labels. */
	readonly selecting: (kind: SelectingKind, namespace: string, labels: Labels) => readonly KubeObject[];
	/** The judged workloads that such an object selects. */
	readonly targetsOf: (object: KubeObject) => readonly Workload[];
	readonly autoscalersOf: (object: KubeObject) => readonly Autoscaler[];
	readonly containerDefaults: (namespace: string) => ContainerDefaults;
	readonly isSystemNamespace: (name: string) => boolean;
};

/** What `kube-bench --json` found. */
export type Benchmark = {readonly source: string; readonly value: unknown; readonly at: Date | null};
export type Dockerfile = {readonly name: string; readonly text: string};

export type SelectingKind = 'Service' | 'PodDisruptionBudget' | 'NetworkPolicy' | 'CiliumNetworkPolicy';

export type Autoscaler = {readonly object: KubeObject; readonly least: number; readonly most: number | null};

/** What LimitRanges of a namespace give to a container that asks for nothing. */
export type ContainerDefaults = {readonly limits: Readonly<Record<string, unknown>>; readonly requests: Readonly<Record<string, unknown>>};

export type WorldInput = {
	readonly objects: readonly KubeObject[];
	readonly settings: Settings;
	readonly cluster: Cluster | null;
	readonly benchmark: Benchmark | null;
	readonly dockerfiles: readonly Dockerfile[];
};

export const makeWorld = ({objects, settings, cluster, benchmark, dockerfiles}: WorldInput): World => {
	const own = new Set(objects.map(identityOf));
	const visible = [...objects, ...(cluster?.objects ?? []).filter(object => !own.has(identityOf(object)))];
	const byKind = Map.groupBy(visible, kindOf);
	const byPlace = Map.groupBy(visible, object => `${kindOf(object)}\n${object.namespace}`);
	const byName = new Map(visible.toReversed().map(object => [`${kindOf(object)}\n${object.namespace}\n${object.name}`, object]));
	const workloads = objects.flatMap(object => workloadOf(object) ?? []);

	const all: World['all'] = kind => byKind.get(kind) ?? [];
	const inNamespace: World['inNamespace'] = (kind, namespace) => byPlace.get(`${kind}\n${namespace}`) ?? [];
	const indexFor = remembered((place: string) => {
		const [kind = '', namespace = ''] = place.split('\n');
		return new SelectorIndex(inNamespace(kind, namespace), selectorsOf[kind as SelectingKind]);
	});
	const targets = remembered((kind: string) => {
		const found = new Map<KubeObject, Workload[]>();
		for (const workload of workloads)
			for (const object of indexFor(`${kind}\n${workload.object.namespace}`).selecting(workload.labels)) push(found, object, workload);
		return found;
	});
	const autoscalers = remembered(() => Map.groupBy([...all('HorizontalPodAutoscaler'), ...all('ScaledObject')].map(autoscalerOf), ({target}) => target));

	return {
		objects,
		workloads,
		settings,
		cluster,
		benchmark,
		dockerfiles,
		releaseNamespaces: [...new Set(workloads.map(({object}) => object.namespace))],
		all,
		inNamespace,
		find: (kind, namespace, name) => byName.get(`${kind}\n${namespace}\n${name}`),
		selecting: (kind, namespace, labels) => indexFor(`${kind}\n${namespace}`).selecting(labels),
		targetsOf: object => targets(object.kind).get(object) ?? [],
		autoscalersOf: ({kind, namespace, name}) => autoscalers('').get(`${namespace}\n${kind}\n${name}`) ?? [],
		containerDefaults: remembered(namespace => containerDefaultsFrom(inNamespace('LimitRange', namespace))),
		isSystemNamespace: name => name.startsWith('kube-') || settings.systemNamespaces.includes(name),
	};
};

const identityOf = (object: KubeObject): string => `${kindOf(object)}\n${object.namespace}\n${object.name}`;

/** Kinds of other groups that share a name with a built-in one are kept apart. */
const kindOf = ({kind, group}: KubeObject): string => ((kind === 'Service' && group !== '') || (kind === 'NetworkPolicy' && group.endsWith('projectcalico.org')) ? `${kind}.${group}` : kind);

const remembered = <Value>(make: (key: string) => Value): ((key: string) => Value) => {
	const known = new Map<string, Value>();
	return key => {
		const found = known.get(key);
		if (found !== undefined) return found;
		const made = make(key);
		known.set(key, made);
		return made;
	};
};

/** The selector of each kind; null when the object selects nothing. */
const selectorsOf: Readonly<Record<SelectingKind, (object: KubeObject) => Selector | null>> = {
	Service: ({value}) => (textAt(value, 'spec', 'type') === 'ExternalName' ? null : plainSelectorOf(at(value, 'spec', 'selector'))),
	PodDisruptionBudget: object => budgetSelector(object),
	NetworkPolicy: ({value}) => selectorOf(at(value, 'spec', 'podSelector') ?? {}),
	CiliumNetworkPolicy: ({value}) => ciliumSelector(at(value, 'spec', 'endpointSelector')),
};

/** In `policy/v1` an empty selector means every pod of the namespace; in `v1beta1` it means none. */
export const budgetSelector = ({apiVersion, value}: KubeObject): Selector | null => {
	const selector = selectorOf(at(value, 'spec', 'selector'));
	const isEmpty = selector !== null && selector.pairs.length === 0 && selector.expressions.length === 0;
	return apiVersion === 'policy/v1beta1' && isEmpty ? null : selector;
};

export const networkPolicySelector = (object: KubeObject): Selector | null => selectorsOf.NetworkPolicy(object);

/** Cilium writes where a label comes from in front of it: `k8s:app`. */
const ciliumSelector = (value: unknown): Selector | null => {
	const selector = selectorOf(value);
	const plain = (key: string): string => key.replace(/^(k8s|any):/, '');
	return selector === null ? null : {pairs: selector.pairs.map(([key, text]) => [plain(key), text] as const), expressions: selector.expressions.map(expression => ({...expression, key: plain(expression.key)}))};
};

const autoscalerOf = (object: KubeObject): Autoscaler & {readonly target: string} => {
	const reference = at(object.value, 'spec', 'scaleTargetRef');
	const isKeda = object.kind === 'ScaledObject';
	return {
		object,
		target: `${object.namespace}\n${textAt(reference, 'kind') ?? 'Deployment'}\n${textAt(reference, 'name') ?? ''}`,
		least: numberAt(object.value, 'spec', isKeda ? 'minReplicaCount' : 'minReplicas') ?? (isKeda ? 0 : 1),
		most: numberAt(object.value, 'spec', isKeda ? 'maxReplicaCount' : 'maxReplicas') ?? (isKeda ? 100 : null),
	};
};

/** As the LimitRanger admission fills them in: a limit falls back to `max`, a request to the limit, then to `min`. */
const containerDefaultsFrom = (ranges: readonly KubeObject[]): ContainerDefaults => {
	const limits: Record<string, unknown> = {};
	const requests: Record<string, unknown> = {};
	for (const item of ranges.flatMap(range => listAt(range.value, 'spec', 'limits')).filter(one => textAt(one, 'type') === 'Container')) {
		const set = (into: Record<string, unknown>, from: unknown): void => {
			if (isMapping(from)) for (const [name, value] of entriesAt(from)) into[name] ??= value;
		};

		set(limits, at(item, 'default'));
		set(limits, at(item, 'max'));
		set(requests, at(item, 'defaultRequest'));
		set(requests, at(item, 'default'));
		set(requests, at(item, 'max'));
		set(requests, at(item, 'min'));
	}

	return {limits, requests};
};

/** How many of a workload run at least: what its autoscaler keeps, else what it asks for. */
export const leastReplicas = (world: World, workload: Workload): number => {
	const scalers = world.autoscalersOf(workload.object);
	return scalers.length === 0 ? (workload.replicas ?? 1) : Math.max(...scalers.map(({least}) => least));
};

const push = <Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void => {
	const list = lists.get(key);
	if (list === undefined) lists.set(key, [value]);
	else list.push(value);
};
