import type {RunState} from '../../../run/state.ts';
import {openAttempts, lastSuccess, nextTask, walkOf} from '../../../run/walk.ts';

/** What is released: its name, the version that was live, the version that is coming; null where it is not known. */
export type Release = {readonly name: string; readonly from: string | null; readonly to: string | null};

/** Read from the inputs and from what the first preview found live. */
export const releaseOf = (state: RunState): Release => {
	const {inputs, steps, runbook} = state.plan;
	const helm = steps.flatMap(step => step.tasks).find(task => task.kind === 'uses' && task.uses.startsWith('helm/'));
	const release = helm?.kind === 'uses' ? helm.with['release'] : undefined;
	const found = walkOf(state).flatMap(task => {
		const end = lastSuccess(task)?.end;
		return end?.kind === 'finished' ? [end.outputs] : [];
	});
	const output = (...names: readonly string[]): string | null => found.flatMap(outputs => names.flatMap(name => outputs[name] ?? []))[0] ?? null;
	const input = (...names: readonly string[]): string | null => names.flatMap(name => (inputs[name] === undefined ? [] : [String(inputs[name])]))[0] ?? null;
	return {
		name: input('release', 'service') ?? (typeof release === 'string' ? release : runbook.name),
		from: output('from-version', 'fromVersion', 'from'),
		to: input('version', 'tag') ?? output('to-version', 'toVersion', 'to'),
	};
};

/** The task that needs the operator now: what runs, then what is in doubt, then the first that is not settled; null when all are. */
export const currentTask = (state: RunState): string | null => {
	if (state.ending !== null) return null;
	const inDoubt = Object.values(state.tasks).find(({status}) => status === 'in-doubt');
	return openAttempts(state)[0]?.task ?? inDoubt?.task.id ?? nextTask(state)?.task.id ?? null;
};

/** The tasks that the arrows walk through: those of the steps, and each remedy that was tried behind its task. */
export const taskOrder = (state: RunState): readonly string[] =>
	walkOf(state).flatMap(({task}) => [task.id, ...state.plan.remedies.filter(remedy => remedy.remedyFor === task.id && (state.tasks[remedy.id]?.attempts.length ?? 0) > 0).map(({id}) => id)]);
