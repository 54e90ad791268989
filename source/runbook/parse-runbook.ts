import * as z from 'zod';

import type {ActionShape} from './action-shape.ts';
import {buildRunbook, partsOf} from './build-runbook.ts';
import {checkExpressions} from './check-expressions.ts';
import {checkHabits} from './check-habits.ts';
import {checkMeaning} from './check-meaning.ts';
import {checkTasks} from './check-tasks.ts';
import {nearestWord} from './nearest-word.ts';
import {isRecord, listIn, outlineOf} from './outline.ts';
import type {RunbookProblem} from './runbook-problem.ts';
import type {Runbook} from './runbook.ts';
import {describeValue, listOf, shapeProblems} from './shape-problems.ts';
import {kindNames, readTask, runbookShape, taskShapes} from './shape.ts';
import {isTestCommand, splitTestCommand, testCommandName} from './test-command.ts';
import {readYaml, type Path, type YamlSource} from './yaml-source.ts';

export type Parsed =
	| {readonly kind: 'runbook'; readonly runbook: Runbook; readonly warnings: readonly RunbookProblem[]; readonly source: YamlSource}
	| {readonly kind: 'problems'; readonly problems: readonly RunbookProblem[]};

/**
Reads a runbook: YAML first, then all problems of shape and meaning at once, in the order of the file. Bytes have to be UTF-8. `fileName`
is only for the problems; no file is read.
*/
export const parseRunbook = (text: string | Uint8Array, {fileName, actions}: {readonly fileName: string; readonly actions: readonly ActionShape[]}): Parsed => {
	const source = readYaml(text, fileName);
	if ('problems' in source) return failed(source.problems);
	const outer = outerShape.safeParse(source.value);
	const outline = outlineOf(source.value);
	const expressions = checkExpressions(source, outline, actions);
	const meaning = checkMeaning(source, partsOf(source.value));
	const shape = [
		...(outer.success ? [] : shapeProblems(outer.error.issues, {source, path: [], value: source.value, noun: 'the runbook'}, outerShape)),
		...tasksIn(source.value).flatMap(({path, value}) => taskProblems(source, path, value, actions)),
	];
	const problems = [
		...shape.filter(problem => !expressions.problems.some(inner => isWithin(inner, problem))),
		...checkTasks(source, outline, actions),
		...expressions.problems,
		...meaning.problems,
	];
	if (problems.length > 0 || !outer.success) return failed(problems);
	const runbook = buildRunbook(outer.data, actions);
	return {kind: 'runbook', runbook, source, warnings: inOrder([...meaning.warnings, ...expressions.warnings, ...checkHabits(source, outline, runbook, actions)])};
};

/** A task is looked at by the keys that its kind has; here it is anything. */
const outerShape = runbookShape(z.unknown());

const failed = (problems: readonly RunbookProblem[]): Parsed => ({kind: 'problems', problems: inOrder(problems)});

const inOrder = (problems: readonly RunbookProblem[]): readonly RunbookProblem[] => problems.toSorted((a, b) => a.line - b.line || a.column - b.column);

/** Whether the other problem lies within this one, and says more of it: that of an expression in a value that has no place for one. */
const isWithin = (inner: RunbookProblem, outer: RunbookProblem): boolean => inner.line === outer.line && inner.column >= outer.column && inner.column < outer.column + outer.length;

const tasksIn = (runbook: unknown): readonly {readonly path: Path; readonly value: unknown}[] =>
	listIn(runbook, 'steps').flatMap((step, stepIndex) => listIn(step, 'tasks').map((value, taskIndex) => ({path: ['steps', stepIndex, 'tasks', taskIndex], value})));

const taskProblems = (source: YamlSource, path: Path, value: unknown, actions: readonly ActionShape[]): readonly RunbookProblem[] => {
	if (!isRecord(value)) return [source.problemAt(path, {what: 'This is no task', expected: 'keys such as `id` and `confirm`', found: describeValue(value)})];
	const noun = typeof value['id'] === 'string' ? `the task \`${value['id']}\`` : 'this task';
	const [kind, second] = kindNames.filter(name => Object.hasOwn(value, name));
	if (kind === undefined) return [withoutKind(source, path, value, noun)];
	if (second !== undefined)
		return [source.problemAt([...path, second], {what: `${capitalise(noun)} has both \`${kind}\` and \`${second}\``, expected: `one of ${listOf(kindNames)}`}, 'key')];
	if (kind === 'run' && isTestCommand(value)) return testCommandProblems(source, path, value, noun, actions);
	const checked = readTask(kind, value);
	const problems = checked.success ? [] : shapeProblems(checked.error.issues, {source, path, value, noun: `${noun} (\`${kind}\`)`}, taskShapes[kind]);
	return kind === 'uses' ? [...problems, ...usesProblems(source, path, value, actions)] : problems;
};

const withoutKind = (source: YamlSource, path: Path, value: Readonly<Record<string, unknown>>, noun: string): RunbookProblem => {
	const known = new Set<string>(Object.values(taskShapes).flatMap(shape => Object.keys(shape.shape)));
	const odd = Object.keys(value).find(key => !known.has(key));
	const near = odd === undefined ? null : nearestWord(odd, kindNames);
	const facts = {what: `${capitalise(noun)} has nothing to do`, expected: `one of ${listOf(kindNames)}`, nearest: near};
	return odd === undefined || near === null ? source.problemAt(path, facts) : source.problemAt([...path, odd], {...facts, found: `\`${odd}\``}, 'key');
};

const usesProblems = (source: YamlSource, path: Path, value: Readonly<Record<string, unknown>>, actions: readonly ActionShape[]): readonly RunbookProblem[] => {
	const {uses, with: settings = {}} = value;
	if (typeof uses !== 'string') return [];
	const action = actions.find(candidate => candidate.uses === uses);
	const names = actions.map(candidate => candidate.uses);
	if (action === undefined) return [source.problemAt([...path, 'uses'], {what: `There is no action \`${uses}\``, expected: listOf(names), nearest: nearestWord(uses, names)})];
	if (!isRecord(settings)) return [];
	const checked = action.schema.safeParse(settings);
	return checked.success ? [] : shapeProblems(checked.error.issues, {source, path: [...path, 'with'], value: settings, noun: `\`with\` of ${uses}`, isLate: true}, action.schema);
};

const testCommandProblems = (source: YamlSource, path: Path, value: Readonly<Record<string, unknown>>, noun: string, actions: readonly ActionShape[]): readonly RunbookProblem[] => {
	const action = actions.find(({uses}) => uses === testCommandName);
	if (action === undefined) return [source.problemAt(path, {what: `There is no action \`${testCommandName}\` to read \`junit\` or \`tap\``})];
	const {task, settings} = splitTestCommand(value);
	const outer = taskShapes.uses.safeParse({...task, uses: testCommandName});
	const inner = action.schema.safeParse(settings);
	return [
		...(outer.success ? [] : shapeProblems(outer.error.issues, {source, path, value: task, noun: `${noun} (\`run\` with a report)`}, taskShapes.uses)),
		...(inner.success ? [] : shapeProblems(inner.error.issues, {source, path, value: settings, noun: `${noun} (\`run\` with a report)`, isLate: true}, action.schema)),
	];
};

const capitalise = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
