import {kindNamed} from '../kinds.ts';
import {ownerOf, type Fields, type KubeObject} from '../kube-object.ts';
import type {Workload} from '../workload.ts';
import type {Control, Controller} from './controller.ts';
import {limitsOf, type Deployment} from './deployment-limits.ts';
import {describeDeployment, numberIn} from './deployment-status.ts';
import {ownedBy, templateHash} from './owned.ts';

/** The annotation by which `kubectl rollout history` and `undo` know the steps. */
const revisionKey = 'deployment.kubernetes.io/revision';
const hashKey = 'pod-template-hash';

/** One ReplicaSet for each template of pods; the newest grows while the others shrink, within what the strategy allows. */
export const deploymentController: Controller = {
	kind: 'Deployment',
	reconcile: (object, control) => {
		const deployment = object as Deployment;
		if (deployment.metadata.deletionTimestamp !== undefined) return;
		const readSets = (): readonly Workload[] => ownedBy(control, deployment, 'ReplicaSet') as readonly Workload[];
		const isNew = (set: Workload): boolean => set.metadata.labels?.[hashKey] === templateHash(deployment.spec.template);
		const before = readSets();
		if (deployment.spec.paused !== true) {
			const newest = before.find(isNew) ?? createSet(deployment, before, control);
			markNewest(deployment, newest, before, control);
			roll(deployment, newest.metadata.name, readSets(), control);
			forgetOld(deployment, readSets().filter(set => !isNew(set)), control);
		}

		const sets = readSets();
		describeDeployment(control.store.get(kindNamed('Deployment'), deployment.metadata.namespace ?? '', deployment.metadata.name) as Deployment, sets, sets.find(isNew), control);
	},
};

const createSet = (deployment: Deployment, before: readonly Workload[], control: Control): Workload => {
	const {spec, metadata} = deployment;
	const hash = templateHash(spec.template);
	const labels = {...spec.template.metadata?.labels, [hashKey]: hash};
	const {matchLabels, ...selector} = spec.selector as {readonly matchLabels?: object};
	const set = {
		apiVersion: 'apps/v1',
		kind: 'ReplicaSet',
		metadata: {name: `${metadata.name}-${hash}`, namespace: metadata.namespace, labels, annotations: {[revisionKey]: String(revisionAfter(before))}, ownerReferences: [ownerOf(deployment)]},
		spec: {replicas: 0, selector: {matchLabels: {...matchLabels, [hashKey]: hash}, ...selector}, template: {...spec.template, metadata: {...spec.template.metadata, labels}}, ...(spec.minReadySeconds === undefined ? {} : {minReadySeconds: spec.minReadySeconds})},
	};
	return control.store.create(kindNamed('ReplicaSet'), set as unknown as KubeObject) as Workload;
};

const revisionOf = ({metadata: {annotations = {}}}: KubeObject): number => Number(annotations[revisionKey] ?? 0);

const revisionAfter = (sets: readonly Workload[]): number => Math.max(0, ...sets.map(revisionOf)) + 1;

/** A template that comes back is a new revision, of the ReplicaSet that was there already. */
const markNewest = (deployment: Deployment, newest: Workload, before: readonly Workload[], control: Control): void => {
	const others = before.filter(set => set.metadata.uid !== newest.metadata.uid);
	const revision = String(Math.max(revisionOf(newest), revisionAfter(others)));
	annotate(newest, revision, control);
	annotate(deployment, revision, control);
};

const annotate = (object: KubeObject, revision: string, {store}: Control): void => {
	const kind = kindNamed(object.kind);
	const fresh = store.get(kind, object.metadata.namespace ?? '', object.metadata.name);
	store.update(kind, {...fresh, metadata: {...fresh.metadata, annotations: {...fresh.metadata.annotations, [revisionKey]: revision}}});
};

const statusOf = ({status}: Workload, name: string): number => numberIn(status, name);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** One step of the roll; the next one follows when its pods have changed. */
const roll = (deployment: Deployment, newestName: string, sets: readonly Workload[], control: Control): void => {
	const desired = deployment.spec.replicas;
	const newest = sets.find(({metadata: {name}}) => name === newestName);
	if (newest === undefined) return;
	const old = sets.filter(set => set !== newest && set.spec.replicas > 0).toSorted((a, b) => revisionOf(a) - revisionOf(b));
	if (deployment.spec.strategy.type === 'Recreate') {
		for (const set of old) scale(deployment, set, 0, control);
		if (sets.every(set => set === newest || statusOf(set, 'replicas') === 0) && old.length === 0) scale(deployment, newest, desired, control);
		return;
	}

	const {surge, unavailable} = limitsOf(deployment);
	const total = sum(sets.map(({spec: {replicas}}) => replicas));
	const grown = newest.spec.replicas > desired ? desired : Math.min(desired, newest.spec.replicas + Math.max(0, desired + surge - total));
	scale(deployment, newest, grown, control);
	const least = desired - unavailable;
	let mayGo = total - newest.spec.replicas + grown - least - (grown - Math.min(grown, statusOf(newest, 'availableReplicas')));
	const left = new Map(old.map(set => [set, set.spec.replicas]));
	for (const set of old) {
		const unhealthy = set.spec.replicas - statusOf(set, 'availableReplicas');
		const down = Math.min(Math.max(0, unhealthy), Math.max(0, mayGo));
		left.set(set, set.spec.replicas - down);
		mayGo -= down;
	}

	let spare = sum(sets.map(set => statusOf(set, 'availableReplicas'))) - least;
	for (const set of old) {
		const down = Math.min(left.get(set) ?? 0, Math.max(0, Math.min(spare, mayGo)));
		left.set(set, (left.get(set) ?? 0) - down);
		spare -= down;
		mayGo -= down;
	}

	for (const [set, replicas] of left) scale(deployment, set, replicas, control);
};

const scale = (deployment: Deployment, set: Workload, replicas: number, control: Control): void => {
	if (set.spec.replicas === replicas) return;
	const fresh = control.store.get(kindNamed('ReplicaSet'), set.metadata.namespace ?? '', set.metadata.name);
	control.store.update(kindNamed('ReplicaSet'), {...fresh, spec: {...(fresh.spec as Fields), replicas}});
	const direction = replicas > set.spec.replicas ? 'up' : 'down';
	control.record(deployment, 'Normal', 'ScalingReplicaSet', `Scaled ${direction} replica set ${set.metadata.name} from ${set.spec.replicas} to ${replicas}`);
};

const forgetOld = (deployment: Deployment, old: readonly Workload[], control: Control): void => {
	const empty = old.filter(set => set.spec.replicas === 0 && statusOf(set, 'replicas') === 0).toSorted((a, b) => revisionOf(a) - revisionOf(b));
	for (const set of empty.slice(0, Math.max(0, empty.length - deployment.spec.revisionHistoryLimit))) control.remove(kindNamed('ReplicaSet'), set);
};
