import {kindNamed} from '../kinds.ts';
import {timestamp, type Fields} from '../kube-object.ts';
import {conditionOf, counts, withCondition, type Condition, type Workload} from '../workload.ts';
import type {Control} from './controller.ts';
import {limitsOf, type Deployment} from './deployment-limits.ts';

/** Writes what a Deployment says of itself: the counts, and the conditions that `kubectl rollout status` and Helm wait for. */
export const describeDeployment = (deployment: Deployment, sets: readonly Workload[], newest: Workload | undefined, control: Control): void => {
	const total = (name: string): number => sets.reduce((sum, {status}) => sum + numberIn(status, name), 0);
	const asked = sets.reduce((sum, {spec: {replicas}}) => sum + replicas, 0);
	const numbers = {replicas: total('replicas'), updatedReplicas: numberIn(newest?.status, 'replicas'), readyReplicas: total('readyReplicas'), availableReplicas: total('availableReplicas'), unavailableReplicas: Math.max(0, asked - total('availableReplicas'))};
	const available = availability(deployment, numbers.availableReplicas, control);
	const progressing = progress(deployment, newest, numbers, control);
	const before = (deployment.status?.['conditions'] ?? []) as readonly Condition[];
	const conditions = withCondition(progressing === null ? before : withCondition(before, progressing), available);
	control.store.update(kindNamed('Deployment'), {...deployment, status: {observedGeneration: deployment.metadata.generation, ...counts(numbers), conditions}});
};

export const numberIn = (status: Fields | undefined, name: string): number => (status?.[name] ?? 0) as number;

const availability = (deployment: Deployment, available: number, control: Control): Condition => {
	const isEnough = available >= deployment.spec.replicas - limitsOf(deployment).unavailable;
	return condition(deployment, control, {
		type: 'Available',
		status: isEnough ? 'True' : 'False',
		reason: isEnough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
		message: isEnough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
	});
};

/** A condition that says the same as before keeps its times. */
const condition = (deployment: Deployment, {now}: Control, said: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>): Condition => {
	const before = conditionOf(deployment, said.type);
	if (before?.status === said.status && before.reason === said.reason && before.message === said.message) return before;
	return {...said, lastUpdateTime: timestamp(now()), lastTransitionTime: timestamp(now())};
};

type Numbers = {readonly replicas: number; readonly updatedReplicas: number; readonly readyReplicas: number; readonly availableReplicas: number};

const progress = (deployment: Deployment, newest: Workload | undefined, numbers: Numbers, control: Control): Condition | null => {
	if (newest === undefined) return null;
	const {replicas, progressDeadlineSeconds} = deployment.spec;
	const before = conditionOf(deployment, 'Progressing');
	const name = newest.metadata.name;
	const says = (status: Condition['status'], reason: string, message: string): Condition => condition(deployment, control, {type: 'Progressing', status, reason, message});
	const isComplete = numbers.updatedReplicas === replicas && numbers.replicas === replicas && numbers.availableReplicas === replicas;
	if (isComplete) return says('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`);
	const isOfThis = before?.message?.includes(`"${name}"`) === true;
	if (isOfThis && before?.reason === 'NewReplicaSetAvailable') return before;
	if (!isOfThis || before === undefined) return watchDeadline(deployment, says('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`), control);
	const was = (field: string): number => numberIn(deployment.status, field);
	const hasMoved = numbers.updatedReplicas > was('updatedReplicas') || numbers.readyReplicas > was('readyReplicas') || numbers.availableReplicas > was('availableReplicas') || numbers.replicas - numbers.updatedReplicas < was('replicas') - was('updatedReplicas');
	const updated: Condition = {...says('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`), lastUpdateTime: timestamp(control.now())};
	if (hasMoved) return watchDeadline(deployment, updated, control);
	const isLate = control.now().getTime() >= Date.parse(before.lastUpdateTime ?? '') + progressDeadlineSeconds * 1000;
	if (isLate) return says('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`);
	return watchDeadline(deployment, before, control);
};

/** Looks again when the time for progress is over. */
const watchDeadline = (deployment: Deployment, progressing: Condition, {now, wake}: Control): Condition => {
	const over = Date.parse(progressing.lastUpdateTime ?? '') + deployment.spec.progressDeadlineSeconds * 1000;
	wake(kindNamed('Deployment'), deployment, Math.max(0, over - now().getTime()) + 1000);
	return progressing;
};
