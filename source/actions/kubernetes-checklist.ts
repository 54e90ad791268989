import {basename, resolve} from 'node:path';

import * as z from 'zod';

import type {Verdict} from '../checklist/item.ts';
import {possibleCommands, type ClusterQuestion} from '../checklist/live-reads.ts';
import {peers, type Peer} from '../checklist/peer-ignores.ts';
import {failOns, type FailOn} from '../checklist/summary.ts';
import {itemById} from '../checklist/table.ts';
import {Problem} from '../errors.ts';
import type {ChecklistDecision, FileFact, Finding} from '../journal/event.ts';
import type {Action, GivenAnswer, Judgement, PlanInput} from './action.ts';
import {finding} from './finding-shape.ts';
import {allPreviewedBy, previewActions} from './helm/previewed.ts';
import {withoutReport} from './without-report.ts';

/**
	uses: kubernetes/checklist
	with:
	  preview: preview            # the task whose manifest is checked, the very one that will be deployed
	  live: true                  # also the facts of the target's cluster
	  waivers: waivers.yaml
	  answers: {sigterm-graceful: ask-sigterm}   # items that a confirmation of this run answers
*/
const settings = z.lazy(() => z.strictObject({
	preview: z.string().optional().describe('Id of the preview whose manifest is checked'),
	manifests: z.array(z.string()).default([]).describe('Files or folders beside it, relative to the runbook'),
	live: z.boolean().default(true).describe("Also check the nine items that are facts of the target's cluster"),
	waivers: z.string().optional().describe('File of waivers'),
	attest: z.string().optional().describe('File of answers'),
	config: z.string().optional().describe('File of settings: registries, domains, labels, levels'),
	answers: z.record(z.string(), z.string()).default({}).describe('Which confirmation of this run answers which item'),
	import: z.array(z.enum(peers as readonly [Peer, ...Peer[]])).default([]).describe('Tools whose ignore annotations count'),
	known: z.enum(['pass', 'fail']).default('pass').describe('What the live release has too: `pass`, it does not keep the task from succeeding; `fail`, it counts as what is new'),
	'fail-on': z.enum(failOns as readonly [FailOn, ...FailOn[]]).default('fail').describe('From which verdict on the task fails'),
}));

export type ChecklistSettings = z.infer<typeof settings>;

/** What the worker is given. Paths are absolute. */
export type ChecklistWork = {
	readonly manifests: readonly string[];
	/** What runs now, as the preview read it: findings that are in it too are old ones. */
	readonly liveManifests: readonly string[];
	readonly namespace: string;
	readonly kubectl: string | null;
	readonly question: ClusterQuestion | null;
	readonly waivers: string | null;
	readonly attest: string | null;
	readonly config: string | null;
	/** Answers of the run's confirmations, by item. */
	readonly answers: readonly ({readonly item: string; readonly task: string} & GivenAnswer)[];
	/** What was said of items in this run, the last word last. */
	readonly decisions: readonly ChecklistDecision[];
	readonly imported: readonly Peer[];
	readonly failOn: FailOn;
	/** Whether what the live release has too counts as what is new. */
	readonly countsKnown: boolean;
};

/** `report.json` of the worker. */
export const checklistReport = z.lazy(() => z.object({
	counts: z.record(z.string(), z.number()),
	/** Findings that keep the task from succeeding: at or above `fail-on`, and new unless known ones count too. */
	blocking: z.number(),
	countsKnown: z.boolean(),
	known: z.number(),
	unread: z.array(z.string()),
	findings: z.array(finding),
}));

export type ChecklistReport = z.infer<typeof checklistReport>;

/** What each output is: the items by verdict, then the findings that decide. */
const outputWords: Readonly<Record<Verdict | 'blocking' | 'known', string>> = {
	fail: 'How many items fail',
	warn: 'How many items are warned of',
	unknown: 'How many items could not be read',
	attest: 'How many items only a person can answer, and nobody has',
	unconfigured: 'How many items need a list of yours that is not given',
	waived: 'How many items are waived',
	pass: 'How many items pass',
	na: 'How many items have nothing to look at',
	blocking: 'How many findings keep the task from succeeding',
	known: 'How many open findings are in the live release too',
};

/** The Kubernetes deployment checklist as a gate: no open failure of the manifest that was previewed, nor of the cluster it goes to. */
export const kubernetesChecklist: Action<ChecklistSettings> & {readonly refersTo: Readonly<Record<string, readonly string[]>>} = {
	uses: 'kubernetes/checklist',
	describe: 'Checks the previewed manifest, and the cluster, by the 47 items of the Kubernetes deployment checklist.',
	schema: settings as unknown as z.ZodType<ChecklistSettings>,
	refersTo: {preview: previewActions},
	effect: 'reads',
	outputs: outputWords,
	plan: input => {
		const wanted = input.with;
		const {manifests: rendered, live} = previewed(input);
		const manifests = [...rendered.map(({path}) => resolve(input.runFolder, path)), ...wanted.manifests.map(path => resolve(input.runbookFolder, path))];
		if (manifests.length === 0) throw problem('There is nothing to check.', `The task ${input.taskId} names neither a preview nor manifests.`, 'Add `preview:` with the id of the preview, or `manifests:`.');
		const unknown = Object.keys(wanted.answers).find(item => !itemById.has(item));
		if (unknown !== undefined) throw problem(`There is no item ${unknown}.`, `The task ${input.taskId} names it under answers.`, 'See docs/checklist.md for the ids of all 47.');
		const question = questionOf(input);
		const kubectl = question === null ? null : input.findTool('kubectl');
		if (question !== null && kubectl === null) throw problem('kubectl is not there.', "The facts of the cluster are read with it, and no folder of PATH has it.", 'Install kubectl, or set `live: false`.');
		const besideRunbook = (path: string | undefined): string | null => (path === undefined ? null : resolve(input.runbookFolder, path));
		return {
			commands: question === null ? [{effect: 'reads', argv: [], shown: `check ${manifests.join(' ')}`}] : possibleCommands(question).map(({argv}) => ({effect: 'reads', argv: [kubectl ?? 'kubectl', ...argv]})),
			cwd: input.runbookFolder,
			env: {},
			requires: [...rendered, ...live],
			work: {
				manifests,
				liveManifests: live.map(({path}) => resolve(input.runFolder, path)),
				namespace: input.target.namespace ?? '',
				kubectl,
				question,
				waivers: besideRunbook(wanted.waivers),
				attest: besideRunbook(wanted.attest),
				config: besideRunbook(wanted.config),
				answers: Object.entries(wanted.answers).flatMap(([item, task]) => {
					const answer = input.answers[task];
					return answer === undefined ? [] : [{item, task, ...answer}];
				}),
				decisions: input.decisions ?? [],
				imported: wanted.import,
				failOn: wanted['fail-on'],
				countsKnown: wanted.known === 'fail',
			} satisfies ChecklistWork,
			notes: [`Checks ${manifests.map(path => basename(path)).join(', ')}${question === null ? '' : `, and reads cluster ${question.context}; of these commands those are left out whose kind the cluster does not have`}`, ...saidOf(input)],
		};
	},
	judge: ended => {
		const {report, exitCode, signal} = ended;
		const parsed = checklistReport.safeParse(report);
		if (!parsed.success) return withoutReport('the check', ended);
		const {counts, blocking, countsKnown, known, unread, findings} = parsed.data;
		const words = (['fail', 'warn', 'unknown', 'attest', 'unconfigured', 'waived', 'pass'] as const).filter(one => (counts[one] ?? 0) > 0).map(one => `${counts[one]} ${meanings[one]}`).join(', ');
		const outputs = {...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)])), blocking: String(blocking), known: String(known)};
		if (unread.length > 0) return {outcome: 'failed', summary: `${unread[0] ?? ''}${unread.length === 1 ? '' : ` and ${unread.length - 1} more could not be read`}`, outputs, findings};
		if (blocking > 0) return {outcome: 'failed', summary: `${blocking} open ${blocking === 1 ? 'finding' : 'findings'}${known === 0 ? '' : countsKnown ? `, and ${known} of all findings are in the live release too` : ` that the live release has not, ${known} that it has`}: ${words}`, outputs, findings};
		if (exitCode !== 0 || signal !== null) return {...failed('nothing is open, but the check did not end well'), outputs, findings};
		return {outcome: 'succeeded', summary: `${words}${known === 0 ? '' : `; ${known} findings are in the live release too`}`, outputs, findings};
	},
};

const meanings = {fail: 'fail', warn: 'warn', unknown: 'could not be read', attest: 'to answer', unconfigured: 'without a list', waived: 'waived', pass: 'pass'} as const;

const saidOf = ({decisions = []}: PlanInput<ChecklistSettings>): readonly string[] =>
	decisions.length === 0 ? [] : [`Counts what was said of its items in this run: ${counted(decisions, 'answer', 'answers')}, ${counted(decisions, 'waiver', 'waivers')}`];

const counted = (decisions: readonly ChecklistDecision[], kind: ChecklistDecision['kind'], many: string): string => {
	const count = decisions.filter(one => one.kind === kind).length;
	return `${count} ${count === 1 ? kind : many}`;
};

/** The manifests that the preview left: what will be deployed, and what runs now (none for a first release). */
const previewed = (input: PlanInput<ChecklistSettings>): {readonly manifests: readonly FileFact[]; readonly live: readonly FileFact[]} => {
	const {preview} = input.with;
	if (preview === undefined) return {manifests: [], live: []};
	const all = allPreviewedBy(input, preview);
	return {manifests: all.map(({manifest}) => manifest), live: all.flatMap(({liveManifest}) => liveManifest ?? [])};
};

const questionOf = ({with: {live}, target}: PlanInput<ChecklistSettings>): ClusterQuestion | null =>
	!live || target.context === undefined ? null : {context: target.context, kubeconfig: target.kubeconfig ?? null, namespaces: target.namespace === undefined ? [] : [target.namespace], isLive: true, judgeCluster: false};

const problem = (what: string, why: string, todo: string): Problem => new Problem({code: 'checklist-not-planned', what, why, todo});

const failed = (summary: string): Judgement => ({outcome: 'failed', summary, outputs: {}, findings: [] satisfies readonly Finding[]});
