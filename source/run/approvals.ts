import {createHash} from 'node:crypto';

import {Problem} from '../errors.ts';
import type {RunState, TaskState} from './state.ts';
import {lastSuccess, tasksBefore} from './walk.ts';

/** What an approval is about: a hash over the results of all actions before it. It is lost when one of them changes. */
export const approvalSubject = (state: RunState, taskId: string): string => {
	const results = tasksBefore(state, taskId).map(task => [task.task.id, outputsOf(task)]);
	return createHash('sha256').update(JSON.stringify(results)).digest('hex');
};

/** The same for people: `preview: from-version 2.9.1, to-version 2.9.2, manifest-sha256 1f2e…`. Long results are in the hash alone. */
export const approvalCovers = (state: RunState, taskId: string): readonly string[] =>
	tasksBefore(state, taskId).flatMap(task => {
		const outputs = Object.entries(outputsOf(task) ?? {}).filter(([, value]) => value !== '' && value.length <= longestValue && !value.includes('\n'));
		return outputs.length === 0 ? [] : [`${task.task.id}: ${outputs.slice(0, mostValues).map(([name, value]) => `${name} ${value}`).join(', ')}`];
	});

const longestValue = 80;
const mostValues = 12;

/** Approvals that still hold: for what is there now, and not too old. */
export const validApprovals = (state: RunState, taskId: string, now: Date): TaskState['approvals'] => {
	const task = state.tasks[taskId];
	if (task?.task.kind !== 'approval') return [];
	const {maxAgeMs = Number.POSITIVE_INFINITY} = task.task.approval;
	const subject = approvalSubject(state, taskId);
	return task.approvals.filter(({subject: given, at, signed}) => given === subject && now.getTime() - Date.parse(at) <= maxAgeMs && (signed === undefined || now.getTime() < Date.parse(signed.expires)));
};

/** The file that says whose signature alone is an approval of the task; null where a claim will do. */
export const signersOf = (task: TaskState['task']): string | null => (task.kind === 'approval' ? (task.approval.allowedSigners ?? null) : null);

/** Why a claim is no approval of this task; null where it will do. */
export const claimProblem = (state: RunState, taskId: string): Problem | null => {
	const task = state.tasks[taskId]?.task;
	const signers = task === undefined ? null : signersOf(task);
	return signers === null ? null : new Problem({code: 'signature-needed', what: 'A name alone approves nothing here.', why: `It needs the signature of somebody whom ${signers} names.`, todo: 'Print what they sign: `slipway approve RUN --request`.'});
};

/** What a claim is worth; `key`: the fingerprint of a key of which nobody says whose it is. */
export const claimWords = (key: string | null): string => (key === null ? 'a claim: nothing proves who it was' : `a claim: it is signed by the key ${key}, and nobody says whose that is`);

const outputsOf = (task: TaskState): Readonly<Record<string, string>> | null => {
	const end = lastSuccess(task)?.end;
	return end?.kind === 'finished' ? end.outputs : null;
};
