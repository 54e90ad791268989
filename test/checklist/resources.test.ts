import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {quantityOf} from '../../source/checklist/quantity.ts';
import {bundle, findingsOf, said, verdictOf, withSettings, workload} from './checking.ts';

const codes = (item: string, yaml: string, more = {}): readonly string[] => said(item, yaml, more).map(line => line.split(' ')[1] ?? '');
const range = (limit: string, namespace = ''): string => `apiVersion: v1\nkind: LimitRange\nmetadata: {name: r${namespace === '' ? '' : `, namespace: ${namespace}`}}\nspec: {limits: [{type: Container, ${limit}}]}\n`;
const resources = (text: string): string => `resources: {${text}}`;

test('quantities are read as Kubernetes reads them', () => {
	for (const [text, number] of [['128Mi', 134217728], ['1Gi', 1073741824], ['100m', 0.1], ['0.5', 0.5], ['1', 1], ['1e3', 1000], ['1k', 1000], ['.5', 0.5], ['2E', 2e18]] as const) assert.equal(quantityOf(text), number, text);
	assert.equal(quantityOf(2), 2);
	for (const text of ['512MB', '1 Gi', 'lots', '', '1mi', '--1']) assert.equal(quantityOf(text), null, text);
});

describe('item 14, memory', () => {
	const memory = (text: string, more = {}): readonly string[] => codes('memory-requests-limits', workload(resources(text), more));

	test('a limit must be there; the request is copied from it', () => {
		assert.deepEqual(memory('requests: {memory: 1Gi}'), ['limit-missing']);
		assert.deepEqual(memory('limits: {memory: 1Gi}'), []);
		assert.deepEqual(memory('limits: {memory: 0}'), ['limit-missing']);
		assert.deepEqual(memory('limits: {memory: "0"}'), ['limit-missing']);
		assert.deepEqual(memory('limits: {memory: null}'), ['limit-missing']);
		assert.deepEqual(memory('requests: {memory: 2Gi}, limits: {memory: 1024Mi}'), ['request-above-limit']);
		assert.deepEqual(memory('requests: {memory: 1024Mi}, limits: {memory: 1Gi}'), []);
		assert.deepEqual(memory('limits: {memory: 512MB}'), ['invalid-quantity']);
		assert.deepEqual(memory('limits: {memory: 512m}'), ['suspicious-quantity']);
		assert.deepEqual(memory('limits: {memory: 134217728}'), []);
	});

	test('init containers only warn, native sidecars fail', () => {
		const init = (more: string): string => workload(resources('limits: {memory: 1Gi}'), {pod: `initContainers: [{name: i, image: a:1${more}}]`});
		assert.deepEqual(said('memory-requests-limits', init('')), ['warn init-container-resources Deployment/web i']);
		assert.deepEqual(said('memory-requests-limits', init(', restartPolicy: Always')), ['fail limit-missing Deployment/web i']);
	});

	test('a LimitRange of the same namespace fills in, from default or max, and so does the pod', () => {
		assert.deepEqual(codes('memory-requests-limits', bundle(workload(), range('default: {memory: 1Gi}'))), []);
		assert.deepEqual(codes('memory-requests-limits', bundle(workload(), range('max: {memory: 1Gi}'))), []);
		assert.deepEqual(codes('memory-requests-limits', bundle(workload(), range('defaultRequest: {memory: 1Gi}'))), ['limit-missing']);
		assert.deepEqual(codes('memory-requests-limits', bundle(workload('', {namespace: 'a'}), range('default: {memory: 1Gi}', 'b'))), ['limit-missing']);
		assert.deepEqual(codes('memory-requests-limits', bundle(workload(), range('default: {memory: 1Gi}').replace('Container', 'Pod'))), ['limit-missing']);
		assert.deepEqual(codes('memory-requests-limits', workload('', {pod: 'resources: {limits: {memory: 1Gi}}'})), []);
	});
});

describe('item 15, CPU requests', () => {
	const cpu = (text: string): readonly string[] => codes('cpu-request-max-1', workload(resources(text)));
	test('asked for, and at most 1', () => {
		assert.deepEqual(cpu(''), ['request-missing']);
		for (const value of ['1', '"1"', '1000m', '0.5', '100m', '1.0']) assert.deepEqual(cpu(`requests: {cpu: ${value}}`), [], value);
		for (const value of ['1001m', '2', '1.5', '"4"']) assert.deepEqual(cpu(`requests: {cpu: ${value}}`), ['above-one'], value);
		assert.deepEqual(cpu('limits: {cpu: 500m}'), []);
		assert.deepEqual(cpu('limits: {cpu: 2}'), ['above-one']);
		assert.deepEqual(cpu('requests: {cpu: 0}'), ['request-missing']);
		assert.deepEqual(cpu('requests: {cpu: 800m}, limits: {cpu: 500m}'), ['request-above-limit']);
		assert.deepEqual(codes('cpu-request-max-1', workload(resources('requests: {cpu: 2}')), withSettings({maximumCpuRequest: 4})), []);
		assert.deepEqual(codes('cpu-request-max-1', bundle(workload(), range('defaultRequest: {cpu: 100m}'))), []);
	});
});

test('what is set for the pod as a whole counts for each of its containers, init containers too', () => {
	const pod = 'resources: {limits: {memory: 1Gi}, requests: {cpu: 100m}}, initContainers: [{name: i, image: a:1}, {name: s, image: a:1, restartPolicy: Always}]';
	for (const item of ['memory-requests-limits', 'cpu-request-max-1']) assert.deepEqual(said(item, workload('', {pod})), [], item);
});

describe('item 16, no CPU limits', () => {
	test('a CPU limit fails in every kind of container, and 0 is none', () => {
		assert.deepEqual(codes('no-cpu-limits', workload(resources('limits: {cpu: 1}'))), ['cpu-limit']);
		assert.deepEqual(codes('no-cpu-limits', workload(resources('limits: {memory: 1Gi}, requests: {cpu: 1}'))), []);
		assert.deepEqual(codes('no-cpu-limits', workload(resources('limits: {cpu: "0"}'))), []);
		assert.deepEqual(said('no-cpu-limits', workload('', {pod: 'initContainers: [{name: i, image: a:1, resources: {limits: {cpu: 1}}}]'})), ['fail cpu-limit Deployment/web i']);
		assert.deepEqual(codes('no-cpu-limits', workload('', {pod: 'resources: {limits: {cpu: 1}}'})), ['cpu-limit']);
	});

	test('a LimitRange that injects one is warned about, and a quota that demands one is named', () => {
		assert.deepEqual(codes('no-cpu-limits', bundle(workload(), range('default: {cpu: 1}'))), ['limitrange-injects-cpu']);
		const quota = 'apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: share}\nspec: {hard: {limits.cpu: 4}}\n';
		assert.match(findingsOf('no-cpu-limits', bundle(workload(resources('limits: {cpu: 1}')), quota))[0]?.message ?? '', /ResourceQuota share makes it compulsory/);
	});
});

test('the namespace of the release needs memory defaults; without a cluster it is unknown', () => {
	assert.equal(verdictOf('release-namespace-limitrange', workload()), 'unknown');
	assert.equal(verdictOf('release-namespace-limitrange', bundle(workload(), range('default: {memory: 1Gi}'))), 'pass');
	assert.deepEqual(codes('release-namespace-limitrange', bundle(workload(), range('default: {cpu: 1}'))), ['no-memory-default']);
});

test('the quality of service is computed as the kubelet does', () => {
	const qos = (text: string, more = {}): string => findingsOf('qos-class', workload(text === '' ? '' : resources(text)), more)[0]?.message ?? '';
	assert.match(qos(''), /BestEffort/);
	assert.equal(qos('requests: {cpu: 1}'), 'Burstable');
	assert.equal(qos('limits: {cpu: 1, memory: 1Gi}'), 'Guaranteed');
	assert.equal(qos('limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 1000m, memory: 1024Mi}'), 'Guaranteed');
	assert.equal(qos('limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 500m}'), 'Burstable');
	assert.deepEqual(codes('qos-class', workload(resources('requests: {cpu: 1}')), withSettings({qos: {'Deployment/web': 'Guaranteed'}})), ['below-wanted']);
	assert.equal(findingsOf('qos-class', workload(resources('limits: {cpu: 1, memory: 1Gi}'), {pod: 'initContainers: [{name: i, image: a:1}]'}))[0]?.message, 'Burstable');
});
