import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test} from 'node:test';

import {readJunit} from '../../../source/actions/test/read-junit.ts';
import {tapReader} from '../../../source/actions/test/read-tap.ts';

/** See fixtures/README.md for the tools that made them. */
const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

const readTap = (text: string) => {
	const reader = tapReader();
	// In pieces, as a pipe gives them.
	for (let from = 0; from < text.length; from += 7) reader.write(text.slice(from, from + 7));
	return reader.end();
};

describe('JUnit reports of real tools', () => {
	for (const [name, counts, failures] of [
		['node-test.xml', {passed: 3, failed: 1, skipped: 2}, ['bill › is rounded: Expected values to be strictly equal: 10.01 !== 10']],
		['pytest.xml', {passed: 3, failed: 2, skipped: 1}, ['pytest › test_rounded: AssertionError: not rounded assert 10.01 == 10', 'pytest › test_with_fixture: failed on setup with "RuntimeError: no database"']],
		['surefire.xml', {passed: 2, failed: 1, skipped: 1}, ['org.egov.bill.BillServiceTest › isRounded: expected:<10> but was:<10.01>']],
		['k6.xml', {passed: 1, failed: 1, skipped: 0}, ['k6 thresholds › http_req_duration - p(95)<200: threshold exceeded']],
	] as const)
		test(name, () => {
			const result = readJunit(fixture(name));
			assert.deepEqual(result.faults, []);
			assert.deepEqual(result.counts, counts);
			assert.deepEqual(result.failures.map(failure => `${failure.name}: ${failure.message}`), failures);
		});

	test('what Newman counts as errors without listing it is failed: no answer, a broken script', () => {
		const {counts, failures} = readJunit(fixture('newman.xml'));
		assert.deepEqual(counts, {passed: 2, failed: 4, skipped: 0});
		assert.deepEqual(failures.slice(2).map(failure => `${failure.name}: ${failure.message}`), [
			'nobody there: RequestError: Error: connect ECONNREFUSED 127.0.0.1:9',
			'script error: testScriptError: noSuchFunction is not defined',
		]);
		assert.deepEqual(readJunit(fixture('newman-down.xml')).counts, {passed: 0, failed: 1, skipped: 0});
	});

	test('the slowest come first', () => assert.equal(readJunit(fixture('node-test.xml')).slowest[0]?.name, 'of a shop › has a number'));
});

describe('what is no JUnit report', () => {
	const whole = fixture('pytest.xml');
	for (const [name, text] of [
		['nothing', ''],
		['text', 'all tests passed'],
		['another XML', '<html><body>OK</body></html>'],
		['a report that was cut', whole.slice(0, whole.length / 2)],
		['two reports in one file', whole + whole],
		['an entity of its own', '<!DOCTYPE x [<!ENTITY a "b">]><testsuite><testcase name="&a;"/></testsuite>'],
		['a very deep one', '<testsuite>'.repeat(50_000)],
	] as const)
		test(`${name} has a fault and no counts`, () => {
			const result = readJunit(text);
			assert.equal(result.faults.length, 1);
			assert.deepEqual(result.counts, {passed: 0, failed: 0, skipped: 0});
		});

	test('every report that is cut short is refused', () => {
		for (let length = 0; length < whole.length; length += 13) assert.notDeepEqual(readJunit(whole.slice(0, length)).faults, [], `${length}`);
	});
});

describe('TAP', () => {
	test('the output of node:test: subtests are counted, suites are not', () => {
		const {counts, failures, slowest, faults} = readTap(fixture('node-test.tap'));
		assert.deepEqual(counts, {passed: 3, failed: 1, skipped: 2});
		assert.deepEqual(failures, [{name: 'bill › is rounded', message: 'Expected values to be strictly equal: 10.01 !== 10', where: '/srv/bill/sample.test.mjs:5:2'}]);
		assert.equal(slowest[0]?.name, 'bill › of a shop › has a number');
		assert.deepEqual(faults, []);
	});

	for (const [name, text, counts, fault] of [
		['among other output', 'Starting…\nTAP version 14\nok 1 - a # time=12ms\n1..1\nBye.\n', [1, 0, 0], null],
		['fewer than planned', 'TAP version 13\n1..3\nok 1\nok 2\n', [2, 0, 0], /incorrect number of tests/],
		['more than planned', '1..1\nok 1\nok 2\n', [2, 0, 0], /greater than plan/],
		['without a plan', 'ok 1\nok 2\n', [2, 0, 0], /no plan/],
		['given up', 'TAP version 14\n1..2\nok 1\nBail out! the database is gone\n', [1, 0, 0], /the tests gave up: the database is gone/],
		['to do is not done', '1..2\nok 1 - a # TODO later\nnot ok 2 - b # TODO later\n', [0, 0, 2], null],
		['a suite that failed by itself', 'TAP version 14\n1..1\n# Subtest: s\n    1..1\n    ok 1 - in it\nnot ok 1 - s\n', [1, 1, 0], null],
		['nothing at all', 'no tests here\n', [0, 0, 0], null],
	] as const)
		test(name, () => {
			const result = readTap(text);
			assert.deepEqual([result.counts.passed, result.counts.failed, result.counts.skipped], counts);
			if (fault === null) assert.deepEqual(result.faults, []);
			else assert.match(result.faults[0] ?? '', fault);
		});
});
