import {kindNamed} from '../kinds.ts';
import type {Fields, KubeObject} from '../kube-object.ts';
import {counts, isActive, isReady, type Pod, type Workload} from '../workload.ts';
import type {Control, Controller} from './controller.ts';
import {numberIn} from './deployment-status.ts';
import {createPod, deletePod, isAvailable, podsOf, templateHash} from './owned.ts';

type StatefulSet = Workload & {
	readonly spec: {
		readonly podManagementPolicy: string;
		readonly updateStrategy: {readonly type: string; readonly rollingUpdate?: {readonly partition?: number}};
		readonly volumeClaimTemplates?: readonly (Fields & {readonly metadata: {readonly name: string}})[];
	};
};

const revisionLabel = 'controller-revision-hash';

/** Pods with a number, one after the other; each waits until the one before it is ready, as does every update. */
export const statefulSetController: Controller = {
	kind: 'StatefulSet',
	reconcile: (object, control) => {
		const set = object as StatefulSet;
		const revision = `${set.metadata.name}-${templateHash(set.spec.template)}`;
		if (set.metadata.deletionTimestamp === undefined) takeStep(set, revision, control);
		countPods(set, revision, control);
	},
};

const ordinalOf = (pod: Pod): number => Number(/\d+$/.exec(pod.metadata.name)?.[0] ?? -1);

const takeStep = (set: StatefulSet, revision: string, control: Control): void => {
	const {replicas, podManagementPolicy, updateStrategy} = set.spec;
	const isOrdered = podManagementPolicy !== 'Parallel';
	const pods = podsOf(control, set);
	for (let ordinal = 0; ordinal < replicas; ordinal += 1) {
		const pod = pods.find(one => ordinalOf(one) === ordinal);
		if (pod === undefined) createNumbered(set, ordinal, revision, control);
		if (isOrdered && (pod === undefined || !isActive(pod) || !isReady(pod))) return;
	}

	const surplus = pods.filter(pod => ordinalOf(pod) >= replicas).toSorted((a, b) => ordinalOf(b) - ordinalOf(a));
	for (const pod of isOrdered ? surplus.slice(0, 1) : surplus) if (isActive(pod)) deletePod(control, set, pod);
	if (surplus.length > 0 || updateStrategy.type === 'OnDelete') return;
	const {partition = 0} = updateStrategy.rollingUpdate ?? {};
	for (const pod of pods.filter(one => ordinalOf(one) >= partition).toSorted((a, b) => ordinalOf(b) - ordinalOf(a))) {
		if (isActive(pod) && pod.metadata.labels?.[revisionLabel] !== revision) return deletePod(control, set, pod);
		if (!isActive(pod) || !isReady(pod)) return;
	}
};

const createNumbered = (set: StatefulSet, ordinal: number, revision: string, control: Control): void => {
	const name = `${set.metadata.name}-${ordinal}`;
	const claims = set.spec.volumeClaimTemplates ?? [];
	for (const claim of claims) claimVolume(set, `${claim.metadata.name}-${name}`, claim, control);
	const volumes = claims.map(({metadata}) => ({name: metadata.name, persistentVolumeClaim: {claimName: `${metadata.name}-${name}`}}));
	const others = (set.spec.template.spec.volumes ?? []).filter(volume => volumes.every(one => one.name !== volume.name));
	const labels = {'apps.kubernetes.io/pod-index': String(ordinal), [revisionLabel]: revision, 'statefulset.kubernetes.io/pod-name': name};
	createPod(control, set, set.spec.template, {name, labels, spec: {hostname: name, ...(volumes.length === 0 ? {} : {volumes: [...others, ...volumes]})}});
};

const claimVolume = (set: StatefulSet, name: string, claim: Fields & {readonly metadata: object}, {store}: Control): void => {
	const kind = kindNamed('PersistentVolumeClaim');
	if (store.find(kind, set.metadata.namespace ?? '', name) !== null) return;
	const volume = {...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {...claim.metadata, name, namespace: set.metadata.namespace}, status: {phase: 'Bound'}};
	store.create(kind, volume as unknown as KubeObject);
};

const countPods = (set: StatefulSet, revision: string, control: Control): void => {
	const pods = podsOf(control, set).filter(isActive);
	const before = (set.status?.['currentRevision'] as string | undefined) ?? revision;
	const ofRevision = (name: string): number => pods.filter(pod => pod.metadata.labels?.[revisionLabel] === name).length;
	const isUpdated = ofRevision(revision) === set.spec.replicas && pods.filter(isReady).length === set.spec.replicas;
	const currentRevision = isUpdated && set.spec.updateStrategy.type !== 'OnDelete' ? revision : before;
	const status = {
		observedGeneration: set.metadata.generation,
		replicas: pods.length,
		availableReplicas: pods.filter(pod => isAvailable(control, set, pod)).length,
		...counts({readyReplicas: pods.filter(isReady).length, currentReplicas: ofRevision(currentRevision), updatedReplicas: ofRevision(revision)}),
		currentRevision,
		updateRevision: revision,
		collisionCount: numberIn(set.status, 'collisionCount'),
	};
	control.store.update(kindNamed('StatefulSet'), {...set, status});
};

