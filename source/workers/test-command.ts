import {createReadStream, mkdirSync, readdirSync, statSync} from 'node:fs';
import {basename, join, relative} from 'node:path';
import process from 'node:process';

import {execa} from 'execa';

import type {TestWork} from '../actions/test-command.ts';
import {countsOf, hasPassed} from '../actions/test/judge-tests.ts';
import {readJunit} from '../actions/test/read-junit.ts';
import {tapReader} from '../actions/test/read-tap.ts';
import type {TestReport, TestResult} from '../actions/test/test-result.ts';
import {syncFolder, writeDurably} from '../stores/files.ts';
import {commandLine} from '../text/command-line.ts';
import {formatDuration} from '../text/format-duration.ts';
import {freshReports, lookBefore, readReport, type Before} from './fresh-reports.ts';
import type {Report, Workplace} from './performer.ts';

/** Performs `test/command`. Leaves copies of the reports, and tests.json with what they say. */
export const runTests = async (work: TestWork, place: Workplace): Promise<Report> => {
	const folder = process.cwd();
	const files = [...work.junit, ...(work.tap === null || work.tap === 'stdout' ? [] : [work.tap])];
	const before = lookBefore(folder, files);
	place.say(`$ ${commandLine(work.argv)}`);
	const output = join(place.attemptFolder, 'out');
	const outputFrom = statSync(output).size;
	const startedMs = Date.now();
	const command = await runCommand(work.argv, place);

	mkdirSync(place.evidenceFolder, {recursive: true, mode: 0o700});
	const read = readReports(work, {folder, before, startedMs}, place);
	const reports = work.tap === 'stdout' ? [...read.reports, {path: 'the output', result: await readTap(output, outputFrom)}] : read.reports;
	const report: TestReport = {command, wantsReports: files.length > 0 || work.tap !== null, reports, faults: read.faults, notes: read.notes, binding: work.binding};
	for (const line of describeTests(report)) place.say(line);
	writeDurably(join(place.evidenceFolder, 'tests.json'), `${JSON.stringify(report, null, '\t')}\n`);
	syncFolder(place.evidenceFolder);
	return {ok: hasPassed(report) && !place.signal.aborted, data: report, evidence: readdirSync(place.evidenceFolder).toSorted().map(name => join(place.evidenceFolder, name))};
};

/** Its output goes straight to that of the attempt, so that it never waits for us. It stays in the group of the attempt, as in tool-runner.ts. */
const runCommand = async (argv: readonly string[], {signal: cancelSignal}: Workplace): Promise<TestReport['command']> => {
	const [file = '', ...rest] = argv;
	const {exitCode, signal, durationMs, message, failed} = await execa(file, rest, {reject: false, stdin: 'ignore', stdout: 'inherit', stderr: 'inherit', buffer: false, cancelSignal, forceKillAfterDelay: false});
	const why = failed && exitCode === undefined && signal === undefined ? `${file} could not be started: ${message ?? 'no reason is known'}` : null;
	return {exitCode: exitCode ?? null, signal: signal ?? null, durationMs: Math.round(durationMs), why};
};

type Circumstances = {readonly folder: string; readonly before: Before; readonly startedMs: number};

const readReports = ({junit, tap}: TestWork, {folder, before, startedMs}: Circumstances, place: Workplace): Pick<TestReport, 'reports' | 'faults' | 'notes'> => {
	const reports = new Map<string, TestReport['reports'][number]>();
	const faults: string[] = [];
	const notes: string[] = [];
	const take = (pattern: string, read: (text: string) => TestResult): void => {
		const {fresh, old, fault} = freshReports(folder, pattern, before, startedMs);
		if (fault !== null) faults.push(fault);
		else if (old.length > 0) notes.push(`${old.length} older ${old.length === 1 ? 'report' : 'reports'} of ${pattern} not counted: ${old.slice(0, 5).map(path => relative(folder, path)).join(', ')}`);
		for (const path of fresh) {
			if (reports.has(path)) continue;
			const name = relative(folder, path);
			try {
				const bytes = readReport(path);
				writeDurably(join(place.evidenceFolder, `${reports.size + 1}-${basename(path)}`), bytes);
				reports.set(path, {path: name, result: read(bytes.toString('utf8'))});
			} catch (error) {
				faults.push(`${name} can't be read: ${error instanceof Error ? error.message : String(error)}`);
			}
		}
	};
	for (const pattern of junit) take(pattern, readJunit);
	if (tap !== null && tap !== 'stdout') take(tap, text => {
		const reader = tapReader();
		reader.write(text);
		return reader.end();
	});
	return {reports: [...reports.values()], faults, notes};
};

const readTap = async (path: string, from: number): Promise<TestResult> => {
	const reader = tapReader();
	for await (const chunk of createReadStream(path, {start: from, encoding: 'utf8'})) reader.write(chunk as string);
	return reader.end();
};

/** A line for each report, then the tests that failed, then the slowest. */
const describeTests = (report: TestReport): readonly string[] => {
	const {failed} = countsOf(report);
	const failures = report.reports.flatMap(({result}) => result.failures);
	const slow = report.reports.flatMap(({result}) => result.slowest).filter(({durationMs}) => durationMs > 0);
	return [
		'',
		...report.faults,
		...report.reports.map(({path, result: {counts, faults}}) => `${path}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped${faults.map(fault => `; ${fault}`).join('')}`),
		...failures.map(({name, message, where}) => `FAILED  ${name}: ${message}${where === undefined ? '' : ` (${where})`}`),
		...(failed > failures.length ? [`${failed - failures.length} more failed.`] : []),
		...(slow.length === 0 ? [] : ['Slowest:', ...slow.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, 5).map(({name, durationMs}) => `  ${formatDuration(durationMs).padStart(10)}  ${name}`)]),
	];
};
