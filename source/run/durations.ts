import type {Effect} from '../actions/action.ts';
import type {Plan} from '../runbook/plan.ts';
import type {RunState} from './state.ts';

/** How long the last good attempt of a task took. */
export type TaskTime = {readonly task: string; readonly effect: Effect; readonly ms: number};

/** How long things usually take. Null: no earlier run says so. */
export type Usual = {
	/** The task of this id. */
	readonly taskMs: (taskId: string) => number | null;
	/** All that changes the target, put together. */
	readonly deployMs: number | null;
	/** All that undoes it. */
	readonly rollbackMs: number | null;
};

/** More would let last year's release say how long today's takes. */
const countedRuns = 15;

/** Of every task that an attempt of has succeeded, its last good attempt. Ends that a person decided have no length. */
export const succeededTimes = (state: RunState): readonly TaskTime[] =>
	Object.values(state.tasks).flatMap((task): readonly TaskTime[] => {
		const good = task.attempts.findLast(({end}) => end?.kind === 'finished' && end.outcome === 'succeeded');
		return good?.end?.kind === 'finished' ? [{task: task.task.id, effect: good.started.effect, ms: good.end.durationMs}] : [];
	});

/**
What earlier runs of the same runbook, target and release say, given the times of each, the newest first. Only attempts that succeeded are in
them, and the median is taken, so that neither a failure nor one that hung for a day counts.
*/
export const usualFrom = (plan: Plan, earlier: readonly (readonly TaskTime[])[]): Usual => {
	const all = Map.groupBy(earlier.flat(), ({task}) => task);
	const remedies = new Set(plan.remedies.map(({id}) => id));
	const taskMs = (taskId: string): number | null => median((all.get(taskId) ?? []).slice(0, countedRuns).map(({ms}) => ms));
	const sum = (isWanted: (taskId: string) => boolean): number | null => {
		const wanted = [...all].flatMap(([task, [last]]) => (isWanted(task) && last?.effect === 'changes' ? [taskMs(task) ?? 0] : []));
		return wanted.length === 0 ? null : wanted.reduce((total, ms) => total + ms, 0);
	};

	return {taskMs, deployMs: sum(task => !remedies.has(task)), rollbackMs: sum(task => remedies.has(task))};
};

export const nothingUsual: Usual = {taskMs: () => null, deployMs: null, rollbackMs: null};

/** The middle value; of two in the middle the smaller one, as with few runs the larger may be one that hung. Null for none. */
export const median = (values: readonly number[]): number | null => values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? null;
