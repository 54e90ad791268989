import type {RunState} from './state.ts';
import {lastSuccess, walkOf} from './walk.ts';

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
