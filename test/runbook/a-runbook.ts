import assert from 'node:assert/strict';

import {actions} from '../../source/actions/table.ts';
import {expandPlan, type Expanded, type PlanRequest} from '../../source/runbook/expand-plan.ts';
import {parseRunbook, type Parsed} from '../../source/runbook/parse-runbook.ts';
import type {Plan, PlannedTask} from '../../source/runbook/plan.ts';
import type {RunbookProblem} from '../../source/runbook/runbook-problem.ts';
import type {Runbook} from '../../source/runbook/runbook.ts';

/** Every action there is. */
export const allActions = Object.values(actions);

/** The text of a runbook with these tasks in its only step, the first in line 9; `more` is line 4. */
export const textWith = (tasks: readonly string[], more = '# nothing more'): string =>
	['name: A release', 'targets:', '  uat: {context: uat, namespace: egov, kubeconfig: /etc/kube, host: uat.example.org}', more, 'steps:', '  - id: only', '    name: Only', '    tasks:', ...tasks.map(task => `      - ${task}`), ''].join('\n');

export const parse = (text: string | Uint8Array): Parsed => parseRunbook(text, {fileName: 'release.yaml', actions: allActions});

export const problemsOf = (text: string | Uint8Array): readonly RunbookProblem[] => {
	const parsed = parse(text);
	assert.equal(parsed.kind, 'problems');
	return parsed.kind === 'problems' ? parsed.problems : [];
};

export const onlyProblem = (text: string | Uint8Array): RunbookProblem => {
	const [problem, ...others] = problemsOf(text);
	assert.deepEqual(others.map(({what}) => what), []);
	assert.ok(problem !== undefined);
	return problem;
};

/** What of its line a problem marks. */
export const marked = ({source, column, length}: RunbookProblem): string => source.slice(column - 1, column - 1 + length);

export const runbookOf = (text: string): Runbook => {
	const parsed = parse(text);
	if (parsed.kind === 'runbook') return parsed.runbook;
	throw new assert.AssertionError({message: parsed.problems.map(({line, what, expected}) => `${line}: ${what}: ${expected ?? ''}`).join('\n')});
};

export const expand = (text: string, request: Partial<PlanRequest> = {}): Expanded =>
	expandPlan({runbook: runbookOf(text), sha256: 'a'.repeat(64), path: '/srv/runbooks/release.yaml', targetName: 'uat', inputs: {}, environment: {}, actions: allActions, ...request});

export const planOf = (text: string, request: Partial<PlanRequest> = {}): Plan => {
	const expanded = expand(text, request);
	if (expanded.kind === 'plan') return expanded.plan;
	throw new assert.AssertionError({message: expanded.problems.map(({message}) => message).join('\n')});
};

export const taskIn = <Kind extends PlannedTask['kind']>(plan: Plan, id: string, kind: Kind): Extract<PlannedTask, {kind: Kind}> => {
	const task = plan.steps.flatMap(step => step.tasks).find(candidate => candidate.id === id);
	assert.equal(task?.kind, kind);
	return task as Extract<PlannedTask, {kind: Kind}>;
};
