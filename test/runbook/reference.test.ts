import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {describe, test} from 'node:test';

import {parse as parseYaml} from 'yaml';

import {actionExamples, kindExamples} from '../../source/runbook/examples.ts';
import {runbookReference} from '../../source/runbook/reference.ts';
import {starterRunbook} from '../../source/runbook/starter.ts';
import {allActions, parse} from './a-runbook.ts';

const head = `name: Examples
inputs: {version: {}, service: {}, password: {type: secret}, snapshot: {}, snapshot-time: {}, ci-run: {}, ci-commit: {}}
targets: {uat: {context: uat, namespace: egov, host: uat.example.org, jdbc: 'jdbc:postgresql://db/x'}}
steps:
  - id: examples
    name: Examples
    tasks:
      - {id: preview, uses: helm/preview, with: {release: user, chart: ./charts/user}}
`;

/** Problems of an example as part of a runbook. */
const problemsIn = (example: string, isPreview = false): readonly string[] => {
	const tasks = example.split('\n').map(line => `      ${line}`).join('\n');
	const parsed = parse(`${isPreview ? head.replace(/.*id: preview.*\n/, '') : head}${tasks}\n`);
	return parsed.kind === 'problems' ? parsed.problems.map(({line, what, expected}) => `${line}: ${what}: ${expected ?? ''}`) : [];
};

describe('the reference of the format', () => {
	test('docs/runbook.md is what the shapes give', () => {
		assert.ok(readFileSync(resolve(import.meta.dirname, '../../docs/runbook.md'), 'utf8') === runbookReference(allActions), 'make it again: node --import tsx scripts/runbook-docs.ts');
	});

	test('every example is right', () => {
		for (const [kind, example] of Object.entries(kindExamples)) assert.deepEqual(problemsIn(example, kind === 'uses'), [], kind);
		for (const [uses, example] of Object.entries(actionExamples)) assert.deepEqual(problemsIn(example), [], uses);
	});

	test('every action has an example that uses it', () => {
		for (const {uses} of allActions) {
			const tasks = parseYaml(actionExamples[uses] ?? '[]') as readonly {uses?: string}[];
			assert.ok(tasks.some(task => task.uses === uses), `${uses} has no example in source/runbook/examples.ts`);
		}
	});

	test('the runbook to begin with is right', () => {
		assert.deepEqual(parse(starterRunbook).kind, 'runbook');
	});
});
