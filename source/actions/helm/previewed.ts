import {basename} from 'node:path';

import {Problem} from '../../errors.ts';
import type {FileFact} from '../../journal/event.ts';
import type {PlanInput} from '../action.ts';
import type {PreviewOutcome} from './preview-report.ts';

/** What an earlier preview found, and the files that it kept. */
export type Previewed = PreviewOutcome & {
	readonly chart: FileFact;
	readonly values: readonly FileFact[];
	readonly manifest: FileFact;
	/** Null for a first install. */
	readonly liveManifest: FileFact | null;
	/** Every file that the preview left. */
	readonly evidence: readonly FileFact[];
};

/** The result of the task `previewId`. Throws `Problem` when there is none. */
export const previewedBy = ({earlier, taskId}: Pick<PlanInput<unknown>, 'earlier' | 'taskId'>, previewId: string): Previewed => {
	const done = earlier[previewId];
	if (done === undefined) throw missing(`There is no preview ${previewId} yet.`, `The task ${taskId} deploys what was previewed and confirmed, and that task has not succeeded.`);
	const text = done.outputs['preview'];
	if (done.uses !== 'helm/preview' || text === undefined) throw missing(`The task ${previewId} is no preview of Helm.`, `The task ${taskId} names it as its preview.`);
	const named = (name: string): FileFact | null => done.evidence.find(({path}) => basename(path) === name) ?? null;
	const [chart, manifest] = [named('chart.tgz'), named('new-manifest.yaml')];
	if (chart === null || manifest === null) throw missing('The preview left no chart.', `Its evidence is ${done.evidence.map(({path}) => basename(path)).join(', ') || 'nothing'}.`);
	const number = ({path}: FileFact): number => Number(/^values-(\d+)\.yaml$/.exec(basename(path))?.[1] ?? Number.NaN);
	return {
		...(JSON.parse(text) as PreviewOutcome),
		chart,
		manifest,
		values: done.evidence.filter(fact => !Number.isNaN(number(fact))).toSorted((a, b) => number(a) - number(b)),
		liveManifest: named('live-manifest.yaml'),
		evidence: done.evidence,
	};
};

const missing = (what: string, why: string): Problem => new Problem({code: 'no-preview', what, why, todo: 'Run the preview, read the difference, and confirm it.'});
