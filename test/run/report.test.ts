import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import type {Event, JournalLine} from '../../source/journal/event.ts';
import {htmlReport} from '../../source/run/report-html.ts';
import {markdownReport} from '../../source/run/report-markdown.ts';
import {reportSchemaText, reportShape, type RunReport} from '../../source/run/report-shape.ts';
import {reportOf} from '../../source/run/report.ts';
import {aPlan, ARun} from './a-run.ts';

/** Markup of HTML and Markdown, a terminal's commands, characters that hide or reorder. */
export const hostile = '<script>document.title="owned"</script><img src=x onerror="owned()">"\'&lt; [a](javascript:owned()) |`code` ```\n# heading\n\u001B]0;owned\u0007\u001B[2J\u202Egnp.exe postgresql://op:hunter2@db/egov';

const aRelease = (words: string): {readonly run: ARun; readonly lines: readonly JournalLine[]} => {
	const plan = aPlan(
		[
			{id: 'preview', kind: 'uses', uses: 'helm/preview', name: words},
			{id: 'read', kind: 'confirm', confirm: words},
			{id: 'unit', kind: 'uses', uses: 'test/command'},
			{id: 'window', kind: 'window', window: {timezone: 'Asia/Kolkata', allow: ['Mon-Thu 10:00-18:30'], freezes: [{from: '2026-12-24', to: '2026-12-31', reason: words}]}},
			{id: 'dump', kind: 'uses', uses: 'postgres/backup'},
			{id: 'upgrade', kind: 'uses', uses: 'helm/upgrade'},
			{id: 'login', kind: 'uses', uses: 'smoke/http', required: false},
		],
		{inputs: {version: words}, secrets: ['token'], runbook: {name: words, path: `/books/${words}`, folder: '/books', sha256: 'a'.repeat(64)}},
	);
	const run = new ARun(plan);
	run.by = `op-a@${words}`;
	run.effect('upgrade', 'changes').effect('dump', 'local');
	run.apply({type: 'session.opened', data: {pid: 1, host: words, boot: 'b', tty: words, resumed: true, takeOver: words}});
	run.done('preview', {summary: words, outputs: {'manifest-sha256': 'c'.repeat(64), [words]: words}, findings: [{level: 'danger', what: words, where: words}]});
	run.send({kind: 'confirm', task: 'read', answer: 'partially', remark: words, person: words, reference: words});
	run.send({kind: 'waive', task: 'unit', reason: words});
	run.send({kind: 'confirm', task: 'window', answer: 'yes'});
	run.done('dump', {summary: words, outputs: {path: words, sha256: 'd'.repeat(64)}, evidence: [{path: words, sizeBytes: 12, sha256: 'e'.repeat(64)}]});
	run.done('upgrade', {summary: words, outputs: {revision: '42'}});
	run.failed('login');
	run.send({kind: 'end', result: 'succeeded', statement: words});
	return {run, lines: linesOf(run)};
};

const linesOf = (run: ARun): readonly JournalLine[] => run.events.map((event: Event, seq): JournalLine => ({v: 1, seq, prev: '', epoch: 1, at: run.now.toISOString(), by: run.by, ...event}));

const reportFor = (words: string): RunReport => {
	const {run, lines} = aRelease(words);
	return reportOf(run.state, lines);
};

test('a report has the published shape, and the published schema is the one of that shape', () => {
	const report = reportFor('fine');
	assert.deepEqual(reportShape.parse(report), report);
	assert.equal(readFileSync(join(import.meta.dirname, '../../docs/report.schema.json'), 'utf8'), reportSchemaText());
});

test('a window that closed while something was being changed stands at the top', () => {
	const run = new ARun(aPlan([{id: 'window', kind: 'window', window: {timezone: 'UTC', allow: ['Mon-Sun 10:00-12:05'], freezes: []}}, {id: 'upgrade', name: 'Upgrade user', kind: 'run'}, {id: 'login', kind: 'run'}])).effect('upgrade', 'changes');
	run.send({kind: 'confirm', task: 'window', answer: 'yes'}).send({kind: 'start', task: 'upgrade'});
	run.now = new Date(run.now.getTime() + 6 * 60_000);
	run.finish('upgrade').failed('login').send({kind: 'waive', task: 'login', reason: 'known'});
	const report = reportOf(run.state, linesOf(run));
	assert.deepEqual(report.exceptions[0], {kind: 'window-closed', task: 'Upgrade user', what: 'The window closed at 12:05 in UTC while this ran.', by: run.by, at: run.now.toISOString()});
	assert.deepEqual(report.exceptions.map(({kind}) => kind), ['window-closed', 'failed', 'waived'], 'in the order in which they came about');
	assert.deepEqual(markdownReport(report).match(/^- \*\*[A-Z][a-z ]+/gm)?.slice(0, 3), ['- **Waived', '- **Window closed', '- **Failed']);
});

test('the same journal gives the same bytes', () => {
	const {run, lines} = aRelease('fine');
	for (const write of [markdownReport, htmlReport, JSON.stringify]) assert.equal(write(reportOf(run.state, structuredClone(lines))), write(reportOf(structuredClone(run.state), lines)));
});

test('what was waived stands before what was done', () => {
	const text = markdownReport(reportFor('the tests ran in CI'));
	const order = ['## Waived, overridden, in doubt, failed', '**Waived** unit: the tests ran in CI', '**Answered partially** read', '**Failed** login', '## What', '## Who', '## When', '## Backup', '## Tests', '## Deployment checklist', '## Step 1: Step', '### read: done, answered partially', '## Record'];
	const places = order.map(part => text.indexOf(part));
	assert.deepEqual(places, places.toSorted((a, b) => a - b), order.map((part, index) => `${places[index]} ${part}`).join('\n'));
	assert.ok(!places.includes(-1));
});

test('a report says who, on what evidence, with whose consent, and whether the window was open', () => {
	const text = markdownReport(reportFor('fine'));
	assert.match(text, /Taken over\*\*: fine/);
	assert.match(text, /\| Planned \| window: Mon-Thu 10:00-18:30 \(Asia\/Kolkata\), but for 2026-12-24 to 2026-12-31 \(fine\); open at the first change, until 2026-11-24 13:00:00 UTC \|/);
	assert.match(text, /- Consent: enter was pressed with the commands on the screen/);
	assert.match(text, /- Effect: changes the target/);
	assert.match(text, /- \*\*dump\*\*: done, .*: fine\n {2}- path: fine\n {2}- sha256: dddd/);
	assert.match(text, /\| Secret inputs \| token \(values are not kept\) \|/);
	assert.match(text, /SHA-256 of the last one is \d+ \(short: \d+:\d{8}\)/);
});

test('what a damaged journal still says is reported, and the damage first', () => {
	const {run, lines} = aRelease('fine');
	const text = markdownReport(reportOf(run.state, lines, 'Line 12 of the journal does not join the line before.'));
	assert.match(text, /failed\n\n- \*\*Journal damaged\*\*: Line 12 of the journal does not join the line before\. This report covers what comes before it\./);
});

test('a claim, a lost approval and a refused one stand in the first section, each as what it is', () => {
	const run = new ARun(aPlan([{id: 'preview', kind: 'run'}, {id: 'read', kind: 'confirm'}, {id: 'second', name: 'Second person', kind: 'approval', approval: {by: 2}}]));
	run.ask({kind: 'confirm', task: 'read', answer: 'yes'});
	run.done('preview', {outputs: {version: '1'}}).send({kind: 'confirm', task: 'read', answer: 'yes'});
	run.ask({kind: 'approve', task: 'second', person: 'op-a'});
	run.send({kind: 'approve', task: 'second', person: 'carl'}).send({kind: 'approve', task: 'second', person: 'bea'});
	run.done('preview', {outputs: {version: '2'}}).send({kind: 'confirm', task: 'read', answer: 'yes'}).send({kind: 'approve', task: 'second', person: 'dora'}).done('preview', {outputs: {version: '3'}});
	const lines = run.events.map((event: Event, seq): JournalLine => ({v: 1, seq, prev: '', epoch: 1, at: run.now.toISOString(), by: run.by, ...event}));
	const text = markdownReport(reportOf(run.state, lines));
	const first = text.slice(0, text.indexOf('## What'));
	const told = first.split('\n').flatMap(line => /^- (.*) \(op-a@ops1/.exec(line)?.[1] ?? []);
	assert.deepEqual(told, [
		'**Claimed** Second person: approved by carl, a claim: nothing proves who it was',
		'**Claimed** Second person: approved by bea, a claim: nothing proves who it was',
		'**Claimed** Second person: approved by dora, a claim: nothing proves who it was',
		'**Refused** read: An answer was refused: something before is not settled: preview: to-do',
		'**Refused** Second person: An approval was refused: The operator cannot approve the own release.',
		'**Lost** Second person: the approval by carl, claimed, because preview gave another result',
		'**Lost** Second person: the approval by bea, claimed, because preview gave another result',
		'**Lost** Second person: the approval by dora, claimed, because preview gave another result',
	]);
});

test('a run that has not ended says so, and what has no recorded end is in doubt', () => {
	const run = new ARun(aPlan([{id: 'upgrade', kind: 'uses', uses: 'helm/upgrade'}])).effect('upgrade', 'changes');
	run.send({kind: 'start', task: 'upgrade'});
	const text = markdownReport(reportOf(run.state, []));
	assert.match(text, /not finished\n\nThis run has not ended\./);
	assert.match(text, /\*\*In doubt\*\* upgrade: The end of attempt 1 is not recorded\./);
});

test('a word against what the world had said stands in the report with both, and what was left of the attempt with its hashes', () => {
	const run = new ARun(aPlan([{id: 'dump', kind: 'uses', uses: 'postgres/backup'}])).send({kind: 'start', task: 'dump'});
	run.apply({type: 'attempt.unsupervised', data: {task: 'dump', attempt: 1}}).apply({type: 'attempt.in-doubt', data: {task: 'dump', attempt: 1, trace: 'No end was written down.'}});
	run.apply({type: 'attempt.probed', data: {task: 'dump', attempt: 1, verdict: 'not-done', facts: ['File\tthere is no egov.dump'], alive: [{pid: 4711, command: 'pg_dump egov'}]}});
	run.send({kind: 'resolve', task: 'dump', as: 'succeeded', reason: 'It is on the tape.'}, {remains: {alive: [], output: [{path: 'attempts/dump.1/out', sizeBytes: 3, sha256: 'ab'.repeat(32)}], evidence: []}});
	const lines = run.events.map((event: Event, seq): JournalLine => ({v: 1, seq, prev: '', epoch: 1, at: run.now.toISOString(), by: run.by, ...event}));
	const report = reportOf(run.state, lines);
	assert.deepEqual(reportShape.parse(report), report);
	const text = markdownReport(report);
	assert.match(text, /\*\*Decided by a person\*\* dump: Attempt 1 is recorded as succeeded: It is on the tape\., against what the world said: File: there is no egov\.dump/);
	assert.match(text, /Unsupervised.*how it ended could not be written down/);
	assert.match(text, /still ran: pg\\?_dump egov \(process 4711\)/);
	assert.match(text, /Decided.*It is on the tape\.; the world had said not done: File: there is no egov\.dump/);
	assert.match(text, new RegExp('ab'.repeat(32)));
});

test('what the runbook let be run again after an end that nobody saw is nobody\'s word', () => {
	const run = new ARun(aPlan([{id: 'login', kind: 'uses', uses: 'smoke/http', idempotent: true}])).send({kind: 'start', task: 'login'});
	run.apply({type: 'attempt.in-doubt', data: {task: 'login', attempt: 1, trace: 'No end was written down.'}});
	run.apply({type: 'attempt.resolved', data: {task: 'login', attempt: 1, as: 'failed', reason: 'The runbook calls it idempotent: it may run again.', how: 'runbook'}});
	const [liveTest] = reportOf(run.state, linesOf(run)).liveTests;
	assert.equal(liveTest?.result, 'in doubt');
});

test('no text from outside is markup, commands a terminal, or has a password in it', () => {
	const report = reportFor(hostile);
	const html = htmlReport(report);
	for (const text of [html, markdownReport(report), JSON.stringify(report)]) {
		// eslint-disable-next-line no-control-regex
		assert.doesNotMatch(text, /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202E]/);
		assert.doesNotMatch(text, /hunter2/);
	}

	assert.deepEqual([...new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag))].toSorted(), ['b', 'body', 'code', 'div', 'doctype', 'h1', 'h2', 'h3', 'head', 'header', 'html', 'li', 'main', 'meta', 'p', 'pre', 'section', 'span', 'style', 'table', 'td', 'th', 'title', 'tr', 'ul'].filter(tag => tag !== 'doctype'));
});

test('a command can not end the block that shows it', () => {
	const report = reportFor('fine');
	const [first, ...rest] = report.steps[0]?.tasks ?? [];
	assert.ok(first?.attempts[0] !== undefined);
	const text = markdownReport({...report, steps: [{number: 1, name: 'Step', tasks: [{...first, attempts: [{...first.attempts[0], commands: ['cat <<E\n```\n# not a heading\n`````\nE']}]}, ...rest]}]});
	assert.match(text, /\n``````text\n\$ cat <<E\n```\n# not a heading\n`````\nE\n``````\n/);
});

test('a command to paste is a block of its own, whole however long it is, and in Markdown as it has to be pasted', () => {
	const run = new ARun(aPlan([{id: 'dump', kind: 'uses', uses: 'postgres/backup'}]));
	const command = `createdb --maintenance-db=postgresql://op@db/egov egov_restored &&\ngzip -dc ${'/a_long_name'.repeat(40)} | psql --set=ON_ERROR_STOP=1 &&\npsql`;
	run.done('dump', {outputs: {path: '/b', restoreCommand: command, restoreNote: 'Know this. '.repeat(50)}});
	const report = reportOf(run.state, []);
	assert.ok(markdownReport(report).includes(`  - restoreCommand: \n\n    \`\`\`text\n${command.replaceAll(/^/gm, '    ')}\n    \`\`\``));
	assert.ok(markdownReport(report).includes(`  - restoreNote: ${'Know this. '.repeat(50)}`));
	assert.ok(htmlReport(report).includes(`<pre>${command.replaceAll('&', '&amp;')}</pre>`));
});
