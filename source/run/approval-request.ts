import {requestField, requestHeading} from '../journal/request-field.ts';
import {makeSafe} from '../text/safe-text.ts';
import {approvalCovers, approvalSubject} from './approvals.ts';
import type {RunState} from './state.ts';
import {taskOf} from './walk.ts';

export {approvalNamespace} from '../journal/approval-namespace.ts';

/** How long a request counts when the runbook sets no `max-age`. */
const usualAgeMs = 24 * 3_600_000;
/** How far the clocks of two machines may be apart. */
const skewMs = 5 * 60_000;

/** From when to when a request counts; ISO 8601, whole seconds, UTC. */
export type RequestTimes = {readonly asked: string; readonly expires: string};

/** The times of a request that is made now. */
export const requestTimes = (state: RunState, taskId: string, now: Date): RequestTimes => {
	const asked = Math.floor(now.getTime() / 1000) * 1000;
	return {asked: inSeconds(asked), expires: inSeconds(asked + ageOf(state, taskId))};
};

/**
What the second person reads and signs, newline at its end included:

	slipway approval v1
	run: 01JDK7…
	runbook: Release a service (sha256 1f2e…)
	task: second-person
	target: production
	operator: op-a@ops1
	covers: preview: from-version 2.9.1, to-version 2.9.2
	subject: 23ab…
	asked: 2026-11-24T09:18:00Z
	expires: 2026-11-24T11:18:00Z

`subject` is the SHA-256 over the results of all tasks before it. The text is made again from the run when a signature comes, so that nobody can sign
one thing and have another recorded.
*/
export const requestText = (state: RunState, taskId: string, {asked, expires}: RequestTimes): string => {
	const {runbook, target} = state.plan;
	const lines: readonly (readonly [string, string])[] = [
		['run', state.id],
		['runbook', `${runbook.name} (sha256 ${runbook.sha256})`],
		['task', taskId],
		['target', target.name],
		['operator', state.createdBy],
		...approvalCovers(state, taskId).map(cover => ['covers', cover] as const),
		['subject', approvalSubject(state, taskId)],
		['asked', asked],
		['expires', expires],
	];
	return [requestHeading, ...lines.map(([name, value]) => `${name}: ${makeSafe(value).replaceAll('\n', ' ')}`), ''].join('\n');
};

/** Why a text that was signed is no approval of this task now, as a whole sentence; null when it is. */
export const requestFault = (state: RunState, taskId: string, text: string, now: Date): string | null => {
	const [run, task, subject, asked, expires] = (['run', 'task', 'subject', 'asked', 'expires'] as const).map(name => requestField(text, name));
	if (run === null || asked === null || expires === null || asked === undefined || expires === undefined) return 'What was signed is no request for an approval.';
	if (run !== state.id) return `What was signed is about the run ${run}.`;
	if (task !== taskId) return `What was signed is about the task ${task ?? ''}.`;
	if (subject !== approvalSubject(state, taskId)) return 'What was signed is about other results than those that are there now.';
	if (text !== requestText(state, taskId, {asked, expires})) return 'What was signed is not what this run asks for.';
	const [from, to] = [asked, expires].map(Date.parse) as [number, number];
	if (!(to - from <= ageOf(state, taskId)) || from > now.getTime() + skewMs) return 'What was signed counts longer than the runbook allows.';
	return now.getTime() < to ? null : `What was signed has expired at ${expires}.`;
};

const ageOf = (state: RunState, taskId: string): number => {
	const {task} = taskOf(state, taskId);
	return Math.max(1000, Math.floor(((task.kind === 'approval' ? task.approval.maxAgeMs : undefined) ?? usualAgeMs) / 1000) * 1000);
};

const inSeconds = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
