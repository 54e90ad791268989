import * as z from 'zod';

import {selects, type Selector} from '../../checklist/selector.ts';
import {at, listAt, numberAt, textAt, textMapAt} from '../../checklist/values.ts';
import {conditionOf, readPod} from '../helm/workloads.ts';

/** Pods that must be there: those of one workload, or of one selector. */
export type PodGroup = {readonly name: string; readonly namespace: string; /** `null`: whatever the command answers. */ readonly selector: Selector | null};

export const podSeen = z.lazy(() => z.object({
	uid: z.string(),
	namespace: z.string(),
	name: z.string(),
	group: z.string(),
	isReady: z.boolean(),
	/** It is on its way out. */
	isEnding: z.boolean(),
	state: z.string(),
	message: z.string(),
	restarts: z.number(),
	/** Why its containers ended last: `OOMKilled`, `Error 1`; empty when none did. */
	lastEnd: z.string(),
	/** When it became ready, by the cluster's clock; it changes when the pod was not ready for a moment. */
	readySince: z.string(),
}));

export type PodSeen = z.infer<typeof podSeen>;

/** The pods of the groups in answers of `kubectl get pods -o json`. Pods that have done their work are left out. */
export const readPods = (answers: readonly unknown[], groups: readonly PodGroup[]): readonly PodSeen[] =>
	answers
		.flatMap(answer => listAt(answer, 'items'))
		.flatMap((item): PodSeen[] => {
			const labels = textMapAt(item, 'metadata', 'labels');
			const namespace = textAt(item, 'metadata', 'namespace') ?? '';
			const group = groups.find(one => one.namespace === namespace && (one.selector === null || selects(one.selector, labels)));
			const {name, isReady, state, message, restarts} = readPod(item);
			if (group === undefined || state === 'Completed') return [];
			return [
				{
					uid: textAt(item, 'metadata', 'uid') ?? name,
					namespace,
					name,
					group: group.name,
					isReady,
					isEnding: at(item, 'metadata', 'deletionTimestamp') !== undefined,
					state,
					message,
					restarts,
					lastEnd: lastEndOf(item),
					readySince: textAt(conditionOf(item, 'Ready'), 'lastTransitionTime') ?? '',
				},
			];
		});

const lastEndOf = (pod: unknown): string => {
	const ended = listAt(pod, 'status', 'containerStatuses').flatMap(status => {
		const last = at(status, 'lastState', 'terminated');
		const reason = textAt(last, 'reason');
		return last === undefined || reason === undefined ? [] : [reason === 'Error' ? `Error, exit status ${numberAt(last, 'exitCode') ?? 'unknown'}` : reason];
	});
	return ended[0] ?? '';
};

/** Why the soak can't begin yet; empty when every group has pods and all of them are ready. */
export const notReady = (pods: readonly PodSeen[], groups: readonly PodGroup[]): readonly string[] =>
	groups.flatMap(({name}) => {
		const staying = pods.filter(({group, isEnding}) => group === name && !isEnding);
		if (staying.length === 0) return [`${name} has no pod`];
		return staying.filter(({isReady}) => !isReady).map(pod => `${pod.name} is not ready: ${describePod(pod)}`);
	});

/** What happened to the pods since the soak began. A moment between two looks shows in the restarts, and in the time since when a pod is ready. */
export const soakFaults = (began: readonly PodSeen[], now: readonly PodSeen[]): readonly string[] =>
	began
		.filter(({isEnding}) => !isEnding)
		.flatMap(before => {
			const pod = now.find(({uid}) => uid === before.uid);
			if (pod === undefined || pod.isEnding) return [`${before.name} was removed`];
			if (pod.restarts > before.restarts) return [`${pod.name} restarted (${before.restarts} → ${pod.restarts})${pod.lastEnd === '' ? '' : `: ${pod.lastEnd}`}`];
			if (!pod.isReady) return [`${pod.name} is not ready any more: ${describePod(pod)}`];
			return pod.readySince === before.readySince ? [] : [`${pod.name} was not ready for a while`];
		});

const describePod = ({state, message, restarts, lastEnd}: PodSeen): string =>
	[state, message === '' ? [] : message, restarts === 0 ? [] : `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`, lastEnd === '' ? [] : `ended before by ${lastEnd}`].flat().join(', ');
