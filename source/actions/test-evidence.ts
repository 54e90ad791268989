import * as z from 'zod';

import {Problem} from '../errors.ts';
import {durationShape} from '../runbook/duration.ts';
import type {Action, Judgement, PlanInput} from './action.ts';
import {commandOf} from './smoke-http.ts';
import {checksOf, single, type Check} from './smoke/check.ts';
import {hasPassed, smokeReport} from './smoke/smoke-report.ts';
import {previewActions} from './helm/previewed.ts';
import {bindingOf, bindingWords, describeBinding, type Binding} from './test/binding.ts';

/**
	uses: test/evidence
	with:
	  url: '${{ inputs.ci-run }}'          # where the tests ran
	  commit: '${{ inputs.ci-commit }}'    # what they tested
	  preview: preview                     # the commit must be that of step 1
	  check: {url: 'https://ci.example.org/api/…', headers: {authorization: {env: CI_TOKEN}}, expect: {json: {$.conclusion: success}}}
	  max-age: 12h

Without `check` it is a claim, and the record says so.
*/
const settings = z.lazy(() => z.strictObject({
	url: single.unwrap().shape.url.unwrap().describe('Where a person can read the result'),
	commit: z.string().regex(/^[0-9a-fA-F]{7,64}$/, 'A commit is expected: 7 to 64 hexadecimal digits.').describe('What was tested'),
	preview: z.string().describe('Id of the preview whose commit it must be'),
	check: single.unwrap().partial({url: true}).optional().describe('A request that proves the result, as in smoke/http; `url` is the one above when absent'),
	'max-age': durationShape.optional().describe('How long the result counts before something is changed'),
}));

export type EvidenceSettings = z.infer<typeof settings>;

/** What the worker is given. */
export type EvidenceWork = {readonly url: string; readonly check: Check | null; readonly isCommitAsked: boolean; readonly binding: Binding};

/** `report.json` of the worker. */
export const evidenceReport = z.lazy(() => z.object({url: z.string(), check: smokeReport.unwrap().shape.checks.element.nullable(), isCommitAsked: z.boolean(), binding: z.record(z.string(), z.string())}));
export type EvidenceReport = z.infer<typeof evidenceReport>;

/** What each output is. */
const outputWords = {
	...bindingWords,
	preview: 'Id of the preview whose commit it is',
	commit: 'The commit that was tested',
	url: 'Where a person can read the result',
	proof: '`claimed` or `checked`',
} as const;

/** Takes the result of tests that ran elsewhere, for the commit of step 1 and no other. */
export const testEvidence: Action<EvidenceSettings> & {readonly refersTo: Readonly<Record<string, readonly string[]>>} = {
	uses: 'test/evidence',
	describe: 'Takes tests that ran in CI as evidence, by address and commit; refuses another commit than that of the preview, and asks the CI when told how.',
	schema: settings as unknown as z.ZodType<EvidenceSettings>,
	refersTo: {preview: previewActions},
	effect: 'reads',
	outputs: outputWords,
	plan: input => {
		const {url, check: wanted, preview, 'max-age': maxAgeMs} = input.with;
		const bound = bindingOf(input, preview, maxAgeMs);
		const commit = commitOf(input, bound);
		const check = wanted === undefined ? null : (checksOf({name: 'result', ...wanted, url: wanted.url ?? url})[0] ?? null);
		const binding = {...bound, commit};
		return {
			commands: [check === null ? {effect: 'local', argv: [], shown: `record ${url} for commit ${commit}`} : commandOf(check)],
			cwd: input.runFolder,
			env: {},
			requires: [],
			work: {url, check, isCommitAsked: JSON.stringify(check).includes(commit.slice(0, 7)), binding} satisfies EvidenceWork,
			notes: [`It counts for ${describeBinding(binding)}.`, ...(check === null ? ['Nothing is asked at that address: it is recorded as a claim.'] : [])],
		};
	},
	judge: ({report, exitCode, signal}) => {
		const parsed = evidenceReport.safeParse(report);
		if (!parsed.success) return failed(signal === null ? `the evidence was not taken (exit status ${exitCode ?? 'unknown'})` : `the evidence was not taken: ended by ${signal}`);
		const {url, check, isCommitAsked, binding} = parsed.data;
		const why = check === null ? null : (check.attempts.at(-1)?.faults.map(({what}) => what).join('; ') ?? 'it was not asked');
		if (check !== null && !hasPassed(check)) return failed(`the result is not there: ${why ?? ''}`);
		if (exitCode !== 0 || signal !== null) return failed('the evidence was taken, but the process did not end well');
		return {
			outcome: 'succeeded',
			summary: `${check === null ? 'claimed' : 'checked'}: ${url}; for ${describeBinding(binding)}`,
			outputs: {...binding, url, proof: check === null ? 'claimed' : 'checked'},
			findings:
				check === null ? [{level: 'warning', what: 'The result is a claim: nobody asked the CI.', where: url}]
				: isCommitAsked ? []
				: [{level: 'warning', what: `The CI was asked for the result and not for the commit: that it is of ${binding['commit'] ?? 'this commit'} is a claim.`, where: url}],
		};
	},
};

/** The whole commit that both name. DIGIT and others put the commit into the tag of the image: `v2.9.2-4a60f20-6`. */
const commitOf = ({with: {commit, preview}, taskId}: PlanInput<EvidenceSettings>, bound: Binding): string => {
	const given = commit.toLowerCase();
	const known = [bound['commit'], ...(bound['version']?.split(/[^0-9a-f]+/i) ?? [])].flatMap(text => (text !== undefined && /^[0-9a-f]{7,64}$/i.test(text) && /\d/.test(text) ? [text.toLowerCase()] : []));
	const same = known.find(text => text.startsWith(given) || given.startsWith(text));
	if (same !== undefined) return same.length > given.length ? same : given;
	if (known.length === 0)
		throw new Problem({code: 'commit-unknown', what: `It is not known which commit ${preview} is of, so evidence for ${commit} can't be taken.`, why: `The chart is in no commit, or was edited since, and the version${bound['version'] === undefined ? '' : ` ${bound['version']}`} names none.`, todo: `Commit the chart and preview it again, or waive ${taskId} with a reason.`});
	throw new Problem({code: 'commit-differs', what: `The evidence is for commit ${commit}, which is not the one that is deployed.`, why: `${preview} is of ${known.join(' and ')}.`, todo: 'Give the run of the tests for that commit.'});
};

const failed = (summary: string): Judgement => ({outcome: 'failed', summary, outputs: {}, findings: []});
