import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {load} from 'js-yaml';

import {attestationsFrom} from '../../source/checklist/attestations.ts';
import type {CheckInput} from '../../source/checklist/check-manifests.ts';
import {jsonReport} from '../../source/checklist/reports/json.ts';
import {baselineFrom, blockingFindings, baselineOf} from '../../source/checklist/summary.ts';
import {waiversFrom} from '../../source/checklist/waivers.ts';
import {bundle, check, findingsOf, said, verdictOf, withSettings, workload} from './checking.ts';

const waived = (yaml: string): Partial<CheckInput> => {
	const {waivers, mistakes} = waiversFrom(load(yaml), 'waivers.yaml');
	assert.deepEqual(mistakes, []);
	return {waivers};
};

const one = (fields: string, until = '2027-01-31'): string => `waivers:\n  - {item: readonly-rootfs, reason: It writes, by: asha, until: ${until}${fields === '' ? '' : `, ${fields}`}}\n`;

describe('waivers in a file', () => {
	test('a waived finding is neither passed nor failed, and keeps its reason', () => {
		const [finding] = findingsOf('readonly-rootfs', workload(), waived(one('')));
		assert.equal(finding?.verdict, 'waived');
		assert.deepEqual(finding?.waiver, {reason: 'It writes', by: 'asha', until: '2027-01-31', from: 'waivers.yaml, waiver 1'});
		assert.equal(verdictOf('readonly-rootfs', workload(), waived(one(''))), 'waived');
		assert.deepEqual(blockingFindings(check(workload(), {only: new Set(['readonly-rootfs']), ...waived(one(''))}), 'open'), []);
	});

	test('it is about the objects, namespaces and containers that it names', () => {
		const yaml = bundle(workload('', {name: 'web-a', namespace: 'shop'}), workload('', {name: 'api', namespace: 'shop'}), workload('', {name: 'web-a', namespace: 'test'}));
		const left = (fields: string): readonly string[] => findingsOf('readonly-rootfs', yaml, waived(one(fields))).filter(({verdict}) => verdict === 'fail').map(({object}) => `${object?.namespace}/${object?.name}`);
		assert.deepEqual(left('object: Deployment/web-a'), ['shop/api']);
		assert.deepEqual(left('object: Deployment/shop/web-a'), ['shop/api', 'test/web-a']);
		assert.deepEqual(left('object: {namespace: shop, name: "web-*"}'), ['shop/api', 'test/web-a']);
		assert.deepEqual(left('object: {kind: StatefulSet}'), ['shop/web-a', 'shop/api', 'test/web-a']);
		assert.deepEqual(left('container: api'), ['shop/web-a', 'test/web-a']);
		assert.deepEqual(left('object: {name: "*-*-*"}'), ['shop/web-a', 'shop/api', 'test/web-a']);
	});

	test('it may be about one code of an item', () => {
		const yaml = 'waivers: [{item: limit-capabilities/drop-all-missing, reason: r, by: b, until: 2027-01-31}]';
		assert.deepEqual(said('limit-capabilities', workload('securityContext: {capabilities: {add: [NET_RAW]}}'), waived(yaml)), ['fail dangerous-add Deployment/web web', 'waived drop-all-missing Deployment/web web']);
	});

	test('the last day counts; after it the finding fails again, and says so', () => {
		assert.equal(verdictOf('readonly-rootfs', workload(), waived(one('', '2026-11-24'))), 'waived');
		const result = check(workload(), {only: new Set(['readonly-rootfs']), ...waived(one('', '2026-11-23'))});
		assert.equal(result.items[0]?.verdict, 'fail');
		assert.equal(result.items[0]?.findings[0]?.expired?.until, '2026-11-23');
		assert.equal(result.waivers.expired.length, 1);
		assert.deepEqual(result.waivers.unused, []);
	});

	test('one that nothing needs is listed', () => {
		const result = check(workload('securityContext: {readOnlyRootFilesystem: true}'), waived(one('')));
		assert.equal(result.waivers.unused.length, 1);
	});

	test('one that lacks reason, person or day, or names no item, is a mistake and not a waiver', () => {
		const mistakes = (yaml: string): readonly string[] => waiversFrom(load(yaml), 'w').mistakes;
		assert.deepEqual(mistakes('waivers: [{item: readonly-rootfs, by: a, until: 2027-01-31}]'), ['w, waiver 1 lacks reason.']);
		assert.deepEqual(mistakes('waivers: [{item: readonly-rootfs, reason: " ", by: a, until: 2027-01-31}]'), ['w, waiver 1 lacks reason.']);
		assert.match(mistakes('waivers: [{item: readonly, reason: r, by: a, until: 2027-01-31}]')[0] ?? '', /there is no item readonly/);
		assert.match(mistakes('waivers: [{item: readonly-rootfs/x, reason: r, by: a, until: 2027-01-31}]')[0] ?? '', /has no code x; it has writable/);
		assert.match(mistakes('waivers: [{item: readonly-rootfs, reason: r, by: a, until: 2027-02-30}]')[0] ?? '', /must be a day/);
		assert.match(mistakes('waivers: [{item: readonly-rootfs, reason: r, by: a, until: never}]')[0] ?? '', /must be a day/);
		assert.match(mistakes('waivers: [{item: readonly-rootfs, reason: r, by: a, until: 2027-01-31, objects: x}]')[0] ?? '', /objects is no key/);
		assert.deepEqual(waiversFrom(load('waivers: [{item: readonly-rootfs, by: a, until: 2027-01-31}]'), 'w').waivers, []);
	});
});

describe('annotations', () => {
	const annotated = (annotations: string, more: Partial<CheckInput> = {}): string => verdictOf('readonly-rootfs', workload('', {annotations}), more);
	const ours = 'slipway/waive.readonly-rootfs: "It writes; by: asha; until: 2027-01-31"';

	test('our own waive with reason, person and day, on the object or its pod template', () => {
		assert.equal(annotated(ours), 'waived');
		assert.equal(annotated(ours.replace('readonly-rootfs:', 'readonly-rootfs.writable:')), 'waived');
		assert.equal(annotated(ours.replace('2027', '2025')), 'fail');
		assert.equal(annotated('slipway/waive.readonly-rootfs: "by: asha; until: 2027-01-31"'), 'fail');
		assert.equal(annotated('slipway/waive.readonly-rootfs: It writes'), 'fail');
		assert.equal(verdictOf('readonly-rootfs', workload().replace('template: {metadata: {', `template: {metadata: {annotations: {${ours}}, `)), 'waived');
		assert.deepEqual(check(workload('', {annotations: 'slipway/waive.readonly-rootfs: It writes'})).waivers.useless, ['Deployment web: slipway/waive.readonly-rootfs']);
	});

	test('manifests may not waive themselves where that is forbidden', () => assert.equal(annotated(ours, {annotations: {own: false, imported: []}}), 'fail'));

	test('a container may be named', () => {
		const text = ours.replace('It writes;', 'It writes; container: other;');
		assert.equal(annotated(text), 'fail');
		assert.equal(annotated(text.replace('other', 'web')), 'waived');
	});

	test("those of kube-score, kube-linter and Polaris count when they are imported, and are shown as imported", () => {
		const imported: Partial<CheckInput> = {annotations: {own: true, imported: ['kube-score', 'kube-linter', 'polaris']}};
		for (const text of ['kube-score/ignore: "pod-probes, container-security-context-readonlyrootfilesystem"', 'ignore-check.kube-linter.io/no-read-only-root-fs: It writes', 'kube-linter.io/ignore-all: because', 'polaris.fairwinds.com/notReadOnlyRootFilesystem-exempt: "true"', 'polaris.fairwinds.com/exempt: "true"']) {
			assert.equal(annotated(text), 'fail', text);
			assert.equal(annotated(text, imported), 'waived', text);
			assert.match(findingsOf('readonly-rootfs', workload('', {annotations: text}), imported)[0]?.waiver?.from ?? '', /^imported from /);
		}

		assert.equal(annotated('kube-score/ignore: pod-probes', imported), 'fail');
		assert.equal(annotated('polaris.fairwinds.com/notReadOnlyRootFilesystem-exempt: "false"', imported), 'fail');
		assert.equal(annotated('ignore-check.kube-linter.io/no-read-only-root-fs: It writes', {annotations: {own: true, imported: ['polaris']}}), 'fail');
	});
});

describe('answers', () => {
	const answered = (fields: string, item = 'sigterm-graceful'): Partial<CheckInput> => {
		const {attestations, mistakes} = attestationsFrom(load(`answers: [{item: ${item}, person: asha, on: 2026-11-20, ${fields}}]`), 'attest.yaml');
		assert.deepEqual(mistakes, []);
		return {attestations};
	};

	test('of several answers the one of the latest day counts, of one day the last one given', () => {
		const given = (...said: readonly string[]) => attestationsFrom(load(`answers:\n${said.map(fields => `- {item: close-keepalive, person: asha, ${fields}}\n`).join('')}`), 'attest.yaml');
		assert.equal(verdictOf('close-keepalive', workload(), given('answer: no, on: 2026-11-22', 'answer: yes, on: 2026-11-20')), 'fail');
		assert.equal(verdictOf('close-keepalive', workload(), given('answer: yes, on: 2026-11-20', 'answer: no, on: 2026-11-20')), 'fail');
		assert.equal(verdictOf('close-keepalive', workload(), given('answer: no, on: 2026-11-20', 'answer: yes, on: 2026-11-20')), 'pass');
	});

	test('a question stays open until a person answers it', () => {
		assert.equal(verdictOf('sigterm-graceful', workload()), 'attest');
		assert.equal(verdictOf('sigterm-graceful', workload(), answered('answer: yes')), 'pass');
		assert.equal(verdictOf('sigterm-graceful', workload(), answered('answer: no')), 'fail');
		assert.equal(verdictOf('sigterm-graceful', workload(), answered('answer: partially')), 'warn');
		assert.equal(verdictOf('close-keepalive', workload(), answered('answer: yes')), 'attest');
		assert.equal(verdictOf('liveness-probe', workload('livenessProbe: {httpGet: {port: 1}}'), answered('answer: yes', 'liveness-probe')), 'pass');
	});

	test('an answer does not heal what a manifest proves wrong', () => assert.equal(verdictOf('sigterm-graceful', workload('', {pod: 'terminationGracePeriodSeconds: 0'}), answered('answer: yes')), 'fail'));

	test('an old answer is asked again', () => {
		const old = answered('answer: yes, valid: 3d');
		assert.equal(verdictOf('sigterm-graceful', workload(), old), 'attest');
		assert.equal(check(workload(), {only: new Set(['sigterm-graceful']), ...old}).waivers.staleAnswers.length, 1);
		assert.equal(verdictOf('sigterm-graceful', workload(), answered('answer: yes, valid: 4d')), 'pass');
	});

	test('an answer of a day that is to come does not count yet', () => {
		const given = (on: string) => attestationsFrom(load(`answers: [{item: sigterm-graceful, person: asha, on: ${on}, answer: yes}]`), 'attest.yaml');
		assert.equal(verdictOf('sigterm-graceful', workload(), given('2030-01-01')), 'attest');
		assert.equal(verdictOf('sigterm-graceful', workload(), given('2026-11-25')), 'pass', 'it is tomorrow already, east of here');
	});

	test('yes without a person is refused', () => {
		assert.deepEqual(attestationsFrom(load('answers: [{item: sigterm-graceful, answer: yes, on: 2026-11-20}]'), 'a').mistakes, ['a, answer 1: it names no person.']);
		assert.deepEqual(attestationsFrom(load('answers: [{item: sigterm-graceful, answer: perhaps, person: x, on: 2026-11-20}]'), 'a').mistakes, ['a, answer 1: answer must be yes, no or partially.']);
	});
});

test('with a baseline only what is new counts, whatever moved in the file', () => {
	const only = new Set(['readonly-rootfs', 'run-as-non-root']);
	const old = check(workload(), {only});
	const report: unknown = JSON.parse(jsonReport(old, {version: '1', isComplete: false}));
	const baseline = baselineFrom(report);
	assert.deepEqual(baseline, baselineOf(old));
	const later = check(`# moved\n\n${bundle(workload(), workload('', {name: 'second'}))}`, {only, baseline});
	assert.deepEqual(blockingFindings(later, 'fail').map(({object, item}) => `${object?.name} ${item.id}`), ['second readonly-rootfs', 'second run-as-non-root']);
	assert.equal(baselineFrom({}), null);
});

test('the level of a code can be changed, and what is not answered blocks only when that is wanted', () => {
	assert.equal(verdictOf('liveness-probe', workload(), withSettings({levels: {'liveness-probe/missing': 'fail'}})), 'fail');
	const asked = check(workload(), {only: new Set(['close-keepalive'])});
	assert.deepEqual(['fail', 'warn', 'open', 'never'].map(level => blockingFindings(asked, level as never).length), [0, 0, 1, 0]);
});

test('what was only asked in the baseline, and is answered no, is new', () => {
	const only = {only: new Set(['close-keepalive'])};
	const baseline = baselineOf(check(workload(), only));
	const {attestations} = attestationsFrom(load('answers: [{item: close-keepalive, person: asha, on: 2026-11-20, answer: no}]'), 'attest.yaml');
	assert.equal(blockingFindings(check(workload(), {...only, baseline}), 'open').length, 0);
	assert.equal(blockingFindings(check(workload(), {...only, baseline, attestations}), 'fail').length, 1);
	assert.equal(blockingFindings(check(workload(), {...only, baseline: baselineOf(check(workload(), {...only, attestations})), attestations}), 'fail').length, 0);
});
