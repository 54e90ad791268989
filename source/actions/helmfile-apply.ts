import * as z from 'zod';

import {durationShape} from '../runbook/duration.ts';
import {formatCount} from '../text/format-count.ts';
import type {Action, Judgement, PlanInput, Probe} from './action.ts';
import {finding} from './finding-shape.ts';
import {helmEnvironment, helmPlaceOf} from './helm/helm-place.ts';
import type {PreviewOutcome} from './helm/preview-report.ts';
import {changedBy, releaseName} from './helm/previewed.ts';
import {readHistory} from './helm/release-history.ts';
import {defaultUpgradeMs, describeUpgrade, upgradeCommand} from './helm/upgrade-command.ts';
import {probeUpgrade} from './helm/upgrade-probe.ts';
import {eachRelease, findingsOf} from './helmfile/each-release.ts';
import {ownRevision, stampsOf} from './helmfile/own-revision.ts';
import {probeAll} from './helmfile/probe-all.ts';
import {withoutReport} from './without-report.ts';

/**
	uses: helmfile/apply
	with:
	  preview: preview     # deploys what that task kept of each release that changes, and nothing else
	  timeout: 10m
*/
const settings = z.lazy(() => z.strictObject({
	preview: z.string().describe('Id of the helmfile/preview task whose charts and values are deployed'),
	timeout: durationShape.optional().describe('How long Helm waits for each release until everything is ready; 10m when absent'),
}));

export type HelmfileApplySettings = z.infer<typeof settings>;

/** What the worker is given: one command for each release, in order. */
export type HelmfileApplyWork = {
	/** `history` is asked when an earlier attempt may have deployed it; null in the first one. */
	readonly releases: readonly {readonly name: string; readonly revisionBefore: number; readonly history: readonly string[] | null; readonly upgrade: readonly string[]}[];
	/** How the description begins of what an attempt of this task has deployed: `slipway <run> <task>.` */
	readonly ours: string;
	readonly environment: Readonly<Record<string, string>>;
};

/** `report.json` of the worker. `already`: an earlier attempt of this task deployed it. */
export const applyReport = z.lazy(() => z.object({
	releases: z.array(z.object({name: z.string(), state: z.enum(['deployed', 'already', 'failed', 'not-started']), revision: z.string().nullable(), summary: z.string(), findings: z.array(finding)})),
}));

export type ApplyReport = z.infer<typeof applyReport>;

/** Deploys every release that a preview of a helmfile kept, one after the other, and stops at the first that fails. */
export const helmfileApply: Action<HelmfileApplySettings> = {
	uses: 'helmfile/apply',
	describe: 'Deploys the charts and the values that a helmfile/preview kept, in the order of the helmfile, and waits until the workloads of each are ready.',
	schema: settings as unknown as z.ZodType<HelmfileApplySettings>,
	refersTo: {preview: ['helmfile/preview']},
	effect: 'changes',
	outputs: {deployed: 'The releases that are deployed, each with its revision: `egov/user 42, egov/otp 7`'},
	plan: input => {
		const all = changedBy(input, input.with.preview);
		const commands = all.map(previewed => upgradeCommand(input, previewed, input.with.timeout ?? defaultUpgradeMs));
		const releases = all.map((previewed, index) => {
			const {helm, helmFlags} = helmPlaceOf(input, previewed.namespace);
			return {name: releaseName(previewed), revisionBefore: previewed.lastRevision, history: input.attempt === 1 ? null : [helm, 'history', previewed.release, ...helmFlags, '--output', 'json'], upgrade: commands[index]?.argv ?? []};
		});
		const requires = all.flatMap(({evidence, sources}) => [...evidence, ...sources]);
		return {
			commands: releases.flatMap(({history, upgrade}) => [...(history === null ? [] : [{effect: 'reads', argv: history} as const]), {effect: 'changes', argv: upgrade} as const]),
			cwd: input.runFolder,
			env: helmEnvironment,
			requires: [...new Map(requires.map(fact => [fact.path, fact])).values()],
			work: {releases, ours: stampsOf(input.stamp), environment: helmEnvironment} satisfies HelmfileApplyWork,
			notes: [...eachRelease(all.map(previewed => ({release: previewed.release, lines: describeUpgrade(previewed)}))), ...(all.length === 1 ? [] : ['One release after the other; the first that fails is the last that is begun. Run again, it leaves alone what it has deployed.'])],
		};
	},
	judge: (ended): Judgement => {
		const {report, exitCode, signal} = ended;
		const parsed = applyReport.safeParse(report);
		if (!parsed.success || parsed.data.releases.length === 0) return withoutReport('the deployment', ended, {changes: true});
		const {releases} = parsed.data;
		const inState = (...states: readonly string[]) => releases.filter(({state}) => states.includes(state));
		const deployed = inState('deployed', 'already');
		const outputs = {deployed: deployed.map(({name, revision}) => `${name} ${revision ?? ''}`.trim()).join(', ')};
		const findings = releases.flatMap(({name, findings: own}) => findingsOf(name, own));
		const [failed] = inState('failed');
		if (failed !== undefined) return {outcome: 'failed', summary: `${failed.name}: ${failed.summary}${rest(deployed.length, inState('not-started').length)}`, outputs, findings};
		if (deployed.length < releases.length || exitCode !== 0 || signal !== null) return {outcome: 'failed', summary: `the deployment did not end well${rest(deployed.length, inState('not-started').length)}`, outputs, findings};
		const already = inState('already').length;
		return {outcome: 'succeeded', summary: `${formatCount(releases.length, 'release')} deployed, their workloads ready${already === 0 ? '' : `; ${already} by an earlier attempt`}`, outputs, findings};
	},
	probe: input => probeAll(changedBy(input, input.with.preview).map(previewed => ({name: releaseName(previewed), probe: probeOf(input, previewed)}))),
	rollback: ({preview}) => ({uses: 'helmfile/rollback', name: 'Roll back', with: {preview}}),
};

/** As of an upgrade of that release alone; but what an earlier attempt has deployed, this one leaves alone. */
const probeOf = (input: PlanInput<unknown>, previewed: PreviewOutcome): Probe => {
	const probe = probeUpgrade(input, previewed);
	return {
		...probe,
		read: answers => {
			const [history] = answers;
			const found = probe.read(answers);
			const own = found.verdict === 'done' || history === undefined ? null : ownRevision(readHistory(history), {stamps: stampsOf(input.stamp), revisionBefore: previewed.lastRevision});
			return own === null ? found : {verdict: 'done', facts: [`Helm\trevision ${own.revision}, ${own.status}`, `\t${own.description}`], likely: 'An earlier attempt of this task deployed it.'};
		},
	};
};

const rest = (deployed: number, notStarted: number): string => [...(deployed === 0 ? [] : [`${deployed} deployed`]), ...(notStarted === 0 ? [] : [`${notStarted} not begun`])].map(part => `; ${part}`).join('');
