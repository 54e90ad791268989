import {kindNamed} from '../kinds.ts';
import {counts, isActive, isReady, type Workload} from '../workload.ts';
import type {Controller} from './controller.ts';
import {createPod, deletePod, isAvailable, podsOf, templateHash} from './owned.ts';

const revisionLabel = 'controller-revision-hash';

/** One pod on the one node that there is. */
export const daemonSetController: Controller = {
	kind: 'DaemonSet',
	reconcile: (object, control) => {
		const set = object as Workload;
		const revision = templateHash(set.spec.template);
		const pods = podsOf(control, set).filter(isActive);
		const old = pods.filter(pod => pod.metadata.labels?.[revisionLabel] !== revision);
		if (set.metadata.deletionTimestamp === undefined) {
			if (podsOf(control, set).length === 0) createPod(control, set, set.spec.template, {labels: {[revisionLabel]: revision, 'pod-template-generation': '1'}});
			for (const pod of old) deletePod(control, set, pod);
		}

		const now = podsOf(control, set).filter(isActive);
		const ready = now.filter(isReady).length;
		const available = now.filter(pod => isAvailable(control, set, pod)).length;
		const status = {
			currentNumberScheduled: now.length,
			numberMisscheduled: 0,
			desiredNumberScheduled: 1,
			numberReady: ready,
			observedGeneration: set.metadata.generation,
			...counts({updatedNumberScheduled: now.length, numberAvailable: available, numberUnavailable: 1 - available}),
		};
		control.store.update(kindNamed('DaemonSet'), {...set, status});
	},
};
