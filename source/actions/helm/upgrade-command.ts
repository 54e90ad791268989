import {createHash} from 'node:crypto';

import type {Finding} from '../../journal/event.ts';
import type {Command, Ended, Judgement, PlanInput} from '../action.ts';
import {helmPlaceOf} from './helm-place.ts';
import type {Previewed} from './previewed.ts';
import {helmError} from './release-history.ts';

export const defaultUpgradeMs = 600_000;

/** Deploys what was kept of one release, and waits until its workloads are ready. */
export const upgradeCommand = (input: PlanInput<unknown>, {chart, values, release, namespace, goodRevision, setFlags}: Previewed, timeoutMs: number): Command => {
	const {helm, helmFlags} = helmPlaceOf(input, namespace);
	return {
		effect: 'changes',
		argv: [
			helm,
			'upgrade',
			release,
			`./${chart.path}`,
			...(goodRevision === null ? ['--install'] : []),
			...helmFlags,
			'--reset-values',
			...values.flatMap(({path}) => ['--values', `./${path}`]),
			...setFlags,
			// Helm 4 alone waits for hooks only, unless it is told so; --wait means ready to both.
			'--wait',
			'--wait-for-jobs',
			'--timeout',
			`${Math.ceil(timeoutMs / 1000)}s`,
			'--labels',
			`${labelName}=${labelOf(input.stamp)}`,
			'--description',
			`${input.stamp}, journal ${input.anchor}`,
		],
	};
};

/** A label of the release's record: it is there from the first moment on, while the description is written only after a success. */
export const labelName = 'slipway';

/** The stamp as Kubernetes allows it in a label: at most 63 of letters, digits, `-`, `_` and `.`. */
export const labelOf = (stamp: string): string => {
	const plain = stamp.replace(/^slipway /, '').replaceAll(/[^\w.-]/g, '.');
	return plain.length <= 63 && /^[A-Za-z0-9].*[A-Za-z0-9]$/.test(plain) ? plain : createHash('sha256').update(stamp).digest('hex').slice(0, 40);
};

export const describeUpgrade = ({isFirstInstall, lastRevision, liveRevision, goodRevision, fromVersion, toVersion, migrations}: Previewed): readonly string[] => [
	isFirstInstall ? `The first install, of ${toVersion ?? 'an unknown version'}.` : `From ${fromVersion ?? 'an unknown version'}, revision ${liveRevision ?? 'unknown'}, to ${toVersion ?? 'an unknown version'}.`,
	...(liveRevision !== null && lastRevision > liveRevision ? [`Revision ${lastRevision} is the last one; it was not deployed whole.`] : []),
	goodRevision === null ? 'There is no revision to roll back to.' : `A roll-back would lead to revision ${goodRevision}.`,
	...(migrations.length === 0 ? [] : [`The database is migrated by ${migrations.join(', ')}; a roll-back does not undo that.`]),
];

/** What each output of an upgrade is. */
export const upgradeOutputWords = {
	revision: 'Revision of the release now; when Helm names it',
	status: 'Status of the release, as Helm says it: `deployed`; when it says one',
} as const;

/** How `helm upgrade` ended. Exit status 0 counts only together with Helm's own word that the release is deployed. */
export const judgeUpgrade = ({exitCode, signal, outTail, errTail}: Omit<Ended, 'report'>): Judgement => {
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
