import {resolve} from 'node:path';

import * as z from 'zod';

import {Problem} from '../errors.ts';
import type {Action, Judgement, PlanInput} from './action.ts';
import {helmEnvironment, helmPlaceOf} from './helm/helm-place.ts';
import {previewOutputs, previewOutputWords, previewReport} from './helm/preview-report.ts';
import {liveRevision, previewCommands, previewWork, releaseNamePattern, type PreviewWork} from './helm/preview-work.ts';
import {settingFlags} from './helm/setting-flags.ts';
import {withoutReport} from './without-report.ts';

/**
	uses: helm/preview
	with:
	  release: user
	  chart: ./charts/user          # a folder or a .tgz, relative to the runbook
	  values: [env.yaml]
	  set: {image.tag: '${{ inputs.version }}'}
*/
const settings = z.lazy(() => z.strictObject({
	release: z.string().regex(releaseNamePattern, 'A release name of Helm is expected: small letters, digits, - and ., at most 53.').describe('Name of the Helm release'),
	chart: z.string().min(1).describe('Folder or .tgz of the chart, relative to the runbook'),
	values: z.array(z.string()).default([]).describe('Values files, relative to the runbook; later ones win'),
	set: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}).describe('Single values by path, over those of the files'),
	namespace: z.string().optional().describe("Another namespace than the target's"),
}));

export type PreviewSettings = z.infer<typeof settings>;

/** Reads what is live, renders what is coming, and shows the difference. Deploys nothing. */
export const helmPreview: Action<PreviewSettings> = {
	uses: 'helm/preview',
	describe: 'Compares what a chart would deploy with what is live, keeps the chart and its values as evidence, and deploys nothing.',
	schema: settings as unknown as z.ZodType<PreviewSettings>,
	effect: 'local',
	outputs: previewOutputWords,
	plan: input => {
		const work = planWork(input);
		return {
			commands: previewCommands(work),
			cwd: input.runFolder,
			env: helmEnvironment,
			requires: [],
			work,
			notes: ['Nothing is deployed: the chart is rendered twice, as Helm would send it (--dry-run), to find what differs every time.', `${liveRevision} is the revision that the history names as deployed; without one those commands are left out.`],
		};
	},
	judge: (ended): Judgement => {
		const {report, exitCode, signal} = ended;
		const parsed = previewReport.safeParse(report);
		if (!parsed.success) return withoutReport('the preview', ended);
		const {failure, findings, counts} = parsed.data;
		if (failure !== null) return {outcome: 'failed', summary: failure, outputs: {}, findings};
		if (exitCode !== 0 || signal !== null) return {outcome: 'failed', summary: 'the difference was read, but the preview did not end well', outputs: {}, findings};
		const total = counts.added + counts.changed + counts.removed;
		const parts = [counts.added > 0 ? `${counts.added} added` : [], counts.changed > 0 ? `${counts.changed} changed${counts.onlyVersionLabels > 0 ? ` (${counts.onlyVersionLabels} only in version labels)` : ''}` : [], counts.removed > 0 ? `${counts.removed} removed` : []].flat();
		return {
			outcome: 'succeeded',
			summary: `${parsed.data.live === null ? 'first install, ' : ''}${total === 0 ? 'nothing changes' : parts.join(', ')}${counts.toRead === 0 ? '' : `; ${counts.toRead} to be read before you confirm`}`,
			outputs: previewOutputs(parsed.data),
			findings,
		};
	},
};

const planWork = (input: PlanInput<PreviewSettings>): PreviewWork => {
	const {release, chart, values, set, namespace} = input.with;
	if (chart.includes('://')) throw new Problem({code: 'chart-remote', what: `The chart ${chart} is not on this machine.`, why: 'What is deployed has to be read and kept first.', todo: `Fetch it with \`helm pull ${chart}\`, and name the .tgz.`});
	const inRunbookFolder = (path: string): string => resolve(input.runbookFolder, path);
	return previewWork({...input, ...helmPlaceOf(input, namespace), release, chart: inRunbookFolder(chart), values: values.map(inRunbookFolder), setFlags: settingFlags(set, input.taskId), sources: {git: input.findTool('git'), runbookFolder: input.runbookFolder}});
};
