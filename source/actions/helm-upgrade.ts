import {createHash} from 'node:crypto';

import * as z from 'zod';

import type {Finding} from '../journal/event.ts';
import {durationShape} from '../runbook/duration.ts';
import type {Action, ActionPlan, Ended, Judgement, PlanInput, Probe} from './action.ts';
import {helmEnvironment, helmPlaceOf} from './helm/helm-place.ts';
import {previewedBy, type Previewed} from './helm/previewed.ts';
import {helmError} from './helm/release-history.ts';
import {readUpgradeProbe} from './helm/upgrade-probe.ts';

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

const defaultTimeoutMs = 600_000;

/** Deploys the very chart and values that were previewed, and waits until the workloads are ready. */
export const helmUpgrade: Action<UpgradeSettings> = {
	uses: 'helm/upgrade',
	describe: 'Deploys the chart and the values that a helm/preview kept, and waits until the workloads are ready.',
	schema: settings as unknown as z.ZodType<UpgradeSettings>,
	refersTo: {preview: 'helm/preview'},
	effect: 'changes',
	plan: input => planUpgrade(input),
	judge: ended => judgeUpgrade(ended),
	probe: input => probeUpgrade(input),
	rollback: ({preview}) => ({uses: 'helm/rollback', name: 'Roll back', with: {preview}}),
};

const planUpgrade = (input: PlanInput<UpgradeSettings>): ActionPlan => {
	const previewed = previewedBy(input, input.with.preview);
	const {helm, helmFlags} = helmPlaceOf(input, previewed.namespace);
	const {chart, values, release} = previewed;
	return {
		commands: [
			{
				effect: 'changes',
				argv: [
					helm,
					'upgrade',
					release,
					`./${chart.path}`,
					...(previewed.goodRevision === null ? ['--install'] : []),
					...helmFlags,
					'--reset-values',
					...values.flatMap(({path}) => ['--values', `./${path}`]),
					...previewed.setFlags,
					// Helm 4 alone waits for hooks only, unless it is told so; --wait means ready to both.
					'--wait',
					'--wait-for-jobs',
					'--timeout',
					`${Math.ceil((input.with.timeout ?? defaultTimeoutMs) / 1000)}s`,
					'--labels',
					`${labelName}=${labelOf(input.stamp)}`,
					'--description',
					`${input.stamp}, journal ${input.anchor}`,
				],
			},
		],
		cwd: input.runFolder,
		env: helmEnvironment,
		requires: [...previewed.evidence, ...previewed.sources],
		notes: describeUpgrade(previewed),
	};
};

/** A label of the release's record: it is there from the first moment on, while the description is written only after a success. */
const labelName = 'slipway';

/** The stamp as Kubernetes allows it in a label: at most 63 of letters, digits, `-`, `_` and `.`. */
const labelOf = (stamp: string): string => {
	const plain = stamp.replace(/^slipway /, '').replaceAll(/[^\w.-]/g, '.');
	return plain.length <= 63 && /^[A-Za-z0-9].*[A-Za-z0-9]$/.test(plain) ? plain : createHash('sha256').update(stamp).digest('hex').slice(0, 40);
};

const describeUpgrade = ({isFirstInstall, lastRevision, liveRevision, goodRevision, fromVersion, toVersion, migrations}: Previewed): readonly string[] => [
	isFirstInstall ? `The first install, of ${toVersion ?? 'an unknown version'}.` : `From ${fromVersion ?? 'an unknown version'}, revision ${liveRevision ?? 'unknown'}, to ${toVersion ?? 'an unknown version'}.`,
	...(liveRevision !== null && lastRevision > liveRevision ? [`Revision ${lastRevision} is the last one; it was not deployed whole.`] : []),
	goodRevision === null ? 'There is no revision to roll back to.' : `A roll-back would lead to revision ${goodRevision}.`,
	...(migrations.length === 0 ? [] : [`The database is migrated by ${migrations.join(', ')}; a roll-back does not undo that.`]),
];

/** Exit status 0 counts only together with Helm's own word that the release is deployed. */
const judgeUpgrade = ({exitCode, signal, outTail, errTail}: Ended): Judgement => {
	const [status, revision] = ['STATUS', 'REVISION'].map(name => new RegExp(`^${name}: (\\S+)\\s*$`, 'm').exec(outTail)?.[1] ?? null);
	const outputs = {...(typeof revision === 'string' ? {revision} : {}), ...(typeof status === 'string' ? {status} : {})};
	const failed = (summary: string): Judgement => ({outcome: 'failed', summary, outputs, findings: []});
	if (signal !== null) return {...failed(`helm was ended by ${signal}; what it began may be half done`), findings: [{level: 'warning', what: 'Helm may hold the release for busy now, and refuse another upgrade. The roll-back frees it.'}]};
	if (exitCode !== 0) {
		const words = helmError(errTail);
		const [first = '', ...more] = words.split('\n').map(line => line.trim()).filter(line => line !== '');
		return {...failed(first === '' ? `helm ended with exit status ${exitCode ?? 'unknown'} and said nothing` : inWords(first)), findings: [...(more.length === 0 ? [] : [{level: 'danger', what: words} as const]), ...(isBusy(words) ? [busy] : [])]};
	}

	if (status !== 'deployed') return failed(`helm ended with exit status 0, but ${status === null ? 'did not say that the release is deployed' : `called the release ${status}`}`);
	return {outcome: 'succeeded', summary: revision === null ? 'deployed' : `revision ${revision} deployed, its workloads ready`, outputs, findings: []};
};

/** Also what an operation that was killed leaves behind. */
const isBusy = (error: string): boolean => /another operation \(.*\) is in progress/.test(error);

const busy: Finding = {level: 'danger', what: 'An operation on this release was interrupted, or still goes on elsewhere. If nothing goes on any more, the roll-back frees the release; a retry alone will be refused again.'};

/** Helm 3 says of a release that did not become ready in time only that a deadline is over. */
const inWords = (error: string): string => (/(context deadline exceeded|timed out waiting for the condition)$/.test(error) && !error.includes('hook') ? `Helm gave up waiting, not everything became ready in time (${error})` : error);

const probeUpgrade = (input: PlanInput<UpgradeSettings>): Probe => {
	const previewed = previewedBy(input, input.with.preview);
	const {helm, helmFlags} = helmPlaceOf(input, previewed.namespace);
	const {release, lastRevision} = previewed;
	// Helm 3 lists all only with these; Helm 4 has no --all.
	const states = ['--deployed', '--failed', '--pending'];
	return {
		commands: [
			{effect: 'reads', argv: [helm, 'history', release, ...helmFlags, '--output', 'json']},
			{effect: 'reads', argv: [helm, 'list', ...helmFlags, ...states, '--filter', `^${release.replaceAll('.', '\\.')}$`, '--selector', `${labelName}=${labelOf(input.stamp)}`, '--output', 'json']},
		],
		env: helmEnvironment,
		read: answers => readUpgradeProbe(answers, {stamp: input.stamp, release, revisionBefore: lastRevision}),
	};
};
