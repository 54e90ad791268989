import type {CheckResult, ItemResult} from '../check-manifests.ts';
import {isOpen, worstOf} from '../finding.ts';
import type {Item} from '../item.ts';
import {nameOf} from '../kube-object.ts';
import {placeOf, placeText} from '../place.ts';
import {isBlocking, type FailOn} from '../summary.ts';

/**
JUnit XML: a suite a group, a case an item. A case fails with what makes the check itself fail; what nobody could prove, read or answer, and
what was waived or is known, is skipped, never passed. A warning that does not fail is output of a passed case.
*/
export const junitReport = (result: CheckResult, failOn: FailOn): string => {
	const groups = Map.groupBy(result.items, ({item}) => item.group as Item['group']);
	const suites = [...groups].map(([group, results]) => {
		const cases = results.map(one => ({one, outcome: outcomeOf(one, failOn)}));
		const count = (outcome: string): number => cases.filter(found => found.outcome === outcome).length;
		return [
			`\t<testsuite name="${escape(`${group.part}: ${group.title}`)}" tests="${results.length}" failures="${count('failure')}" errors="0" skipped="${count('skipped')}" time="0" timestamp="${result.checkedAt.toISOString().slice(0, 19)}" hostname="localhost">`,
			...cases.map(({one, outcome}) => caseOf(one, outcome, failOn)),
			'\t</testsuite>',
		].join('\n');
	});
	const total = result.items.map(one => outcomeOf(one, failOn));
	return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="Kubernetes deployment checklist" tests="${total.length}" failures="${total.filter(one => one === 'failure').length}" errors="0" time="0">\n${suites.join('\n')}\n</testsuites>\n`;
};

type Outcome = 'failure' | 'skipped' | 'passed';

const outcomeOf = ({verdict, findings}: ItemResult, failOn: FailOn): Outcome => {
	if (findings.some(finding => isBlocking(finding, failOn))) return 'failure';
	return verdict === 'pass' || verdict === 'warn' ? 'passed' : 'skipped';
};

const caseOf = ({item, verdict, findings}: ItemResult, outcome: Outcome, failOn: FailOn): string => {
	// What makes it fail stands before the rest.
	const blocking = findings.filter(one => isBlocking(one, failOn));
	const told = [...blocking, ...findings.filter(one => (isOpen(one.verdict) || one.verdict === 'waived') && !isBlocking(one, failOn))];
	const lines = told.map(finding => {
		const place = placeOf(finding);
		return `${finding.verdict} ${item.id}/${finding.code}: ${finding.object === null ? '' : `${nameOf(finding.object)}: `}${finding.message}${place === null ? '' : ` (${placeText(place)})`}${finding.waiver === null ? '' : ` [waived: ${finding.waiver.reason}]`}`;
	});
	const head = `\t\t<testcase name="${escape(`${item.number}. ${item.title}`)}" classname="checklist.${item.id}" time="0"`;
	const first = escape(lines[0] ?? (verdict === 'na' ? 'It does not apply.' : verdict));
	const text = escape(lines.join('\n'));
	if (outcome === 'failure') return `${head}>\n\t\t\t<failure type="${worstOf(blocking.map(one => one.verdict))}" message="${first}">${text}</failure>\n\t\t</testcase>`;
	if (outcome === 'skipped') return `${head}>\n\t\t\t<skipped>${verdict}: ${first}</skipped>\n\t\t</testcase>`;
	return lines.length === 0 ? `${head}/>` : `${head}>\n\t\t\t<system-out>${text}</system-out>\n\t\t</testcase>`;
};

/** Characters that XML 1.0 does not know, even escaped, become U+FFFD. */
const escape = (text: string): string =>
	text
		.toWellFormed()
		// oxlint-disable-next-line no-control-regex
		.replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll('\n', '&#10;');
