import {isAbsolute, join} from 'node:path';

import {approvalNamespace} from '../journal/approval-namespace.ts';
import type {ApprovalSignature, FileFact} from '../journal/event.ts';
import {requestField} from '../journal/request-field.ts';
import {checkSigner} from './check-signer.ts';
import {readIfThere} from './files.ts';

/** What a journal says of an approval that it calls signed. */
export type SignedApprovalLine = {readonly task: string; readonly person: string; readonly at: string; readonly subject: string; readonly signed: ApprovalSignature | undefined};

/**
How many signatures are by the person that is named, held against the allowed signers that the run began with; how many are so by a list of
which the record does not say that (`unbound`); and which are not. `why` is a whole sentence.
*/
export type ApprovalsVerdict = {readonly good: number; readonly unbound: number; readonly wrong: readonly {readonly person: string; readonly why: string}[]};

/**
Checks again what `ssh-keygen` said when the approvals were given, with the allowed signers that counted then: those that the run began with, `began`
by task, where it is recorded; and that what was signed is about this run, this task and what was approved, not a signature that was given for
another one. A missing file is told of elsewhere.
*/
export const checkApprovals = (folder: string, approvals: readonly SignedApprovalLine[], {runId, began}: {readonly runId: string | null; readonly began: Readonly<Record<string, FileFact>>}): ApprovalsVerdict => {
	const wrong: {readonly person: string; readonly why: string}[] = [];
	let [good, unbound] = [0, 0];
	for (const {task, person, at, subject, signed} of approvals) {
		const [then, now] = [began[task], signed?.allowedSigners ?? null];
		if (signed === undefined || now === null || !filesOfApproval(signed).every(({path}) => isInRun(path))) {
			wrong.push({person, why: 'It is recorded as signed, and what would show it is not in the run.'});
			continue;
		}

		if (then !== undefined && now.sha256 !== then.sha256) {
			wrong.push({person, why: `The allowed signers that it was held against (SHA-256 ${now.sha256.slice(0, 12)}) are not those that the run began with (${then.sha256.slice(0, 12)}).`});
			continue;
		}

		const [text, signature, allowed] = [signed.request, signed.signature, now].map(fact => readPart(folder, fact));
		if (text === undefined || signature === undefined || allowed === undefined) continue;
		const verdict = checkSigner({text: text.content, signature: signature.content}, allowed.path, approvalNamespace, new Date(at));
		const isAbout = requestField(text.content, 'run') === runId && requestField(text.content, 'task') === task && requestField(text.content, 'subject') === subject;
		if (verdict.kind !== 'bad' && !isAbout) wrong.push({person, why: 'What was signed is not about what is recorded as approved here.'});
		else if (verdict.kind === 'known' && verdict.who === person && then === undefined) unbound++;
		else if (verdict.kind === 'known' && verdict.who === person) good++;
		else wrong.push({person, why: verdict.kind === 'bad' ? verdict.why : 'It is signed by somebody else.'});
	}

	return {good, unbound, wrong};
};

export const filesOfApproval = ({request, signature, allowedSigners}: ApprovalSignature): readonly FileFact[] => [request, signature, ...(allowedSigners === null ? [] : [allowedSigners])];

/** Whether a path that a journal names lies in the run's folder. */
export const isInRun = (path: string): boolean => !isAbsolute(path) && !path.split('/').includes('..');

const readPart = (folder: string, fact: FileFact | null): {readonly path: string; readonly content: string} | undefined => {
	const path = fact === null || !isInRun(fact.path) ? null : join(folder, fact.path);
	const bytes = path === null ? null : readIfThere(path);
	return path === null || bytes === null ? undefined : {path, content: bytes.toString('utf8')};
};
