import type {ActionShape} from './action-shape.ts';
import type {PlannedTask, Remedy} from './plan.ts';
import {isOpen} from './task-texts.ts';

/** What is offered when a task failed: its own `rollback:`, else what its action knows. */
export const remediesOf = (tasks: readonly PlannedTask[], actions: readonly ActionShape[]): readonly Remedy[] => tasks.filter(task => task.skipped === undefined).flatMap(task => remedyOf(task, actions) ?? []);

const remedyOf = (task: PlannedTask, actions: readonly ActionShape[]): Remedy | null => {
	const common = {
		id: `${task.id}.rollback`,
		stepId: task.stepId,
		remedyFor: task.id,
		required: false,
		retry: 0,
		idempotent: false,
		...(task.timeoutMs === undefined ? {} : {timeoutMs: task.timeoutMs}),
	} as const;
	if (task.rollback !== undefined) {
		const place = task.kind === 'run' ? {...(task.shell === undefined ? {} : {shell: task.shell}), ...(task.cwd === undefined ? {} : {cwd: task.cwd})} : {};
		const env = task.kind === 'run' || task.kind === 'script' ? task.env : {};
		return {...common, ...place, name: `Undo: ${task.name}`, kind: 'run', run: task.rollback, env, effect: 'changes'};
	}

	if (task.kind !== 'uses') return null;
	const action = actions.find(({uses}) => uses === task.uses);
	if (action?.rollback === undefined) return null;
	const settings = isOpen(task.with) ? task.with : action.schema.parse(task.with);
	return {...common, kind: 'uses', ...action.rollback(settings as never, task.id)};
};
