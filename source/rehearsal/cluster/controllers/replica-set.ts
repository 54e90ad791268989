import {kindNamed} from '../kinds.ts';
import {isActive, isReady, counts, type Pod, type Workload} from '../workload.ts';
import type {Control, Controller} from './controller.ts';
import {createPod, deletePod, isAvailable, podsOf} from './owned.ts';

/** Keeps as many pods as are asked for. */
export const replicaSetController: Controller = {
	kind: 'ReplicaSet',
	reconcile: (object, control) => {
		const set = object as Workload;
		const {replicas, template} = set.spec;
		const pods = podsOf(control, set).filter(isActive);
		if (set.metadata.deletionTimestamp === undefined) {
			for (let missing = replicas - pods.length; missing > 0; missing -= 1) createPod(control, set, template);
			for (const pod of leastUseful(pods).slice(0, Math.max(0, pods.length - replicas))) deletePod(control, set, pod);
		}

		countPods(set, control);
	},
};

/** First what is not ready, then what is young. */
const leastUseful = (pods: readonly Pod[]): readonly Pod[] => pods.toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)) || Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp));

const countPods = (set: Workload, control: Control): void => {
	const pods = podsOf(control, set).filter(isActive);
	const status = {
		replicas: pods.length,
		...counts({fullyLabeledReplicas: pods.length, readyReplicas: pods.filter(isReady).length, availableReplicas: pods.filter(pod => isAvailable(control, set, pod)).length}),
		observedGeneration: set.metadata.generation,
	};
	control.store.update(kindNamed('ReplicaSet'), {...set, status});
};
