import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import type {Item} from '../../source/checklist/item.ts';
import {items} from '../../source/checklist/table.ts';
import {aCluster, check, withSettings} from './checking.ts';
import {checklistTitles} from './checklist-titles.ts';

test('the table has the 47 items of the checklist, in its order, with its titles word for word', () => {
	assert.deepEqual(items.map(({title}) => title), checklistTitles.flatMap(({items: titles}) => titles));
	assert.deepEqual(items.map(({number}) => number), Array.from({length: 47}, (_, index) => index + 1));
	assert.equal(new Set(items.map(({id}) => id)).size, 47);
	assert.deepEqual([...new Set(items.map(({group}) => group.title))], checklistTitles.map(({group}) => group));
});

test('27 items are decided by manifests, 3 partly, 9 by the cluster, 8 by people', () => {
	const count = (kind: Item['class']): number => items.filter(item => item.class === kind).length;
	assert.deepEqual([count('manifest'), count('hybrid'), count('live'), count('attested')], [27, 3, 9, 8]);
});

const lists = withSettings({registries: ['ghcr.io/acme'], domains: ['example.com']});

/** An item's own example, checked the way its class is decided. */
const verdictOf = (item: Item, example: string): {readonly verdict: string; readonly open: readonly string[]} => {
	const only = new Set([item.id]);
	const isReport = item.id === 'cis-benchmark';
	const result = isReport
		? check('', {only, benchmark: {source: 'report.json', value: JSON.parse(example), at: null}})
		: check(item.id === 'cluster-autoscaler' ? '' : example, {...lists, only, ...(['cluster-autoscaler', 'network-policies-enabled'].includes(item.id) ? {cluster: aCluster(example)} : {})});
	assert.deepEqual(result.problems, []);
	const [first] = result.items;
	return {verdict: first?.verdict ?? '', open: (first?.findings ?? []).filter(({verdict}) => verdict === 'fail' || verdict === 'warn').map(({code}) => code)};
};

describe('the examples of each item hold', () => {
	for (const item of items) {
		test(item.id, () => {
			const good = verdictOf(item, item.passes);
			assert.deepEqual(good.open, [], 'the good example has findings');
			const asks = item.class === 'attested' || item.id === 'liveness-probe';
			assert.equal(good.verdict, asks ? 'attest' : 'pass');
			if (item.id !== 'close-keepalive' && item.id !== 'serve-during-grace') assert.notDeepEqual(verdictOf(item, item.fails).open, [], 'the bad example has no findings');
		});
	}
});

test('every item says why, from where, what exactly, and what to change', () => {
	for (const item of items) {
		for (const text of [item.why, item.source, item.rule, item.peers]) assert.ok(text.length > 3, item.id);
		for (const [code, {means, fix, verdict}] of Object.entries(item.codes)) {
			assert.match(code, /^[a-z][a-z0-9-]*$/);
			assert.ok(means.length > 5, `${item.id}/${code}`);
			if (verdict === 'fail' && item.class === 'manifest' && fix === undefined) assert.ok(['several-handlers', 'invalid-quantity', 'below-wanted'].includes(code), `${item.id}/${code} has no fix`);
		}
	}
});
