import {kindNamed} from '../kinds.ts';
import {timestamp, type Fields, type KubeObject} from '../kube-object.ts';
import {conditionOf, counts, isActive, isReady, withCondition, type Condition, type PodTemplate} from '../workload.ts';
import type {Control, Controller} from './controller.ts';
import {createPod, deletePod, podsOf} from './owned.ts';

type Job = KubeObject & {
	readonly spec: Fields & {
		readonly parallelism: number;
		readonly completions: number;
		readonly backoffLimit: number;
		readonly suspend?: boolean;
		readonly activeDeadlineSeconds?: number;
		readonly ttlSecondsAfterFinished?: number;
		readonly template: PodTemplate;
	};
};

/** After a failed pod, doubled with each. */
const backOffMs = 10_000;

/** Pods until enough have succeeded, or too many have failed. */
export const jobController: Controller = {
	kind: 'Job',
	reconcile: (object, control) => {
		const job = object as Job;
		if (job.metadata.deletionTimestamp !== undefined) return;
		if (isFinished(job)) return forgetLater(job, control);
		const pods = podsOf(control, job);
		const [succeeded, failed] = ['Succeeded', 'Failed'].map(phase => pods.filter(pod => pod.status?.phase === phase).length) as [number, number];
		const startTime = (job.status?.['startTime'] as string | undefined) ?? timestamp(control.now());
		const verdict = judge(job, startTime, {succeeded, failed}, control);
		if (verdict !== null) for (const pod of pods.filter(isActive)) deletePod(control, job, pod);
		else if (job.spec.suspend !== true) startPods(job, failed, succeeded, control);
		const active = podsOf(control, job).filter(isActive);
		const conditions = verdict === null ? [] : verdict.conditions.reduce(withCondition, (job.status?.['conditions'] ?? []) as readonly Condition[]);
		const status = {
			...(conditions.length === 0 ? {} : {conditions}),
			startTime,
			...(verdict?.isGood === true ? {completionTime: timestamp(control.now())} : {}),
			...counts({active: active.length, succeeded, failed}),
			terminating: podsOf(control, job).filter(pod => pod.metadata.deletionTimestamp !== undefined).length,
			ready: active.filter(isReady).length,
			uncountedTerminatedPods: {},
		};
		const written = control.store.update(kindNamed('Job'), {...job, status});
		if (verdict !== null) {
			control.record(job, verdict.isGood ? 'Normal' : 'Warning', verdict.reason, verdict.message);
			forgetLater(written as Job, control);
		}
	},
};

const isFinished = (job: Job): boolean => ['Complete', 'Failed'].some(type => conditionOf(job, type)?.status === 'True');

type Verdict = {readonly isGood: boolean; readonly reason: string; readonly message: string; readonly conditions: readonly Condition[]};

const judge = (job: Job, startTime: string, {succeeded, failed}: {readonly succeeded: number; readonly failed: number}, {now, wake}: Control): Verdict | null => {
	const {completions, backoffLimit, activeDeadlineSeconds} = job.spec;
	const at = timestamp(now());
	const conditions = (types: readonly string[], reason: string, message: string): readonly Condition[] => types.map(type => ({type, status: 'True', reason, message, lastTransitionTime: at, lastProbeTime: at}));
	const bad = (reason: string, message: string): Verdict => ({isGood: false, reason, message, conditions: conditions(['FailureTarget', 'Failed'], reason, message)});
	if (succeeded >= completions) return {isGood: true, reason: 'Completed', message: 'Job completed', conditions: conditions(['SuccessCriteriaMet', 'Complete'], 'CompletionsReached', 'Reached expected number of succeeded pods')};
	if (failed > backoffLimit) return bad('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
	if (activeDeadlineSeconds === undefined) return null;
	const left = Date.parse(startTime) + activeDeadlineSeconds * 1000 - now().getTime();
	if (left <= 0) return bad('DeadlineExceeded', 'Job was active longer than specified deadline');
	wake(kindNamed('Job'), job, left);
	return null;
};

const startPods = (job: Job, failed: number, succeeded: number, control: Control): void => {
	const {parallelism, completions, template} = job.spec;
	const pods = podsOf(control, job);
	const missing = Math.min(parallelism, completions - succeeded) - pods.filter(isActive).length;
	if (missing <= 0) return;
	const lastFailure = Math.max(0, ...pods.filter(pod => pod.status?.phase === 'Failed').map(pod => Date.parse(pod.metadata.creationTimestamp)));
	const wait = failed === 0 ? 0 : lastFailure + backOffMs * 2 ** (failed - 1) - control.now().getTime();
	if (wait > 0) return control.wake(kindNamed('Job'), job, wait);
	for (let count = 0; count < missing; count += 1) createPod(control, job, template);
};

const forgetLater = (job: Job, control: Control): void => {
	const {ttlSecondsAfterFinished} = job.spec;
	if (ttlSecondsAfterFinished === undefined) return;
	const finished = conditionOf(job, 'Complete') ?? conditionOf(job, 'Failed');
	const left = Date.parse(finished?.lastTransitionTime ?? '') + ttlSecondsAfterFinished * 1000 - control.now().getTime();
	if (left > 0) control.wake(kindNamed('Job'), job, left);
	else control.remove(kindNamed('Job'), job);
};
