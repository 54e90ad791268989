import {kindNamed} from '../kinds.ts';
import {matchSelector} from '../selectors.ts';
import {isActive, isReady, type Pod} from '../workload.ts';
import type {Controller} from './controller.ts';

/** Says how many pods of a PodDisruptionBudget may go away now. */
export const disruptionController: Controller = {
	kind: 'PodDisruptionBudget',
	concerns: ({kind, object}, store) => (kind.kind === 'Pod' ? store.list(kindNamed('PodDisruptionBudget'), object.metadata.namespace) : []),
	reconcile: (budget, {store}) => {
		const {selector, minAvailable, maxUnavailable} = (budget.spec ?? {}) as {readonly selector?: object; readonly minAvailable?: number | string; readonly maxUnavailable?: number | string};
		const isFor = matchSelector(selector);
		const pods = (store.list(kindNamed('Pod'), budget.metadata.namespace) as readonly Pod[]).filter(pod => isActive(pod) && isFor(pod.metadata.labels ?? {}));
		const expectedPods = pods.length;
		const share = (limit: number | string): number => (typeof limit === 'number' ? limit : Math.ceil((Number.parseInt(limit, 10) / 100) * expectedPods));
		const desiredHealthy = minAvailable === undefined ? Math.max(0, expectedPods - share(maxUnavailable ?? 0)) : share(minAvailable);
		const currentHealthy = pods.filter(isReady).length;
		const disruptionsAllowed = expectedPods === 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
		store.update(kindNamed('PodDisruptionBudget'), {...budget, status: {currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods, observedGeneration: budget.metadata.generation}});
	},
};
