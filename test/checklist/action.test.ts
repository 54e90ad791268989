import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, describe, test} from 'node:test';

import type {ActionPlan, Judgement, PlanInput} from '../../source/actions/action.ts';
import {kubernetesChecklist, type ChecklistSettings, type ChecklistWork} from '../../source/actions/kubernetes-checklist.ts';
import {Problem} from '../../source/errors.ts';
import {checkKubernetes} from '../../source/workers/kubernetes-checklist.ts';
import {judgeDeclared} from '../actions/judge-declared.ts';
import {bundle, workload} from './checking.ts';

const folder = mkdtempSync(join(tmpdir(), 'checklist-action-'));
after(() => rmSync(folder, {recursive: true}));

/** What is said in a run counts for some days; the worker asks the real clock. */
const today = new Date();

const evidence = (name: string, text: string): {readonly path: string; readonly sizeBytes: number; readonly sha256: string} => {
	mkdirSync(join(folder, 'evidence/preview.1'), {recursive: true});
	writeFileSync(join(folder, 'evidence/preview.1', name), text);
	return {path: `evidence/preview.1/${name}`, sizeBytes: text.length, sha256: 'a'.repeat(64)};
};

const inputFor = (settings: Record<string, unknown>, more: Partial<PlanInput<ChecklistSettings>> = {}): PlanInput<ChecklistSettings> => ({
	runId: 'r1',
	runFolder: folder,
	evidenceFolder: join(folder, 'evidence/checklist.1'),
	runbookFolder: folder,
	taskId: 'checklist',
	taskName: 'Checklist',
	attempt: 1,
	stamp: 'slipway r1 checklist.1',
	anchor: '7:0c77ab91',
	with: kubernetesChecklist.schema.parse(settings),
	target: {name: 'uat', protected: false, variables: {}, namespace: 'shop'},
	earlier: {},
	answers: {},
	findTool: name => `/bin/${name}`,
	databasePassword: null,
	timeoutMs: null,
	now: new Date('2026-11-24T12:00:00Z'),
	...more,
});

const previewOf = (...files: readonly (readonly [string, string])[]): Partial<PlanInput<ChecklistSettings>> => ({
	earlier: {preview: {uses: 'helm/preview', attempt: 1, outputs: {preview: '{}'}, evidence: [['chart.tgz', ''] as const, ...files].map(([name, text]) => evidence(name, text)), finishedAt: ''}},
});

const perform = async (plan: ActionPlan): Promise<Judgement & {readonly said: readonly string[]; readonly evidence: readonly string[]}> => {
	const said: string[] = [];
	const report = await checkKubernetes(plan.work as ChecklistWork, {attemptFolder: folder, evidenceFolder: join(folder, 'evidence/checklist.1'), signal: new AbortController().signal, say: line => void said.push(line)});
	const judged = judgeDeclared(kubernetesChecklist, {exitCode: report.ok ? 0 : 1, signal: null, report: JSON.parse(JSON.stringify(report.data)), outTail: '', errTail: ''});
	return {...judged, said, evidence: report.evidence};
};

const privileged = workload('securityContext: {privileged: true}', {name: 'old'});

describe('kubernetes/checklist', () => {
	test('checks the very manifest that the preview left, and needs it unchanged', async () => {
		const plan = kubernetesChecklist.plan(inputFor({preview: 'preview'}, previewOf(['new-manifest.yaml', privileged])));
		assert.deepEqual(plan.requires.map(({path}) => path), ['evidence/preview.1/new-manifest.yaml']);
		const judged = await perform(plan);
		assert.equal(judged.outcome, 'failed');
		assert.match(judged.summary, /^\d+ open findings: \d+ fail/);
		assert.ok(judged.findings.some(({level, what, where}) => level === 'danger' && what.startsWith('33. Disable privileged containers') && where?.startsWith('Deployment shop/old') === true));
		assert.match(readFileSync(judged.evidence[1] ?? '', 'utf8'), /^# Kubernetes deployment checklist/);
		assert.ok(judged.said.some(line => line.includes('FAIL     33. ')));
		assert.ok(JSON.stringify(judged.findings).length < 60_000);
	});

	test('what the live release has too is told apart, and does not fail', async () => {
		const same = kubernetesChecklist.plan(inputFor({preview: 'preview'}, previewOf(['new-manifest.yaml', privileged], ['live-manifest.yaml', privileged])));
		const unchanged = await perform(same);
		assert.equal(unchanged.outcome, 'succeeded', unchanged.summary);
		assert.match(unchanged.summary, /findings are in the live release too/);
		const worse = await perform(kubernetesChecklist.plan(inputFor({preview: 'preview'}, previewOf(['new-manifest.yaml', bundle(privileged, workload('', {name: 'new'}))], ['live-manifest.yaml', privileged]))));
		assert.equal(worse.outcome, 'failed');
		assert.ok(worse.findings.filter(({level}) => level === 'danger').every(({where}) => where?.includes('new') === true));
	});

	test('the runbook may let what is known count as what is new', async () => {
		const files = previewOf(['new-manifest.yaml', privileged], ['live-manifest.yaml', privileged]);
		const judged = await perform(kubernetesChecklist.plan(inputFor({preview: 'preview', known: 'fail'}, files)));
		assert.equal(judged.outcome, 'failed');
		assert.match(judged.summary, /^\d+ open findings, and \d+ of all findings are in the live release too: /);
	});

	test('a no of this run is about the coming release: the live one does not excuse it', async () => {
		const files = previewOf(['new-manifest.yaml', workload()], ['live-manifest.yaml', workload()]);
		const answer = {kind: 'answer', task: 'checklist', item: 'close-keepalive', seen: 'c1', answer: 'no', person: 'op-b', at: today.toISOString(), by: 'op-a@ops1'} as const;
		assert.equal((await perform(kubernetesChecklist.plan(inputFor({preview: 'preview'}, files)))).outcome, 'succeeded');
		const judged = await perform(kubernetesChecklist.plan(inputFor({preview: 'preview'}, {...files, decisions: [answer]})));
		assert.equal(judged.outcome, 'failed');
		assert.equal(judged.outputs['blocking'], '1');
	});

	test('waivers count, and a broken waiver file stops it', async () => {
		writeFileSync(join(folder, 'waivers.yaml'), 'waivers: [{item: no-privileged, reason: r, by: b, until: 2999-01-01}]\n');
		const judged = await perform(kubernetesChecklist.plan(inputFor({preview: 'preview', waivers: 'waivers.yaml'}, previewOf(['new-manifest.yaml', privileged]))));
		assert.ok(judged.findings.every(({what}) => !what.startsWith('33. ')));
		writeFileSync(join(folder, 'waivers.yaml'), 'waivers: [{item: no-privileged}]\n');
		await assert.rejects(perform(kubernetesChecklist.plan(inputFor({preview: 'preview', waivers: 'waivers.yaml'}, previewOf(['new-manifest.yaml', privileged])))), Problem);
	});

	test('a confirmation of the run answers an item', async () => {
		const input = (answer: 'yes' | 'no') => inputFor({preview: 'preview', answers: {'close-keepalive': 'ask'}}, {...previewOf(['new-manifest.yaml', workload()]), answers: {ask: {answer, at: today.toISOString(), by: 'op-a@ops1'}}});
		assert.ok((await perform(kubernetesChecklist.plan(input('no')))).findings.some(({what}) => what.startsWith('10. ')));
		assert.ok((await perform(kubernetesChecklist.plan(input('yes')))).findings.every(({what}) => !what.startsWith('10. ')));
	});

	test('what was said in the run counts: of an item, of one finding alone, and the last word', async () => {
		const two = bundle(workload('', {name: 'one'}), workload('', {name: 'two'}));
		const judge = async (decisions: NonNullable<PlanInput<ChecklistSettings>['decisions']>) => {
			const judged = await perform(kubernetesChecklist.plan(inputFor({preview: 'preview'}, {...previewOf(['new-manifest.yaml', two]), decisions})));
			const report = JSON.parse(readFileSync(judged.evidence[0] ?? '', 'utf8')) as {items: {id: string; findings: {verdict: string; fingerprint: string; code: string; object: {name: string} | null; waiver: {reason: string; from: string} | null; answer: {person: string; reference: string} | null}[]}[]};
			const of = (id: string) => report.items.find(item => item.id === id)?.findings ?? [];
			return {judged, of};
		};
		const word = {task: 'checklist', seen: 'c1'.repeat(32), at: today.toISOString(), by: 'op-a@ops1'} as const;
		const first = await judge([]);
		const one = first.of('readonly-rootfs').find(({object}) => object?.name === 'one');
		assert.ok(one !== undefined);
		const waived = await judge([{...word, kind: 'waiver', item: 'readonly-rootfs', finding: {fingerprint: one.fingerprint, where: 'Deployment shop/one'}, reason: 'it writes', until: '2999-01-01'}]);
		assert.deepEqual(waived.of('readonly-rootfs').map(({verdict, waiver, object}) => [object?.name, verdict, waiver?.from ?? '']), [['one', 'waived', 'this run'], ['two', 'fail', '']]);
		const answer = (said: 'yes' | 'no', more: object = {}) => ({...word, kind: 'answer' as const, item: 'hpa-for-variable-load', answer: said, person: 'op-b', reference: 'OPS-12', ...more});
		const verdicts = async (...decisions: readonly ReturnType<typeof answer>[]) => (await judge(decisions)).of('hpa-for-variable-load').map(({verdict}) => verdict);
		assert.deepEqual(await verdicts(), ['attest', 'attest']);
		assert.deepEqual(await verdicts(answer('yes')), ['pass', 'pass']);
		assert.deepEqual(await verdicts(answer('yes'), answer('no')), ['fail', 'fail']);
		assert.deepEqual(await verdicts(answer('yes'), answer('no', {finding: {fingerprint: first.of('hpa-for-variable-load')[1]?.fingerprint ?? '', where: 'x'}})), ['pass', 'fail']);
		assert.deepEqual((await judge([answer('yes')])).of('hpa-for-variable-load')[0]?.answer, {answer: 'yes', person: 'op-b', reference: 'OPS-12', remark: '', on: today.toISOString().slice(0, 10)});
		await assert.rejects(judge([{...answer('yes'), item: 'nothing'}]), /There is no item nothing/);
	});

	test('a manifest that cannot be read, or holds nothing, is never a pass', async () => {
		for (const text of ['a: [1\n', '# nothing\n']) assert.equal((await perform(kubernetesChecklist.plan(inputFor({preview: 'preview'}, previewOf(['new-manifest.yaml', text]))))).outcome, 'failed', text);
	});

	test('with a context it lists each command that it may run: get and api-resources, with that context, no Secrets', () => {
		const plan = kubernetesChecklist.plan(inputFor({preview: 'preview'}, {...previewOf(['new-manifest.yaml', privileged]), target: {name: 'uat', protected: false, variables: {}, namespace: 'shop', context: 'uat', kubeconfig: '/k/config'}}));
		assert.ok(plan.commands.length > 20);
		for (const {argv, effect} of plan.commands) {
			assert.equal(effect, 'reads');
			assert.deepEqual(argv.slice(0, 5), ['/bin/kubectl', '--kubeconfig', '/k/config', '--context', 'uat']);
			assert.ok(['get', 'api-resources'].includes(argv[6] ?? ''), argv.join(' '));
			assert.ok(!argv.some(word => word.startsWith('secret')));
		}
	});

	test('says what is missing before it starts', () => {
		const refuses = (input: PlanInput<ChecklistSettings>, message: RegExp): void => assert.throws(() => kubernetesChecklist.plan(input), message);
		refuses(inputFor({}), /nothing to check/);
		refuses(inputFor({preview: 'preview'}), /no preview preview yet/);
		refuses(inputFor({preview: 'preview'}, previewOf(['diff.txt', ''])), /left no chart/);
		refuses(inputFor({preview: 'preview', answers: {nothing: 'ask'}}, previewOf(['new-manifest.yaml', ''])), /no item nothing/);
		refuses(inputFor({preview: 'preview'}, {...previewOf(['new-manifest.yaml', '']), target: {name: 'uat', protected: false, variables: {}, context: 'uat'}, findTool: () => null}), /kubectl is not there/);
	});

	test('garbage in the report is a failure that says so', () => {
		assert.deepEqual(kubernetesChecklist.judge({exitCode: 0, signal: null, report: {counts: 'x'}, outTail: '', errTail: ''}).outcome, 'failed');
		assert.match(kubernetesChecklist.judge({exitCode: null, signal: 'SIGKILL', report: undefined, outTail: '', errTail: ''}).summary, /ended by SIGKILL/);
	});
});
