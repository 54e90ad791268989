import type {RunState} from '../../../run/state.ts';
import {openAttempts, nextTask, tasksBefore, walkOf} from '../../../run/walk.ts';
import {changesTarget, lapsedNow} from '../../lapsed-approval.ts';

/**
The task that needs the operator now: what runs, then what is in doubt, then the first that is not settled, but before one that would change
something an approval that counts no more; null when all are settled.
*/
export const currentTask = (state: RunState, now: Date): string | null => {
	if (state.ending !== null) return null;
	const inDoubt = Object.values(state.tasks).find(({status}) => status === 'in-doubt');
	const next = nextTask(state);
	// What failed keeps its choices before the operator; its gate says what a retry needs.
	const lapsed = next?.status === 'to-do' && changesTarget(next) ? tasksBefore(state, next.task.id).find(({task}) => lapsedNow(state, task.id, now) !== null) : undefined;
	return openAttempts(state)[0]?.task ?? inDoubt?.task.id ?? lapsed?.task.id ?? next?.task.id ?? null;
};

/** The tasks that the arrows walk through: those of the steps, and each remedy that was tried behind its task. */
export const taskOrder = (state: RunState): readonly string[] =>
	walkOf(state).flatMap(({task}) => [task.id, ...state.plan.remedies.filter(remedy => remedy.remedyFor === task.id && (state.tasks[remedy.id]?.attempts.length ?? 0) > 0).map(({id}) => id)]);
