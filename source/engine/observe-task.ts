import {observationOf} from '../actions/helm/observation.ts';
import {Problem} from '../errors.ts';
import type {RunState, TaskStatus} from '../run/state.ts';
import {taskOf} from '../run/walk.ts';
import {observeWorkloads, type WorkloadObserver} from './observe-workloads.ts';
import {planInput, type PlanningFacts} from './plan-task.ts';

const looked: ReadonlySet<TaskStatus> = new Set(['running', 'failed', 'cancelled', 'timed-out', 'in-doubt']);

/** Looks at what a task works on, or has worked on without success; null for one that works on no workloads. Whoever calls it closes it. */
export const observeTask = (state: RunState, taskId: string, facts: PlanningFacts, now: Date): WorkloadObserver | null => {
	const {task, attempts, status} = taskOf(state, taskId);
	const attempt = attempts.at(-1);
	if (task.kind !== 'uses' || attempt === undefined || !looked.has(status)) return null;
	try {
		const observation = observationOf(task.uses, planInput(state, taskId, facts, now, task.with), attempt.startedAt);
		return observation === null ? null : observeWorkloads(observation, facts.childEnvironment);
	} catch (error) {
		// It ran, so it could be planned; what has changed since is no reason to fail here.
		if (error instanceof Problem) return null;
		throw error;
	}
};
