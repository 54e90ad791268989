import assert from 'node:assert/strict';
import {test} from 'node:test';

import {compareRuns} from '../../source/run/compare-runs.ts';
import {aPlan, ARun} from './a-run.ts';

const aRelease = (version: string, upgradeMs: number): ARun =>
	new ARun(aPlan([{id: 'preview', kind: 'uses', uses: 'helm/preview'}, {id: 'unit', kind: 'uses', uses: 'test/command'}, {id: 'upgrade', kind: 'uses', uses: 'helm/upgrade'}], {inputs: {version}}))
		.effect('upgrade', 'changes')
		.done('preview', {outputs: {'to-version': version, preview: 'x'.repeat(500)}, findings: [{level: 'warning', what: `schema of ${version}`}]})
		.send({kind: 'waive', task: 'unit', reason: 'CI'})
		.done('upgrade', {durationMs: upgradeMs});

const differing = (first: ARun, second: ARun): readonly string[] => compareRuns(first.state, second.state).filter(({isSame}) => !isSame).map(({section, name, first: a, second: b}) => `${section} ${name}: ${a} | ${b}`);

test('a run does not differ from itself', () => {
	const run = aRelease('2.9.1', 130_000);
	assert.deepEqual(differing(run, run), []);
});

test('inputs, outputs and findings that differ are named, with both values', () => {
	assert.deepEqual(differing(aRelease('2.9.1', 130_000), aRelease('2.9.2', 130_000)), [
		'run to: 2.9.1 | 2.9.2',
		'inputs version: 2.9.1 | 2.9.2',
		'outputs preview: to-version: 2.9.1 | 2.9.2',
		'findings preview: schema of 2.9.1: warning | null',
		'findings preview: schema of 2.9.2: null | warning',
	]);
});

test('a task that took much longer differs, one that took a little longer does not', () => {
	assert.deepEqual(differing(aRelease('2.9.1', 130_000), aRelease('2.9.1', 140_000)), []);
	assert.deepEqual(differing(aRelease('2.9.1', 130_000), aRelease('2.9.1', 600_000)), ['tasks upgrade: done in 2 min 10 s | done in 10 min']);
	assert.deepEqual(differing(aRelease('2.9.1', 100), aRelease('2.9.1', 900)), []);
});

test('a task that ended otherwise differs, and says how', () => {
	const failed = new ARun(aRelease('2.9.1', 1000).state.plan).effect('upgrade', 'changes').done('preview', {outputs: {'to-version': '2.9.1'}, findings: [{level: 'warning', what: 'schema of 2.9.1'}]}).done('unit').failed('upgrade').failed('upgrade');
	assert.deepEqual(differing(aRelease('2.9.1', 1000), failed), ['tasks unit: waived: CI | done in 1 s', 'tasks upgrade: done in 1 s | failed in 1 s, attempt 2']);
});
