import {createHash} from 'node:crypto';

import {Problem} from '../errors.ts';
import type {EventData} from '../journal/event.ts';
import type {RunState, TaskState} from './state.ts';
import {lastSuccess, taskOf, tasksBefore} from './walk.ts';

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
	const subject = approvalSubject(state, taskId);
	return task.approvals.filter(given => given.subject === subject && now.getTime() < approvalEnd(task, given));
};

/** Until when an approval counts, in milliseconds since 1970; infinite when only its subject limits it. */
export const approvalEnd = ({task}: TaskState, {at, signed}: TaskState['approvals'][number]): number => {
	const {maxAgeMs = Number.POSITIVE_INFINITY} = task.kind === 'approval' ? task.approval : {};
	return Math.min(Date.parse(at) + maxAgeMs, signed === undefined ? Number.POSITIVE_INFINITY : Date.parse(signed.expires));
};

/** `expired`: it is too old. `lost`: it is about other results than those that are there now. */
export type Lapse = 'expired' | 'lost';

/** Why an approval that was given counts no more; null while it counts, and for one that still waits. */
export const lapseOf = (state: RunState, taskId: string, now: Date): Lapse | null => {
	const {task, status, approvals} = taskOf(state, taskId);
	if (task.kind !== 'approval' || status !== 'done' || validApprovals(state, taskId, now).length >= task.approval.by) return null;
	const subject = approvalSubject(state, taskId);
	return approvals.filter(given => given.subject === subject).length >= task.approval.by ? 'expired' : 'lost';
};

/** The file that says whose signature alone is an approval of the task; null where a claim will do. */
export const signersOf = (task: TaskState['task']): string | null => (task.kind === 'approval' ? (task.approval.allowedSigners ?? null) : null);

/** Why a claim is no approval of this task; null where it will do. */
export const claimProblem = (state: RunState, taskId: string): Problem | null => {
	const task = state.tasks[taskId]?.task;
	const signers = task === undefined ? null : signersOf(task);
	return signers === null ? null : new Problem({code: 'signature-needed', what: 'A name alone approves nothing here.', why: `It needs the signature of somebody whom ${signers} names.`, todo: 'Print what they sign: `slipway approve RUN --request`.'});
};

/** What an approval is worth, and what makes it so. */
export const approvalWorth = ({proof, signed}: Pick<EventData['approval.given'], 'proof' | 'signed'>): string => {
	if (signed === undefined) return 'a claim: nothing proves who it was';
	const {fingerprint, allowedSigners, givenSigners} = signed;
	if (proof === 'signed') return `signed with the key ${fingerprint}, held against the allowed signers of the runbook (SHA-256 ${allowedSigners?.sha256.slice(0, 12) ?? 'unknown'})`;
	if (givenSigners === undefined) return `a claim: it is signed by the key ${fingerprint}, and nobody says whose that is`;
	return `a claim: it is signed by the key ${fingerprint}, and only ${givenSigners} (SHA-256 ${allowedSigners?.sha256.slice(0, 12) ?? 'unknown'}) says whose it is, which was given with the signature; the runbook names no allowed signers`;
};

const outputsOf = (task: TaskState): Readonly<Record<string, string>> | null => {
	const end = lastSuccess(task)?.end;
	return end?.kind === 'finished' ? end.outputs : null;
};
