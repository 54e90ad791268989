import {distance} from 'fastest-levenshtein';

import type {ActionShape} from './action-shape.ts';
import {parseDatabase} from './database-url.ts';
import {hasExpression} from './expressions.ts';
import {nearestWord} from './nearest-word.ts';
import {inputFault} from './read-input.ts';
import type {RunbookProblem} from './runbook-problem.ts';
import type {Runbook, TaskSpec} from './runbook.ts';
import {describeValue, listOf} from './shape-problems.ts';
import {targetKeys} from './shape.ts';
import type {Path, YamlSource} from './yaml-source.ts';

type Checked = {readonly problems: readonly RunbookProblem[]; readonly warnings: readonly RunbookProblem[]};

/** What a shape can't say: ids are unique, inputs fit themselves, targets can be reached without guessing, settings name earlier tasks. */
export const checkMeaning = (source: YamlSource, runbook: Runbook, actions: readonly ActionShape[]): Checked => {
	const seats = runbook.steps.flatMap((step, stepIndex) => step.tasks.map((task, taskIndex): Seat => ({task, path: ['steps', stepIndex, 'tasks', taskIndex]})));
	const targets = checkTargets(source, runbook);
	return {
		problems: [
			...doubles(source, 'step', runbook.steps.map(({id}, index) => ({id, path: ['steps', index]}))),
			...doubles(source, 'task', seats.map(({task, path}) => ({id: task.id, path}))),
			...checkInputs(source, runbook),
			...targets.problems,
			...seats.flatMap(seat => [...checkEnvironment(source, seat), ...checkReferred(source, seat, seats, actions)]),
		],
		warnings: targets.warnings,
	};
};

type Seat = {readonly task: TaskSpec; readonly path: Path};

const doubles = (source: YamlSource, noun: string, all: readonly {readonly id: string; readonly path: Path}[]): readonly RunbookProblem[] => {
	const first = new Map<string, Path>();
	return all.flatMap(({id, path}) => {
		const before = first.get(id);
		if (before === undefined) {
			first.set(id, path);
			return [];
		}

		return [source.problemAt([...path, 'id'], {what: `Another ${noun} has the id \`${id}\`, in line ${source.problemAt([...before, 'id'], {what: ''}).line}`, expected: 'each id once'})];
	});
};

const checkInputs = (source: YamlSource, {inputs}: Runbook): readonly RunbookProblem[] =>
	Object.entries(inputs).flatMap(([name, input]): readonly RunbookProblem[] => {
		const path = ['inputs', name];
		if (input.type === 'choice' && input.options === undefined) return [source.problemAt(path, {what: `The choice \`${name}\` has no \`options\``, expected: 'a list of the allowed values'})];
		if (input.type !== 'choice' && input.options !== undefined) return [source.problemAt([...path, 'options'], {what: `\`options\` is for a choice, and \`${name}\` is a ${input.type}`, expected: '`type: choice`'}, 'key')];
		if (input.pattern !== undefined && input.type !== 'string') return [source.problemAt([...path, 'pattern'], {what: `\`pattern\` is for a string, and \`${name}\` is a ${input.type}`}, 'key')];
		const fault = input.pattern === undefined ? null : patternFault(input.pattern);
		if (fault !== null) return [source.problemAt([...path, 'pattern'], {what: `The pattern is no regular expression (${fault})`})];
		if (input.default === undefined) return [];
		if (input.type === 'secret') return [source.problemAt([...path, 'default'], {what: `The secret \`${name}\` would stand in the runbook for everybody`, expected: 'no default'}, 'key')];
		if (typeof input.default === 'string' && hasExpression(input.default)) return [];
		const wrong = inputFault(input, input.default);
		return wrong === null ? [] : [source.problemAt([...path, 'default'], {what: `The default of \`${name}\` does not fit it`, expected: wrong, found: describeValue(input.default), nearest: nearestWord(String(input.default), input.options ?? [])})];
	});

const patternFault = (pattern: string): string | null => {
	try {
		new RegExp(pattern, 'u');
		return null;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
};

const checkTargets = (source: YamlSource, {targets}: Runbook): Checked => {
	const problems: RunbookProblem[] = [];
	const warnings: RunbookProblem[] = [];
	for (const [name, target] of Object.entries(targets)) {
		const path = ['targets', name];
		for (const key of Object.keys(target.variables)) {
			const near = targetKeys.find(known => distance(key.toLowerCase(), known) <= 2);
			if (near !== undefined) problems.push(source.problemAt([...path, key], {what: `\`${key}\` is not a key of a target, and too like one to be a value of your own`, expected: listOf(targetKeys), nearest: near}, 'key'));
			else if (key === 'name') problems.push(source.problemAt([...path, key], {what: '`name` is what the target is called already', expected: 'another name for this value'}, 'key'));
			else if (!/^[a-z][a-z0-9_-]*$/.test(key)) problems.push(source.problemAt([...path, key], {what: `\`${key}\` can't be the name of a value`, expected: 'small letters, digits, dashes and underscores'}, 'key'));
		}

		if (typeof target.database !== 'string') continue;
		const database = parseDatabase(target.database);
		if ('fault' in database) problems.push(source.problemAt([...path, 'database'], {what: 'This is no address of a database', expected: database.fault}));
		else if (database.password !== null) warnings.push(source.problemAt([...path, 'database'], {what: 'A password stands in the runbook', expected: '`database: {env: NAME}`'}));
	}

	return {problems, warnings};
};

/** What tells children where to act comes from the target, never from a task. */
const checkEnvironment = (source: YamlSource, {task, path}: Seat): readonly RunbookProblem[] =>
	task.kind !== 'run' && task.kind !== 'script'
		? []
		: Object.keys(task.env)
				.filter(name => /^(KUBECONFIG|HELM_KUBE.*|HELM_NAMESPACE|SLIPWAY_.*)$/.test(name))
				.map(name => source.problemAt([...path, 'env', name], {what: `${name} is given to every task by the run's target`, expected: 'another name, or the value as a key of the target'}, 'key'));

const checkReferred = (source: YamlSource, {task, path}: Seat, seats: readonly Seat[], actions: readonly ActionShape[]): readonly RunbookProblem[] => {
	if (task.kind !== 'uses') return [];
	const refersTo = actions.find(({uses}) => uses === task.uses)?.refersTo ?? {};
	return Object.entries(refersTo).flatMap(([key, wanted]) => {
		const id = task.with[key];
		if (typeof id !== 'string' || hasExpression(id)) return [];
		const earlier = seats.slice(0, seats.findIndex(seat => seat.task.id === task.id));
		const fitting = earlier.filter(seat => seat.task.kind === 'uses' && seat.task.uses === wanted).map(seat => seat.task.id);
		if (fitting.includes(id)) return [];
		return [source.problemAt([...path, 'with', key], {what: `\`${id}\` is no earlier task that uses ${wanted}`, expected: fitting.length > 0 ? listOf(fitting) : `a task that uses ${wanted} before this one`, nearest: nearestWord(id, fitting)})];
	});
};
