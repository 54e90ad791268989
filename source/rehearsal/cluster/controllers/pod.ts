import {randomInt} from 'node:crypto';

import {kindNamed} from '../kinds.ts';
import {timestamp} from '../kube-object.ts';
import {nodeName} from '../node.ts';
import {controllerOf, type Pod} from '../workload.ts';
import type {Control, Controller} from './controller.ts';
import {crashes, isCrashed, placed, pullFails, runs, runsUnready, terminates, type Moment} from './pod-status.ts';

/**
No container runs here. How a pod behaves follows from how the tag of an image ends:

	user:2.9.1            Ready after 0.5 to 1.4 seconds; a Job's pod succeeds a second later
	user:2.9.1-slow       Ready after 20 seconds
	user:2.9.1-unready    Running, never Ready
	user:2.9.1-missing    ImagePullBackOff
	user:2.9.1-crash      CrashLoopBackOff, restarts counted; a Job's pod fails

The same holds for init containers. A pod is in the first stage that is its own, and goes on when the time of that is over.
*/
const stages: readonly Stage[] = [
	{name: 'remove', isAt: pod => pod.metadata.deletionTimestamp !== undefined, delayMs: () => 200},
	{name: 'place', isAt: pod => pod.spec.nodeName === undefined, delayMs: () => 0, next: placed, says: pod => ['Normal', 'Scheduled', `Successfully assigned ${pod.metadata.namespace ?? ''}/${pod.metadata.name} to ${nodeName}`]},
	{name: 'succeed', isAt: pod => isOfJob(pod) && pod.status?.phase === 'Running', delayMs: () => 1000, next: (pod, now) => terminates(pod, 0, now)},
	{name: 'fail', isAt: pod => isPending(pod) && isOfJob(pod) && endsIn(pod, 'crash'), delayMs: () => 1000, next: (pod, now) => terminates(pod, 1, now)},
	{name: 'crash', isAt: pod => !isOfJob(pod) && endsIn(pod, 'crash') && restarts(pod) < mostRestarts, delayMs: () => 1500, next: crashes, says: pod => ['Warning', 'BackOff', `Back-off restarting failed container in pod ${pod.metadata.name}`]},
	{name: 'stay', isAt: pod => !isPending(pod) || isCrashed(pod) || isWaitingForImage(pod), delayMs: () => null},
	{name: 'pull', isAt: pod => endsIn(pod, 'missing'), delayMs: () => 500, next: pullFails, says: () => ['Warning', 'Failed', 'Failed to pull image: manifest unknown']},
	{name: 'wait', isAt: pod => endsIn(pod, 'slow'), delayMs: () => 20_000, next: runs, says: () => started},
	{name: 'run unready', isAt: pod => endsIn(pod, 'unready'), delayMs: () => 500, next: runsUnready, says: () => ['Warning', 'Unhealthy', 'Readiness probe failed']},
	{name: 'run', isAt: () => true, delayMs: () => 500 + randomInt(900), next: runs, says: () => started},
];

const mostRestarts = 5;

const started: Said = ['Normal', 'Started', 'Started container'];

type Said = readonly ['Normal' | 'Warning', string, string];

type Stage = {
	readonly name: string;
	readonly isAt: (pod: Pod) => boolean;
	/** null: for ever. */
	readonly delayMs: () => number | null;
	/** Absent: the pod goes away. */
	readonly next?: (pod: Pod, moment: Moment) => Pod;
	readonly says?: (pod: Pod) => Said;
};

const isPending = ({status}: Pod): boolean => status === undefined || status.phase === 'Pending';

const isOfJob = (pod: Pod): boolean => controllerOf(pod)?.kind === 'Job';

const endsIn = ({spec: {containers, initContainers = []}}: Pod, word: string): boolean => [...initContainers, ...containers].some(({image}) => image.endsWith(`-${word}`));

const statusesOf = ({status}: Pod): NonNullable<NonNullable<Pod['status']>['containerStatuses']> => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];

const restarts = (pod: Pod): number => Math.max(0, ...statusesOf(pod).map(({restartCount}) => restartCount));

const isWaitingForImage = (pod: Pod): boolean => statusesOf(pod).some(({state}) => (state['waiting'] as {readonly reason?: string} | undefined)?.reason === 'ImagePullBackOff');

/** Plays the kubelet. */
export const createPodController = (): Controller => {
	const entered = new Map<string, {readonly stage: string; readonly dueMs: number}>();
	return {
		kind: 'Pod',
		reconcile: (object, control) => {
			const pod = object as Pod;
			const stage = stages.find(one => one.isAt(pod));
			if (stage === undefined) return;
			const key = `${pod.metadata.uid}/${stage.name}/${restarts(pod)}`;
			const nowMs = control.now().getTime();
			const known = entered.get(pod.metadata.uid);
			const delayMs = stage.delayMs();
			if (delayMs === null) return void entered.delete(pod.metadata.uid);
			const dueMs = known?.stage === key ? known.dueMs : nowMs + delayMs;
			if (dueMs > nowMs) {
				entered.set(pod.metadata.uid, {stage: key, dueMs});
				return control.wake(kindNamed('Pod'), pod, dueMs - nowMs);
			}

			entered.delete(pod.metadata.uid);
			advance(pod, stage, control);
		},
	};
};

const advance = (pod: Pod, {next, says}: Stage, control: Control): void => {
	if (next === undefined) return control.store.remove(kindNamed('Pod'), pod);
	if (says !== undefined) control.record(pod, ...says(pod));
	control.store.update(kindNamed('Pod'), next(pod, {at: timestamp(control.now()), address: addressOf(pod)}));
};

/** An address of its own for each pod, always the same: 10.244.x.y. */
const addressOf = ({metadata: {uid}}: Pod): string => `10.244.${Number.parseInt(uid.slice(0, 2), 16)}.${Number.parseInt(uid.slice(2, 4), 16)}`;
