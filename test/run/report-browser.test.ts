import assert from 'node:assert/strict';
import {execFile, execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test, type TestContext} from 'node:test';
import {pathToFileURL} from 'node:url';
import {promisify} from 'node:util';

import {htmlReport} from '../../source/run/report-html.ts';
import type {RunReport} from '../../source/run/report-shape.ts';
import {reportOf} from '../../source/run/report.ts';
import {aPlan, ARun} from './a-run.ts';

const findChromium = (): string | null => {
	for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
		try {
			return execFileSync('sh', ['-c', `command -v ${name}`], {encoding: 'utf8'}).trim();
		} catch {
			// The next one.
		}
	}

	return null;
};

const chromium = findChromium();
const skip = chromium === null ? 'there is no Chromium on this machine' : false;

/** Every text of the report is replaced, but for words that the program itself chooses among. */
const withTextEverywhere = (report: RunReport, words: string): RunReport => {
	const own = new Set(['format', 'result', 'kind', 'status', 'outcome', 'effect', 'level', 'answer', 'proof', 'startedAt', 'endedAt', 'at', 'openedAt', 'closedAt', 'firstChangeAt', 'lastAt', 'closesAt']);
	const replace = (value: unknown, key: string): unknown => {
		if (typeof value === 'string') return own.has(key) ? value : words;
		if (Array.isArray(value)) return value.map(inner => replace(inner, key));
		return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [key === 'outputs' || key === 'facts' || key === 'inputs' ? `${words}${name}` : name, replace(inner, name)])) : value;
	};
	return replace(report, '') as RunReport;
};

const aReport = (): RunReport => {
	const plan = aPlan([{id: 'dump', kind: 'uses', uses: 'postgres/backup'}, {id: 'read', kind: 'confirm'}, {id: 'unit', kind: 'uses', uses: 'test/command'}, {id: 'upgrade', kind: 'uses', uses: 'helm/upgrade'}], {inputs: {version: '2.9.1'}});
	const run = new ARun(plan).effect('upgrade', 'changes');
	run.done('dump', {outputs: {sha256: 'd'.repeat(64)}, findings: [{level: 'danger', what: 'wide', where: 'here'}], evidence: [{path: 'evidence/dump.1/a', sizeBytes: 12, sha256: 'e'.repeat(64)}]});
	run.send({kind: 'confirm', task: 'read', answer: 'yes', remark: 'so it is'}).send({kind: 'waive', task: 'unit', reason: 'CI'}).done('upgrade').send({kind: 'end', result: 'succeeded', statement: 'live'});
	return reportOf(run.state, run.events.map((event, seq) => ({v: 1, seq, prev: '', epoch: 1, at: run.now.toISOString(), by: run.by, ...event})));
};

const browse = async (context: TestContext, html: string, ...flags: readonly string[]): Promise<{readonly folder: string; readonly out: string}> => {
	const folder = mkdtempSync(join(tmpdir(), 'slipway-report-'));
	context.after(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5}));
	const path = join(folder, 'report.html');
	writeFileSync(path, html);
	const {stdout} = await promisify(execFile)(chromium ?? '', ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${join(folder, 'profile')}`, '--virtual-time-budget=2000', ...flags, pathToFileURL(path).href], {maxBuffer: 64 * 1024 * 1024, timeout: 60_000, cwd: folder});
	return {folder, out: stdout};
};

test('in a browser, text in every field stays text: nothing runs, nothing is asked of the network', {skip}, async context => {
	const asked: string[] = [];
	const server = createServer((request, response) => {
		asked.push(request.url ?? '');
		response.end();
	});
	await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
	context.after(() => void server.close());
	const {port} = server.address() as AddressInfo;
	const words = `"'></title></style></pre></td><script>document.title='owned';document.body.innerHTML='owned'</script><img src="http://127.0.0.1:${port}/img" onerror="document.title='owned'"><link rel=stylesheet href=http://127.0.0.1:${port}/css><iframe src=http://127.0.0.1:${port}/frame></iframe><base href=http://127.0.0.1:${port}/><meta http-equiv=refresh content="0;url=http://127.0.0.1:${port}/go">`;
	const {out} = await browse(context, htmlReport(withTextEverywhere(aReport(), words)), '--dump-dom');
	assert.match(out, /<h2>Waived, overridden, in doubt, failed<\/h2>/);
	assert.match(out, /&lt;script&gt;document\.title='owned'/);
	assert.doesNotMatch(out, /<(script|img|iframe|link|base)\b|<meta http-equiv="?refresh/i);
	assert.doesNotMatch(out, /<title>owned/);
	assert.deepEqual(asked, []);
});

test('a report is printed with all that is in it', {skip}, async context => {
	const {folder} = await browse(context, htmlReport(aReport()), '--no-pdf-header-footer', '--print-to-pdf=report.pdf');
	assert.ok(statSync(join(folder, 'report.pdf')).size > 10_000);
});
