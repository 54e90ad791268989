import type {Finding} from '../journal/event.ts';
import type {Action, Command, Judgement} from './action.ts';
import {checksOf, smokeSettings, type Check, type SmokeSettings} from './smoke/check.ts';
import {describeCheck} from './smoke/describe-check.ts';
import {hasPassed, smokeReport, type SmokeReport} from './smoke/smoke-report.ts';
import {withoutReport} from './without-report.ts';

/** What the worker is given. */
export type SmokeWork = {readonly checks: readonly Check[]; readonly parallel: number};

type CheckReport = SmokeReport['checks'][number];

/** What each output is. */
const outputWords = {passed: 'How many checks passed', failed: 'How many checks failed', total: 'How many checks there are'} as const;

/** Requests against the live server, each with what its answer must be. */
export const smokeHttp: Action<SmokeSettings> = {
	uses: 'smoke/http',
	describe: 'Sends HTTP requests and checks status, headers, body, JSON values, version and latency of the answers.',
	schema: smokeSettings,
	effect: 'reads',
	outputs: outputWords,
	plan: ({with: settings, runbookFolder}) => {
		const {parallel, ...requests} = settings;
		const checks = checksOf(requests);
		return {
			commands: checks.map(commandOf),
			cwd: runbookFolder,
			env: {},
			requires: [],
			work: {checks, parallel} satisfies SmokeWork,
			notes: checks.length === 1 ? [] : [`${checks.length} checks, ${Math.min(parallel, checks.length)} at a time`],
		};
	},
	judge: ended => {
		const {report, exitCode, signal} = ended;
		const parsed = smokeReport.safeParse(report);
		if (!parsed.success) return withoutReport('the checks', ended);
		if (parsed.data.checks.length === 0) return failed('nothing was checked');
		return judgeChecks(parsed.data.checks, exitCode === 0 && signal === null);
	},
};

/** A request as it is shown before it is sent, with what is expected of its answer. */
export const commandOf = (check: Check): Command => ({effect: 'reads', argv: [check.method, check.url], shown: describeCheck(check)});

const judgeChecks = (checks: readonly CheckReport[], endedWell: boolean): Judgement => {
	const bad = checks.filter(check => !hasPassed(check));
	const late = checks.filter(check => hasPassed(check) && check.attempts.length > 1);
	const outputs = {passed: String(checks.length - bad.length), failed: String(bad.length), total: String(checks.length)} satisfies Readonly<Record<keyof typeof outputWords, string>>;
	const findings: readonly Finding[] = [
		...bad.map(({name, url, attempts}): Finding => ({level: 'danger', what: `${name}: ${attempts.at(-1)?.faults.map(({what}) => what).join('; ') || 'not tried'}`, where: url})),
		...late.map(({name, url, attempts}): Finding => ({level: 'warning', what: `${name} passed on attempt ${attempts.length}; before: ${attempts.at(-2)?.faults[0]?.what ?? ''}`, where: url})),
	];
	const first = bad[0];
	if (first !== undefined) {
		const why = first.attempts.at(-1)?.faults[0]?.what ?? 'not tried';
		return {outcome: 'failed', summary: checks.length === 1 ? why : `${bad.length} of ${checks.length} failed; ${first.name}: ${why}`, outputs, findings};
	}

	if (!endedWell) return {...failed('the checks passed, but their process did not end well'), outputs, findings};
	return {outcome: 'succeeded', summary: describeSuccess(checks, late), outputs, findings};
};

const describeSuccess = (checks: readonly CheckReport[], late: readonly CheckReport[]): string => {
	const [only, ...others] = checks;
	const passed = others.length === 0 ? `status ${only?.attempts.at(-1)?.status ?? ''}` : `${checks.length} of ${checks.length} passed`;
	if (late.length === 0) return passed;
	return others.length === 0 ? `${passed}, passed on attempt ${only?.attempts.length}` : `${passed}, ${late.length} of them not on the first attempt`;
};

const failed = (summary: string): Judgement => ({outcome: 'failed', summary, outputs: {}, findings: []});
