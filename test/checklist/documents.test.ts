import assert from 'node:assert/strict';
import {test} from 'node:test';

import {LineCounter, parseDocument} from 'yaml';

import {readDocuments, type Document} from '../../source/checklist/documents.ts';
import {positionOf} from '../../source/checklist/position.ts';
import {renderedServices} from '../../bench/checklist-bundle.ts';
import {check, findingsOf, said, workload} from './checking.ts';

const read = (text: string): ReturnType<typeof readDocuments> => readDocuments({name: 'a.yaml', text});
const values = (text: string): readonly unknown[] => read(text).documents.map(({value}) => value);
const problems = (text: string): readonly string[] => read(text).problems.map(({line, level, message}) => `${line} ${level} ${message}`);

test('documents are split at markers in the first column only', () => {
	assert.deepEqual(values('a: 1\n---\nb: 2\n'), [{a: 1}, {b: 2}]);
	assert.deepEqual(values('a: |\n  x\n  ---\n  y\n---\nb: 2\n'), [{a: 'x\n---\ny\n'}, {b: 2}]);
	assert.deepEqual(values('--- {a: 1}\n--- # words\nb: 2\n...\n'), [{a: 1}, {b: 2}]);
	assert.deepEqual(values('%YAML 1.2\n---\na: 1\n'), [{a: 1}]);
	assert.deepEqual(values('\uFEFF---\r\na: 1\r\n---\r\n# nothing\r\n---\r\nb: 2\r\n'), [{a: 1}, {b: 2}]);
	assert.deepEqual(values('---\n---\n\n# only words\n'), []);
	assert.deepEqual(values('a: ---\nb: ----\n'), [{a: '---', b: '----'}]);
	assert.deepEqual(values('{"a": 1}'), [{a: 1}]);
	assert.deepEqual(values(''), []);
});

test('a broken document is named with its line, and the others are checked', () => {
	const broken = `${workload()}---\na: [1,\n---\nb: {\n---\n${workload('', {name: 'second'})}`;
	const result = check(broken);
	assert.equal(result.objects, 2);
	assert.deepEqual(result.problems.map(({line, level}) => [line, level]), [[6, 'error'], [8, 'error']]);
	assert.deepEqual(problems('a:\n\tb: 1\n'), ['2 error This is not valid YAML: tab characters must not be used in indentation.']);
});

test('a key that is given twice is told, and the last one counts, as in Kubernetes', () => {
	assert.deepEqual(problems('a: 1\na: 2\n').map(text => text.slice(0, 28)), ['2 warning A key is given twi']);
	assert.deepEqual(values('a: 1\na: 2\n'), [{a: 2}]);
});

test('hostile YAML neither hangs nor harms', () => {
	const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${Array.from({length: 12}, (_, index) => `b${index}: &${String.fromCodePoint(98 + index)} [${Array.from({length: 9}, () => `*${String.fromCodePoint(97 + index)}`).join(', ')}]`).join('\n')}\nkind: Pod\napiVersion: v1\nmetadata: {name: a, labels: {__proto__: x, constructor: y}}\nspec: {containers: [{name: c}]}\n`;
	const started = performance.now();
	assert.deepEqual(said('readonly-rootfs', bomb), ['fail writable Pod/a c']);
	check(`${'['.repeat(20_000)}${']'.repeat(20_000)}\n---\n${workload()}`);
	assert.ok(performance.now() - started < 5000);
	assert.equal(({} as {x?: unknown}).x, undefined);
	for (const odd of ['- 1\n- 2\n', 'text\n', '12\n', 'kind: Pod\n', 'apiVersion: v1\nkind: Pod\nmetadata: [a]\nspec: {containers: {a: b}}\n', 'apiVersion: v1\nkind: Deployment\nspec: {template: {spec: {containers: [null, 3, [], {name: [x]}]}}}\n', 'apiVersion: v1\nkind: Service\nspec: {selector: [a], ports: x}\n', 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nrules: {a: b}\n', 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {rules: [null, {http: null}], tls: [null]}\n', 'apiVersion: v1\nkind: List\nitems: [null, 1, {}]\n']) assert.doesNotThrow(() => check(odd), odd);
});

test('anchors and merges are followed', () => {
	const merged = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - &base {name: c, securityContext: {readOnlyRootFilesystem: true}}\n    - <<: *base\n      name: d\n';
	assert.deepEqual(said('readonly-rootfs', merged), []);
	assert.deepEqual(findingsOf('readonly-rootfs', merged).map(({container}) => container), ['c', 'd']);
});

test('a finding knows its line, and for a missing field the line of what it is missing from', () => {
	const yaml = '# words\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n        - image: a:1\n          name: web\n          securityContext:\n            privileged: true\n';
	const line = (item: string): number | undefined => {
		const [finding] = findingsOf(item, yaml);
		return finding?.object === null || finding === undefined ? undefined : positionOf(finding.object.document, [...finding.object.path, ...finding.path]).line;
	};
	assert.equal(line('no-privileged'), 14);
	assert.equal(line('readonly-rootfs'), 13);
	assert.equal(line('memory-requests-limits'), 11);
});

test('positions are those that another parser finds, for every path of rendered manifests', () => {
	const text = `${renderedServices(2)}---\na: &x {b: [1, "two", 'three'], c: {d: |\n  text\n, e: >-\n  more}}\n`.split('---\na: &x')[0] ?? '';
	let compared = 0;
	for (const document of read(text).documents) {
		const counter = new LineCounter();
		const other = parseDocument(document.text.replace(/^---\n/, '    \n'), {lineCounter: counter});
		for (const path of pathsOf(document.value)) {
			const pair = pairAt(other, path);
			if (pair === null) continue;
			const {line, col} = counter.linePos(pair);
			assert.deepEqual(positionOf(document, path), {line: document.line + line - 1, column: col}, path.join('.'));
			compared += 1;
		}
	}

	assert.ok(compared > 300, String(compared));
});

const pathsOf = (value: unknown): readonly (readonly (string | number)[])[] =>
	typeof value !== 'object' || value === null ? [] : Object.entries(value).flatMap(([key, child]) => [[Array.isArray(value) ? Number(key) : key], ...pathsOf(child).map(path => [Array.isArray(value) ? Number(key) : key, ...path])]);

/** Offset of a key, or of a list's entry, by the `yaml` package. */
const pairAt = (document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): number | null => {
	const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
	const last = path.at(-1);
	const items = (parent as {items?: readonly {key?: {value?: unknown; range?: readonly number[]}; range?: readonly number[]}[]}).items ?? [];
	if (typeof last === 'number') return items[last]?.range?.[0] ?? null;
	return items.find(item => String(item.key?.value) === last)?.key?.range?.[0] ?? null;
};

test('the template that helm names is known', () => {
	const [document] = read('---\n# Source: user/templates/deployment.yaml\napiVersion: v1\nkind: Pod\n').documents as readonly [Document];
	assert.equal(document.template, 'user/templates/deployment.yaml');
	assert.equal((read('# Source of all evil\napiVersion: v1\n').documents as readonly [Document])[0].template, null);
});

test('JSON objects one behind the other are read one by one, each with its line', () => {
	const {documents, problems} = read('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a{\\"}"}}\n{\n  "apiVersion": "v1",\n  "kind": "Pod"\n}\n');
	assert.deepEqual(problems, []);
	assert.deepEqual(documents.map(({line}) => line), [1, 2]);
	assert.equal(read('{"apiVersion":"v1"} {broken\n').problems.length, 1);
	assert.equal(read('{apiVersion: v1, kind: Pod}\n').documents.length, 1);
});

test('an object without apiVersion or kind is named, and what means something else is not', () => {
	const warned = (text: string): readonly string[] => read(text).problems.map(({level, message}) => `${level}: ${message}`);
	assert.deepEqual(warned('kind: Pod\nmetadata: {name: a}\n'), ['warning: This is no Kubernetes object, for it has no apiVersion. It was not checked.']);
	assert.deepEqual(warned('apiVersion: v1\nmetadata: {name: a}\n'), ['warning: This is no Kubernetes object, for it has no kind. It was not checked.']);
	for (const text of ['replicas: 3\n', 'apiVersion: v2\nname: chart\n', 'resources: [a.yaml]\n', '[1, 2]\n']) assert.deepEqual(warned(text), [], text);
});

test('what kubectl lists is judged once, at its controller', () => {
	const owned = (kind: string, name: string, by: string): string => `{apiVersion: apps/v1, kind: ${kind}, metadata: {name: ${name}, ownerReferences: [{kind: ${by.split('/')[0]}, name: ${by.split('/')[1]}, controller: true}]}, spec: {template: {spec: {containers: [{name: c}]}}, containers: [{name: c}]}}`;
	const list = (...items: readonly string[]): string => `apiVersion: v1\nkind: List\nitems: [${items.join(', ')}]\n`;
	const deployment = '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: c}]}}}}';
	const replicaSet = owned('ReplicaSet', 'web-1', 'Deployment/web');
	const pod = owned('Pod', 'web-1-x', 'ReplicaSet/web-1').replace('apps/v1', 'v1');
	assert.deepEqual(said('readonly-rootfs', list(deployment, replicaSet, pod)), ['fail writable Deployment/web c']);
	assert.deepEqual(said('readonly-rootfs', list(pod)), ['fail writable Pod/web-1-x c'], 'without its controller it is all there is');
});
