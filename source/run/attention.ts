import {formatDuration} from '../text/format-duration.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {RunState, TaskState, TaskStatus} from './state.ts';
import {nextTask, openAttempts, taskOf} from './walk.ts';
import {windowEnds} from './window-closed.ts';

/** Something that a person who looked away wants to know. One line each. */
export type Attention = {
	readonly kind: 'finished' | 'failed' | 'in-doubt' | 'window-closed' | 'ended';
	/** `Release a service: production` */
	readonly title: string;
	/** `Upgrade user failed: exit status 1` */
	readonly text: string;
	/** How long it ran; nobody looks away for a second. */
	readonly ranMs: number;
};

/** What happened between two states of a run that wants a person's attention; null when nothing did. What the operator did is no news. */
export const attentionBetween = (before: RunState, after: RunState): Attention | null => {
	const title = titleOf(after);
	if (after.ending !== null && before.ending === null)
		return {kind: 'ended', title, text: makeSafe(`The run ${{succeeded: 'succeeded', 'rolled-back': 'was rolled back', abandoned: 'was abandoned'}[after.ending.result]}: ${after.ending.statement}`), ranMs: Date.parse(after.ending.at) - Date.parse(after.createdAt)};
	for (const task of Object.values(after.tasks)) {
		const kind = kinds[task.status];
		if (kind === undefined || before.tasks[task.task.id]?.status !== 'running') continue;
		return {kind, title, text: makeSafe(describe(task, after)), ranMs: Date.parse(after.lastAt) - Date.parse(task.attempts.at(-1)?.startedAt ?? after.lastAt)};
	}

	return null;
};

/** What runs that changes something, and the next of its windows that closes; null when none does. */
export const nextClosing = (state: RunState, now: Date): {readonly closesAt: Date; readonly attention: Attention} | null => {
	const attempt = openAttempts(state)[0];
	const next = (attempt === undefined ? [] : windowEnds(state, attempt)).filter(({closesAt}) => closesAt > now).toSorted((a, b) => a.closesAt.getTime() - b.closesAt.getTime())[0];
	if (attempt === undefined || next === undefined) return null;
	const text = makeSafe(`The window closed at ${next.time} while ${taskOf(state, attempt.task).task.name} runs. It goes on; nothing else is begun.`);
	return {closesAt: next.closesAt, attention: {kind: 'window-closed', title: titleOf(state), text, ranMs: next.closesAt.getTime() - Date.parse(attempt.startedAt)}};
};

const titleOf = ({plan, rehearsal}: RunState): string => makeSafe(`${plan.runbook.name}: ${plan.target.name}${rehearsal ? ' (rehearsal)' : ''}`);

const kinds: Readonly<Partial<Record<TaskStatus, Attention['kind']>>> = {done: 'finished', failed: 'failed', 'timed-out': 'failed', 'in-doubt': 'in-doubt'};

const describe = ({task, status, attempts}: TaskState, state: RunState): string => {
	const end = attempts.at(-1)?.end;
	if (status === 'in-doubt') return `${task.name} is in doubt: how it ended is not known, and a person has to decide.`;
	if (end?.kind !== 'finished') return `${task.name}: ${status}.`;
	if (status !== 'done') return `${task.name} ${status === 'failed' ? 'failed' : 'took longer than it may'}: ${end.summary}`;
	return `${task.name} is done in ${formatDuration(end.durationMs)}. ${whatIsNext(state)}`;
};

const whatIsNext = (state: RunState): string => {
	const next = nextTask(state)?.task;
	if (next === undefined) return 'Nothing is left to do but to end the run.';
	return next.kind === 'approval' ? `Now a second person has to approve: ${next.name}.` : `Next: ${next.name}.`;
};
