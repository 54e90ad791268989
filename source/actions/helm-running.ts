import {resolve} from 'node:path';

import * as z from 'zod';

import {Problem} from '../errors.ts';
import {durationShape} from '../runbook/duration.ts';
import type {Action} from './action.ts';
import {helmEnvironment, helmPlaceOf, withKubectl} from './helm/helm-place.ts';
import {previewedBy} from './helm/previewed.ts';
import {judgeStates, runningOutputs, runningReport, summarizeRunning} from './helm/running-report.ts';
import {workloadsArgv} from './helm/running-state.ts';

/**
	uses: helm/running
	with:
	  preview: preview     # what was confirmed there must be what runs
	  timeout: 2m
*/
const settings = z.lazy(() => z.strictObject({
	preview: z.string().describe('Id of the helm/preview task whose images must be running'),
	timeout: durationShape.optional().describe('How long to look again while something is not ready; 2m when absent'),
}));

export type RunningSettings = z.infer<typeof settings>;

/** What the worker is given. Paths are absolute. */
export type RunningWork = {
	readonly manifest: string;
	readonly namespace: string;
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
	refersTo: {preview: 'helm/preview'},
	effect: 'reads',
	plan: input => {
		const previewed = previewedBy(input, input.with.preview);
		const isRolledBack = input.rolledBack?.includes(input.with.preview) === true;
		const manifest = isRolledBack ? previewed.liveManifest : previewed.manifest;
		if (manifest === null) throw new Problem({code: 'nothing-to-run', what: `Nothing of ${previewed.release} should run.`, why: 'It was removed, and nothing of it was deployed before.', todo: 'Leave this task out, with that as the reason.'});
		const {kubectl, kubectlFlags} = withKubectl(helmPlaceOf(input, previewed.namespace), input.taskId);
		const commands = previewed.workloadNamespaces.map(namespace => workloadsArgv(kubectl, kubectlFlags, namespace));
		return {
			commands: commands.map(argv => ({effect: 'reads', argv})),
			cwd: input.runFolder,
			env: helmEnvironment,
			requires: [manifest],
			work: {manifest: resolve(input.runFolder, manifest.path), namespace: previewed.namespace, commands, timeoutMs: input.with.timeout ?? defaultTimeoutMs, environment: helmEnvironment} satisfies RunningWork,
			notes: [...(isRolledBack ? [`The release was rolled back: what must run is what was live before${previewed.fromVersion === null ? '' : `, version ${previewed.fromVersion}`}.`] : []), 'Reads again every two seconds until everything is ready, or the time is over.'],
		};
	},
	judge: ({report, exitCode, signal}) => {
		const parsed = runningReport.safeParse(report);
		if (!parsed.success) return {outcome: 'failed', summary: signal === null ? `the check ended without a report (exit status ${exitCode ?? 'unknown'})` : `the check was ended by ${signal}`, outputs: {}, findings: []};
		const {isGood, summary} = summarizeRunning(parsed.data);
		const endedWell = exitCode === 0 && signal === null;
		return {outcome: isGood && endedWell ? 'succeeded' : 'failed', summary: isGood && !endedWell ? 'everything runs, but the check did not end well' : summary, outputs: runningOutputs(parsed.data), findings: judgeStates(parsed.data)};
	},
};
