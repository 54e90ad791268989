import type {Finding} from '../../journal/event.ts';
import {formatDuration} from '../../text/format-duration.ts';
import type {Ended, Judgement} from '../action.ts';
import {bindingWords, describeBinding} from './binding.ts';
import {slowestOf, sumCounts, testReport, type Counts, type TestFailure, type TestReport} from './test-result.ts';
import {withoutReport} from '../without-report.ts';

/** Failed tests that are named in the journal; the report has them all. */
const mostNamed = 20;

/** What each output of tests is. */
export const testOutputWords = {
	passed: 'How many tests passed; when a report was read',
	failed: 'How many tests failed; when a report was read',
	skipped: 'How many tests were skipped; when a report was read',
	...bindingWords,
} as const;

/** A pass needs tests that ran, none that failed, whole reports of this very run, and exit status 0. */
export const judgeTests = (ended: Ended): Judgement => {
	const {report, exitCode, signal} = ended;
	const parsed = testReport.safeParse(report);
	if (!parsed.success) return withoutReport('the tests', ended);
	const counts = countsOf(parsed.data);
	const failures = parsed.data.reports.flatMap(({result}) => result.failures);
	const obstacles = obstaclesTo(parsed.data, counts, failures);
	const findings = findingsOf(parsed.data, counts, failures);
	const outputs = {...parsed.data.binding, ...(parsed.data.reports.length === 0 ? {} : {passed: String(counts.passed), failed: String(counts.failed), skipped: String(counts.skipped)})};
	const first = obstacles[0];
	if (first !== undefined) return {outcome: 'failed', summary: first, outputs, findings: [...obstacles.slice(1).map((what): Finding => ({level: 'danger', what})), ...findings]};
	if (exitCode !== 0 || signal !== null) return {outcome: 'failed', summary: 'the tests passed, but their process did not end well', outputs, findings};
	return {outcome: 'succeeded', summary: describePass(parsed.data, counts), outputs, findings};
};

export const countsOf = ({reports}: TestReport): Counts => sumCounts(reports.map(({result}) => result.counts));

export const hasPassed = (report: TestReport): boolean => obstaclesTo(report, countsOf(report), []).length === 0;

/** Everything that keeps it from being a pass, the most telling first. */
const obstaclesTo = ({command, wantsReports, reports, faults}: TestReport, counts: Counts, failures: readonly TestFailure[]): readonly string[] => {
	const total = counts.passed + counts.failed + counts.skipped;
	const first = failures[0];
	const ended = describeEnd(command);
	return [
		...(command.why === null ? [] : [command.why]),
		...(counts.failed === 0 ? [] : [`${counts.failed} of ${total} failed${first === undefined ? '' : `; ${first.name}: ${first.message}`}`]),
		...(command.signal === null ? [] : [`the command was ended by ${command.signal}`]),
		...faults,
		...reports.flatMap(({path, result}) => result.faults.map(fault => `${path} can't be taken as a report: ${fault}`)),
		...(wantsReports && faults.length === 0 && reports.every(({result}) => result.faults.length === 0) && counts.passed + counts.failed === 0 ? [counts.skipped === 0 ? 'no test was run' : `no test was run: ${counts.skipped} skipped`] : []),
		...(ended === null || command.signal !== null || counts.failed > 0 ? [] : [counts.passed > 0 ? `all ${counts.passed} tests passed, but the command ended with ${ended}` : ended]),
	];
};

const describeEnd = ({exitCode, signal, why}: TestReport['command']): string | null => (why !== null || signal !== null || exitCode === 0 ? null : `exit status ${exitCode ?? 'unknown'}${meaningOf(exitCode)}`);

/** A shell gives 128 and the number of the signal when its own child was killed. */
const meaningOf = (exitCode: number | null): string => ({124: ' (a time-out of its own)', 126: ' (may not be executed)', 127: ' (command not found)', 130: ' (interrupted)', 137: ' (killed)', 139: ' (crashed)', 143: ' (ended from outside)'})[exitCode ?? 0] ?? '';

const findingsOf = ({reports, notes}: TestReport, {failed}: Counts, failures: readonly TestFailure[]): readonly Finding[] => {
	const slow = slowestOf(reports.flatMap(({result}) => result.slowest)).filter(({durationMs}) => durationMs >= 100);
	const named = failures.slice(0, mostNamed);
	return [
		...named.map(({name, message, where}): Finding => ({level: 'danger', what: `${name}: ${message}`, ...(where === undefined ? {} : {where})})),
		...(failed > named.length ? [{level: 'danger', what: `${failed - named.length} more failed; they are in the report.`} satisfies Finding] : []),
		...notes.map((what): Finding => ({level: 'warning', what})),
		...(slow.length === 0 ? [] : [{level: 'note', what: `Slowest: ${slow.map(({name, durationMs}) => `${name} ${formatDuration(durationMs)}`).join(', ')}.`} satisfies Finding]),
	];
};

const describePass = ({command, wantsReports, binding}: TestReport, {passed, skipped}: Counts): string => {
	const bound = describeBinding(binding);
	const counted = wantsReports ? `${passed} passed${skipped === 0 ? '' : `, ${skipped} skipped`}` : 'exit status 0, tests are not counted';
	return `${counted}, in ${formatDuration(command.durationMs)}${bound === '' ? '' : `; for ${bound}`}`;
};
