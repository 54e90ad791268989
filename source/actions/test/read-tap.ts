import {Parser, type Result} from 'tap-parser';

import {oneLine} from './one-line.ts';
import {mostFailures, slowestOf, type SlowTest, type TestFailure, type TestResult} from './test-result.ts';

/**
Reads a stream of TAP (version 13 or 14) among other output: `write` each chunk, then `end`. Tests with subtests are not counted, their subtests are.
A stream without a plan, with fewer tests than planned, or with a bail-out has a fault, and is never a pass.
*/
export const tapReader = (): {readonly write: (chunk: string) => void; readonly end: () => TestResult} => {
	const counts = {passed: 0, failed: 0, skipped: 0};
	const failures: TestFailure[] = [];
	let tests: SlowTest[] = [];
	const parser = new Parser();

	const count = (result: Result, path: readonly string[]): void => {
		const name = [...path, result.name || `test ${result.id}`].join(' › ');
		if (result.skip !== false || result.todo !== false) counts.skipped++;
		else if (result.ok) counts.passed++;
		else {
			counts.failed++;
			if (failures.length < mostFailures) failures.push(failureOf(name, result));
		}

		tests.push({name, durationMs: Math.round(durationOf(result))});
		if (tests.length > 1000) tests = slowestOf(tests);
	};

	const watch = (level: Parser, path: readonly string[]): void => {
		let child: {readonly failedBefore: number} | null = null;
		level.on('child', (sub: Parser) => {
			child = {failedBefore: counts.failed};
			watch(sub, sub.name === '' ? path : [...path, sub.name]);
		});
		level.on('assert', (result: Result) => {
			const closed = child;
			child = null;
			// A suite fails with its tests; one that failed though none of them did has something of its own to say, such as a broken hook.
			if (closed === null || (!result.ok && result.todo === false && counts.failed === closed.failedBefore)) count(result, path);
		});
	};

	watch(parser, []);
	return {
		write: chunk => void parser.write(chunk),
		end: () => {
			parser.end();
			return {counts, failures, slowest: slowestOf(tests), faults: faultsOf(parser, counts.failed)};
		},
	};
};

const faultsOf = ({results}: Parser, failed: number): string[] => {
	if (results === null) return ['it has no end'];
	if (results.bailout !== false) return [`the tests gave up: ${results.bailout === true ? 'Bail out!' : results.bailout}`];
	const errors = results.failures.flatMap(fault => (typeof fault.tapError === 'string' ? [fault.tapError] : []));
	if (errors.length > 0) return [...new Set(errors.map(oneLine))];
	return results.ok || failed > 0 ? [] : ['it says itself that it is not good'];
};

/** `error` is node:test's, `message` that of tap and others. */
const failureOf = (name: string, {diag}: Result): TestFailure => {
	const {error, message, location, at} = (diag ?? {}) as Readonly<Record<string, unknown>>;
	const said = [error, message].find(text => typeof text === 'string');
	const where = typeof location === 'string' ? location : typeof at === 'object' && at !== null && 'fileName' in at && 'lineNumber' in at ? `${String(at.fileName)}:${String(at.lineNumber)}` : undefined;
	return {name, message: typeof said === 'string' && oneLine(said) !== '' ? oneLine(said) : 'no message', ...(where === undefined ? {} : {where})};
};

const durationOf = ({time, diag}: Result): number => {
	if (time !== null) return time;
	const {duration_ms: durationMs} = (diag ?? {}) as Readonly<Record<string, unknown>>;
	return typeof durationMs === 'number' ? durationMs : Number(durationMs ?? 0) || 0;
};
