import type {PlanInput} from '../action.ts';
import {previewedBy} from '../helm/previewed.ts';

/** What evidence is bound to: outputs of the preview whose result was tested, and how long it counts. All in the outputs of the task. */
export type Binding = Readonly<Record<string, string>>;

/** Throws `Problem` when the preview that the task names has not succeeded. */
export const bindingOf = (input: Pick<PlanInput<unknown>, 'earlier' | 'taskId'>, preview: string | undefined, maxAgeMs: number | undefined): Binding => {
	const age: Binding = maxAgeMs === undefined ? {} : {maxAgeMs: String(maxAgeMs)};
	if (preview === undefined) return age;
	const {toVersion, manifest} = previewedBy(input, preview);
	const outputs = input.earlier[preview]?.outputs ?? {};
	const commit = outputs['commit'];
	return {...age, preview, 'manifest-sha256': outputs['manifest-sha256'] ?? manifest.sha256, ...(toVersion === null ? {} : {version: toVersion}), ...(commit === undefined ? {} : {commit})};
};

/** `manifest 1f2e3d4c…, version 2.9.2` */
export const describeBinding = (binding: Binding): string =>
	[binding['manifest-sha256'] === undefined ? [] : [`manifest ${binding['manifest-sha256'].slice(0, 8)}…`], binding['version'] === undefined ? [] : [`version ${binding['version']}`], binding['commit'] === undefined ? [] : [`commit ${binding['commit'].slice(0, 12)}`]].flat().join(', ');
