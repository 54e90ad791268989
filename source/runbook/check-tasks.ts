import type {ActionShape} from './action-shape.ts';
import {hasExpression} from './expressions.ts';
import {nearestWord} from './nearest-word.ts';
import {isRecord, type Outline, type OutlinedTask} from './outline.ts';
import type {RunbookProblem} from './runbook-problem.ts';
import {listOf} from './shape-problems.ts';
import type {Path, YamlSource} from './yaml-source.ts';

/** What one task can't say alone: ids are unique, environments don't say where to act, no pipeline hides a failure, settings name earlier tasks. */
export const checkTasks = (source: YamlSource, {steps, tasks}: Outline, actions: readonly ActionShape[]): readonly RunbookProblem[] => [
	...doubles(source, 'step', steps),
	...doubles(source, 'task', tasks),
	...tasks.flatMap(task => [...checkEnvironment(source, task), ...checkPipelines(source, task), ...checkReferred(source, task, tasks, actions), ...checkShown(source, task, tasks)]),
];

const doubles = (source: YamlSource, noun: string, all: readonly {readonly id: string | null; readonly path: Path}[]): readonly RunbookProblem[] => {
	const first = new Map<string, Path>();
	return all.flatMap(({id, path}) => {
		if (id === null) return [];
		const before = first.get(id);
		if (before === undefined) {
			first.set(id, path);
			return [];
		}

		return [source.problemAt([...path, 'id'], {what: `Another ${noun} has the id \`${id}\`, in line ${source.problemAt([...before, 'id'], {what: ''}).line}`, expected: 'each id once'})];
	});
};

/** What tells children where to act comes from the target, never from a task. */
const checkEnvironment = (source: YamlSource, {value, path}: OutlinedTask): readonly RunbookProblem[] =>
	Object.keys(isRecord(value['env']) ? value['env'] : {})
		.filter(name => /^(KUBECONFIG|HELM_KUBE.*|HELM_NAMESPACE|SLIPWAY_.*)$/.test(name))
		.map(name => source.problemAt([...path, 'env', name], {what: `${name} is given to every task by the run's target`, expected: 'another name, or the value as a key of the target'}, 'key'));

/** `sh` takes the exit status of a pipeline from its last command: `pg_dump broken | gzip` would succeed. Whoever means that says so. */
const checkPipelines = (source: YamlSource, {value, path, settings, settingsPath}: OutlinedTask): readonly RunbookProblem[] =>
	[...['run', 'rollback'].map(key => ({key, from: value, at: path})), {key: 'run', from: settings, at: settingsPath}].flatMap(({key, from, at}) => {
		const text = from[key];
		if (typeof text !== 'string' || from['shell'] !== undefined || !hasPipeline(text)) return [];
		return [source.problemAt([...at, key], {what: 'In `sh` a pipeline succeeds when its last command does, whatever became of the others', expected: '`shell: bash`, which stops at any failure, or `shell: sh` to say that it does not matter'})];
	});

/** A `|` outside of quotes and comments that is not part of `||` or `>|`. */
const hasPipeline = (text: string): boolean => /(?<![|>])\|(?!\|)/.test(text.replaceAll(/\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|(?<![^\s;])#[^\n]*/g, ' '));

const checkReferred = (source: YamlSource, task: OutlinedTask, tasks: readonly OutlinedTask[], actions: readonly ActionShape[]): readonly RunbookProblem[] => {
	const refersTo = actions.find(({uses}) => uses === task.uses)?.refersTo ?? {};
	return Object.entries(refersTo).flatMap(([key, wanted]) => {
		const id = task.settings[key];
		if (typeof id !== 'string' || hasExpression(id)) return [];
		const fitting = tasks.slice(0, tasks.indexOf(task)).flatMap(earlier => (earlier.uses !== null && wanted.includes(earlier.uses) ? (earlier.id ?? []) : []));
		if (fitting.includes(id)) return [];
		return [source.problemAt([...task.settingsPath, key], {what: `\`${id}\` is no earlier task that uses ${listOf(wanted)}`, expected: fitting.length > 0 ? listOf(fitting) : `a task that uses ${listOf(wanted)} before this one`, nearest: nearestWord(id, fitting)})];
	});
};

/** What stands with a question has to be there when it is asked. */
const checkShown = (source: YamlSource, task: OutlinedTask, tasks: readonly OutlinedTask[]): readonly RunbookProblem[] => {
	const {confirm} = task.value;
	const id = isRecord(confirm) ? confirm['shows'] : undefined;
	if (typeof id !== 'string') return [];
	const earlier = tasks.slice(0, tasks.indexOf(task)).flatMap(({id: known, kind}) => (known !== null && (kind === 'uses' || kind === 'run' || kind === 'script') ? [known] : []));
	if (earlier.includes(id)) return [];
	return [source.problemAt([...task.path, 'confirm', 'shows'], {what: `\`${id}\` is no earlier action`, expected: earlier.length > 0 ? `one of ${listOf(earlier)}` : 'an action before this question', nearest: nearestWord(id, earlier)})];
};
