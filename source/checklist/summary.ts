import type {CheckResult} from './check-manifests.ts';
import {fingerprintOf, isOpen, isWorse, openVerdicts, type Baseline, type Finding} from './finding.ts';
import type {Verdict} from './item.ts';
import {at, listAt, textAt} from './values.ts';

/** From which verdict on a check does not succeed. `open`: also what could not be read, was not configured, or is not answered. */
export type FailOn = 'fail' | 'warn' | 'open' | 'never';
export const failOns: readonly FailOn[] = ['fail', 'warn', 'open', 'never'];

/** How many items have each verdict. */
export const countVerdicts = (result: CheckResult): Readonly<Record<Verdict, number>> => {
	const counts: Record<Verdict, number> = {fail: 0, warn: 0, unknown: 0, attest: 0, unconfigured: 0, waived: 0, pass: 0, na: 0};
	for (const {verdict} of result.items) counts[verdict] += 1;
	return counts;
};

const failing: Readonly<Record<FailOn, readonly Verdict[]>> = {
	never: [],
	fail: ['fail'],
	warn: ['fail', 'warn'],
	open: ['fail', 'warn', 'unknown', 'attest', 'unconfigured'],
};

/** Findings that keep the check from succeeding. Those that the baseline knows do not. */
export const blockingFindings = (result: CheckResult, failOn: FailOn): readonly Finding[] =>
	result.items.flatMap(({findings}) => findings).filter(finding => isBlocking(finding, failOn));

export const isBlocking = ({verdict, isKnown}: Finding, failOn: FailOn): boolean => !isKnown && failing[failOn].includes(verdict);

/** What is open, as the baseline of another check. */
export const baselineOf = (result: CheckResult): Baseline =>
	worstOfEach(result.items.flatMap(({findings}) => findings).filter(({verdict}) => isOpen(verdict)).map(finding => [fingerprintOf(finding), finding.verdict]));

const worstOfEach = (pairs: Iterable<readonly [string, Verdict]>): Baseline => {
	const worst = new Map<string, Verdict>();
	for (const [fingerprint, verdict] of pairs) {
		const before = worst.get(fingerprint);
		if (before === undefined || isWorse(verdict, before)) worst.set(fingerprint, verdict);
	}

	return worst;
};

/** The baseline in a report that was written with `--format json`; null when the value is no such report. */
export const baselineFrom = (report: unknown): Baseline | null => {
	const items = at(report, 'items');
	if (!Array.isArray(items)) return null;
	return worstOfEach(
		items.flatMap(item => listAt(item, 'findings')).flatMap((finding): (readonly [string, Verdict])[] => {
			const fingerprint = textAt(finding, 'fingerprint');
			const verdict = openVerdicts.find(one => one === textAt(finding, 'verdict'));
			return fingerprint === undefined || verdict === undefined ? [] : [[fingerprint, verdict]];
		}),
	);
};
