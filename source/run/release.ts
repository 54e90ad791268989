import type {RunState} from './state.ts';
import {lastSuccess, walkOf} from './walk.ts';

/** What is released: its name, the version that was live, the version that is coming; null where it is not known. */
export type Release = {readonly name: string; readonly from: string | null; readonly to: string | null};

/** Read from the inputs and from what the preview found live. A run of several Helm releases is called what its runbook is, and has no version of its own. */
export const releaseOf = (state: RunState): Release => {
	const {inputs, runbook} = state.plan;
	const names = helmReleases(state);
	const found = walkOf(state).flatMap(task => {
		const end = lastSuccess(task)?.end;
		return end?.kind === 'finished' ? [end.outputs] : [];
	});
	const output = (...names: readonly string[]): string | null => found.flatMap(outputs => names.flatMap(name => outputs[name] ?? []))[0] ?? null;
	const input = (...names: readonly string[]): string | null => names.flatMap(name => (inputs[name] === undefined ? [] : [String(inputs[name])]))[0] ?? null;
	return {
		name: input('release', 'service') ?? (names.length === 1 ? names[0] : undefined) ?? runbook.name,
		from: names.length > 1 ? null : output('from-version', 'fromVersion', 'from'),
		to: input('version', 'tag') ?? (names.length > 1 ? null : output('to-version', 'toVersion', 'to')),
	};
};

const helmReleases = ({plan}: RunState): readonly string[] => [
	...new Set(plan.steps.flatMap(({tasks}) => tasks).flatMap(task => (task.kind === 'uses' && task.uses === 'helm/preview' && typeof task.with['release'] === 'string' ? [task.with['release']] : []))),
];
