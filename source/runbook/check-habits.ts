import type {ActionShape} from './action-shape.ts';
import {ExpressionFault, parseTemplate} from './expressions.ts';
import {conditionOf} from './condition.ts';
import type {Outline} from './outline.ts';
import type {RunbookProblem} from './runbook-problem.ts';
import type {Runbook, TaskSpec} from './runbook.ts';
import type {YamlSource} from './yaml-source.ts';

/** What is allowed and yet seldom meant: warnings. */
export const checkHabits = (source: YamlSource, outline: Outline, runbook: Runbook, actions: readonly ActionShape[]): readonly RunbookProblem[] => [
	...unusedInputs(source, runbook),
	...changesBeforeBackup(source, outline, runbook, actions),
	...noBackup(source, outline, runbook, actions),
];

const unusedInputs = (source: YamlSource, {inputs}: Runbook): readonly RunbookProblem[] => {
	const used = new Set(source.strings().flatMap(({path, text}) => inputsNamedIn(path.at(-1) === 'if' ? `\${{ ${conditionOf(text)} }}` : text)));
	return Object.keys(inputs)
		.filter(name => !used.has(name))
		.map(name => source.problemAt(['inputs', name], {what: `No task uses the input \`${name}\``}, 'key'));
};

const inputsNamedIn = (text: string): readonly string[] => {
	if (!text.includes('inputs')) return [];
	try {
		return parseTemplate(text).flatMap(part => (typeof part === 'string' ? [] : part.expression.references.flatMap(({path: [context, name]}) => (context === 'inputs' && name !== undefined ? [name] : []))));
	} catch (error) {
		if (error instanceof ExpressionFault) return [];
		throw error;
	}
};

/** Until there is a backup, nothing should change: what went wrong before it has no way back. */
const changesBeforeBackup = (source: YamlSource, outline: Outline, {steps}: Runbook, actions: readonly ActionShape[]): readonly RunbookProblem[] => {
	const tasks = steps.flatMap(step => step.tasks);
	const backup = tasks.findIndex(task => task.kind === 'uses' && task.uses === backupName);
	return tasks.slice(0, Math.max(0, backup)).flatMap((task, index) => {
		if (effectOf(task, actions) !== 'changes') return [];
		const isOwn = task.kind === 'run' || task.kind === 'script';
		return [source.problemAt([...(outline.tasks[index]?.path ?? []), task.kind], {what: `\`${task.id}\` may change things, and it stands before the backup \`${tasks[backup]?.id ?? ''}\``, ...(isOwn ? {expected: '`effect: reads` when it changes nothing'} : {})}, 'key')];
	});
};

/** A database that is named and never backed up. */
const noBackup = (source: YamlSource, outline: Outline, {steps, targets}: Runbook, actions: readonly ActionShape[]): readonly RunbookProblem[] => {
	const tasks = steps.flatMap(step => step.tasks);
	const first = tasks.findIndex(task => effectOf(task, actions) === 'changes');
	const task = tasks[first];
	if (task === undefined || Object.values(targets).every(({database}) => database === undefined) || tasks.some(one => one.kind === 'uses' && backupNames.includes(one.uses))) return [];
	return [source.problemAt([...(outline.tasks[first]?.path ?? []), task.kind], {what: `\`${task.id}\` may change things, and no task backs up the database`, expected: `a task before it that uses ${backupNames.join(' or ')}`}, 'key')];
};

const backupName = 'postgres/backup';
const backupNames: readonly string[] = [backupName, 'postgres/snapshot'];

const effectOf = (task: TaskSpec, actions: readonly ActionShape[]): string => {
	switch (task.kind) {
		case 'run':
		case 'script':
			return task.effect;
		case 'uses':
			return actions.find(({uses}) => uses === task.uses)?.effect ?? 'reads';
		default:
			return 'reads';
	}
};
