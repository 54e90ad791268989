import type {RunState} from '../../../run/state.ts';
import {openAttempts, nextTask, walkOf} from '../../../run/walk.ts';

/** The task that needs the operator now: what runs, then what is in doubt, then the first that is not settled; null when all are. */
export const currentTask = (state: RunState): string | null => {
	if (state.ending !== null) return null;
	const inDoubt = Object.values(state.tasks).find(({status}) => status === 'in-doubt');
	return openAttempts(state)[0]?.task ?? inDoubt?.task.id ?? nextTask(state)?.task.id ?? null;
};

/** The tasks that the arrows walk through: those of the steps, and each remedy that was tried behind its task. */
export const taskOrder = (state: RunState): readonly string[] =>
	walkOf(state).flatMap(({task}) => [task.id, ...state.plan.remedies.filter(remedy => remedy.remedyFor === task.id && (state.tasks[remedy.id]?.attempts.length ?? 0) > 0).map(({id}) => id)]);
