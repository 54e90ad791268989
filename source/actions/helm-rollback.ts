import {resolve} from 'node:path';

import * as z from 'zod';

import type {Finding} from '../journal/event.ts';
import {durationShape} from '../runbook/duration.ts';
import type {Action, ActionPlan, Judgement, PlanInput, Probe} from './action.ts';
import {describeRollback} from './helm/describe-rollback.ts';
import {helmEnvironment, helmPlaceOf, withKubectl} from './helm/helm-place.ts';
import {previewedBy} from './helm/previewed.ts';
import {isPending, lastOf, readHistory} from './helm/release-history.ts';
import {judgeStates, runningOutputs, runningReport, summarizeRunning} from './helm/running-report.ts';
import {workloadsArgv} from './helm/running-state.ts';

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

/** What the worker is given. Paths are absolute. */
export type RollbackWork = {
	/** Where it leads; null where nothing was deployed before: then the release is removed. */
	readonly revision: number | null;
	readonly namespace: string;
	readonly rollback: readonly string[];
	/** What Helm says after it: of the release's history, and of what should run now. */
	readonly after: Readonly<Record<'history' | 'manifest' | 'hooks', readonly string[]>>;
	readonly running: readonly (readonly string[])[];
	/** The manifest that must be back; null when the preview kept that of another revision. */
	readonly manifest: string | null;
	readonly timeoutMs: number;
	readonly environment: Readonly<Record<string, string>>;
};

/** `report.json` of the worker: what Helm said, and what the world said after it. */
export const rollbackReport = z.lazy(() => z.object({
	/** Helm's own failure, whole; null when it ended well. */
	helmFailure: z.string().nullable(),
	/** What Helm says of the release now; null when it could not be asked. */
	release: z.object({revision: z.number(), status: z.string(), description: z.string(), isExpectedManifest: z.boolean().nullable()}).nullable(),
	/** Of a release that had to go: whether Helm knows none of that name any more; null when it could not be asked, and for any other. */
	isGone: z.boolean().nullable(),
	/** Null for a release that had to go. */
	running: runningReport.nullable(),
}));

export type RollbackReport = z.infer<typeof rollbackReport>;

const defaultTimeoutMs = 600_000;
/** After Helm has waited, the world should agree soon. */
const lookAgainMs = 60_000;

/** Brings an earlier revision back, and believes it only when the world says the same. */
export const helmRollback: Action<RollbackSettings> = {
	uses: 'helm/rollback',
	describe: 'Brings back the revision that was live before, and reads from the cluster whether it is.',
	schema: settings as unknown as z.ZodType<RollbackSettings>,
	refersTo: {preview: 'helm/preview'},
	effect: 'changes',
	plan: input => planRollback(input),
	judge: ({report, exitCode, signal, errTail}) => {
		const parsed = rollbackReport.safeParse(report);
		if (parsed.success) return judgeReport(parsed.data, exitCode === 0 && signal === null);
		const last = errTail.trim().split('\n').at(-1) ?? '';
		return failed(signal === null ? `the roll-back ended without a report (exit status ${exitCode ?? 'unknown'})${last === '' ? '' : `: ${last}`}` : `the roll-back was ended by ${signal}; what it began may be half done`);
	},
	probe: input => probeRollback(input),
};

const planRollback = (input: PlanInput<RollbackSettings>): ActionPlan => {
	const previewed = previewedBy(input, input.with.preview);
	const {release, namespace} = previewed;
	const {helm, helmFlags, kubectl, kubectlFlags} = withKubectl(helmPlaceOf(input, namespace), input.taskId);
	const revision = revisionOf(input);
	const timeout = `${Math.ceil((input.with.timeout ?? defaultTimeoutMs) / 1000)}s`;
	const rollback = revision === null ? [helm, 'uninstall', release, ...helmFlags, '--wait', '--timeout', timeout] : [helm, 'rollback', release, String(revision), ...helmFlags, '--wait', '--wait-for-jobs', '--timeout', timeout];
	const after = {history: [helm, 'history', release, ...helmFlags, '--output', 'json'], manifest: [helm, 'get', 'manifest', release, ...helmFlags], hooks: [helm, 'get', 'hooks', release, ...helmFlags]};
	const running = previewed.workloadNamespaces.map(name => workloadsArgv(kubectl, kubectlFlags, name));
	const {returns, stays} = describeRollback(previewed, revision, input.earlier);
	const kept = revision !== null && revision === previewed.goodRevision ? previewed.liveManifest : null;
	const reads = revision === null ? [after.history] : [after.history, after.manifest, after.hooks, ...running];
	return {
		commands: [{effect: 'changes', argv: rollback}, ...reads.map(argv => ({effect: 'reads', argv}) as const)],
		cwd: input.runFolder,
		env: helmEnvironment,
		requires: kept === null ? [] : [kept],
		work: {revision, namespace, rollback, after, running, manifest: kept === null ? null : resolve(input.runFolder, kept.path), timeoutMs: lookAgainMs, environment: helmEnvironment} satisfies RollbackWork,
		notes: [...returns, ...stays],
	};
};

/** Where it leads: null where the preview found nothing that was ever deployed. */
const revisionOf = (input: PlanInput<RollbackSettings>): number | null => input.with.revision ?? previewedBy(input, input.with.preview).goodRevision;

const failed = (summary: string): Judgement => ({outcome: 'failed', summary, outputs: {}, findings: []});

/** Rolled back is what Helm and the workloads both say; one of them is not enough. */
const judgeReport = ({helmFailure, release, isGone, running}: RollbackReport, endedWell: boolean): Judgement => {
	if (isGone !== null || running === null) return judgeRemoval({helmFailure, isGone}, endedWell);
	const world = summarizeRunning(running);
	const findings = [...(helmFailure === null ? [] : [{level: 'danger' as const, what: helmFailure}, ...leftInPlace(helmFailure)]), ...judgeStates(running)];
	const outputs = {...(release === null ? {} : {revision: String(release.revision), status: release.status}), ...runningOutputs(running)};
	const bad = (summary: string): Judgement => ({outcome: 'failed', summary, outputs, findings});
	if (helmFailure !== null) return bad(`Helm did not roll back: ${helmFailure.split('\n')[0] ?? ''}`);
	if (release === null) return bad('Helm says that it rolled back, but the release can not be read');
	if (release.status !== 'deployed') return bad(`Helm says that it rolled back, but revision ${release.revision} is ${release.status}`);
	if (release.isExpectedManifest === false) return bad(`revision ${release.revision} is deployed, but its manifest is not the one that was live before`);
	if (!world.isGood) return bad(`revision ${release.revision} is deployed, but ${world.summary}`);
	if (!endedWell) return bad('everything is back, but the check of it did not end well');
	return {outcome: 'succeeded', summary: `rolled back as revision ${release.revision}; ${world.summary}`, outputs, findings};
};

/**
An upgrade that fails early leaves what it would have deleted at its end; Helm then finds an object that its last revision does not have, and
refuses to go back over it. Seen with Helm 3.22 and 4.1.
*/
const leftInPlace = (helmFailure: string): readonly Finding[] => {
	const [, kind, name] = /(?:original object|no) (\w+) with the name "([^"]+)" (?:not )?found/.exec(helmFailure) ?? [];
	if (kind === undefined || name === undefined) return [];
	return [{level: 'warning', what: `${kind} ${name} is still there, because the upgrade failed before it was deleted, and Helm does not go back over what its last revision does not have. Keep a copy if it holds data, delete ${kind.toLowerCase()}/${name} with kubectl, and roll back again: revision and object come back together.`}];
};

/** A first install is undone when Helm knows the release no more. */
const judgeRemoval = ({helmFailure, isGone}: Pick<RollbackReport, 'helmFailure' | 'isGone'>, endedWell: boolean): Judgement => {
	const findings = helmFailure === null ? [] : [{level: 'danger' as const, what: helmFailure}];
	if (helmFailure !== null) return {...failed(`Helm did not remove the release: ${helmFailure.split('\n')[0] ?? ''}`), findings};
	if (isGone === null) return failed('Helm says that it removed the release, but whether it is gone can not be read');
	if (!isGone) return failed('Helm says that it removed the release, but it is still there');
	return endedWell ? {outcome: 'succeeded', summary: 'the first install is removed; nothing of the release is left in Helm', outputs: {status: 'uninstalled'}, findings} : failed('the release is gone, but the check of it did not end well');
};

const probeRollback = (input: PlanInput<RollbackSettings>): Probe => {
	const {release, namespace, lastRevision} = previewedBy(input, input.with.preview);
	const {helm, helmFlags} = helmPlaceOf(input, namespace);
	const revision = revisionOf(input);
	return {
		commands: [{effect: 'reads', argv: [helm, 'history', release, ...helmFlags, '--output', 'json']}],
		env: helmEnvironment,
		read: ([answer]) => {
			const history = readHistory(answer ?? {exitCode: null, stdout: '', stderr: ''});
			if (history.kind === 'unknown') return {verdict: 'unknown', facts: [`Helm\tcan't be asked: ${history.why}`], likely: 'Nothing is known until the cluster answers.'};
			const last = lastOf(history);
			if (last === null) return revision === null ? {verdict: 'done', facts: [`Helm\tno release ${release}`], likely: 'The release is removed.'} : {verdict: 'unknown', facts: [`Helm\tno release ${release}`], likely: 'Somebody removed the release.'};
			const facts = [`Helm\trevision ${last.revision}, ${last.status}`, `\t${last.description.split('\n')[0] ?? ''}`];
			const isOurs = last.revision > lastRevision && last.description === `Rollback to ${revision}`;
			if (last.status === 'deployed' && isOurs) return {verdict: 'done', facts, likely: `Revision ${revision} is back, as Helm says; check that it runs.`};
			if (isPending(last.status)) return {verdict: 'unknown', facts, likely: 'Interrupted half-way, or still going on. The same roll-back may be run again when nothing goes on any more.'};
			if (last.status === 'failed') return {verdict: 'not-done', facts, likely: 'The roll-back, or the upgrade before it, failed.'};
			return {verdict: 'not-done', facts, likely: 'Helm had not begun to roll back.'};
		},
	};
};
