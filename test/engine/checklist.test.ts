import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import type {Engine} from '../../source/engine/engine.ts';
import {resumeRun} from '../../source/engine/open-run.ts';
import {markdownReport} from '../../source/run/report-markdown.ts';
import {reportOf as reportOfRun} from '../../source/run/report.ts';
import type {TaskStatus} from '../../source/run/state.ts';
import {aFolder, aMachine, aStartedRun, journalOf, untilTask} from './a-machine.ts';

const pod = `apiVersion: v1
kind: Pod
metadata: {name: job}
spec:
  restartPolicy: Never
  containers: [{name: app, image: ghcr.io/acme/b:1, securityContext: {privileged: true}}]
`;

const everyItem = ['cpu-request-max-1', 'memory-requests-limits', 'qos-class', 'readonly-rootfs', 'run-as-non-root', 'limit-capabilities', 'no-privilege-escalation', 'network-policies-enabled', 'no-automount-default-sa', 'technical-labels', 'business-labels', 'security-labels'];

test('items that are waived and answered in a run let the checklist pass, with the words in the journal, also after a resume', async context => {
	const folder = aFolder(context);
	writeFileSync(join(folder, 'pod.yaml'), pod);
	const machine = aMachine(folder);
	const engine = await aStartedRun(machine, ['{id: checklist, uses: kubernetes/checklist, with: {manifests: [pod.yaml], live: false}}', '{id: after, run: "true", effect: reads}']);
	const runId = engine.snapshot().id;
	const runFolder = join(folder, 'state/slipway/runs', runId);
	await engine.send({kind: 'start', task: 'checklist'});
	await untilTask(engine, 'checklist', 'failed');
	const {path, sha256} = reportOf(engine);
	assert.equal(createHash('sha256').update(readFileSync(join(runFolder, path))).digest('hex'), sha256);
	for (const item of everyItem) assert.deepEqual(await engine.send({kind: 'waive-item', task: 'checklist', item, seen: sha256, reason: 'a test pod', until: '2999-12-31'}), {done: true});
	assert.deepEqual(await engine.send({kind: 'answer-item', task: 'checklist', item: 'cluster-autoscaler', seen: sha256, answer: 'yes', person: 'op-b', reference: 'OPS-7'}), {done: true});
	assert.equal((await engine.send({kind: 'start', task: 'after'})).done, false, 'the checklist is to be checked again first');
	await engine.close('left');

	const again = await resumeRun(machine, runId);
	await again.send({kind: 'start', task: 'checklist'});
	const one = await untilTask(again, 'checklist', 'failed');
	assert.match(end(one).summary, /^1 open finding: 1 fail/);
	const seen = reportOf(again).sha256;
	assert.deepEqual(await again.send({kind: 'waive-item', task: 'checklist', item: 'no-privileged', seen, reason: 'a node agent', until: '2999-12-31'}), {done: true});
	await again.send({kind: 'start', task: 'checklist'});
	const passed = await untilTask(again, 'checklist', 'done');
	assert.equal(end(passed).outputs['waived'], '13');
	assert.equal(end(passed).outputs['blocking'], '0');
	assert.equal(passed.tasks['checklist']?.attempts.length, 3);
	await again.close('left');
	const words = journalOf(folder, runId).flatMap(line => (line.type === 'checklist.answered' || line.type === 'checklist.waived' ? [line.data.item] : []));
	assert.deepEqual(words, [...everyItem, 'cluster-autoscaler', 'no-privileged']);
	const report = JSON.parse(readFileSync(join(runFolder, 'evidence/checklist.3/checklist.json'), 'utf8')) as {items: {id: string; findings: {answer: unknown; waiver: unknown}[]}[]};
	assert.partialDeepStrictEqual(report.items.find(({id}) => id === 'cluster-autoscaler')?.findings[0]?.answer, {answer: 'yes', person: 'op-b', reference: 'OPS-7'});
	assert.partialDeepStrictEqual(report.items.find(({id}) => id === 'no-privileged')?.findings[0]?.waiver, {reason: 'a node agent', by: 'op-a@ops1', until: '2999-12-31', from: 'this run'});
});

test('a waiver that is withdrawn no longer lets the checklist pass, and the report says both', async context => {
	const folder = aFolder(context);
	writeFileSync(join(folder, 'pod.yaml'), pod);
	const engine = await aStartedRun(aMachine(folder), ['{id: checklist, uses: kubernetes/checklist, with: {manifests: [pod.yaml], live: false}}']);
	const check = async (...wanted: readonly TaskStatus[]): Promise<string> => {
		await engine.send({kind: 'start', task: 'checklist'});
		await untilTask(engine, 'checklist', ...wanted);
		return reportOf(engine).sha256;
	};
	const first = await check('failed');
	for (const item of [...everyItem, 'cluster-autoscaler', 'no-privileged']) await engine.send({kind: 'waive-item', task: 'checklist', item, seen: first, reason: 'a test pod', until: '2999-12-31'});
	const seen = await check('done');
	assert.deepEqual(await engine.send({kind: 'withdraw-item', task: 'checklist', item: 'no-privileged', seen, remark: 'it need not be'}), {done: true});
	await check('failed');
	assert.match(end(engine.snapshot()).summary, /^1 open finding: 1 fail/);
	const report = markdownReport(reportOfRun(engine.snapshot(), engine.lines()));
	assert.match(report, /\*\*Waived\*\* [^\n]*no-privileged, until 2999-12-31: a test pod \(withdrawn later\)/);
	assert.match(report, /\*\*Waived\*\* [^\n]*qos-class, until 2999-12-31: a test pod \(op-a/);
	assert.match(report, /\*\*Withdrawn\*\* [^\n]*What was said of no-privileged: it need not be \(op-a@ops1/);
	await engine.close('left');
});

const end = (state: ReturnType<Engine['snapshot']>): {readonly summary: string; readonly outputs: Readonly<Record<string, string>>} => {
	const last = state.tasks['checklist']?.attempts.at(-1)?.end;
	assert.ok(last?.kind === 'finished');
	return last;
};

const reportOf = (engine: Engine): {readonly path: string; readonly sha256: string} => {
	const last = engine.snapshot().tasks['checklist']?.attempts.at(-1)?.end;
	const file = last?.kind === 'finished' ? last.evidence.find(({path}) => path.endsWith('/checklist.json')) : undefined;
	assert.ok(file !== undefined);
	return file;
};
