import {actions} from '../actions/table.ts';
import {lapseOf, type Lapse} from '../run/approvals.ts';
import type {RunState, TaskState} from '../run/state.ts';
import {isSettled, walkOf} from '../run/walk.ts';
import {lapseLooks, lookOf, type Look} from './theme.ts';

/** Why an approval has to be given again; null while it counts, and once nothing after it is left to change: then nothing asks for it. */
export const lapsedNow = (state: RunState, taskId: string, now: Date): Lapse | null => {
	const walk = walkOf(state);
	const isNeeded = state.ending === null && walk.slice(walk.findIndex(({task}) => task.id === taskId) + 1).some(task => !isSettled(task) && changesTarget(task));
	return isNeeded ? lapseOf(state, taskId, now) : null;
};

export const changesTarget = ({task}: TaskState): boolean => (task.kind === 'uses' ? actions[task.uses]?.effect : task.kind === 'run' || task.kind === 'script' ? task.effect : null) === 'changes';

/** How a task stands now: an approval that counts no more is not done. */
export const taskLook = (state: RunState, task: TaskState, now: Date): Look => {
	const lapse = task.status === 'done' && task.task.kind === 'approval' ? lapsedNow(state, task.task.id, now) : null;
	return lapse === null ? lookOf(task) : lapseLooks[lapse];
};
