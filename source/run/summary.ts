import type {RunResult} from '../journal/event.ts';
import {releaseOf, type Release} from './release.ts';
import type {RunState} from './state.ts';
import {nextTask, openAttempts} from './walk.ts';

/** A run in one row of a list. Nothing in it depends on when it is read. */
export type RunSummary = Release & {
	readonly id: string;
	readonly target: string;
	readonly standing: Standing;
	/** What stands open, in a few words: `Upgrade user running`, `open at 4 Back up`. Empty for a run that has ended. */
	readonly where: string;
	/** ISO 8601, of the first line. */
	readonly startedAt: string;
	/** Of the last line. */
	readonly lastAt: string;
	readonly by: string;
	readonly waivers: number;
	readonly rehearsal: boolean;
	/** How far its journal has come: lines, and the SHA-256 of the last. */
	readonly lines: number;
	readonly head: string;
};

export type Standing = 'running' | 'in-doubt' | 'failed' | 'open' | RunResult;

/** The row of a run in the home screen and in `slipway runs`. */
export const summaryOf = (state: RunState): RunSummary => ({
	...releaseOf(state),
	id: state.id,
	target: state.plan.target.name,
	...standingOf(state),
	startedAt: state.createdAt,
	lastAt: state.lastAt,
	by: state.createdBy,
	waivers: Object.values(state.tasks).filter(({status}) => status === 'waived').length,
	rehearsal: state.rehearsal,
	lines: state.lines,
	head: state.head,
});

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
	const number = state.plan.steps.findIndex(({id}) => id === next.task.stepId) + 1;
	return {standing: 'open', where: `open at ${number} ${state.plan.steps[number - 1]?.name ?? ''}`};
};
