import {resolve} from 'node:path';

import * as z from 'zod';

import type {Finding} from '../../journal/event.ts';
import type {ActionPlan, Judgement, PlanInput, Probe} from '../action.ts';
import {describeRollback} from './describe-rollback.ts';
import {helmEnvironment, helmPlaceOf, withKubectl} from './helm-place.ts';
import type {PreviewOutcome} from './preview-report.ts';
import type {Previewed} from './previewed.ts';
import {isPending, lastOf, readHistory} from './release-history.ts';
import {judgeStates, runningOutputs, runningOutputWords, runningReport, summarizeRunning} from './running-report.ts';
import {workloadsArgv} from './running-state.ts';

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

export const defaultRollbackMs = 600_000;
/** After Helm has waited, the world should agree soon. */
const lookAgainMs = 60_000;

/** The roll-back of one release. `revision`: where it leads; null where the preview found nothing that was ever deployed. */
export const planRollback = (input: PlanInput<unknown>, previewed: Previewed, {revision, timeoutMs}: {readonly revision: number | null; readonly timeoutMs: number}): Omit<ActionPlan, 'work'> & {readonly work: RollbackWork} => {
	const {release, namespace} = previewed;
	const {helm, helmFlags, kubectl, kubectlFlags} = withKubectl(helmPlaceOf(input, namespace), input.taskId);
	const timeout = `${Math.ceil(timeoutMs / 1000)}s`;
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

const failed = (summary: string): Judgement => ({outcome: 'failed', summary, outputs: {}, findings: []});

/** What each output of a roll-back is. Of what runs nothing is said when the release is removed. */
export const rollbackOutputWords = {
	revision: 'Revision of the release now; when it was not removed',
	status: 'Status of the release, as Helm says it; `uninstalled` when a first install was removed',
	ready: `${runningOutputWords.ready}; when it was not removed`,
	images: `${runningOutputWords.images}; when it was not removed`,
} as const;

/** Rolled back is what Helm and the workloads both say; one of them is not enough. */
export const judgeRollback = ({helmFailure, release, isGone, running}: RollbackReport, endedWell: boolean): Judgement => {
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

/** Asks Helm of a roll-back of one release whose end is not known. */
export const probeRollback = (input: PlanInput<unknown>, {release, namespace, lastRevision}: PreviewOutcome, revision: number | null): Probe => {
	const {helm, helmFlags} = helmPlaceOf(input, namespace);
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
