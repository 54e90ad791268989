import {parseXml, XmlCdata, XmlElement, XmlText} from '@rgrove/parse-xml';

import {oneLine} from './one-line.ts';
import {mostFailures, slowestOf, sumCounts, type Counts, type SlowTest, type TestFailure, type TestResult} from './test-result.ts';

/**
Reads a JUnit XML report: `testcase` elements in any nesting of `testsuite`, as JUnit, Surefire, pytest, node:test, Newman and k6 write them.

A suite may say of more failures and errors than it lists test cases for (Newman does when no answer came or a script broke): those are failures
too, told with the suite's `system-err`. A text that is no such report is a fault, never an empty result.
*/
export const readJunit = (text: string): TestResult => {
	try {
		const root = parseXml(text.replace(/^\uFEFF/, '')).root;
		if (root === null || (root.name !== 'testsuites' && root.name !== 'testsuite')) return unreadable(`it is no JUnit report: its root is <${root?.name ?? ''}>`);
		const {counts, failures, tests} = readSuite(root, []);
		return {counts, failures: failures.slice(0, mostFailures), slowest: slowestOf(tests), faults: []};
	} catch (error) {
		return unreadable(oneLine(error instanceof Error ? error.message : String(error)));
	}
};

const unreadable = (fault: string): TestResult => ({counts: {passed: 0, failed: 0, skipped: 0}, failures: [], slowest: [], faults: [fault]});

type Read = {readonly counts: Counts; readonly failures: readonly TestFailure[]; readonly tests: readonly SlowTest[]};

const readSuite = (suite: XmlElement, above: readonly string[]): Read => {
	const name = suite.attributes['name'] ?? '';
	const path = suite.name === 'testsuite' && name !== '' ? [...above, name] : above;
	const inside = elementsOf(suite).flatMap((element): Read[] => (element.name === 'testcase' ? [readCase(element, path)] : element.name === 'testsuite' ? [readSuite(element, path)] : []));
	const counts = sumCounts(inside.map(read => read.counts));
	const unlisted = numberOf(suite, 'failures') + numberOf(suite, 'errors') - counts.failed;
	const failures = inside.flatMap(read => read.failures);
	const tests = inside.flatMap(read => read.tests);
	if (unlisted <= 0) return {counts, failures, tests};
	const said = elementsOf(suite).find(element => element.name === 'system-err');
	const message = (said === undefined ? undefined : errorLine(textOf(said))) ?? `the report counts ${unlisted} more failed than it lists`;
	return {counts: {...counts, failed: counts.failed + unlisted}, failures: [...failures, {name: path.join(' › ') || 'the whole report', message}], tests};
};

const readCase = (testcase: XmlElement, path: readonly string[]): Read => {
	const {name = 'a test without a name', classname = '', file, line, time} = testcase.attributes;
	const fullName = [path.at(-1) ?? classname, name].filter(part => part !== '').join(' › ');
	const children = elementsOf(testcase);
	const bad = children.find(child => child.name === 'failure' || child.name === 'error');
	const isSkipped = children.some(child => child.name === 'skipped') || /^(notrun|disabled|skipped|ignored)$/i.test(testcase.attributes['status'] ?? '');
	const where = file === undefined ? (classname === '' ? undefined : classname) : `${file}${line === undefined ? '' : `:${line}`}`;
	return {
		counts: {passed: bad === undefined && !isSkipped ? 1 : 0, failed: bad === undefined ? 0 : 1, skipped: bad === undefined && isSkipped ? 1 : 0},
		failures: bad === undefined ? [] : [{name: fullName, message: messageOf(bad), ...(where === undefined ? {} : {where})}],
		tests: [{name: fullName, durationMs: Math.round(Number.parseFloat((time ?? '0').replaceAll(',', '')) * 1000) || 0}],
	};
};

const messageOf = (failure: XmlElement): string => oneLine(failure.attributes['message'] ?? '') || oneLine(textOf(failure)) || failure.attributes['type'] || 'no message';

/** The line of an error output that says what went wrong. */
const errorLine = (text: string): string | undefined => {
	const lines = text.split('\n').map(oneLine).filter(line => line !== '');
	return lines.find(line => /error/i.test(line)) ?? lines[0];
};

const textOf = (element: XmlElement): string => element.children.map(child => (child instanceof XmlText || child instanceof XmlCdata ? child.text : '')).join('\n');

const elementsOf = (element: XmlElement): readonly XmlElement[] => element.children.filter(child => child instanceof XmlElement);

const numberOf = (element: XmlElement, name: string): number => Math.max(0, Number.parseInt(element.attributes[name] ?? '0', 10) || 0);
