import type {RunResult} from '../journal/event.ts';
import {succeededTimes, type TaskTime} from './durations.ts';
import {releaseOf, type Release} from './release.ts';
import type {Attempt, RunState, TaskState} from './state.ts';
import {nextTask, openAttempts} from './walk.ts';

/** A run in one row of a list. Nothing in it depends on when it is read. All times are ISO 8601. */
export type RunSummary = Release & {
	readonly id: string;
	/** Its name. */
	readonly runbook: string;
	readonly target: string;
	readonly standing: Standing;
	/** What stands open, in a few words: `Upgrade user running`, `open at 4 Back up`. Empty for a run that has ended. */
	readonly where: string;
	/** The attempt whose end is not in the journal. */
	readonly running: {readonly task: string; readonly name: string; readonly attempt: number} | null;
	/** Of the first line. */
	readonly startedAt: string;
	/** Of the last line. */
	readonly lastAt: string;
	/** Null: it has not ended. */
	readonly endedAt: string | null;
	/** The first event that changed something outside the run's folder. */
	readonly changedAt: string | null;
	/** The first failure after that, and when a roll-back had undone it. */
	readonly brokenAt: string | null;
	readonly restoredAt: string | null;
	/** Who began it. */
	readonly by: string;
	/** Who had it open at its last line; null: it was left. */
	readonly driver: string | null;
	readonly waivers: number;
	readonly rehearsal: boolean;
	/** How far its journal has come: lines, and the SHA-256 of the last. */
	readonly lines: number;
	readonly head: string;
	/** How long what succeeded took. */
	readonly times: readonly TaskTime[];
};

/** `left`: a rehearsal that nobody drives any more; its sandbox is gone, so that it can't be gone on with, and no end of it was written. */
export type Standing = 'running' | 'in-doubt' | 'failed' | 'open' | 'left' | RunResult;

/** The row of a run in the home screen and in `slipway runs`. */
export const summaryOf = (state: RunState): RunSummary => ({
	...releaseOf(state),
	id: state.id,
	runbook: state.plan.runbook.name,
	target: state.plan.target.name,
	...standingOf(state),
	running: runningOf(state),
	startedAt: state.createdAt,
	lastAt: state.lastAt,
	endedAt: state.ending?.at ?? null,
	changedAt: state.changedSince,
	...troubleOf(state),
	by: state.createdBy,
	driver: state.session?.by ?? null,
	waivers: Object.values(state.tasks).filter(({status}) => status === 'waived').length,
	rehearsal: state.rehearsal,
	lines: state.lines,
	head: state.head,
	times: succeededTimes(state),
});

/** From its start to its end, or to its last line. */
export const tookMs = ({startedAt, endedAt, lastAt}: Pick<RunSummary, 'startedAt' | 'endedAt' | 'lastAt'>): number => Date.parse(endedAt ?? lastAt) - Date.parse(startedAt);

const standingOf = (state: RunState): Pick<RunSummary, 'standing' | 'where'> => {
	if (state.ending !== null) return {standing: state.ending.result, where: ''};
	const nameOf = (taskId: string): string => state.tasks[taskId]?.task.name ?? taskId;
	const doubt = Object.values(state.tasks).find(({status}) => status === 'in-doubt');
	if (doubt !== undefined) return {standing: 'in-doubt', where: `${doubt.task.name} in doubt`};
	const running = openAttempts(state)[0];
	if (running !== undefined) return {standing: 'running', where: `${nameOf(running.task)} running`};
	const next = nextTask(state);
	if (next === null) return {standing: 'open', where: 'to be closed'};
	if (next.status !== 'to-do') return {standing: 'failed', where: `${next.task.name} ${next.status.replace('-', ' ')}`};
	return {standing: 'open', where: `open at ${stepName(state, next)}`};
};

/** How an unfinished rehearsal stands when nobody drives it; whoever asks has looked. */
export const leftStanding = (state: RunState): Pick<RunSummary, 'standing' | 'where' | 'running'> => {
	const next = nextTask(state);
	return {standing: 'left', where: next === null ? 'left before it was closed' : `left at ${stepName(state, next)}`, running: null};
};

/** `4 Back up` */
const stepName = ({plan}: RunState, {task}: TaskState): string => {
	const number = plan.steps.findIndex(({id}) => id === task.stepId) + 1;
	return `${number} ${plan.steps[number - 1]?.name ?? ''}`;
};

const runningOf = (state: RunState): RunSummary['running'] => {
	const attempt = openAttempts(state)[0];
	return attempt === undefined ? null : {task: attempt.task, name: state.tasks[attempt.task]?.task.name ?? attempt.task, attempt: attempt.number};
};

const troubleOf = (state: RunState): Pick<RunSummary, 'brokenAt' | 'restoredAt'> => {
	const changedAt = state.changedSince;
	if (changedAt === null) return {brokenAt: null, restoredAt: null};
	const attempts = Object.values(state.tasks).flatMap(task => task.attempts);
	const remedies = new Set(state.plan.remedies.map(({id}) => id));
	const failures = attempts.flatMap(attempt => (isFailure(attempt) && attempt.startedAt >= changedAt ? [attempt.end?.at ?? ''] : [])).toSorted();
	const remedied = attempts.flatMap(({task, end}) => (remedies.has(task) && end?.kind === 'finished' && end.outcome === 'succeeded' ? [end.at] : [])).toSorted();
	return {brokenAt: failures[0] ?? null, restoredAt: remedied.at(-1) ?? null};
};

const isFailure = ({end}: Attempt): boolean => (end?.kind === 'finished' && end.outcome !== 'succeeded') || (end?.kind === 'resolved' && end.as === 'failed' && end.how !== 'runbook');
