import * as z from 'zod';

import {durationShape} from '../runbook/duration.ts';
import type {Action} from './action.ts';
import {helmEnvironment} from './helm/helm-place.ts';
import {previewedBy} from './helm/previewed.ts';
import {defaultUpgradeMs, describeUpgrade, judgeUpgrade, upgradeCommand, upgradeOutputWords} from './helm/upgrade-command.ts';
import {probeUpgrade} from './helm/upgrade-probe.ts';

/**
	uses: helm/upgrade
	with:
	  preview: preview     # deploys what that task kept, and nothing else
	  timeout: 10m
*/
const settings = z.lazy(() => z.strictObject({
	preview: z.string().describe('Id of the helm/preview task whose chart and values are deployed'),
	timeout: durationShape.optional().describe('How long Helm waits until everything is ready; 10m when absent'),
}));

export type UpgradeSettings = z.infer<typeof settings>;

/** Deploys the very chart and values that were previewed, and waits until the workloads are ready. */
export const helmUpgrade: Action<UpgradeSettings> = {
	uses: 'helm/upgrade',
	describe: 'Deploys the chart and the values that a helm/preview kept, and waits until the workloads are ready.',
	schema: settings as unknown as z.ZodType<UpgradeSettings>,
	refersTo: {preview: ['helm/preview']},
	effect: 'changes',
	outputs: upgradeOutputWords,
	plan: input => {
		const previewed = previewedBy(input, input.with.preview);
		return {
			commands: [upgradeCommand(input, previewed, input.with.timeout ?? defaultUpgradeMs)],
			cwd: input.runFolder,
			env: helmEnvironment,
			requires: [...previewed.evidence, ...previewed.sources],
			notes: describeUpgrade(previewed),
		};
	},
	judge: judgeUpgrade,
	probe: input => probeUpgrade(input, previewedBy(input, input.with.preview)),
	rollback: ({preview}) => ({uses: 'helm/rollback', name: 'Roll back', with: {preview}}),
};
