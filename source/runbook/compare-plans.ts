import {isDeepStrictEqual} from 'node:util';

import {tasksOf, type Plan, type PlannedTask} from './plan.ts';

/** What became of a task between two plans. `where` names the keys that differ. */
export type PlanChange = {readonly task: string; readonly name: string; readonly kind: 'added' | 'removed' | 'changed' | 'moved'; readonly where: readonly string[]};

/** How `after` differs from `before`, task by task, known by their ids: an inserted task changes no other one. In the order of `after`, removed ones last. */
export const comparePlans = (before: Plan, after: Plan): readonly PlanChange[] => {
	const old = new Map(tasksOf(before).map(task => [task.id, task]));
	const present = tasksOf(after);
	const stays = new Set(present.map(({id}) => id));
	const moved = movedIn(tasksOf(before).map(({id}) => id).filter(id => stays.has(id)), present.map(({id}) => id).filter(id => old.has(id)));
	return [
		...present.flatMap((task): PlanChange[] => {
			const was = old.get(task.id);
			if (was === undefined) return [{task: task.id, name: task.name, kind: 'added', where: []}];
			const where = differingKeys(was, task);
			if (where.length > 0) return [{task: task.id, name: task.name, kind: 'changed', where}];
			return moved.has(task.id) ? [{task: task.id, name: task.name, kind: 'moved', where: []}] : [];
		}),
		...tasksOf(before).filter(({id}) => !stays.has(id)).map((task): PlanChange => ({task: task.id, name: task.name, kind: 'removed', where: []})),
	];
};

const differingKeys = (was: PlannedTask, is: PlannedTask): readonly string[] =>
	[...new Set([...Object.keys(was), ...Object.keys(is)])].filter(key => !isDeepStrictEqual(valueAt(was, key), valueAt(is, key)));

/** A frozen plan has been through JSON, which has no `undefined`. */
const valueAt = (task: PlannedTask, key: string): unknown => {
	const text = JSON.stringify((task as Readonly<Record<string, unknown>>)[key]);
	return text === undefined ? undefined : JSON.parse(text);
};

/** Those that stand before one that they stood behind. */
const movedIn = (before: readonly string[], after: readonly string[]): ReadonlySet<string> => {
	const rank = new Map(before.map((id, index) => [id, index]));
	let highest = -1;
	return new Set(
		after.filter(id => {
			const place = rank.get(id) ?? -1;
			if (place < highest) return true;
			highest = place;
			return false;
		}),
	);
};

/** `changed  Upgrade user (with, timeoutMs)` */
export const describeChange = ({kind, name, where}: PlanChange): string => `${kind.padEnd(7)}  ${name}${where.length === 0 ? '' : ` (${where.join(', ')})`}`;
