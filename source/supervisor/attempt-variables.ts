import type {AttemptSpec} from './supervisor.ts';

/** What marks every process of an attempt, wherever it hides. Scripts may use it to tell a repeated attempt. */
export const attemptVariables = (spec: Pick<AttemptSpec, 'runId' | 'taskId' | 'attempt'>): Readonly<Record<string, string>> => ({
	...runVariables(spec.runId),
	SLIPWAY_TASK: spec.taskId,
	SLIPWAY_ATTEMPT: String(spec.attempt),
});

/** What marks every process of a run. */
export const runVariables = (runId: string): Readonly<Record<string, string>> => ({SLIPWAY_RUN_ID: runId});
