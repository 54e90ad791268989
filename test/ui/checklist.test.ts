import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {PassThrough} from 'node:stream';
import {test} from 'node:test';

import {checklistFile} from '../../source/checklist/reports/json-shape.ts';
import {nothingUsual} from '../../source/run/durations.ts';
import {taskOf} from '../../source/run/walk.ts';
import {checkedRun, paperChecklist, usualChecklist} from '../../source/ui/gallery/checklist-on-paper.ts';
import {paperFile} from '../../source/ui/gallery/difference-on-paper.ts';
import type {PaperRun} from '../../source/ui/gallery/release-on-paper.ts';
import {runPlain} from '../../source/ui/plain/plain-app.ts';
import {checklistModel} from '../../source/ui/screens/checklist/checklist-model.ts';
import {makeSafe} from '../../source/text/safe-text.ts';
import {AScreen, keys} from './a-screen.ts';

process.env['TZ'] = 'UTC';

const left = '\u001B[D';
const right = '\u001B[C';
const seen = usualChecklist.fact.sha256;

test('the checklist opens at what newly fails, with what is known already set apart', async () => {
	using screen = new AScreen(checkedRun(), {columns: 120, rows: 40});
	await screen.press('l');
	await screen.shows('New: the live release does not have it');
	await screen.shows("4. Liveness probes values aren't the same as the Readiness");
	await screen.shows('user asks the same for liveness and readiness');
	await screen.shows('spec.template.spec.containers[0].livenessProbe');
	await screen.shows('user/templates/deployment.yaml');
	for (const group of ['Health checks', 'Apps are independent', 'Graceful shutdown', 'Fault tolerance', 'Resources utilisation', 'Tagging resources', 'Logging', 'Scaling', 'Configuration and secrets', 'Namespace limits', 'Pod security policies', 'Network policies', 'Role-Based Access', 'Custom policies', 'Approved Kubernetes']) await screen.shows(new RegExp(`${group}.* \\d/\\d`));
	await screen.press(right, right, right, right, keys.down, keys.down, keys.down, keys.down, right);
	await screen.shows('Known: the live release has it too');
});

test('an answer is about the item that is looked at, and the checklist is then to be checked again', async () => {
	const run = checkedRun();
	using screen = new AScreen(run);
	await screen.press('l', right, right, 'y', keys.enter, keys.enter, keys.enter);
	await screen.shows('Nothing is recorded yet.');
	assert.ok(!run.requests.some(({kind}) => kind === 'answer-item'), 'a yes without a person');
	await screen.press('op-c', keys.tab, 'CI-4711', keys.enter, keys.enter);
	assert.deepEqual(run.requests.at(-1), {kind: 'answer-item', task: 'checklist', item: 'sigterm-graceful', seen, answer: 'yes', person: 'op-c', reference: 'CI-4711'});
	await screen.shows('yes now');
	await screen.shows('1 answer or waiver counts once it is checked again');
	assert.equal(taskOf(run.snapshot(), 'checklist').status, 'to-do');
	await screen.press('r');
	await screen.shows('attempt 2');
	await screen.press(keys.enter);
	assert.equal(run.requests.at(-1)?.kind, 'start');
});

test('a waiver is about one finding when one is looked at', async () => {
	const run = checkedRun();
	using screen = new AScreen(run);
	await screen.press('l', keys.enter, 'w', 'the old client asks for it', keys.tab, '2026-11-23', keys.enter);
	await screen.shows('2026-11-23 is over.');
	await screen.press(...Array.from({length: 2}, () => keys.backspace), '30', keys.enter);
	const request = run.requests.at(-1);
	assert.ok(request?.kind === 'waive-item');
	assert.match(request.finding?.fingerprint ?? '', /^[0-9a-f]{16}$/);
	assert.deepEqual({...request, finding: request.finding?.where}, {kind: 'waive-item', task: 'checklist', item: 'probes-differ', seen, reason: 'the old client asks for it', until: '2026-11-30', finding: 'Deployment egov/user, container user'});
	await screen.shows('waived now');
});

test('what was said is withdrawn where it was said, and is then open again', async () => {
	const run = checkedRun();
	using screen = new AScreen(run);
	await screen.press('l', 'u');
	await screen.shows('Nothing was said of this in this run.');
	await screen.press(keys.enter, 'w', 'the old client', keys.tab, '2026-12-31', keys.enter);
	await screen.shows('waived now');
	await screen.press('u', 'a new one came', keys.enter);
	await screen.shows('withdrawn now');
	await screen.shows('What was said and withdrawn counts once it is checked again');
	const request = run.requests.at(-1);
	assert.ok(request?.kind === 'withdraw-item');
	assert.deepEqual({...request, finding: request.finding?.where}, {kind: 'withdraw-item', task: 'checklist', item: 'probes-differ', seen, remark: 'a new one came', finding: 'Deployment egov/user, container user'});
	await screen.shows('New: the live release does not have it');
	await screen.press('u');
	await screen.shows('Nothing was said of this in this run.');
});

test('what a waiver of this run covered when it was checked is open as soon as it is withdrawn', () => {
	const file = checklistFile.parse(JSON.parse(new TextDecoder().decode(usualChecklist.bytes)));
	const [finding] = file.items.find(({id}) => id === 'probes-differ')?.findings ?? [];
	assert.ok(finding !== undefined);
	const checkedAgain = {...file, items: file.items.map(item => (item.id === 'probes-differ' ? {...item, findings: [{...finding, verdict: 'waived' as const, waiver: {reason: 'x', by: 'op-a', until: '2999-12-31', from: 'this run'}}]} : item))};
	const word = {task: 'checklist', item: 'probes-differ', at: '', by: 'op-a@ops1'} as const;
	const waiver = {...word, kind: 'waiver', reason: 'x', until: '2999-12-31', seen: 'before'} as const;
	const entry = (...decisions: Parameters<typeof checklistModel>[1]['decisions']) => checklistModel(checkedAgain, {seen: 'now', task: 'checklist', decisions}).items.find(({item}) => item.id === 'probes-differ');
	assert.equal(entry(waiver)?.verdict, 'waived');
	const withdrawn = entry(waiver, {...word, kind: 'withdrawal', seen: 'now'});
	assert.equal(withdrawn?.verdict, finding.verdict);
	assert.deepEqual(withdrawn?.findings.map(({said}) => said?.kind), ['withdrawal']);
	assert.equal(entry(waiver, {...word, kind: 'withdrawal', seen: 'now'}, {...waiver, seen: 'now'})?.verdict, 'waived');
});

test('what is proved is not answered, what is settled is not waived, and letters without a meaning do nothing', async () => {
	const run = checkedRun();
	const before = run.requests.length;
	using screen = new AScreen(run);
	await screen.press('l', 'y');
	await screen.shows('This is proved, not asked.');
	await screen.press('k', 'k', 'k', 'w');
	await screen.shows('1. Containers have Readiness probes');
	await screen.shows('Nothing is open here.');
	await screen.press('z', 'x', 'c', 'v', keys.tab);
	assert.equal(run.requests.length, before);
});

test('escape goes from a finding to the item, from there to the task, and leaves a form without a trace', async () => {
	const run = checkedRun();
	const before = run.requests.length;
	using screen = new AScreen(run);
	await screen.press('l', keys.enter, 'w', 'because', keys.escape);
	await screen.shows('Fault tolerance');
	assert.equal(screen.session.screen().checklist.finding, 0);
	await screen.press(keys.escape);
	assert.equal(screen.session.screen().checklist.finding, null);
	await screen.press(keys.escape);
	await screen.shows('Open the checklist');
	assert.equal(run.requests.length, before);
});

test('one who only follows may look, and says nothing', async () => {
	const run = Object.assign(checkedRun(), {readOnly: 'op-b@ops2 drives this run since 13:40.'});
	const before = run.requests.length;
	using screen = new AScreen(run);
	await screen.press('l', right, right, 'y', 'w', 'u', 'r', left);
	await screen.shows('Apps are independent');
	assert.equal(run.requests.length, before);
	assert.equal(screen.session.screen().dialog, null);
});

test('a report that is gone or was changed is not shown', async () => {
	for (const [files, words] of [[[], "can't be read"], [[{...usualChecklist, bytes: new TextEncoder().encode('{}')}], 'changed']] as const) {
		const run = Object.assign(checkedRun(), {files});
		using screen = new AScreen(run, {columns: 120});
		await screen.press('l');
		await screen.shows(words);
		await screen.press('y', 'w');
		assert.equal(screen.session.screen().dialog, null);
	}
});

const many = (count: number): string => Array.from({length: count}, (_, index) => `---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web-${index}}\nspec: {template: {metadata: {labels: {app: web-${index}}}, spec: {containers: [{name: web, image: a/b:1}]}}}\n`).join('');

test('thousands of findings of one item are walked through without waiting', async () => {
	using screen = new AScreen(checkedRun(paperChecklist(many(3000), null)));
	await screen.press('l', 'g', ...Array.from({length: 10}, () => right), keys.down, keys.down, keys.enter);
	await screen.shows('Deployment egov/web-0');
	const started = performance.now();
	await screen.press(...Array.from({length: 20}, () => keys.down));
	await screen.shows('▸ ✗ Deployment egov/web-20');
	await screen.press('G');
	await screen.shows('▸ ✗ Deployment egov/web-2999');
	assert.ok(performance.now() - started < 4000, `${performance.now() - started} ms`);
});

const talk = async (run: PaperRun, ...answers: readonly string[]): Promise<string> => {
	const printed: string[] = [];
	const input = new PassThrough();
	input.end(answers.map(answer => `${answer}\n`).join(''));
	await runPlain({engine: run, clean: makeSafe, clock: run.clock, usual: nothingUsual, input, print: line => printed.push(line)});
	return printed.join('\n');
};

test('in lines the checklist is printed whole, and its items are answered and waived by number', async context => {
	const folder = mkdtempSync(join(tmpdir(), 'checklist-lines-'));
	context.after(() => rmSync(folder, {recursive: true}));
	const file = paperFile(join(folder, 'checklist.json'), new TextDecoder().decode(usualChecklist.bytes));
	writeFileSync(file.fact.path, file.bytes);
	const run = checkedRun(file);
	const text = await talk(run, 'checklist', '7 yes', 'op-c', '', 'seen in staging', 'checklist', '4 waive', 'the old client', '2026-12-31', 'checklist', '1 waive', 'checklist', '4 yes', 'checklist', '4 withdraw', '', 'checklist', '4 withdraw');
	assert.match(text, /Health checks, 1 of 4 settled/);
	assert.match(text, /Deployment egov\/user, container user, new/);
	assert.deepEqual(run.requests.slice(-3).map(request => [request.kind, 'item' in request ? request.item : '']), [['answer-item', 'sigterm-graceful'], ['waive-item', 'probes-differ'], ['withdraw-item', 'probes-differ']]);
	assert.match(text, /1 waive says nothing that can be recorded/);
	assert.match(text, /4 yes says nothing that can be recorded/);
	assert.match(text, /4 withdraw says nothing that can be recorded/);
});
