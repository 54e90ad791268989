import * as z from 'zod';

import type {Finding} from '../journal/event.ts';
import type {Action, ProbeAnswer} from './action.ts';
import {helmEnvironment, helmPlaceOf, withKubectl} from './helm/helm-place.ts';
import {changedBy, previewActions} from './helm/previewed.ts';
import {isPending, lastOf, readHistory, repairOf} from './helm/release-history.ts';
import type {Right} from './helm/rights-needed.ts';
import {withoutReport} from './without-report.ts';

/**
	uses: helm/preflight
	with:
	  preview: preview     # nothing may have moved since that task looked
*/
const settings = z.lazy(() => z.strictObject({preview: z.string().describe('Id of the preview that will be deployed')}));

export type PreflightSettings = z.infer<typeof settings>;

/** What the worker is given: commands, each with what its answer is about. */
export type PreflightWork = {
	readonly releases: readonly {readonly release: string; readonly revision: number; readonly history: readonly string[]}[];
	readonly namespaces: readonly {readonly name: string; readonly argv: readonly string[]}[];
	readonly rights: readonly {readonly right: Right; readonly argv: readonly string[]}[];
	readonly environment: Readonly<Record<string, string>>;
};

const check = z.lazy(() =>
	z.object({
		state: z.enum(['good', 'bad', 'unknown']),
		says: z.string(),
		/** What was asked, of a right. */
		right: z.object({verb: z.string(), resource: z.string(), namespace: z.string()}).optional(),
	}),
);

/** `report.json` of the worker. */
export const preflightReport = z.lazy(() => z.object({checks: z.array(check)}));

export type PreflightReport = z.infer<typeof preflightReport>;
export type Check = z.infer<typeof check>;

/** Reads what would make the upgrade stop, or be another one than was confirmed: just before it starts. */
export const helmPreflight: Action<PreflightSettings> = {
	uses: 'helm/preflight',
	describe: 'Checks that nobody released since the preview, that no operation is pending, that the namespace is there and the rights suffice.',
	schema: settings as unknown as z.ZodType<PreflightSettings>,
	refersTo: {preview: previewActions},
	effect: 'reads',
	outputs: {},
	plan: input => {
		const all = changedBy(input, input.with.preview);
		const namespaces = [...new Set(all.map(({namespace}) => namespace))];
		const {kubectl, kubectlFlags} = withKubectl(helmPlaceOf(input, all[0].namespace), input.taskId);
		const records = namespaces.map((namespace): Right => ({verb: 'create', resource: 'secret', namespace}));
		const asked = [...new Map([...records, ...all.flatMap(({rights}) => rights)].map(right => [JSON.stringify(right), right])).values()];
		const work: PreflightWork = {
			releases: all.map(({release, namespace, lastRevision: revision}) => {
				const {helm, helmFlags} = helmPlaceOf(input, namespace);
				return {release, revision, history: [helm, 'history', release, ...helmFlags, '--output', 'json']};
			}),
			namespaces: namespaces.map(name => ({name, argv: [kubectl, 'get', 'namespace', name, ...kubectlFlags, '--output', 'json']})),
			rights: asked.map(right => ({right, argv: [kubectl, 'auth', 'can-i', right.verb, right.resource, ...kubectlFlags, ...(right.namespace === '' ? [] : ['--namespace', right.namespace])]})),
			environment: helmEnvironment,
		};
		return {commands: [...work.releases.map(({history}) => history), ...[...work.namespaces, ...work.rights].map(({argv}) => argv)].map(argv => ({effect: 'reads', argv})), cwd: input.runFolder, env: helmEnvironment, requires: [], work, notes: []};
	},
	judge: ended => {
		const {report, exitCode, signal} = ended;
		const parsed = preflightReport.safeParse(report);
		if (!parsed.success || parsed.data.checks.length === 0) return withoutReport('the check', ended);
		const {checks} = parsed.data;
		const bad = checks.filter(({state}) => state !== 'good');
		const findings = [...bad.map(({state, says}): Finding => ({level: state === 'bad' ? 'danger' : 'warning', what: says})), ...goodNotes(checks)];
		const [first] = bad;
		if (first !== undefined) return {outcome: 'failed', summary: `${first.says}${bad.length > 1 ? ` And ${bad.length - 1} more.` : ''}`, outputs: {}, findings};
		return exitCode === 0 && signal === null ? {outcome: 'succeeded', summary: `${checks.length} checks: nothing has moved, nothing is in the way`, outputs: {}, findings} : {outcome: 'failed', summary: 'all is well, but the check did not end well', outputs: {}, findings};
	},
};

/** What was looked at and is well; the rights of a namespace in one note. */
const goodNotes = (checks: readonly Check[]): readonly Finding[] => {
	const good = checks.filter(({state}) => state === 'good');
	const rights = Map.groupBy(good.flatMap(({right}) => right ?? []), ({namespace}) => namespace);
	return [
		...good.filter(({right}) => right === undefined).map(({says}): Finding => ({level: 'note', what: says})),
		...[...rights].map(([namespace, all]): Finding => ({level: 'note', what: `You may ${all.map(({verb, resource}) => `${verb} ${resource}`).join(', ')}${namespace === '' ? ' in the cluster' : ` in ${namespace}`}.`})),
	];
};

/** Is the release still as it was when the difference was read? */
export const checkRevision = (answer: ProbeAnswer, {release, revision}: Pick<PreflightWork['releases'][number], 'release' | 'revision'>): Check => {
	const history = readHistory(answer);
	if (history.kind === 'unknown') return {state: 'unknown', says: `Whether ${release} is as it was previewed is unknown: ${history.why}`};
	const last = lastOf(history);
	const repair = repairOf(history, release);
	if (last !== null && isPending(last.status)) return {state: 'bad', says: `Revision ${last.revision} of ${release} is ${last.status}: another operation goes on, or was interrupted.${repair === null ? '' : ` If nothing goes on any more, ${repair.argv.join(' ')} ${repair.meaning}.`}`};
	const found = last?.revision ?? 0;
	if (found === revision) return {state: 'good', says: found === 0 ? `${release} is not installed, as previewed.` : `${release} is at revision ${found}, as previewed.`};
	return {state: 'bad', says: `${release} is at revision ${found === 0 ? 'none' : found}${last === null ? '' : ` (${last.description.split('\n')[0] ?? ''})`}, it was at ${revision === 0 ? 'none' : revision} when the difference was read. Preview it again.`};
};

export const checkNamespace = ({exitCode, stdout, stderr}: ProbeAnswer, name: string): Check => {
	const isLeaving = /"phase":\s*"Terminating"/.test(stdout);
	if (exitCode === 0) return {state: isLeaving ? 'bad' : 'good', says: isLeaving ? `The namespace ${name} is being deleted.` : `The namespace ${name} is there.`};
	if (/\(NotFound\)/.test(stderr)) return {state: 'bad', says: `There is no namespace ${name}.`};
	// Many may act in a namespace that they may not look at.
	if (/\(Forbidden\)/.test(stderr)) return {state: 'good', says: `You may not look at the namespace ${name}; whether your rights in it suffice is asked one by one.`};
	return {state: 'unknown', says: `Whether the namespace ${name} is there is unknown: ${stderr.trim().split('\n').at(-1) ?? ''}`};
};

/** `kubectl auth can-i` says yes or no on stdout; when it could not ask it says neither. */
export const checkRight = ({stdout, stderr}: ProbeAnswer, right: Right): Check => {
	const {verb, resource, namespace} = right;
	const what = `${verb} ${resource}${namespace === '' ? '' : ` in ${namespace}`}`;
	const word = /^(yes|no)\b/.exec(stdout.trim())?.[1];
	if (word === 'yes') return {state: 'good', says: `You may ${what}.`, right};
	return word === 'no' ? {state: 'bad', says: `You may not ${what}.`, right} : {state: 'unknown', says: `Whether you may ${what} is unknown: ${stderr.trim().split('\n').at(-1) ?? ''}`, right};
};
