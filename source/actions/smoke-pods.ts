import {resolve} from 'node:path';

import * as z from 'zod';

import type {Finding} from '../journal/event.ts';
import {durationShape} from '../runbook/duration.ts';
import {formatDuration} from '../text/format-duration.ts';
import type {Action, Judgement} from './action.ts';
import {kubectlPlaceOf} from './helm/helm-place.ts';
import {changedBy, previewActions} from './helm/previewed.ts';
import {podSeen} from './smoke/soak.ts';
import {withoutReport} from './without-report.ts';

/**
	uses: smoke/pods
	with:
	  preview: preview       # the pods of the workloads that were previewed; or selector: app=user
	  soak: 1m               # how long they must stay ready, without a restart
	  timeout: 3m            # how long to wait until they are ready
*/
const settings = z.lazy(() => z
	.strictObject({
		preview: z.string().optional().describe('Id of the preview whose workloads are looked at'),
		selector: z.string().min(1).optional().describe('A label selector, as kubectl takes it'),
		namespace: z.string().optional().describe("Another namespace than the target's"),
		soak: durationShape.optional().describe('How long all pods must stay ready, without a restart; 30s when absent'),
		timeout: durationShape.optional().describe('How long to wait until they are ready; 2m when absent'),
	})
	.refine(({preview, selector}) => (preview === undefined) !== (selector === undefined), 'Either `preview` or `selector` is expected.'));

export type PodsSettings = z.infer<typeof settings>;

/** What the worker is given. Paths of manifests are absolute; with a selector there is none. */
export type PodsWork = {
	readonly commands: readonly (readonly string[])[];
	readonly manifests: readonly {readonly path: string; readonly namespace: string}[];
	readonly selector: string | null;
	readonly namespace: string;
	readonly soakMs: number;
	readonly timeoutMs: number;
};

/** `report.json` of the worker: the pods when the soak began and when they were seen last. */
export const podsReport = z.lazy(() => z.object({
	faults: z.array(z.string()),
	began: z.array(podSeen),
	last: z.array(podSeen),
	waitedMs: z.number(),
	soakedMs: z.number(),
	looks: z.number(),
	/** Looks that gave no answer. */
	unread: z.number(),
}));

export type PodsReport = z.infer<typeof podsReport>;

const defaultSoakMs = 30_000;
const defaultTimeoutMs = 120_000;

/** What each output is. */
const outputWords = {pods: 'How many pods were seen last', restarts: 'How often they have restarted since they were made, together'} as const;

/** Whether pods stay ready, without a restart, for a while; running for a moment proves little. */
export const smokePods: Action<PodsSettings> & {readonly refersTo: Readonly<Record<string, readonly string[]>>} = {
	uses: 'smoke/pods',
	describe: 'Waits until the pods are ready, then watches that they stay ready and do not restart for a soak time.',
	schema: settings as unknown as z.ZodType<PodsSettings>,
	refersTo: {preview: previewActions},
	effect: 'reads',
	outputs: outputWords,
	plan: input => {
		const {preview, selector, namespace, soak: soakMs = defaultSoakMs, timeout: timeoutMs = defaultTimeoutMs} = input.with;
		const previewed = preview === undefined ? [] : changedBy(input, preview);
		const place = kubectlPlaceOf(input, namespace ?? previewed[0]?.namespace);
		const namespaces = preview === undefined ? [place.namespace] : [...new Set(previewed.flatMap(({workloadNamespaces}) => workloadNamespaces))];
		const commands = namespaces.map(name => [place.kubectl, 'get', 'pods', ...place.kubectlFlags, '--namespace', name, ...(selector === undefined ? [] : ['--selector', selector]), '--output', 'json']);
		return {
			commands: commands.map(argv => ({effect: 'reads', argv})),
			cwd: input.runFolder,
			env: {},
			requires: previewed.map(({manifest}) => manifest),
			work: {commands, manifests: previewed.map(({manifest: {path}, namespace: own}) => ({path: resolve(input.runFolder, path), namespace: own})), selector: selector ?? null, namespace: place.namespace, soakMs, timeoutMs} satisfies PodsWork,
			notes: [`Reads every two seconds: waits up to ${formatDuration(timeoutMs)} until all pods are ready, then watches them for ${formatDuration(soakMs)}.`],
		};
	},
	judge: ended => {
		const {report, exitCode, signal} = ended;
		const parsed = podsReport.safeParse(report);
		if (!parsed.success) return withoutReport('the check', ended);
		return judgePods(parsed.data, exitCode === 0 && signal === null);
	},
};

const judgePods = ({faults, began, last, soakedMs, looks, unread}: PodsReport, endedWell: boolean): Judgement => {
	const restarts = last.reduce((sum, pod) => sum + pod.restarts, 0);
	const outputs = {pods: String(last.length), restarts: String(restarts)} satisfies Readonly<Record<keyof typeof outputWords, string>>;
	const findings: readonly Finding[] = [
		...faults.slice(1, 20).map((what): Finding => ({level: 'danger', what})),
		...began.filter(pod => pod.restarts > 0).map(({name, restarts: before, lastEnd}): Finding => ({level: 'warning', what: `${name} had restarted ${before} ${before === 1 ? 'time' : 'times'} before it was stable${lastEnd === '' ? '' : `: ${lastEnd}`}`})),
		...(unread === 0 ? [] : [{level: 'warning', what: `${unread} of ${looks} looks at the cluster gave no answer`} satisfies Finding]),
	];
	const first = faults[0];
	if (first !== undefined) return {outcome: 'failed', summary: first, outputs, findings};
	if (last.length === 0) return failed('no pod was seen');
	if (!endedWell) return {...failed('the pods were stable, but the check did not end well'), outputs, findings};
	return {outcome: 'succeeded', summary: `${last.length} ${last.length === 1 ? 'pod' : 'pods'} ready, no restart in ${formatDuration(soakedMs)}`, outputs, findings};
};

const failed = (summary: string): Judgement => ({outcome: 'failed', summary, outputs: {}, findings: []});
