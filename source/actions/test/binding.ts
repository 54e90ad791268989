import type {PlanInput} from '../action.ts';
import {allPreviewedBy} from '../helm/previewed.ts';

/** What evidence is bound to: outputs of the preview whose result was tested, and how long it counts. All in the outputs of the task. */
export type Binding = Readonly<Record<string, string>>;

/** What each of them is. */
export const bindingWords = {
	maxAgeMs: 'How long the result counts before something is changed, in milliseconds; when `max-age` is given',
	preview: 'Id of the preview whose result is tested; when one is named',
	'manifest-sha256': 'SHA-256 of the manifest that was previewed; when a preview is named',
	version: 'The version that was previewed, several with spaces between; when it is known',
	commit: 'The commit that was previewed; when it is known',
} as const;

/** Throws `Problem` when the preview that the task names has not succeeded. */
export const bindingOf = (input: Pick<PlanInput<unknown>, 'earlier' | 'taskId'>, preview: string | undefined, maxAgeMs: number | undefined): Binding => {
	const age: Binding = maxAgeMs === undefined ? {} : {maxAgeMs: String(maxAgeMs)};
	if (preview === undefined) return age;
	const all = allPreviewedBy(input, preview);
	const versions = [...new Set(all.flatMap(({toVersion}) => toVersion ?? []))];
	const outputs = input.earlier[preview]?.outputs ?? {};
	const {commit, 'manifest-sha256': sha256 = all[0]?.manifest.sha256} = outputs;
	return {...age, preview, ...(sha256 === undefined ? {} : {'manifest-sha256': sha256}), ...(versions.length === 0 ? {} : {version: versions.join(' ')}), ...(commit === undefined ? {} : {commit})};
};

/** `manifest 1f2e3d4c…, version 2.9.2` */
export const describeBinding = (binding: Binding): string =>
	[binding['manifest-sha256'] === undefined ? [] : [`manifest ${binding['manifest-sha256'].slice(0, 8)}…`], binding['version'] === undefined ? [] : [`version ${binding['version']}`], binding['commit'] === undefined ? [] : [`commit ${binding['commit'].slice(0, 12)}`]].flat().join(', ');
