import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {z} from 'zod';

import type {CheckResult} from '../../source/checklist/check-manifests.ts';
import {jsonReport} from '../../source/checklist/reports/json.ts';
import {junitReport} from '../../source/checklist/reports/junit.ts';
import {markdownReport} from '../../source/checklist/reports/markdown.ts';
import {sarifReport} from '../../source/checklist/reports/sarif.ts';
import {tableLines} from '../../source/checklist/reports/table.ts';
import {baselineOf} from '../../source/checklist/summary.ts';
import {bundle, check, service, workload} from './checking.ts';

const setting = {version: '1.0.0', isComplete: false};
const hostile = 'web\\e[31m<b>&\\"`|x';
const yaml = bundle(workload('', {name: 'web', annotations: 'slipway/waive.readonly-rootfs: "It <writes>; by: asha; until: 2027-01-31"'}), service(), `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${hostile}"}\n`, 'a: [1,\n');
const result: CheckResult = check(yaml);

/** The parts of SARIF 2.1.0 (OASIS errata 01) that we use, closed: a property that the standard does not have is refused. */
const text = z.strictObject({text: z.string().min(1), markdown: z.string().optional()});
const location = z.strictObject({
	physicalLocation: z.strictObject({artifactLocation: z.strictObject({uri: z.string().regex(/^[^\s\\]+$/)}), region: z.strictObject({startLine: z.int().min(1), startColumn: z.int().min(1).optional()}).optional()}),
	logicalLocations: z.array(z.strictObject({name: z.string(), kind: z.string(), fullyQualifiedName: z.string()})).optional(),
});
const sarif = z.strictObject({
	$schema: z.url(),
	version: z.literal('2.1.0'),
	runs: z.array(
		z.strictObject({
			tool: z.strictObject({
				driver: z.strictObject({
					name: z.string(),
					semanticVersion: z.string(),
					rules: z.array(z.strictObject({id: z.string(), name: z.string(), shortDescription: text, fullDescription: text, help: text, defaultConfiguration: z.strictObject({level: z.enum(['error', 'warning'])}), properties: z.record(z.string(), z.unknown())})).length(47),
				}),
			}),
			invocations: z.array(z.strictObject({executionSuccessful: z.boolean(), endTimeUtc: z.iso.datetime(), toolExecutionNotifications: z.array(z.strictObject({level: z.enum(['error', 'warning']), message: text, locations: z.array(location)}))})),
			results: z.array(
				z
					.strictObject({
						ruleId: z.string(),
						ruleIndex: z.int().min(0).max(46),
						kind: z.enum(['fail', 'review', 'open']),
						level: z.enum(['error', 'warning', 'none']),
						message: text,
						locations: z.array(location).optional(),
						partialFingerprints: z.record(z.string(), z.string()),
						suppressions: z.array(z.strictObject({kind: z.enum(['inSource', 'external']), status: z.literal('accepted'), justification: z.string()})).optional(),
						baselineState: z.literal('unchanged').optional(),
						properties: z.record(z.string(), z.unknown()),
					})
					.refine(({kind, level}) => (kind === 'fail') === (level !== 'none'), 'only a result of kind fail has a level'),
			),
		}),
	),
});

test('SARIF has the shape of the standard, and names rule, line, suppression and unread documents', () => {
	const log = sarif.parse(JSON.parse(sarifReport(result, setting, template => template)));
	const [run] = log.runs;
	assert.ok(run !== undefined);
	for (const one of run.results) assert.equal(run.tool.driver.rules[one.ruleIndex]?.id, one.ruleId);
	const suppressed = run.results.find(({ruleId}) => ruleId === 'readonly-rootfs');
	assert.equal(suppressed?.suppressions?.[0]?.kind, 'inSource');
	assert.equal(run.results.find(({ruleId}) => ruleId === 'readiness-probe')?.locations?.[0]?.physicalLocation.region?.startLine, 4);
	assert.equal(run.invocations[0]?.executionSuccessful, false);
	assert.equal(run.invocations[0]?.toolExecutionNotifications[0]?.locations[0]?.physicalLocation.region?.startLine, 15);
	assert.equal(new Set(run.results.map(({partialFingerprints}) => JSON.stringify(partialFingerprints))).size, run.results.length, 'two results have one fingerprint');
});

test('SARIF of a rendered chart points at the template, in its folder', () => {
	const rendered = check(`---\n# Source: web/templates/a b.yaml\n${workload()}`);
	const uris = sarif.parse(JSON.parse(sarifReport(rendered, setting, template => `charts/${template}`))).runs[0]?.results.flatMap(({locations}) => locations ?? []).map(({physicalLocation}) => physicalLocation.artifactLocation.uri);
	assert.deepEqual([...new Set(uris)], ['charts/web/templates/a%20b.yaml']);
});

test('the JSON report counts everything and lists what is open', () => {
	const report = JSON.parse(jsonReport(result, setting)) as {items: {id: string; number: number; verdict: string; counts: Record<string, number>; findings: {verdict: string; line: number | null; fix: string | null; fingerprint: string; field: string}[]}[]; summary: Record<string, number>; problems: unknown[]};
	assert.equal(report.items.length, 47);
	assert.equal(Object.values(report.summary).reduce((sum, count) => sum + count, 0), 47);
	assert.ok(report.items.flatMap(({findings}) => findings).every(({verdict}) => verdict !== 'pass' && verdict !== 'na'));
	const probe = report.items[0]?.findings[0];
	assert.equal(probe?.line, 4);
	assert.equal(probe?.field, 'spec.template.spec.containers[0].readinessProbe');
	assert.match(probe?.fix ?? '', /^containers:\n {2}- name: web\n {4}readinessProbe:/);
	assert.equal(report.problems.length, 1);
});

describe('JUnit', () => {
	const junit = junitReport(result, 'fail');
	const elements = [...junit.matchAll(/<(\/?)([\w?!]+)((?:\s+[\w:]+="[^"<]*")*)\s*(\/?)\??>/g)];

	test('is well-formed, with the elements and attributes that Jenkins knows', () => {
		const known: Readonly<Record<string, readonly string[]>> = {
			testsuites: ['name', 'tests', 'failures', 'errors', 'time'],
			testsuite: ['name', 'tests', 'failures', 'errors', 'skipped', 'time', 'timestamp', 'hostname'],
			testcase: ['name', 'classname', 'time'],
			failure: ['type', 'message'],
			skipped: [],
			'system-out': [],
		};
		const open: string[] = [];
		let rest = junit.replace(/^<\?xml [^?]*\?>\n/, '');
		while (rest.trim() !== '') {
			const tag = /^([^<]*)<(\/?)([\w-]+)((?:\s+\w+="[^"<>]*")*)(\/?)>/.exec(rest);
			assert.ok(tag !== null, `not XML: ${rest.slice(0, 80)}`);
			const [whole, words = '', closing, name = '', attributes = '', empty] = tag;
			assert.doesNotMatch(words, /&(?!(amp|lt|gt|quot|#10);)/);
			if (closing === '/') assert.equal(open.pop(), name);
			else {
				for (const [, attribute = ''] of attributes.matchAll(/(\w+)=/g)) assert.ok(known[name]?.includes(attribute), `${name} ${attribute}`);
				if (empty !== '/') open.push(name);
			}

			rest = rest.slice(whole.length);
		}

		assert.deepEqual(open, []);
		assert.ok(elements.length > 50);
	});

	test('has a case for each item; what nobody proved is skipped, never passed', () => {
		assert.equal(junit.match(/<testcase /g)?.length, 47);
		assert.equal(junit.match(/<testsuite /g)?.length, 15);
		const of = (id: string): string => new RegExp(`classname="checklist\\.${id}"[^>]*?(?:/>|>[\\s\\S]*?</testcase>)`).exec(junit)?.[0] ?? '';
		assert.match(of('readiness-probe'), /<failure type="fail"/);
		for (const id of ['close-keepalive', 'known-registries', 'namespaces-limitrange', 'readonly-rootfs']) assert.match(of(id), /<skipped>/, id);
		assert.match(of('liveness-probe'), /<system-out>/);
		assert.match(junitReport(result, 'warn'), /<failure type="warn"/);
	});

	test('fails with what makes the check fail: what is new, from the verdict on that was asked for', () => {
		const only = {only: new Set(['pod-disruption-budget'])};
		const budget = (name: string): string => `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: ${name}}\nspec: {minAvailable: 2, selector: {matchLabels: {app: web}}}\n`;
		const scaler = 'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 4}\n';
		const before = bundle(workload('', {replicas: 2, name: 'other', labels: 'app: other'}));
		const baseline = baselineOf(check(before, only));
		const now = check(bundle(before, workload('', {name: 'web'}), scaler, budget('b')), {...only, baseline});
		assert.match(junitReport(now, 'fail'), /<skipped>fail: /, 'the failure is known');
		assert.match(junitReport(now, 'warn'), /<failure type="warn" message="warn pod-disruption-budget\/pdb-blocks-when-small/);
		assert.match(junitReport(check(workload(), {only: new Set(['close-keepalive'])}), 'open'), /<failure type="attest"/);
	});

	test('refuses characters that XML does not know', () => {
		const odd = junitReport(check('apiVersion: v1\nkind: Pod\nmetadata: {name: "a\\0\\e\\uFFFE<&"}\nspec: {containers: [{name: c}]}\n'), 'fail');
		// oxlint-disable-next-line no-control-regex
		assert.doesNotMatch(odd, /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE]/);
		assert.match(odd, /&lt;&amp;/);
	});
});

test('Markdown keeps what a manifest says as text', () => {
	const markdown = markdownReport(result);
	assert.match(markdown, /## Waived\n\n- `readonly-rootfs\/writable` Deployment web .*It \\<writes\\> \(asha, until 2027-01-31/);
	assert.match(markdown, /```yaml\n {2}containers:/);
	assert.doesNotMatch(markdown, /<b>/);
	assert.equal(markdown.match(/^## /gm)?.length, 17);
});

describe('the table', () => {
	const lines = (columns: number, more: Partial<Parameters<typeof tableLines>[1]> = {}): readonly string[] => tableLines(result, {columns, isComplete: false, withFixes: false, paint: (_, words) => words, ...more});

	test('fits 40, 80 and 120 columns', () => {
		for (const columns of [40, 80, 120]) for (const line of lines(columns).slice(1)) assert.ok(line.length <= Math.max(columns, 46) || !line.trim().includes(' '), `${columns}: ${line}`);
	});

	test('shows what needs somebody, and everything when asked', () => {
		const short = lines(200).join('\n');
		const long = lines(200, {isComplete: true}).join('\n');
		assert.match(short, /FAIL {5}1\. Containers have Readiness probes/);
		assert.doesNotMatch(short, /33\. Disable privileged/);
		assert.match(long, /pass {5}33\. Disable privileged/);
		assert.match(long, /waived: It <writes>, asha, until 2027-01-31; annotation/);
		assert.match(short, /error {3}web\.yaml:15: This is not valid YAML/);
		assert.match(lines(100, {withFixes: true}).join('\n'), /\| containers:\n +\| {3}- name: web\n +\| {5}readinessProbe:/);
	});

	// oxlint-disable-next-line no-control-regex
	test('lets no escape sequence of a manifest through', () => assert.doesNotMatch(lines(100, {isComplete: true}).join('\n'), /\u001B/));

	test('lists a few of a kind and counts the rest', () => {
		const many = check(bundle(...Array.from({length: 12}, (_, index) => workload('', {name: `w${index}`}))), {only: new Set(['readonly-rootfs'])});
		const shown = tableLines(many, {columns: 100, isComplete: false, withFixes: false, paint: (_, words) => words}).join('\n');
		assert.equal(shown.match(/can write to its root filesystem/g)?.length, 5);
		assert.match(shown, /and 7 more \(writable\)/);
	});
});
