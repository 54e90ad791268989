import {Problem} from '../errors.ts';
import type {AttemptSpec} from './supervisor.ts';

/** The first four mean: nothing was started. */
export const folderUnwritable = (spec: AttemptSpec, cause: unknown): Problem => new Problem({
	code: 'attempt-folder-unwritable',
	what: `${spec.taskId} was not started.`,
	why: `What it does could not be recorded in ${spec.folder}: ${messageOf(cause)}.`,
	todo: 'Make the folder writable or free some space on its disk, then start the task again.',
	cause,
});

export const folderUsed = (spec: AttemptSpec, cause: unknown): Problem => new Problem({
	code: 'attempt-folder-used',
	what: `${spec.taskId} was not started.`,
	why: `${spec.folder} already holds the traces of an attempt, and one attempt never runs twice.`,
	todo: 'Retry the task: a retry is a new attempt with a folder of its own.',
	cause,
});

export const cwdMissing = (spec: AttemptSpec): Problem => new Problem({
	code: 'attempt-cwd-missing',
	what: `${spec.taskId} was not started.`,
	why: `The folder in which it should run, ${spec.cwd}, is missing or is no folder.`,
	todo: 'Create the folder, or correct it in the runbook.',
});

export const notLaunched = (spec: AttemptSpec, cause: unknown): Problem => new Problem({
	code: 'attempt-not-launched',
	what: `${spec.taskId} was not started.`,
	why: `The machine refused to start its supervising process: ${messageOf(cause)}.`,
	todo: 'See whether the limit of processes or open files is reached, or the command line is too long, then start the task again.',
	cause,
});

export const notCancelled = (pid: number, signal: string, cause: unknown): Problem => new Problem({
	code: 'attempt-not-cancelled',
	what: 'The action still runs.',
	why: `Its process ${pid} refuses the signal ${signal} from this user: ${messageOf(cause)}.`,
	todo: `End it as the user under which it runs, for example with \`sudo kill -${signal} -- -${pid}\`, or wait for its end.`,
	cause,
});

const messageOf = (cause: unknown): string => cause instanceof Error ? cause.message : String(cause);
