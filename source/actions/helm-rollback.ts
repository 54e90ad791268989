import * as z from 'zod';

import {durationShape} from '../runbook/duration.ts';
import type {Action, PlanInput} from './action.ts';
import {previewedBy} from './helm/previewed.ts';
import {defaultRollbackMs, judgeRollback, planRollback, probeRollback, rollbackOutputWords, rollbackReport} from './helm/rollback.ts';
import {withoutReport} from './without-report.ts';

/**
	uses: helm/rollback
	with:
	  preview: preview     # back to what was live when that task looked
	  revision: 41         # or to another one
*/
const settings = z.lazy(() => z.strictObject({
	preview: z.string().describe('Id of the helm/preview task that looked at the release before the upgrade'),
	revision: z.number().int().min(1).optional().describe('Another revision than the last one that was deployed then'),
	timeout: durationShape.optional().describe('How long Helm waits until everything is ready; 10m when absent'),
}));

export type RollbackSettings = z.infer<typeof settings>;

/** Brings an earlier revision back, and believes it only when the world says the same. */
export const helmRollback: Action<RollbackSettings> = {
	uses: 'helm/rollback',
	describe: 'Brings back the revision that was live before, and reads from the cluster whether it is.',
	schema: settings as unknown as z.ZodType<RollbackSettings>,
	refersTo: {preview: ['helm/preview']},
	effect: 'changes',
	outputs: rollbackOutputWords,
	plan: input => planRollback(input, previewedBy(input, input.with.preview), {revision: revisionOf(input), timeoutMs: input.with.timeout ?? defaultRollbackMs}),
	judge: ended => {
		const {report, exitCode, signal} = ended;
		const parsed = rollbackReport.safeParse(report);
		if (parsed.success) return judgeRollback(parsed.data, exitCode === 0 && signal === null);
		return withoutReport('the roll-back', ended, {changes: true});
	},
	probe: input => probeRollback(input, previewedBy(input, input.with.preview), revisionOf(input)),
};

/** Where it leads: null where the preview found nothing that was ever deployed. */
const revisionOf = (input: PlanInput<RollbackSettings>): number | null => input.with.revision ?? previewedBy(input, input.with.preview).goodRevision;
