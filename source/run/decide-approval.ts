import type {ApprovalSignature, EventData} from '../journal/event.ts';
import {requestField} from '../journal/request-field.ts';
import {requestFault} from './approval-request.ts';
import {approvalSubject, claimProblem, validApprovals} from './approvals.ts';
import {accept, isBlank, refuse, refuseGates, type Decision} from './decision.ts';
import {gatesBefore, isMet} from './gates.ts';
import type {Request} from './request.ts';
import type {RunState} from './state.ts';
import {taskOf} from './walk.ts';

/** What a signature is worth. `person`: whom the allowed signers name for its key; null when nobody says whose it is. `todo`: where another signature would be worth no more. */
export type CheckedSignature = {readonly kind: 'good'; readonly person: string | null; readonly evidence: Omit<ApprovalSignature, 'expires'>} | {readonly kind: 'bad'; readonly why: string; readonly todo?: string};

type ApprovalFacts = {readonly now: Date; readonly by: string; readonly signature?: CheckedSignature};

/**
A word is recorded as a claim; so is a signature by a key of which nobody says whose it is, or only a list that came with it: whoever drives the run
could have written it. Only what the allowed signers of the runbook name is proved, and where it names such a file nothing else will do.
*/
export const decideApproval = (state: RunState, request: Request & {kind: 'approve'}, {now, by, signature}: ApprovalFacts): Decision => {
	const {task} = taskOf(state, request.task);
	if (task.kind !== 'approval') return refuse('not-an-approval', 'This task needs no approval.', 'Go on with the next task.');
	const closed = gatesBefore(state, request.task, 'reads', now).filter(gate => !isMet(gate));
	if (closed.length > 0) return refuseGates(request.task, closed);
	const proof = proofOf(state, request, now, signature);
	if ('refusal' in proof) return proof;
	const {person} = proof;
	const unproved = proof.kind === 'claimed' ? claimProblem(state, request.task) : null;
	if (unproved !== null) return refuse(unproved.code, `${unproved.what} ${unproved.why}`, unproved.todo, [], request.task);
	if (isBlank(person)) return refuse('person-missing', 'An approval needs a person.', 'Name who approves.');
	if ([by, state.createdBy].some(operator => isSame(operator, person))) return refuse('same-person', 'The operator cannot approve the own release.', 'Ask somebody else.', [], request.task);
	if (validApprovals(state, request.task, now).some(given => given.person === person || (proof.signed !== undefined && given.signed?.fingerprint === proof.signed.fingerprint)))
		return refuse('approved-before', `${person} has approved before.`, 'Ask somebody else.');
	const {remark} = request;
	return accept({
		type: 'approval.given',
		data: {task: request.task, person, ...(remark === undefined ? {} : {remark}), proof: proof.kind, subject: approvalSubject(state, request.task), ...(proof.signed === undefined ? {} : {signed: proof.signed})},
	});
};

type Proof = {readonly kind: EventData['approval.given']['proof']; readonly person: string; readonly signed?: ApprovalSignature};

const proofOf = (state: RunState, {task, person = '', signed}: Request & {kind: 'approve'}, now: Date, signature: CheckedSignature | undefined): Proof | Decision => {
	if (signed === undefined) return {kind: 'claimed', person};
	if (signature === undefined) return refuse('signature-bad', 'The signature was not checked.', askAgain, [], task);
	if (signature.kind === 'bad') return refuse('signature-bad', signature.why, signature.todo ?? askAgain, [], task);
	const fault = requestFault(state, task, signed.text, now);
	if (fault !== null) return refuse('request-differs', fault, 'Ask for a new one: `slipway approve RUN --request`.', [], task);
	const evidence = {...signature.evidence, expires: requestField(signed.text, 'expires') ?? ''};
	const isProved = signature.person !== null && evidence.givenSigners === undefined;
	return {kind: isProved ? 'signed' : 'claimed', person: signature.person ?? person, signed: evidence};
};

const askAgain = 'Ask for it again: `slipway approve RUN --request`.';

/** `op-a@ops1`, `op-a` and `op-a@example.org` are one person: the names before the @ count. */
const isSame = (operator: string, person: string): boolean => operator === person || operator.split('@')[0]?.toLowerCase() === person.trim().split('@')[0]?.toLowerCase();
