import type {Attempt, FileFact, RunState, TaskState} from '../../../run/state.ts';
import {lastSuccess, taskOf, walkOf} from '../../../run/walk.ts';

/** A difference that a preview left as evidence. */
export type LeftDifference = {readonly attempt: Attempt; readonly file: FileFact};

/**
The differences that a task is about: its own when it is a preview, that of the preview which it names, those that it asks consent to; else
the last one that was left before it.
*/
export const differencesFor = (state: RunState, taskId: string): readonly LeftDifference[] => {
	const {task} = taskOf(state, taskId);
	const named = task.kind === 'uses' && typeof task.with['preview'] === 'string' ? state.tasks[task.with['preview']] : undefined;
	if (named !== undefined) return leftBy(named);
	const consented = differencesToRead(state, taskId);
	if (consented.length > 0) return consented;
	const walk = walkOf(state);
	const place = walk.findIndex(one => one.task.id === taskId);
	const last = walk.slice(0, place === -1 ? walk.length : place + 1).findLast(one => leftBy(one).length > 0);
	return last === undefined ? [] : leftBy(last);
};

/** What has to be read before the confirmation may be given: the previews of its step since the confirmation before, as they last succeeded. */
export const differencesToRead = (state: RunState, taskId: string): readonly LeftDifference[] => {
	const {task} = taskOf(state, taskId);
	if (task.kind !== 'confirm') return [];
	const before = walkOf(state).filter(one => one.task.stepId === task.stepId);
	const place = before.findIndex(one => one.task.id === taskId);
	const start = before.slice(0, place).findLastIndex(one => one.task.kind === 'confirm') + 1;
	return before.slice(start, place).flatMap(one => leftBy(one));
};

const leftBy = (task: TaskState): readonly LeftDifference[] => {
	const attempt = lastSuccess(task);
	if (attempt?.end?.kind !== 'finished') return [];
	return attempt.end.evidence.filter(({path}) => /(^|\/)difference\.json$/.test(path)).map(file => ({attempt, file}));
};
