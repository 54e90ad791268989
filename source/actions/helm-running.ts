import {resolve} from 'node:path';

import * as z from 'zod';

import {Problem} from '../errors.ts';
import {durationShape} from '../runbook/duration.ts';
import type {Action} from './action.ts';
import {helmEnvironment, helmPlaceOf, withKubectl} from './helm/helm-place.ts';
import {changedBy, previewActions} from './helm/previewed.ts';
import {judgeStates, runningOutputs, runningOutputWords, runningReport, summarizeRunning} from './helm/running-report.ts';
import {workloadsArgv} from './helm/running-state.ts';
import {withoutReport} from './without-report.ts';

/**
	uses: helm/running
	with:
	  preview: preview     # what was confirmed there must be what runs
	  timeout: 2m
*/
const settings = z.lazy(() => z.strictObject({
	preview: z.string().describe('Id of the preview whose images must be running'),
	timeout: durationShape.optional().describe('How long to look again while something is not ready; 2m when absent'),
}));

export type RunningSettings = z.infer<typeof settings>;

/** What the worker is given. Paths are absolute. */
export type RunningWork = {
	readonly manifests: readonly {readonly path: string; readonly namespace: string}[];
	readonly commands: readonly (readonly string[])[];
	readonly timeoutMs: number;
	readonly environment: Readonly<Record<string, string>>;
};

const defaultTimeoutMs = 120_000;

/** Reads whether the workloads are ready and run the images that were confirmed. Changes nothing. */
export const helmRunning: Action<RunningSettings> = {
	uses: 'helm/running',
	describe: 'Checks that the workloads of a release are ready and run exactly the images that were previewed.',
	schema: settings as unknown as z.ZodType<RunningSettings>,
	refersTo: {preview: previewActions},
	effect: 'reads',
	outputs: runningOutputWords,
	plan: input => {
		const all = changedBy(input, input.with.preview);
		const isRolledBack = input.rolledBack?.includes(input.with.preview) === true;
		const manifests = all.flatMap(({manifest, liveManifest, namespace}) => {
			const kept = isRolledBack ? liveManifest : manifest;
			return kept === null ? [] : [{kept, namespace}];
		});
		if (manifests.length === 0) throw new Problem({code: 'nothing-to-run', what: `Nothing of ${all.map(({release}) => release).join(', ')} should run.`, why: 'It was removed, and nothing of it was deployed before.', todo: 'Leave this task out, with that as the reason.'});
		const {kubectl, kubectlFlags} = withKubectl(helmPlaceOf(input, all[0].namespace), input.taskId);
		const commands = [...new Set(all.flatMap(({workloadNamespaces}) => workloadNamespaces))].map(namespace => workloadsArgv(kubectl, kubectlFlags, namespace));
		const versions = [...new Set(all.flatMap(({fromVersion}) => fromVersion ?? []))].join(', ');
		return {
			commands: commands.map(argv => ({effect: 'reads', argv})),
			cwd: input.runFolder,
			env: helmEnvironment,
			requires: manifests.map(({kept}) => kept),
			work: {manifests: manifests.map(({kept, namespace}) => ({path: resolve(input.runFolder, kept.path), namespace})), commands, timeoutMs: input.with.timeout ?? defaultTimeoutMs, environment: helmEnvironment} satisfies RunningWork,
			notes: [...(isRolledBack ? [`The release was rolled back: what must run is what was live before${versions === '' ? '' : `, version ${versions}`}.`] : []), 'Reads again every two seconds until everything is ready, or the time is over.'],
		};
	},
	judge: ended => {
		const {report, exitCode, signal} = ended;
		const parsed = runningReport.safeParse(report);
		if (!parsed.success) return withoutReport('the check', ended);
		const {isGood, summary} = summarizeRunning(parsed.data);
		const endedWell = exitCode === 0 && signal === null;
		return {outcome: isGood && endedWell ? 'succeeded' : 'failed', summary: isGood && !endedWell ? 'everything runs, but the check did not end well' : summary, outputs: runningOutputs(parsed.data), findings: judgeStates(parsed.data)};
	},
};
