import * as z from 'zod';

import {durationShape} from '../runbook/duration.ts';
import type {Action, Judgement, PlanInput, Probe} from './action.ts';
import {helmEnvironment} from './helm/helm-place.ts';
import type {PreviewOutcome} from './helm/preview-report.ts';
import {changedBy, releaseName} from './helm/previewed.ts';
import {readHistory} from './helm/release-history.ts';
import {defaultRollbackMs, judgeRollback, planRollback, probeRollback, rollbackReport, type RollbackWork} from './helm/rollback.ts';
import {eachRelease, findingsOf} from './helmfile/each-release.ts';
import {isUntouched} from './helmfile/own-revision.ts';
import {probeAll} from './helmfile/probe-all.ts';
import {withoutReport} from './without-report.ts';

/**
	uses: helmfile/rollback
	with:
	  preview: preview     # back to what was live when that task looked, the last release first
*/
const settings = z.lazy(() => z.strictObject({
	preview: z.string().describe('Id of the helmfile/preview task that looked at the releases before they were deployed'),
	timeout: durationShape.optional().describe('How long Helm waits for each release until everything is ready; 10m when absent'),
}));

export type HelmfileRollbackSettings = z.infer<typeof settings>;

/** What the worker is given, the last release first. */
export type HelmfileRollbackWork = {readonly releases: readonly {readonly name: string; readonly revisionBefore: number; readonly rollback: RollbackWork}[]};

/** `report.json` of the worker. `report`: null for a release that was never touched. `notBegun`: those left when it was cancelled. */
export const helmfileRollbackReport = z.lazy(() => z.object({releases: z.array(z.object({name: z.string(), report: rollbackReport.nullable()})), notBegun: z.array(z.string())}));

export type HelmfileRollbackReport = z.infer<typeof helmfileRollbackReport>;

/** Brings back every release that was deployed since a preview of a helmfile, and believes it only when the world says the same. */
export const helmfileRollback: Action<HelmfileRollbackSettings> = {
	uses: 'helmfile/rollback',
	describe: 'Brings back, in reverse order, what was live before of each release that was touched since a helmfile/preview, and reads from the cluster whether it is.',
	schema: settings as unknown as z.ZodType<HelmfileRollbackSettings>,
	refersTo: {preview: ['helmfile/preview']},
	effect: 'changes',
	outputs: {
		'rolled-back': 'The releases that are back, each with its revision now or `removed`: `egov/user 43, egov/otp removed`',
		untouched: 'How many releases were as they were previewed, and left alone',
	},
	plan: input => {
		const all = changedBy(input, input.with.preview).toReversed();
		const plans = all.map(previewed => ({previewed, plan: planRollback(input, previewed, {revision: previewed.goodRevision, timeoutMs: input.with.timeout ?? defaultRollbackMs})}));
		return {
			commands: plans.flatMap(({plan}) => [{effect: 'reads', argv: plan.work.after.history} as const, ...plan.commands]),
			cwd: input.runFolder,
			env: helmEnvironment,
			requires: plans.flatMap(({plan}) => plan.requires),
			work: {releases: plans.map(({previewed, plan}) => ({name: releaseName(previewed), revisionBefore: previewed.lastRevision, rollback: plan.work}))} satisfies HelmfileRollbackWork,
			notes: ['A release that is still as it was previewed is left alone. When one can not be brought back, the others are all the same.', ...eachRelease(plans.map(({previewed: {release}, plan}) => ({release, lines: plan.notes})))],
		};
	},
	judge: (ended): Judgement => {
		const {report, exitCode, signal} = ended;
		const parsed = helmfileRollbackReport.safeParse(report);
		if (!parsed.success || parsed.data.releases.length + parsed.data.notBegun.length === 0) return withoutReport('the roll-back', ended, {changes: true});
		const touched = parsed.data.releases.flatMap(({name, report: own}) => (own === null ? [] : [{name, ...judgeRollback(own, true)}]));
		const failed = touched.filter(({outcome}) => outcome === 'failed');
		const outputs = {'rolled-back': touched.filter(({outcome}) => outcome === 'succeeded').map(({name, outputs: {revision}}) => `${name} ${revision ?? 'removed'}`).join(', '), untouched: String(parsed.data.releases.length - touched.length)};
		const findings = touched.flatMap(({name, findings: own}) => findingsOf(name, own));
		const [first] = failed;
		const left = parsed.data.notBegun.length === 0 ? '' : `; not begun: ${parsed.data.notBegun.join(', ')}`;
		if (first !== undefined) return {outcome: 'failed', summary: `${first.name}: ${first.summary}${failed.length === 1 ? '' : `; and ${failed.length - 1} more`}${left}`, outputs, findings};
		if (exitCode !== 0 || signal !== null || left !== '') return {outcome: 'failed', summary: `the roll-back did not end well${left}`, outputs, findings};
		return {outcome: 'succeeded', summary: touched.length === 0 ? 'no release was touched: all are as they were previewed' : `${touched.length} ${touched.length === 1 ? 'release is' : 'releases are'} back${touched.length === parsed.data.releases.length ? '' : `, ${parsed.data.releases.length - touched.length} never touched`}`, outputs, findings};
	},
	probe: input => probeAll(changedBy(input, input.with.preview).toReversed().map(previewed => ({name: releaseName(previewed), probe: probeOf(input, previewed)}))),
};

/** As of a roll-back of that release alone; but what was never touched is as it should be. */
const probeOf = (input: PlanInput<unknown>, previewed: PreviewOutcome): Probe => {
	const probe = probeRollback(input, previewed, previewed.goodRevision);
	return {
		...probe,
		read: answers => {
			const [history] = answers;
			const found = probe.read(answers);
			return history !== undefined && isUntouched(readHistory(history), previewed.lastRevision) ? {...found, verdict: 'done', likely: 'It is as it was previewed: nothing was deployed since.'} : found;
		},
	};
};
