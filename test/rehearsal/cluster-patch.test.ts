import assert from 'node:assert/strict';
import {test} from 'node:test';

import {applyIntent} from '../../source/rehearsal/cluster/apply.ts';
import {patchKinds} from '../../source/rehearsal/cluster/patch.ts';

const patched = (type: string) => (value: unknown, patch: unknown): unknown => patchKinds[`application/${type}-patch+json`]?.(value, patch);

const [strategic, merge, json] = [patched('strategic-merge'), patched('merge'), patched('json')];

test('a merge patch replaces lists whole and removes with null', () => {
	assert.deepEqual(merge({a: {b: 1, c: 2}, list: [1, 2]}, {a: {b: null, d: 3}, list: [3]}), {a: {c: 2, d: 3}, list: [3]});
});

test('a strategic merge patch merges containers by name, their ports by number, their variables by name', () => {
	const pod = {containers: [{name: 'a', image: 'a:1', ports: [{containerPort: 80}], env: [{name: 'X', value: '1'}, {name: 'Y', value: '2'}], args: ['one']}, {name: 'b', image: 'b:1'}]};
	const patch = {containers: [{name: 'a', image: 'a:2', ports: [{containerPort: 81}], env: [{$patch: 'delete', name: 'Y'}], args: ['two']}]};
	assert.deepEqual(strategic(pod, patch), {containers: [{name: 'a', image: 'a:2', ports: [{containerPort: 80}, {containerPort: 81}], env: [{name: 'X', value: '1'}], args: ['two']}, {name: 'b', image: 'b:1'}]});
});

test('the directives of a strategic merge patch order, delete, keep and replace', () => {
	const containers = [{name: 'a'}, {name: 'b'}, {name: 'c'}];
	assert.deepEqual(strategic({containers}, {'$setElementOrder/containers': [{name: 'c'}, {name: 'a'}], containers: [{$patch: 'delete', name: 'b'}]}), {containers: [{name: 'c'}, {name: 'a'}]});
	assert.deepEqual(strategic({containers}, {containers: [{$patch: 'replace'}, {name: 'd'}]}), {containers: [{name: 'd'}]});
	assert.deepEqual(strategic({finalizers: ['a', 'b']}, {finalizers: ['c'], '$deleteFromPrimitiveList/finalizers': ['a']}), {finalizers: ['b', 'c']});
	assert.deepEqual(strategic({strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: 1}}}, {strategy: {$retainKeys: ['type'], type: 'Recreate'}}), {strategy: {type: 'Recreate'}});
	assert.deepEqual(strategic({labels: {a: '1'}}, {labels: {$patch: 'replace', b: '2'}}), {labels: {b: '2'}});
	assert.deepEqual(strategic({labels: {a: '1'}}, {labels: {$patch: 'delete'}}), {});
});

test('a JSON patch adds, removes, replaces, moves, copies and tests, and is refused whole when one step can not be done', () => {
	const value = {labels: {'a/b': 'x'}, list: [1, 2, 3]};
	assert.deepEqual(json(value, [{op: 'test', path: '/labels/a~1b', value: 'x'}, {op: 'remove', path: '/labels/a~1b'}, {op: 'add', path: '/list/-', value: 4}, {op: 'replace', path: '/list/0', value: 0}, {op: 'remove', path: '/list/1'}]), {labels: {}, list: [0, 3, 4]});
	assert.deepEqual(json(value, [{op: 'move', from: '/list', path: '/moved'}, {op: 'copy', from: '/labels', path: '/copied'}]), {labels: {'a/b': 'x'}, moved: [1, 2, 3], copied: {'a/b': 'x'}});
	for (const step of [{op: 'test', path: '/list/0', value: 9}, {op: 'remove', path: '/nope'}, {op: 'replace', path: '/list/3', value: 0}, {op: 'add', path: '/nope/deeper', value: 0}, {op: 'add', path: '/list/x', value: 0}, {op: 'dance', path: '/list'}]) assert.throws(() => json(value, [step]), {code: 422}, JSON.stringify(step));
});

test('an intent withdraws variables, containers and labels that it no longer names, and keeps those of others', () => {
	const before = {metadata: {labels: {a: '1', b: '2'}}, spec: {containers: [{name: 'app', env: [{name: 'X', value: '1'}, {name: 'Y', value: '2'}]}, {name: 'side'}]}};
	const live = {metadata: {labels: {a: '1', b: '2', theirs: 'x'}}, spec: {replicas: 5, containers: [{name: 'app', resources: {}, env: [{name: 'X', value: '1'}, {name: 'Y', value: '2'}, {name: 'THEIRS', value: '3'}]}, {name: 'side'}, {name: 'injected'}]}};
	const wanted = {metadata: {labels: {a: '11'}}, spec: {containers: [{name: 'app', env: [{name: 'Y', value: '22'}]}]}};
	assert.deepEqual(applyIntent(live, before, wanted), {metadata: {labels: {a: '11', theirs: 'x'}}, spec: {replicas: 5, containers: [{name: 'app', resources: {}, env: [{name: 'Y', value: '22'}, {name: 'THEIRS', value: '3'}]}, {name: 'injected'}]}});
});
