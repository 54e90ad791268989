import type {CheckResult} from './check-manifests.ts';
import {fingerprintOf, isOpen, type Finding} from './finding.ts';
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
	result.items.flatMap(({findings}) => findings).filter(({verdict, isKnown}) => !isKnown && failing[failOn].includes(verdict));

/** Fingerprints of what is open: the baseline of a later check. */
export const openFingerprints = (result: CheckResult): ReadonlySet<string> => new Set(result.items.flatMap(({findings}) => findings).filter(({verdict}) => isOpen(verdict)).map(fingerprintOf));

/** The baseline in a report that was written with `--format json`; null when the value is no such report. */
export const baselineFrom = (report: unknown): ReadonlySet<string> | null => {
	const items = at(report, 'items');
	if (!Array.isArray(items)) return null;
	return new Set(items.flatMap(item => listAt(item, 'findings')).filter(finding => isOpen((textAt(finding, 'verdict') ?? 'na') as Verdict)).flatMap(finding => textAt(finding, 'fingerprint') ?? []));
};
