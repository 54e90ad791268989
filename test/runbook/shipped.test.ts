import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {describe, test} from 'node:test';

import {expandPlan} from '../../source/runbook/expand-plan.ts';
import {tasksOf, type Plan} from '../../source/runbook/plan.ts';
import {allActions, parse, runbookOf} from './a-runbook.ts';

const folder = resolve(import.meta.dirname, '../../runbooks');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

const digit = join(folder, 'digit.runbook.yaml');
const environment = {
	KUBECONFIG: '/etc/kube',
	UAT_CONTEXT: 'uat',
	UAT_DATABASE_URL: 'postgresql://release:hunter2@db.uat/egov_db',
	UAT_HOST: 'uat.example.org',
	PRODUCTION_CONTEXT: 'prod',
	PRODUCTION_DATABASE_URL: 'postgresql://release:hunter2@db.prod/egov_db',
	PRODUCTION_HOST: 'www.example.org',
};

const planFor = (targetName: string, inputs = {}): Plan => {
	const expanded = expandPlan({
		runbook: runbookOf(read('digit.runbook.yaml')),
		sha256: 'a'.repeat(64),
		path: digit,
		targetName,
		inputs: {version: '2.9.2', chart: '../charts/egov-user', values: '../uat.yaml', ...inputs},
		environment,
		actions: allActions,
		calendars: {read: path => readFileSync(path, 'utf8'), year: 2026},
	});
	assert.deepEqual(expanded.kind === 'problems' && expanded.problems.map(({message}) => message), false);
	return (expanded as Extract<typeof expanded, {kind: 'plan'}>).plan;
};

describe('the runbooks that ship', () => {
	for (const name of readdirSync(folder).filter(file => file.endsWith('.runbook.yaml'))) {
		test(`${name} has no problem and no warning`, () => {
			const parsed = parse(read(name));
			assert.deepEqual((parsed.kind === 'problems' ? parsed.problems : parsed.warnings).map(({line, what, expected}) => `${line}: ${what}: ${expected ?? ''}`), []);
		});
	}

	test('digit: six steps; on production with a second person, elsewhere with the regression', () => {
		const left = (plan: Plan): readonly string[] => tasksOf(plan).flatMap(({id, skipped}) => (skipped === undefined ? [] : [id]));
		assert.deepEqual(planFor('uat').steps.map(({id}) => id), ['know', 'test', 'when', 'backup', 'deploy', 'live']);
		assert.deepEqual(left(planFor('uat', {'smoke-user': 'bot', 'schema-table': 'public.flyway'})), ['second-person']);
		assert.deepEqual(left(planFor('production')), ['regression', 'migrations', 'log-in']);
		assert.deepEqual(planFor('production').remedies.map(({id}) => id), ['upgrade.rollback']);
	});

	test('digit: the calendar beside it is read, and no secret stands in the plan', () => {
		const plan = planFor('uat', {'smoke-password': 'correct horse', 'smoke-user': 'bot'});
		const window = tasksOf(plan).find(({kind}) => kind === 'window');
		assert.deepEqual(window?.kind === 'window' && window.window.freezes.map(({reason}) => reason), ['Closing of the financial year', 'End of the year', 'Republic Day', 'Last days of the property tax rebate']);
		assert.ok(!/hunter2|correct horse/.test(JSON.stringify(plan)));
	});

	test('digit: what it names beside it is there', () => {
		for (const task of tasksOf(planFor('uat', {'smoke-user': 'bot'}))) if (task.kind === 'script') assert.ok(existsSync(task.script), task.script);
		assert.ok(existsSync(join(dirname(digit), 'digit/regression.postman.json')));
		JSON.parse(read('digit/regression.postman.json'));
	});

	test('the fragment of the release checklist is a step with its 19 questions', () => {
		const fragment = read('fragments/release-checklist.yaml').split('\n').map(line => `  ${line}`).join('\n');
		const {steps} = runbookOf(`name: A\ntargets: {uat: {}}\nsteps:\n${fragment}`);
		assert.equal(steps[0]?.tasks.filter(({kind}) => kind === 'confirm').length, 19);
		assert.match(read('fragments/release-checklist.yaml'), /eGov Foundation .*CC BY 4\.0/);
	});
});
