import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import type {Problem} from '../../source/errors.ts';
import {bindTask, checkSettings, readSecrets, type PlanRequest} from '../../source/runbook/expand-plan.ts';
import {allActions, expand, planOf, runbookOf, taskIn, textWith} from './a-runbook.ts';

const problemsOf = (text: string, request: Partial<PlanRequest> = {}): readonly Problem[] => {
	const expanded = expand(text, request);
	return expanded.kind === 'problems' ? expanded.problems : [];
};

describe('inputs', () => {
	const text = textWith(
		["{id: a, run: a, env: {V: '${{ inputs.version }}', N: '${{ inputs.count }}', D: '${{ inputs.dry }}', S: '${{ inputs.size }}', T: '${{ inputs.token }}'}}"],
		"inputs: {version: {required: true, pattern: 'v\\d+', describe: Tag}, count: {type: number, default: 3}, dry: {type: boolean}, size: {type: choice, options: [small, large]}, token: {type: secret, required: true}}",
	);

	test('are read in their types: those given, else of the environment, else the default', () => {
		const {inputs, secrets} = planOf(text, {inputs: {version: 'v1', dry: 'true', token: 'hunter2'}, environment: {SLIPWAY_INPUT_COUNT: '7', SLIPWAY_INPUT_VERSION: 'v2', SLIPWAY_INPUT_SIZE: 'large'}});
		assert.deepEqual(inputs, {version: 'v1', count: 7, dry: true, size: 'large'});
		assert.deepEqual(secrets, ['token']);
		assert.deepEqual(planOf(text, {inputs: {version: 'v1', token: 'hunter2', size: ''}}).inputs, {version: 'v1', count: 3});
	});

	test('that are missing, wrong or unknown are all told at once', () => {
		const problems = problemsOf(text, {inputs: {versoin: 'v1', count: 'many', size: 'lareg', dry: 'yes'}});
		assert.deepEqual(problems.map(({code, what, todo}) => [code, what, todo]), [
			['input-unknown', 'versoin is not an input of this runbook.', 'Did you mean version?'],
			['input-missing', 'The input version is not given.', 'Give it as `--input version=…`, or set SLIPWAY_INPUT_VERSION.'],
			['input-wrong', 'The input count can\'t be "many".', 'Give it again.'],
			['input-wrong', 'The input dry can\'t be "yes".', 'Give it again.'],
			['input-wrong', 'The input size can\'t be "lareg".', 'Did you mean large?'],
			['input-missing', 'The input token is not given.', 'Set SLIPWAY_INPUT_TOKEN in the environment.'],
		]);
		assert.match(problemsOf(text, {inputs: {version: 'xv1', token: 'hunter2'}})[0]?.why ?? '', /text that matches v\\d\+/);
	});

	test('a secret that is too short to be kept out of output is refused, without being shown', () => {
		const [problem] = problemsOf(text, {inputs: {version: 'v1', token: 'zq7'}});
		assert.equal(problem?.code, 'input-wrong');
		assert.ok(!problem?.message.includes('zq7'));
	});
});

describe('secrets', () => {
	const text = textWith(
		["{id: a, run: a, env: {TOKEN: '${{ inputs.token }}', OTHER: '${{ inputs.optional }}'}, rollback: undo}", "{id: b, run: b, junit: r.xml, env: {TOKEN: '${{ inputs.token }}'}}"],
		'inputs: {token: {type: secret, required: true}, optional: {type: secret}}',
	).replace('host:', 'database: {env: DATABASE}, host:');
	const request = {inputs: {token: 'hunter2'}, environment: {DATABASE: 'postgresql://me:s3cret%40@db/egov'}};

	test('never stand in the plan', () => {
		const expanded = expand(text, request);
		assert.ok(expanded.kind === 'plan');
		const written = JSON.stringify(expanded.plan);
		for (const secret of ['hunter2', 's3cret']) assert.ok(!written.includes(secret));
		assert.deepEqual(expanded.secretValues, {inputs: {token: 'hunter2'}, databasePassword: 's3cret@'});
		assert.equal(expanded.plan.target.database, 'postgresql://me@db/egov');
		assert.deepEqual(taskIn(expanded.plan, 'a', 'run').env, {TOKEN: '${{ inputs.token }}', OTHER: ''});
		assert.deepEqual(expanded.plan.remedies[0]?.kind === 'run' && expanded.plan.remedies[0].env, {TOKEN: '${{ inputs.token }}', OTHER: ''});
	});

	test('stay in their place when the rest is bound at the start', () => {
		assert.deepEqual(bindTask(taskIn(planOf(text, request), 'a', 'run'), {}, 'r1').env['TOKEN'], '${{ inputs.token }}');
	});

	test('are read again for a run that goes on', () => {
		const again = readSecrets({runbook: runbookOf(text), path: '/srv/release.yaml', targetName: 'uat', inputs: {}, environment: {...request.environment, SLIPWAY_INPUT_TOKEN: 'hunter3'}});
		assert.deepEqual([again.secretValues, again.problems], [{inputs: {token: 'hunter3'}, databasePassword: 's3cret@'}, []]);
		assert.deepEqual(readSecrets({runbook: runbookOf(text), path: '/srv/release.yaml', targetName: 'uat', inputs: {}, environment: request.environment}).problems.map(({code}) => code), ['input-missing']);
	});
});

describe('the target', () => {
	const text = textWith(["{id: a, run: [a, '${{ target.host }}', '${{ target.name }}', '${{ target.kubeconfig }}']}"]);

	test('is explicit in every value', () => {
		assert.deepEqual(planOf(text).target, {name: 'uat', kubeconfig: '/etc/kube', context: 'uat', namespace: 'egov', protected: false, variables: {host: 'uat.example.org'}});
		assert.equal(planOf(text.replace('/etc/kube', 'kube/uat')).target.kubeconfig, '/srv/runbooks/kube/uat', 'relative to the runbook');
		assert.equal(planOf(text.replace('/etc/kube', '~/.kube/uat'), {environment: {HOME: '/home/op'}}).target.kubeconfig, '/home/op/.kube/uat');
	});

	test('without a kubeconfig takes the one file that is meant, and never chooses', () => {
		const without = textWith(['{id: a, confirm: A}']).replace(', kubeconfig: /etc/kube', '');
		assert.equal(planOf(without, {environment: {KUBECONFIG: '/x/kube', HOME: '/home/op'}}).target.kubeconfig, '/x/kube');
		assert.equal(planOf(without, {environment: {HOME: '/home/op'}}).target.kubeconfig, '/home/op/.kube/config');
		assert.equal(problemsOf(without, {environment: {KUBECONFIG: '/x/a:/x/b'}})[0]?.code, 'kubeconfig-several');
		assert.equal(problemsOf(without)[0]?.code, 'kubeconfig-missing');
	});

	test('that does not exist is told, with the nearest', () => {
		assert.deepEqual(problemsOf(text, {targetName: 'uta'}).map(({code, todo}) => [code, todo]), [['target-unknown', 'Did you mean uat?']]);
		assert.equal(problemsOf(text, {targetName: 'constructor'})[0]?.code, 'target-unknown');
	});

	test('takes nothing from the environment that is absent, or that would be read as something else', () => {
		const from = textWith(['{id: a, confirm: A}']).replace('host: uat.example.org', 'host: {env: UAT_HOST}');
		assert.equal(planOf(from, {environment: {UAT_HOST: 'x.example.org'}}).target.variables['host'], 'x.example.org');
		for (const value of [undefined, '', '${{ inputs.x }}', 'a\u202Eb', 'a\nb']) assert.equal(problemsOf(from, {environment: {UAT_HOST: value}})[0]?.code, 'target-variable', JSON.stringify(value));
	});

	test('with a database address that can not be read is refused without showing it', () => {
		const from = textWith(['{id: a, confirm: A}']).replace('host:', 'database: {env: DATABASE}, host:');
		for (const address of ['mysql://me:hunter2@db/x', 'postgresql://me:hunt@er2@db/x', 'postgresql://me:hunter2@db/', 'postgresql://me:hunter2@d b/x', 'postgresql://me@db/x?sslpassword=hunter2']) {
			const [problem] = problemsOf(from, {environment: {DATABASE: address}});
			assert.equal(problem?.code, 'target-database', address);
			assert.ok(!problem?.message.includes('hunter2'));
		}
	});
});

describe('conditions', () => {
	test('leave tasks out before the first step, and say why', () => {
		const text = textWith(
			['{id: a, confirm: A, if: target.protected}', "{id: b, confirm: B, if: inputs.level == 'high'}", '{id: c, confirm: C, if: inputs.absent}', '{id: d, confirm: D, if: false}', "{id: e, confirm: E, if: '!target.protected && inputs.level'}", "{id: f, name: 'For ${{ inputs.level }}', confirm: F, if: target.database}"],
			'inputs: {level: {default: low}, absent: {}}',
		).replace('targets:', 'targets:\n  other: {database: postgresql://a@b/c}');
		assert.deepEqual(planOf(text).steps[0]?.tasks.map(({id, name, skipped}) => [id, name, skipped]), [
			['a', 'A', '`target.protected` is not so'],
			['b', 'B', "`inputs.level == 'high'` is not so"],
			['c', 'C', '`inputs.absent` is not so'],
			['d', 'D', '`false` is not so'],
			['e', 'E', undefined],
			['f', 'For low', '`target.database` is not so'],
		]);
	});

	test('a task that needs one that is left out is refused before the run', () => {
		const text = textWith(["{id: preview, uses: helm/preview, with: {release: a, chart: b}, if: target.protected}", '{id: upgrade, uses: helm/upgrade, with: {preview: preview}}', '{id: first, run: [first], if: false}', "{id: then, run: ['${{ tasks.first.outputs.x }}']}"]);
		assert.deepEqual(problemsOf(text).map(({what, why}) => [what, why]), [
			["The task upgrade can't be planned.", 'It needs preview, which is left out because `target.protected` is not so.'],
			["The task then can't be planned.", 'It needs first, which is left out because `false` is not so.'],
		]);
	});

	test('a task that names what its target has not is refused, unless it is left out', () => {
		const text = textWith(["{id: a, run: [a, '${{ target.database }}']}"]).replace('targets:', 'targets:\n  other: {database: postgresql://a@b/c}');
		assert.match(problemsOf(text)[0]?.why ?? '', /The target uat has no database/);
		assert.equal(taskIn(planOf(text.replace('{id: a,', '{id: a, if: target.database,')), 'a', 'run').skipped, '`target.database` is not so');
	});
});

describe('remedies', () => {
	test('a task brings its own, or its action knows one; one that is left out has none', () => {
		const plan = planOf(
			textWith(['{id: preview, uses: helm/preview, with: {release: a, chart: b}}', '{id: upgrade, uses: helm/upgrade, with: {preview: preview, timeout: 10m}, timeout: 12m}', '{id: own, name: Migrate, run: migrate, shell: bash, cwd: db, rollback: migrate down, env: {A: b}}', '{id: out, run: x, rollback: y, if: false}']),
		);
		assert.deepEqual(plan.remedies, [
			{id: 'upgrade.rollback', stepId: 'only', remedyFor: 'upgrade', required: false, retry: 0, idempotent: false, timeoutMs: 720_000, kind: 'uses', uses: 'helm/rollback', name: 'Roll back', with: {preview: 'preview'}},
			{id: 'own.rollback', stepId: 'only', remedyFor: 'own', required: false, retry: 0, idempotent: false, shell: 'bash', cwd: '/srv/runbooks/db', name: 'Undo: Migrate', kind: 'run', run: 'migrate down', env: {A: 'b'}, effect: 'changes'},
		]);
	});
});

describe('what is known at the start of a task', () => {
	const text = textWith(['{id: build, run: [build]}', "{id: a, run: ['${{ tasks.build.outputs.tag }}', '${{ run.id }}'], env: {TAG: \"${{ tasks.build.outputs['tag'] }}\"}}"]);
	const task = taskIn(planOf(text), 'a', 'run');

	test('is bound then', () => {
		assert.deepEqual(bindTask(task, {build: {tag: 'v2'}}, 'r1'), {...task, run: ['v2', 'r1'], env: {TAG: 'v2'}});
		assert.deepEqual(taskIn(planOf(text, {runId: 'r1'}), 'a', 'run').run, ['${{ tasks.build.outputs.tag }}', 'r1']);
	});

	test('and refused when it is not there, or would be read as an expression', () => {
		const codeOf = (outputs: Record<string, Record<string, string>>): string => {
			try {
				bindTask(task, outputs, 'r1');
				return 'bound';
			} catch (error) {
				return (error as Problem).code;
			}
		};
		assert.deepEqual([codeOf({}), codeOf({build: {}}), codeOf({build: {tag: '${{ inputs.token }}'}}), codeOf({build: {tag: ''}})], ['output-missing', 'output-missing', 'output-strange', 'bound']);
	});

	test('settings that waited for outputs are checked then', () => {
		const late = taskIn(planOf(textWith(['{id: build, run: [build]}', "{id: a, uses: smoke/http, with: {url: 'https://x', retries: '${{ tasks.build.outputs.n }}'}}"])), 'a', 'uses');
		checkSettings(late, allActions);
		assert.throws(() => checkSettings(bindTask(late, {build: {n: 'many'}}, 'r1'), allActions), {code: 'task-unplannable'});
	});

	test('settings are checked as soon as they are known', () => {
		const [problem] = problemsOf(textWith(["{id: a, uses: smoke/http, with: {url: https://x, retries: '${{ inputs.n }}'}}"], 'inputs: {n: {default: many}}'));
		assert.match(problem?.why ?? '', /`retries` has to be .*, found 'many'/);
	});
});
