import {basename} from 'node:path';

import {Problem} from '../../errors.ts';
import type {FileFact} from '../../journal/event.ts';
import type {PlanInput} from '../action.ts';
import type {PreviewOutcome} from './preview-report.ts';

/** What an earlier preview found of a release, and the files that it kept. */
export type Previewed = PreviewOutcome & {
	readonly chart: FileFact;
	readonly values: readonly FileFact[];
	readonly manifest: FileFact;
	/** Null for a first install. */
	readonly liveManifest: FileFact | null;
	/** Every file that the preview left of the release. */
	readonly evidence: readonly FileFact[];
};

/** What leaves previews: of one release, or of all that a helmfile changes. */
export const previewActions: readonly string[] = ['helm/preview', 'helmfile/preview'];

/** `egov/user`: among several releases; also its folder below the evidence of a task that previews them. */
export const releaseName = ({release, namespace}: {readonly release: string; readonly namespace: string}): string => `${namespace}/${release}`;

type Input = Pick<PlanInput<unknown>, 'earlier' | 'taskId'>;

/** The release that the task `previewId` looked at. Throws `Problem` when it has no result. */
export const previewedBy = (input: Input, previewId: string): Previewed => {
	const {outputs, evidence} = resultOf(input, previewId, ['helm/preview']);
	return keptOf(JSON.parse(outputs['preview'] ?? '') as PreviewOutcome, evidence);
};

/**
Every release that the task `previewId` would change, in the order in which they are deployed. A preview of Helm has one, also when nothing
changes in it; that of a helmfile has none then. Throws `Problem` when it has no result.
*/
export const allPreviewedBy = (input: Input, previewId: string): readonly Previewed[] => {
	const {uses, outputs, evidence} = resultOf(input, previewId, previewActions);
	if (uses === 'helm/preview') return [previewedBy(input, previewId)];
	const outcomes = JSON.parse(outputs['preview'] ?? '') as readonly PreviewOutcome[];
	return outcomes.map(outcome => keptOf(outcome, evidence.filter(({path}) => path.includes(`/${releaseName(outcome)}/`))));
};

/** As `allPreviewedBy`, for a task that works on them. Throws `Problem` when nothing changes. */
export const changedBy = (input: Input, previewId: string): readonly [Previewed, ...(readonly Previewed[])] => {
	const [first, ...others] = allPreviewedBy(input, previewId);
	if (first === undefined) throw new Problem({code: 'nothing-changes', what: 'There is nothing to deploy.', why: `The task ${previewId} found that every release is as its helmfile says.`, todo: 'Leave this task out, with that as the reason.'});
	return [first, ...others];
};

const resultOf = ({earlier, taskId}: Input, previewId: string, wanted: readonly string[]) => {
	const done = earlier[previewId];
	if (done === undefined) throw missing(`There is no preview ${previewId} yet.`, `The task ${taskId} deploys what was previewed and confirmed, and that task has not succeeded.`);
	if (!wanted.includes(done.uses ?? '') || done.outputs['preview'] === undefined) throw missing(`The task ${previewId} is no preview of ${wanted.length === 1 ? 'Helm' : 'Helm or helmfile'}.`, `The task ${taskId} names it as its preview.`);
	return done;
};

const keptOf = (outcome: PreviewOutcome, evidence: readonly FileFact[]): Previewed => {
	const named = (name: string): FileFact | null => evidence.find(({path}) => basename(path) === name) ?? null;
	const [chart, manifest] = [named('chart.tgz'), named('new-manifest.yaml')];
	if (chart === null || manifest === null) throw missing('The preview left no chart.', `Its evidence is ${evidence.map(({path}) => basename(path)).join(', ') || 'nothing'}.`);
	const number = ({path}: FileFact): number => Number(/^values-(\d+)\.yaml$/.exec(basename(path))?.[1] ?? Number.NaN);
	return {
		...outcome,
		chart,
		manifest,
		values: evidence.filter(fact => !Number.isNaN(number(fact))).toSorted((a, b) => number(a) - number(b)),
		liveManifest: named('live-manifest.yaml'),
		evidence,
	};
};

const missing = (what: string, why: string): Problem => new Problem({code: 'no-preview', what, why, todo: 'Run the preview, read the difference, and confirm it.'});
