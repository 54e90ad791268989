import type {PlannedStep} from '../../runbook/plan.ts';
import type {RunState, TaskState, TaskStatus} from '../../run/state.ts';
import {isPartial, isSettled, taskOf} from '../../run/walk.ts';
import {makeSafe, safe, type SafeText} from '../../text/safe-text.ts';
import {lapsedNow, taskLook} from '../lapsed-approval.ts';
import {lookOf, partialLook, statusLooks, type Theme} from '../theme.ts';
import {rowOf, words, type Row, type Span} from './row.ts';

export type StepsListProps = {
	readonly state: RunState;
	readonly theme: Theme;
	/** The task on the right side, remedies included. */
	readonly shownTask: string | null;
	/** The one next thing. */
	readonly currentTask: string | null;
	/** Approvals grow old. */
	readonly now: Date;
	/** What stands for a running task now. */
	readonly spinner: SafeText;
	/** More rows than this are cut around the task that is shown. */
	readonly rows: number;
};

/** The steps with their states, the one that is looked at open. */
export const stepsList = ({rows, ...props}: StepsListProps): readonly Row[] => {
	const {state, theme, shownTask, currentTask, now} = props;
	const shownStep = stepOf(state, shownTask);
	const all = state.plan.steps.flatMap((step, index): readonly Row[] => [
		stepRow({state, theme, step, index, now, isHere: step.id === stepOf(state, currentTask)?.id}),
		...(step.id === shownStep?.id ? step.tasks.flatMap(task => taskRows({...props, task: taskOf(state, task.id)})) : []),
	]);
	return around(all, shownTask, rows, theme);
};

/** `5/6 Deploy`, for screens too narrow for a list. */
export const stepLine = (props: Omit<StepsListProps, 'rows'>): Row => {
	const {state, shownTask} = props;
	const step = stepOf(state, shownTask);
	if (step === undefined) return rowOf(words(safe` ${state.plan.steps.length} steps`, 'quiet'));
	const tasks = step.tasks.map(task => taskOf(state, task.id));
	const place = state.plan.steps.indexOf(step) + 1;
	const at = tasks.findIndex(({task}) => task.id === shownTask);
	const shown = tasks[at];
	return {
		left: [words(safe` ${place}/${state.plan.steps.length} ${makeSafe(step.name)}`, 'plain', true)],
		right: shown === undefined ? [] : [words(safe`task ${at + 1} of ${tasks.length} `, 'quiet'), taskMark({...props, task: shown}), words(safe` `)],
	};
};

/** The step that a task belongs to; a remedy belongs to that of the task which it undoes. */
export const stepOf = (state: RunState, taskId: string | null): PlannedStep | undefined => {
	const walked = state.plan.remedies.find(({id}) => id === taskId)?.remedyFor ?? taskId;
	return state.plan.steps.find(step => step.tasks.some(({id}) => id === walked));
};

/** How a step stands, from its tasks: the most urgent of them. */
export const stepStatus = (tasks: readonly TaskState[]): TaskStatus => {
	for (const status of urgent) {
		if (tasks.some(task => task.status === status && !(isSettled(task) && status === 'failed'))) return status;
	}

	if (tasks.length > 0 && tasks.every(({status}) => status === 'skipped')) return 'skipped';
	if (tasks.every(isSettled)) return tasks.some(({status}) => status === 'waived') ? 'waived' : 'done';
	return 'to-do';
};

const urgent: readonly TaskStatus[] = ['in-doubt', 'running', 'failed', 'timed-out', 'cancelled', 'rolled-back'];

const stepRow = ({state, theme, step, index, now, isHere}: {state: RunState; theme: Theme; step: PlannedStep; index: number; now: Date; isHere: boolean}): Row => {
	// An approval that counts no more is open again.
	const tasks = step.tasks.map(({id}) => taskOf(state, id)).map((task): TaskState => (lapsedNow(state, task.task.id, now) === null ? task : {...task, status: 'to-do'}));
	const status = stepStatus(tasks);
	const settled = tasks.filter(isSettled).length;
	const look = status === 'done' && tasks.some(isPartial) ? partialLook : statusLooks[status];
	const glyph = isHere && (status === 'to-do' || status === 'running') ? words(theme.glyphs.here, 'accent', true) : words(theme.glyphs[look.glyph], look.tone);
	const isQuiet = !isHere && status === 'to-do';
	return {
		left: [words(safe` `), glyph, words(safe` ${index + 1} ${makeSafe(step.name)}`, isQuiet ? 'quiet' : 'plain', isHere)],
		right: [words(safe`${settled}/${tasks.length} `, 'quiet')],
	};
};

type TaskRow = Omit<StepsListProps, 'rows'> & {readonly task: TaskState};

const taskRows = (props: TaskRow): readonly Row[] => {
	const remedies = props.state.plan.remedies.filter(remedy => remedy.remedyFor === props.task.task.id && (taskOf(props.state, remedy.id).attempts.length > 0 || props.shownTask === remedy.id));
	return [taskRow(props, 5), ...remedies.map(remedy => taskRow({...props, task: taskOf(props.state, remedy.id)}, 7))];
};

const taskRow = (props: TaskRow, indent: number): Row => {
	const {theme, task, shownTask, currentTask} = props;
	const isShown = task.task.id === shownTask;
	const isCurrent = task.task.id === currentTask;
	const tone = isShown || isCurrent ? 'plain' : 'quiet';
	return rowOf(
		words(' '.repeat(isShown && !isCurrent ? indent - 2 : indent) as SafeText),
		...(isShown && !isCurrent ? [words(safe`${theme.glyphs.choice} `, 'accent')] : []),
		taskMark(props),
		words(safe` ${makeSafe(task.task.name)}`, tone, isShown),
	);
};

const taskMark = ({state, theme, task, currentTask, now, spinner}: TaskRow): Span => {
	if (task.status === 'running') return words(spinner, 'accent');
	const look = taskLook(state, task, now);
	if ((task.status === 'to-do' || (look !== lookOf(task))) && task.task.id === currentTask) return words(theme.glyphs.here, 'accent', true);
	return words(theme.glyphs[look.glyph], look.tone);
};

/** At most `count` of the rows, with the shown task among them. */
const around = (all: readonly Row[], shownTask: string | null, count: number, theme: Theme): readonly Row[] => {
	if (all.length <= count || count < 3) return all.slice(0, count);
	const place = shownTask === null ? 0 : all.findIndex(row => row.left.some(({bold, tone}) => bold === true && tone === 'plain') && row.right === undefined);
	const from = Math.max(0, Math.min(all.length - count, place - Math.floor(count / 2)));
	const more = rowOf(words(safe` ${theme.glyphs.ellipsis}`, 'quiet'));
	return all.slice(from, from + count).map((row, index) => ((index === 0 && from > 0) || (index === count - 1 && from + count < all.length) ? more : row));
};
