import assert from 'node:assert/strict';
import {copyFileSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {after, describe, test} from 'node:test';

import {testCommand} from '../../source/actions/test-command.ts';
import {aFolder, carryOut, planInputOf, signalWhen, type Carried, type Place} from './carry-out.ts';

const root = aFolder();
after(root.remove);
let counter = 0;

/** A folder of its own for each test, with what a report of three passed tests looks like. */
const aPlace = (more: Partial<Place> = {}): Place => {
	const folder = join(root.path, String(++counter));
	mkdirSync(folder);
	writeFileSync(join(folder, 'good.xml'), report(['adds', 'rounds', 'prints']));
	return {folder, ...more};
};

const report = (names: readonly string[], inside = ''): string => `<testsuite name="bill">${names.map(name => `<testcase name="${name}">${inside}</testcase>`).join('')}</testsuite>\n`;

const run = (settings: Readonly<Record<string, unknown>>, place: Place = aPlace()): Promise<Carried> => carryOut(testCommand, settings, place);

describe('a pass', () => {
	test('needs a report of this run, and counts it', async () => {
		const place = aPlace();
		const result = await run({run: 'mkdir out && cat good.xml > out/bill.xml && echo ran', junit: 'out/*.xml'}, place);
		assert.equal(result.outcome, 'succeeded');
		assert.match(result.summary, /^3 passed, in \d+ m?s$/);
		assert.deepEqual(result.outputs, {passed: '3', failed: '0', skipped: '0'});
		assert.match(result.out, /^\$ sh -c '.*'\nran\n\nout\/bill\.xml: 3 passed, 0 failed, 0 skipped\n/);
		assert.equal(readFileSync(join(place.folder, 'evidence/task.1/1-bill.xml'), 'utf8'), readFileSync(join(place.folder, 'good.xml'), 'utf8'));
		assert.deepEqual(result.evidence.map(path => path.split('/').at(-1)), ['1-bill.xml', 'tests.json']);
	});

	test('reports of several kinds and places are added up', async () => {
		const result = await run({run: `cat good.xml > a.xml; cat good.xml > b.xml; printf '1..1\\nok 1 - tap\\n' > c.tap`, junit: ['a.xml', 'b.xml', '?.xml'], tap: 'c.tap'});
		assert.match(result.summary, /^7 passed/);
	});

	test('node:test speaks TAP on its output', async () => {
		const place = aPlace({env: {FORCE_COLOR: '0'}});
		writeFileSync(join(place.folder, 'sample.test.mjs'), `import {test} from 'node:test'; test('a', () => {}); test('b', () => console.log('hello'));`);
		const result = await run({run: [process.execPath, '--test', '--test-reporter=tap', 'sample.test.mjs'], tap: 'stdout'}, place);
		assert.equal(result.outcome, 'succeeded', result.summary);
		assert.match(result.summary, /^2 passed/);
		assert.match(result.out, /^TAP version 13$/m);
	});

	test('without a report the exit status alone counts, and that is said', async () => {
		const result = await run({run: 'true'});
		assert.match(result.summary, /^exit status 0, tests are not counted/);
		assert.match(result.plan.notes[0] ?? '', /No report is read/);
	});

	test('env, folder and shell are those of the task', async () => {
		const place = aPlace({password: 'hunter2'});
		mkdirSync(join(place.folder, 'inner'));
		const result = await run({run: 'set -o pipefail; test "$LEVEL$PGPASSWORD$SLIPWAY_TASK" = 3hunter2task && cat ../good.xml > r.xml', shell: 'bash', cwd: 'inner', env: {LEVEL: 3}, junit: 'r.xml'}, place);
		assert.equal(result.outcome, 'succeeded', result.summary);
		assert.ok(existsSync(join(place.folder, 'inner/r.xml')));
	});
});

describe('never a pass', () => {
	for (const [name, settings, summary] of [
		['no report', {run: 'true', junit: 'out/*.xml'}, /^there is no report: out\/\*\.xml names no file/],
		['one of two reports', {run: 'cat good.xml > a.xml', junit: ['a.xml', 'b.xml']}, /^there is no report: b\.xml/],
		['no test in the report', {run: 'echo "<testsuites/>" > r.xml', junit: 'r.xml'}, /^no test was run$/],
		['only skipped tests', {run: `echo '${report(['a', 'b'], '<skipped/>').trim()}' > r.xml`, junit: 'r.xml'}, /^no test was run: 2 skipped$/],
		['a failed test, though the exit status is 0', {run: `echo '${report(['a'], '<failure message="too dear"/>').trim()}' > r.xml`, junit: 'r.xml'}, /^1 of 1 failed; bill › a: too dear$/],
		['an exit status, though all tests passed', {run: 'cat good.xml > r.xml; exit 3', junit: 'r.xml'}, /^all 3 tests passed, but the command ended with exit status 3$/],
		['a report that is cut', {run: 'head -c 60 good.xml > r.xml', junit: 'r.xml'}, /^r\.xml can't be taken as a report/],
		['a command that is killed', {run: 'cat good.xml > r.xml; kill -9 $$', junit: 'r.xml'}, /^the command was ended by SIGKILL$/],
		['a command whose tests are killed', {run: 'cat good.xml > r.xml; sh -c "kill -9 \\$\\$"; exit $?', junit: 'r.xml'}, /exit status 137 \(killed\)$/],
		['TAP with fewer tests than planned', {run: `printf '1..2\\nok 1\\n'`, tap: 'stdout'}, /^the output can't be taken as a report: incorrect number of tests$/],
		['an output without TAP', {run: 'echo all is well', tap: 'stdout'}, /^no test was run$/],
		['a command that is not there', {run: ['./nowhere'], junit: 'r.xml'}, /^\.\/nowhere could not be started/],
	] as const)
		test(name, async () => {
			const result = await run(settings);
			assert.equal(result.outcome, 'failed');
			assert.match(result.summary, summary);
			assert.equal(result.exitCode, 1);
		});

	test('a report of an earlier run, however it came there', async () => {
		const place = aPlace();
		utimesSync(join(place.folder, 'good.xml'), new Date('2026-11-20T10:00:00Z'), new Date('2026-11-20T10:00:00Z'));
		copyFileSync(join(place.folder, 'good.xml'), join(place.folder, 'r.xml'));
		// A moment before the start, by a clock that goes ahead.
		utimesSync(join(place.folder, 'r.xml'), new Date(Date.now() + 60_000), new Date(Date.now() + 60_000));
		assert.match((await run({run: 'true', junit: 'r.xml'}, place)).summary, /^the report r\.xml is older than this test: it was written /, 'just before the start');
		assert.match((await run({run: 'cp -p good.xml new.xml', junit: 'new.xml'}, {...place, attempt: 2})).summary, /^the report new\.xml is older than this test/, 'copied with its date');
		assert.equal((await run({run: 'touch r.xml', junit: 'r.xml'}, {...place, attempt: 3})).outcome, 'succeeded', 'written again with the same bytes');
	});

	test('old reports beside new ones are left out, and told', async () => {
		const place = aPlace();
		writeFileSync(join(place.folder, 'run-1.xml'), report(['old'], '<failure/>'));
		const result = await run({run: 'cat good.xml > run-2.xml', junit: 'run-*.xml'}, place);
		assert.match(result.summary, /^3 passed/);
		assert.deepEqual(result.findings.map(({what}) => what), ['1 older report of run-*.xml not counted: run-1.xml']);
	});

	test('cancelled: its children are gone, and it says so', async () => {
		const place = aPlace();
		const result = await run({run: 'cat good.xml > r.xml; echo $$ > pid; echo re""ady; sleep 100; true', junit: 'r.xml'}, {...place, onStart: signalWhen('ready', 'SIGTERM')});
		assert.equal(result.outcome, 'failed');
		assert.equal(result.exitCode, 143);
		const pid = Number(readFileSync(join(place.folder, 'pid'), 'utf8'));
		assert.throws(() => process.kill(pid, 0), {code: 'ESRCH'});
	});

	test('a report.json that is garbage or missing', () => {
		for (const report of [undefined, null, {}, 'passed', {command: {exitCode: 0}}])
			assert.equal(testCommand.judge({exitCode: 0, signal: null, report, outTail: '', errTail: ''}).outcome, 'failed');
	});
});

describe('what failed is told', () => {
	test('by name and message, twenty at most in the journal', async () => {
		const place = aPlace();
		writeFileSync(join(place.folder, 'bad.xml'), `<testsuite name="s">${Array.from({length: 70}, (_, index) => `<testcase name="t${index}" file="bill.ts" time="${index}"><failure message="m${index}"/></testcase>`).join('')}<testcase name="ok"/></testsuite>`);
		const result = await run({run: 'cat bad.xml > r.xml; exit 1', junit: 'r.xml'}, place);
		assert.match(result.summary, /^70 of 71 failed; s › t0: m0$/);
		const dangers = result.findings.filter(({level}) => level === 'danger');
		assert.equal(dangers.length, 21);
		assert.deepEqual(dangers[1], {level: 'danger', what: 's › t1: m1', where: 'bill.ts'});
		assert.equal(dangers[20]?.what, '50 more failed; they are in the report.');
		assert.match(result.findings.at(-1)?.what ?? '', /^Slowest: s › t69 1 min 9 s, s › t68/);
		assert.match(result.out, /^20 more failed\.$/m);
	});
});

describe('what it counts for', () => {
	const file = (path: string) => ({path, sizeBytes: 1, sha256: 'a'.repeat(64)});
	const preview = {uses: 'helm/preview', attempt: 1, finishedAt: '2026-11-24T09:00:00Z', evidence: [file('chart.tgz'), file('new-manifest.yaml')], outputs: {'manifest-sha256': 'b'.repeat(64), commit: 'c'.repeat(40), preview: JSON.stringify({toVersion: '2.9.2'})}};

	test('the manifest, version and commit of the preview, and for how long', async () => {
		const input = {...planInputOf(testCommand, {run: 'true', preview: 'preview', 'max-age': '2h'}, aPlace()), earlier: {preview}};
		const {work, notes} = testCommand.plan(input);
		const binding = {maxAgeMs: '7200000', preview: 'preview', 'manifest-sha256': 'b'.repeat(64), version: '2.9.2', commit: 'c'.repeat(40)};
		assert.deepEqual((work as {binding: unknown}).binding, binding);
		assert.equal(notes.at(-1), 'It counts for manifest bbbbbbbb…, version 2.9.2, commit cccccccccccc.');
		const judged = testCommand.judge({exitCode: 0, signal: null, outTail: '', errTail: '', report: {command: {exitCode: 0, signal: null, durationMs: 5, why: null}, wantsReports: false, reports: [], faults: [], notes: [], binding}});
		assert.deepEqual(judged.outputs, binding);
	});

	test('without the preview it can not be planned', () => {
		assert.throws(() => testCommand.plan(planInputOf(testCommand, {run: 'true', preview: 'preview'}, aPlace())), {code: 'no-preview'});
	});
});

test('settings that can not mean anything are refused', () => {
	for (const settings of [{}, {run: ''}, {run: []}, {run: 'true', junit: []}, {run: 'true', effect: 'changes'}, {run: 'true', 'max-age': 2}, {run: 'true', shell: 'zsh'}, {run: 'true', xunit: 'x'}])
		assert.equal(testCommand.schema.safeParse(settings).success, false, JSON.stringify(settings));
});
