import {tasksOf, type Remedy} from '../runbook/plan.ts';
import type {Attempt, RunState, TaskState, TaskStatus} from './state.ts';

/** The state of one task. The id must be one of the plan's. */
export const taskOf = (state: RunState, taskId: string): TaskState => {
	const task = state.tasks[taskId];
	if (task === undefined) throw new RangeError(`The plan has no task ${taskId}.`);
	return task;
};

/** The tasks of the walk in their order, remedies left out. */
export const walkOf = (state: RunState): readonly TaskState[] => tasksOf(state.plan).map(task => taskOf(state, task.id));

/** The one next thing: the first task of the walk that is not settled, or null when all are. */
export const nextTask = (state: RunState): TaskState | null => walkOf(state).find(task => !isSettled(task)) ?? null;

/** Whether the walk may pass this task: it is done, waived, skipped or undone, or it was optional and has been tried. */
export const isSettled = (task: TaskState): boolean => settled.has(task.status) || isPassedOver(task);

/** Whether it was tried in vain, and the walk goes on all the same. */
export const isPassedOver = ({task, status}: TaskState): boolean => !task.required && tried.has(status);

/** Whether it must not block a good end: as `isSettled`, but an optional task that was never tried is no obstacle either. */
export const isNoObstacle = (task: TaskState): boolean => isSettled(task) || (!task.task.required && task.status === 'to-do');

/** Whether it is done by an answer that says what is missing. */
export const isPartial = ({status, confirmation}: TaskState): boolean => status === 'done' && confirmation?.answer === 'partially';

const settled: ReadonlySet<TaskStatus> = new Set(['done', 'waived', 'skipped', 'rolled-back']);
const tried: ReadonlySet<TaskStatus> = new Set(['failed', 'cancelled', 'timed-out']);

/** The attempts that have been started and whose end is not in the journal. */
export const openAttempts = (state: RunState): readonly Attempt[] =>
	Object.values(state.tasks).flatMap(task => task.attempts.filter(attempt => attempt.end === null));

export const tasksBefore = (state: RunState, taskId: string): readonly TaskState[] => {
	const walk = walkOf(state);
	return walk.slice(0, walk.findIndex(task => task.task.id === taskId));
};

/** Whether it may have changed something outside the run's folder. */
export const hasChanged = (task: TaskState): boolean => task.attempts.some(attempt => attempt.started.effect === 'changes');

/** Whether something was changed by a task that comes after it: what was found out before was built on. */
export const hasChangedAfter = (state: RunState, taskId: string): boolean => {
	const walk = walkOf(state);
	return walk.slice(walk.findIndex(({task}) => task.id === taskId) + 1).some(hasChanged);
};

/** What undoes the task, when the plan has such a thing. */
export const remedyFor = (state: RunState, taskId: string): Remedy | null => state.plan.remedies.find(remedy => remedy.remedyFor === taskId) ?? null;

/** What can be undone when a task went wrong: what it has done itself, and what was changed before it and is done, the last first. */
export const undoableAt = (state: RunState, taskId: string): readonly {readonly task: TaskState; readonly remedy: Remedy}[] => {
	const own = state.tasks[taskId];
	const before = tasksBefore(state, taskId).filter(task => task.status === 'done' && hasChanged(task));
	return [...(own === undefined || own.attempts.length === 0 ? [] : [own]), ...before.toReversed()].flatMap(task => {
		const remedy = remedyFor(state, task.task.id);
		return remedy === null ? [] : [{task, remedy}];
	});
};

/** The last attempt that succeeded, by its exit or by the operator's word. */
export const lastSuccess = (task: TaskState): Attempt | null =>
	task.attempts.findLast(({end}) => (end?.kind === 'finished' && end.outcome === 'succeeded') || (end?.kind === 'resolved' && end.as === 'succeeded')) ?? null;
