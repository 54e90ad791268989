import {bindText, ExpressionFault, hasExpression, type Lookup} from './expressions.ts';
import type {TaskSpec} from './runbook.ts';

/** The task with every text that may hold `${{ }}` bound as far as `lookup` knows. Throws `ExpressionFault`. */
export const bindTexts = <Task extends TaskSpec>(task: Task, lookup: Lookup): Task => {
	const named = {...task, name: textOf(task.name, lookup)};
	switch (named.kind) {
		case 'uses':
			return {...named, with: valueOf(named.with, lookup) as Readonly<Record<string, unknown>>};
		case 'run':
			return {
				...named,
				run: typeof named.run === 'string' ? named.run : named.run.map(part => textOf(part, lookup)),
				env: environmentOf(named.env, lookup),
				...(named.cwd === undefined ? {} : {cwd: textOf(named.cwd, lookup)}),
			};
		case 'script':
			return {...named, args: named.args.map(part => textOf(part, lookup)), env: environmentOf(named.env, lookup)};
		case 'confirm':
			return {...named, confirm: textOf(named.confirm, lookup)};
		default:
			return named;
	}
};

/** Whether a value still waits for something that is known only when the task starts. */
export const isOpen = (value: unknown): boolean => {
	if (typeof value === 'string') return hasExpression(value);
	return typeof value === 'object' && value !== null && Object.values(value).some(isOpen);
};

/** One text. Throws `ExpressionFault`. */
export const textOf = (text: string, lookup: Lookup): string => {
	if (!hasExpression(text)) return text;
	const value = bindText(text, lookup);
	if (typeof value === 'object' && value !== null) throw new ExpressionFault(`\`${text}\` gives a list or an object, not text`, 0);
	return value === null ? '' : String(value);
};

const environmentOf = (env: Readonly<Record<string, string>>, lookup: Lookup): Record<string, string> =>
	Object.fromEntries(Object.entries(env).map(([name, text]) => [name, textOf(text, lookup)]));

/** What an expression leaves without a value is left out: an optional input that was not given is a setting that was not given. */
const valueOf = (value: unknown, lookup: Lookup): unknown => {
	if (typeof value === 'string') return hasExpression(value) ? bindText(value, lookup) : value;
	if (Array.isArray(value)) return value.map(item => valueOf(item, lookup));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
			const bound = valueOf(item, lookup);
			return bound === null && item !== null ? [] : [[key, bound]];
		}),
	);
};
