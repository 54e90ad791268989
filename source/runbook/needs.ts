import type {ActionShape} from './action-shape.ts';
import {hasExpression, parseTemplate} from './expressions.ts';
import type {PlannedTask} from './plan.ts';

/** The ids of the tasks whose results a task uses: named by a setting, or as `${{ tasks.ID.outputs.NAME }}`. */
export const needsOf = (task: PlannedTask, actions: readonly ActionShape[]): readonly string[] => {
	if (task.kind !== 'uses') return [...new Set(outputsNamedIn(task))];
	const refersTo = Object.keys(actions.find(({uses}) => uses === task.uses)?.refersTo ?? {});
	const settings = refersTo.map(key => task.with[key]).filter(value => typeof value === 'string' && !hasExpression(value)) as readonly string[];
	return [...new Set([...settings, ...outputsNamedIn(task.with)])];
};

const outputsNamedIn = (value: unknown): readonly string[] => {
	if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(outputsNamedIn);
	if (typeof value !== 'string' || !hasExpression(value)) return [];
	return parseTemplate(value).flatMap(part => (typeof part === 'string' ? [] : part.expression.references.flatMap(({path: [context, id]}) => (context === 'tasks' && id !== undefined ? [id] : []))));
};
