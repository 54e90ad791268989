import type {ActionShape} from './action-shape.ts';
import {conditionOf} from './condition.ts';
import {ExpressionFault, hasExpression, parseExpression, parseTemplate, type Expression} from './expressions.ts';
import {nearestWord} from './nearest-word.ts';
import type {Outline, OutlinedTask} from './outline.ts';
import type {RunbookProblem} from './runbook-problem.ts';
import {listOf} from './shape-problems.ts';
import type {Path, Place, YamlSource} from './yaml-source.ts';

/**
Every expression of a runbook: whether it may stand there, whether all names in it are known, and whether a secret stays out of text.
Warnings are names that only some targets have.
*/
export const checkExpressions = (source: YamlSource, outline: Outline, actions: readonly ActionShape[]): {readonly problems: readonly RunbookProblem[]; readonly warnings: readonly RunbookProblem[]} => {
	const known: Known = {...outline, actions};
	const found = source.strings().flatMap(({path, text}) => {
		const seat = seatOf(path, outline);
		return seat.kind === 'condition' ? checkCondition(source, path, text, seat, known) : checkText(source, path, text, seat, known);
	});
	return {problems: found.filter(({level}) => level === 'problem').map(({problem}) => problem), warnings: found.filter(({level}) => level === 'warning').map(({problem}) => problem)};
};

/** All that can be named. */
type Known = Outline & {readonly actions: readonly ActionShape[]};

type Found = {readonly level: 'problem' | 'warning'; readonly problem: RunbookProblem};

/** What may stand in a place: `early`: inputs and target, `any`: also what is known when the task starts, `environment`: also secrets. */
type Seat = {readonly kind: 'none' | 'shell' | 'condition' | 'early' | 'any' | 'environment'; readonly name: string; readonly task?: OutlinedTask};

const seatOf = (path: Path, {tasks}: Outline): Seat => {
	const [root, step, list, index, key, ...rest] = path;
	if (root !== 'steps') return {kind: 'none', name: path.slice(0, -1).join('.') || String(root)};
	if (list !== 'tasks') return {kind: list === 'name' ? 'early' : 'none', name: String(list)};
	const task = tasks.find(candidate => candidate.path[1] === step && candidate.path[3] === index);
	const seat = (kind: Seat['kind']): Seat => ({kind, name: String(key), ...(task === undefined ? {} : {task})});
	switch (key) {
		case 'if':
			return seat('condition');
		case 'name':
		case 'cwd':
			return seat('early');
		case 'confirm':
			return seat(rest.length === 0 || rest[0] === 'text' ? 'early' : 'none');
		case 'with':
			return seat(rest.length === 1 && rest[0] === 'run' ? 'shell' : rest.length === 2 && rest[0] === 'env' ? 'environment' : 'any');
		case 'args':
		case 'junit':
		case 'tap':
			return seat('any');
		case 'env':
			return seat('environment');
		case 'run':
			return seat(rest.length > 0 ? 'any' : 'shell');
		case 'probe':
		case 'rollback':
			return seat('shell');
		default:
			return seat('none');
	}
};

const checkText = (source: YamlSource, path: Path, text: string, seat: Seat, known: Known): readonly Found[] => {
	if (!hasExpression(text)) return [];
	const place = (nth: number, skip = 0, length = 3): Place => ({nth, of: '${{', skip, length});
	if (seat.kind === 'shell')
		return [asProblem(source.problemAt(path, {what: `\`${seat.name}\` goes to a shell, and \${{ }} in it would be read as code`, expected: 'the value as `env: {NAME: …}` and "$NAME" here, or a list of arguments'}, place(0)))];
	if (seat.kind === 'none') return [asProblem(source.problemAt(path, {what: `\${{ }} can't stand in \`${seat.name}\``, expected: 'it in `with`, `env`, `args`, `confirm`, `name` or a `run` that is a list'}, place(0)))];
	try {
		return parseTemplate(text)
			.filter(part => typeof part !== 'string')
			.flatMap((part, nth) => {
				const lead = 3 + (/^\$\{\{(\s*)/.exec(part.text)?.[1]?.length ?? 0);
				return checkReferences(part.expression, seat, known, (offset, length, facts) => source.problemAt(path, facts, place(nth, lead + offset, length)), part.text);
			});
	} catch (error) {
		if (!(error instanceof ExpressionFault)) throw error;
		const start = text.lastIndexOf('${{', error.offset);
		const nth = text.slice(0, Math.max(0, start)).split('${{').length - 1;
		return [asProblem(source.problemAt(path, {what: `This is no expression: ${error.message}`}, place(nth, Math.max(0, error.offset - Math.max(0, start)), 1)))];
	}
};

const checkCondition = (source: YamlSource, path: Path, text: string, seat: Seat, known: Known): readonly Found[] => {
	const bare = conditionOf(text);
	const place = (offset: number, length: number): Place => ({nth: 0, of: bare, skip: offset, length});
	try {
		return checkReferences(parseExpression(bare), seat, known, (offset, length, facts) => source.problemAt(path, facts, place(offset, length)), bare);
	} catch (error) {
		if (!(error instanceof ExpressionFault)) throw error;
		return [asProblem(source.problemAt(path, {what: `This is no expression: ${error.message}`}, bare === '' ? 'value' : place(error.offset, 1)))];
	}
};

type Mark = (offset: number, length: number, facts: {readonly what: string; readonly expected?: string; readonly nearest?: string | null}) => RunbookProblem;

/** A problem of a whole reference, or of one word in it. */
type Say = (facts: Parameters<Mark>[2], word?: string) => readonly Found[];

type SayUnknown = (word: string, what: string, names: readonly string[]) => readonly Found[];

const checkReferences = (expression: Expression, seat: Seat, known: Known, mark: Mark, whole: string): readonly Found[] =>
	expression.references.flatMap(({path, start, end}) => {
		const [context = '', name, ...rest] = path;
		const problem: Say = (facts, word) => {
			const lead = word === undefined ? -1 : expression.text.slice(start, end).lastIndexOf(word);
			return [asProblem(word === undefined || lead === -1 ? mark(start, end - start, facts) : mark(start + lead, word.length, facts))];
		};
		const unknown: SayUnknown = (word, what, names) => problem({what: `There is no ${what} \`${word}\``, ...(names.length > 0 ? {expected: listOf(names)} : {}), nearest: nearestWord(word, names)});
		switch (context) {
			case 'inputs': {
				if (name === undefined || rest.length > 0) return problem({what: `\`${path.join('.')}\` names no single input`, expected: '`inputs.NAME`'});
				if (known.inputs === null) return [];
				const type = known.inputs.get(name);
				if (type === undefined) return unknown(name, 'input', [...known.inputs.keys()]);
				if (type !== 'secret') return [];
				if (seat.kind !== 'environment') return problem({what: `\`${name}\` is a secret, and a secret reaches a task by \`env\` alone`, expected: '`env: {NAME: ${{ inputs.… }}}` of a `run` or `script` task'});
				return expression.text === `inputs.${name}` ? [] : problem({what: `\`${name}\` is a secret and can't be part of a calculation`, expected: `\`\${{ inputs.${name} }}\` alone`});
			}

			case 'target': {
				if (name === undefined || rest.length > 0) return problem({what: `\`${path.join('.')}\` names no single value of the target`, expected: '`target.NAME`'});
				if (known.targets === null) return [];
				const targets = [...known.targets];
				const names = [...new Set(targets.flatMap(([, fields]) => fields))];
				if (targets.length > 0 && !names.includes(name)) return unknown(name, 'target value', names);
				const without = targets.filter(([, fields]) => !fields.includes(name)).map(([id]) => id);
				if (without.length === 0 || seat.kind === 'condition') return [];
				return [{level: 'warning', problem: mark(start, end - start, {what: `The target ${listOf(without, 'and')} has no \`${name}\`, so this task can't run there`})}];
			}

			case 'tasks':
				return checkOutput(path, {seat, known, problem, unknown});
			case 'run':
				if (name !== 'id' || rest.length > 0) return unknown(path.slice(1).join('.'), 'value of the run', ['id']);
				return seat.kind === 'any' || seat.kind === 'environment' ? [] : problem({what: `\`run.id\` is not known yet in \`${seat.name}\``});
			default:
				return problem({what: `There is nothing called \`${context}\` in \`${whole}\``, expected: 'inputs, target, tasks or run', nearest: nearestWord(context, ['inputs', 'target', 'tasks', 'run'])});
		}
	});

const checkOutput = (path: readonly string[], {seat, known: {tasks, actions}, problem, unknown}: {readonly seat: Seat; readonly known: Known; readonly problem: Say; readonly unknown: SayUnknown}): readonly Found[] => {
	const [, id = '', word, name, ...rest] = path;
	if (word !== 'outputs' || name === undefined || rest.length > 0) return problem({what: `\`${path.join('.')}\` names no output`, expected: '`tasks.ID.outputs.NAME`', nearest: word === undefined ? null : nearestWord(word, ['outputs'])});
	if (seat.kind !== 'any' && seat.kind !== 'environment')
		return problem({what: seat.kind === 'condition' ? 'What runs is settled before the first step, so `if` can depend on inputs and target only' : `Outputs of tasks are not known yet in \`${seat.name}\``, expected: '`inputs` and `target`'});
	const here = tasks.findIndex(task => task === seat.task);
	const earlier = tasks.slice(0, Math.max(0, here)).filter(({kind}) => kind === 'uses' || kind === 'run' || kind === 'script');
	const giver = earlier.find(task => task.id === id);
	if (giver !== undefined) return checkGiven(giver, name, actions, problem);
	const known = earlier.flatMap(task => task.id ?? []);
	const same = tasks.find(task => task.id === id);
	if (same === undefined) return unknown(id, 'task', known);
	return problem({what: tasks.indexOf(same) >= here ? `\`${id}\` comes later and has no outputs yet` : `\`${id}\` is no action and has no outputs`, ...(known.length > 0 ? {expected: `one of ${listOf(known)}`} : {})});
};

/** A command or a script gives what it likes, an action only what it says. */
const checkGiven = ({id, uses}: OutlinedTask, name: string, actions: readonly ActionShape[], problem: Say): readonly Found[] => {
	const action = actions.find(candidate => candidate.uses === uses);
	if (action === undefined || Object.hasOwn(action.outputs, name)) return [];
	const names = Object.keys(action.outputs);
	return problem(names.length === 0 ? {what: `\`${id}\` uses ${uses}, which gives no outputs`} : {what: `\`${id}\` uses ${uses}, which gives no \`${name}\``, expected: listOf(names), nearest: nearestWord(name, names)}, name);
};

const asProblem = (problem: RunbookProblem): Found => ({level: 'problem', problem});
