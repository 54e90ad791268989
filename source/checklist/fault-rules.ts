import type {Seen} from './item.ts';
import {controllerOf, nameOf, type KubeObject} from './kube-object.ts';
import {podCountOf} from './quantity.ts';
import {aboutObject, aboutPod} from './seen.ts';
import {selectorOf, selects} from './selector.ts';
import {at, listAt, numberAt, textAt, textOf, type Path} from './values.ts';
import {isReplicated, type Workload} from './workload.ts';
import {budgetSelector, leastReplicas, type World} from './world.ts';

export function* severalReplicas(world: World): Iterable<Seen> {
	const {minimumReplicas} = world.settings;
	for (const workload of world.workloads) {
		const {object} = workload;
		if (object.kind === 'Pod' && controllerOf(object) !== undefined) {
			yield aboutObject(object, 'na', `${textAt(controllerOf(object), 'kind') ?? 'A controller'} ${textAt(controllerOf(object), 'name') ?? ''} looks after it.`);
			continue;
		}

		if (object.kind === 'Pod' && workload.isLongRunning) {
			yield aboutObject(object, 'bare-pod', 'A pod of its own is not started again on another node, and cannot be rolled.');
			continue;
		}

		if (!isReplicated(workload)) {
			yield aboutObject(object, 'na', object.kind === 'DaemonSet' ? 'A DaemonSet runs one pod a node.' : 'It ends by itself.');
			continue;
		}

		const scalers = world.autoscalersOf(object);
		const least = leastReplicas(world, workload);
		if (scalers.length === 0 && least === 0) yield aboutObject(object, 'na', 'It is scaled to 0.');
		else if (least >= minimumReplicas) {
			const ready = object.isLive ? (numberAt(object.value, 'status', 'readyReplicas') ?? 0) : least;
			if (ready >= minimumReplicas) yield aboutObject(object, 'pass', `at least ${least} replicas`);
			else yield aboutObject(object, 'few-ready', `It asks for ${least} replicas, and ${ready} ${ready === 1 ? 'is' : 'are'} ready now.`, ['status', 'readyReplicas']);
		}
		else if (scalers.length > 0) yield aboutObject(object, 'autoscaler-too-low', `${nameOf(scalers[0]?.object ?? object)} may go down to ${least} ${least === 1 ? 'replica' : 'replicas'}.`, ['spec']);
		else {
			const obstacle = obstacleTo(world, workload);
			if (obstacle === null) yield aboutObject(object, 'single-replica', `${least} ${least === 1 ? 'replica' : 'replicas'}${at(object.value, 'spec', 'replicas') === undefined ? ' (the default)' : ''}; ${minimumReplicas} are wanted.`, ['spec', 'replicas']);
			else yield aboutObject(object, 'cannot-scale', `${least} replica, and it cannot have more: ${obstacle}.`, ['spec', 'replicas']);
		}
	}
}

/** Why a Deployment cannot run twice; null when nothing is seen that keeps it from it. */
const obstacleTo = (world: World, {object, spec}: Workload): string | null => {
	if (textAt(object.value, 'spec', 'strategy', 'type') === 'Recreate') return 'its strategy is Recreate';
	if (object.kind === 'StatefulSet') return null;
	const claim = listAt(spec, 'volumes').map(volume => textAt(volume, 'persistentVolumeClaim', 'claimName')).find(name => name !== undefined && isSingleWriter(world, object.namespace, name));
	return claim === undefined ? null : `its volume claim ${claim} can be mounted by one node only`;
};

/** A claim that one node (or pod) alone can mount. */
export const isSingleWriter = (world: World, namespace: string, claim: string): boolean => {
	const object = world.find('PersistentVolumeClaim', namespace, claim);
	const modes = listAt(object?.value, 'spec', 'accessModes').map(mode => textOf(mode));
	return modes.length > 0 && modes.every(mode => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod');
};

const spreadKeys = new Set(['kubernetes.io/hostname', 'topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone']);

export function* spreadOverNodes(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		if (!isReplicated(workload) || leastReplicas(world, workload) < 2) {
			yield aboutObject(workload.object, 'na', 'There are no two replicas to spread.');
			continue;
		}

		const rules = spreadRules(world, workload);
		const nodes = nodesOf(world, workload);
		if (nodes.pods >= 2 && nodes.names.size === 1) yield aboutObject(workload.object, 'on-one-node', `All ${nodes.pods} pods run on node ${[...nodes.names][0] ?? ''} now.`);
		if (rules.some(({meets, key}) => meets && spreadKeys.has(key))) yield aboutPod(workload, 'pass', 'is spread over nodes or zones');
		else if (rules.length === 0) yield aboutPod(workload, 'missing', 'Nothing keeps its pods from running on one node: no podAntiAffinity, no topologySpreadConstraints.', ['topologySpreadConstraints']);
		else if (rules.every(({meets}) => !meets)) yield aboutPod(workload, 'selector-misses-self', "The rule that should spread the pods does not select the pods' own labels, so it does nothing.", rules[0]?.path ?? []);
		else yield aboutPod(workload, 'other-topology', `The pods are spread by ${rules.map(({key}) => key || '(no key)').join(', ')}, not by node or zone.`, rules[0]?.path ?? []);
	}
}

type SpreadRule = {readonly meets: boolean; readonly key: string; readonly path: Path};

const spreadRules = (world: World, workload: Workload): readonly SpreadRule[] => {
	const affinity = ['affinity', 'podAntiAffinity'];
	const terms = [
		...listAt(workload.spec, ...affinity, 'requiredDuringSchedulingIgnoredDuringExecution').map((term, index) => ({term, path: [...affinity, 'requiredDuringSchedulingIgnoredDuringExecution', index]})),
		...listAt(workload.spec, ...affinity, 'preferredDuringSchedulingIgnoredDuringExecution').map((entry, index) => ({term: at(entry, 'podAffinityTerm'), path: [...affinity, 'preferredDuringSchedulingIgnoredDuringExecution', index]})),
	];
	return [
		...terms.map(({term, path}) => ({
			meets: selects(selectorOf(at(term, 'labelSelector')), workload.labels) && reachesNamespace(world, term, workload.object.namespace) && !listAt(term, 'mismatchLabelKeys').some(key => workload.labels.has(textOf(key) ?? '')),
			key: textAt(term, 'topologyKey') ?? '',
			path,
		})),
		...listAt(workload.spec, 'topologySpreadConstraints').map((constraint, index) => ({
			meets: selects(selectorOf(at(constraint, 'labelSelector')), workload.labels) && (numberAt(constraint, 'maxSkew') ?? 1) >= 1,
			key: textAt(constraint, 'topologyKey') ?? '',
			path: ['topologySpreadConstraints', index],
		})),
	];
};

const reachesNamespace = (world: World, term: unknown, namespace: string): boolean => {
	const names = listAt(term, 'namespaces').map(name => textOf(name));
	const selector = selectorOf(at(term, 'namespaceSelector'));
	if (names.length === 0 && selector === null) return true;
	const labels = new Map([...(world.find('Namespace', '', namespace)?.labels ?? []), ['kubernetes.io/metadata.name', namespace]]);
	return names.includes(namespace) || selects(selector, labels);
};

/** Where a workload's pods run now, as far as the cluster was read. */
const nodesOf = (world: World, workload: Workload): {readonly pods: number; readonly names: ReadonlySet<string>} => {
	const selector = selectorOf(at(workload.object.value, 'spec', 'selector'));
	const pods = world.cluster === null || selector === null ? [] : world.inNamespace('Pod', workload.object.namespace).filter(pod => pod.isLive && selects(selector, pod.labels) && textAt(pod.value, 'spec', 'nodeName') !== undefined);
	return {pods: pods.length, names: new Set(pods.map(pod => textAt(pod.value, 'spec', 'nodeName') ?? ''))};
};

export function* disruptionBudgets(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		if (!isReplicated(workload) || leastReplicas(world, workload) < 2) {
			yield aboutObject(workload.object, 'na', 'With fewer than two replicas a budget would only block the draining of nodes.');
			continue;
		}

		const budgets = workload.labels.size === 0 ? [] : world.selecting('PodDisruptionBudget', workload.object.namespace, workload.labels);
		if (budgets.length === 0) yield aboutObject(workload.object, 'missing', `No PodDisruptionBudget of ${inWords(workload.object.namespace)} selects its pods.`);
		else if (budgets.length > 1) yield aboutObject(workload.object, 'pdb-multiple', `${budgets.length} budgets select its pods (${budgets.map(({name}) => name).join(', ')}); evictions are then refused with an error.`);
		else yield aboutObject(workload.object, 'pass', `budget ${budgets[0]?.name ?? ''}`);
	}

	for (const budget of world.objects) if (budget.kind === 'PodDisruptionBudget') yield* judgeBudget(world, budget);
	for (const budget of world.cluster?.objects ?? []) if (budget.kind === 'PodDisruptionBudget' && world.releaseNamespaces.includes(budget.namespace)) yield* judgeState(budget);
}

function* judgeState(budget: KubeObject): Iterable<Seen> {
	const expected = numberAt(budget.value, 'status', 'expectedPods') ?? 0;
	if (numberAt(budget.value, 'status', 'disruptionsAllowed') === 0 && expected > 0)
		yield aboutObject(budget, 'pdb-allows-none-now', `No pod may be evicted now: ${numberAt(budget.value, 'status', 'currentHealthy') ?? 0} of ${expected} are healthy.`, ['status', 'disruptionsAllowed']);
}

const inWords = (namespace: string): string => (namespace === '' ? 'this bundle' : `namespace ${namespace}`);

function* judgeBudget(world: World, budget: KubeObject): Iterable<Seen> {
	const {value} = budget;
	const least = at(value, 'spec', 'minAvailable');
	const most = at(value, 'spec', 'maxUnavailable');
	if (budget.apiVersion === 'policy/v1beta1') yield aboutObject(budget, 'pdb-v1beta1', 'policy/v1beta1 was removed in Kubernetes 1.25.', ['apiVersion']);
	const isSet = (one: unknown): boolean => one !== undefined && one !== null;
	if (!isSet(least) && !isSet(most)) yield aboutObject(budget, 'pdb-no-policy', 'It sets neither minAvailable nor maxUnavailable.', ['spec']);
	if (isSet(least) && isSet(most)) yield aboutObject(budget, 'pdb-two-policies', 'It sets both minAvailable and maxUnavailable; Kubernetes accepts one.', ['spec', 'maxUnavailable']);
	if (isSet(most) && podCountOf(most, 100) === 0) yield aboutObject(budget, 'pdb-blocks-drain', `maxUnavailable ${String(most)} lets no pod be evicted: nodes cannot be drained.`, ['spec', 'maxUnavailable']);
	if (least === '100%') yield aboutObject(budget, 'pdb-blocks-drain', 'minAvailable 100% lets no pod be evicted: nodes cannot be drained.', ['spec', 'minAvailable']);
	else if (isSet(least) && budgetSelector(budget) !== null) yield* judgeMinimum(world, budget, least);
}

function* judgeMinimum(world: World, budget: KubeObject, least: unknown): Iterable<Seen> {
	for (const workload of world.targetsOf(budget)) {
		if (!isReplicated(workload)) continue;
		const replicas = leastReplicas(world, workload);
		const kept = podCountOf(least, replicas);
		const scaler = world.autoscalersOf(workload.object)[0];
		if (kept === null || replicas === 0) continue;
		const subject = `${nameOf(workload.object)} has ${replicas}${scaler === undefined ? '' : ' at least'}`;
		if (scaler === undefined ? kept >= replicas : kept > scaler.least) yield aboutObject(budget, 'pdb-blocks-drain', `minAvailable ${String(least)} keeps ${kept}, and ${subject}: no pod may be evicted.`, ['spec', 'minAvailable'], workload.object.name);
		else if (scaler !== undefined && kept === scaler.least) yield aboutObject(budget, 'pdb-blocks-when-small', `minAvailable ${String(least)} keeps ${kept}, and ${subject}: no pod may be evicted while it is scaled down.`, ['spec', 'minAvailable'], workload.object.name);
	}
}
