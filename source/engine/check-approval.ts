import {readFileSync} from 'node:fs';

import {approvalNamespace} from '../run/approval-request.ts';
import {signersOf} from '../run/approvals.ts';
import type {CheckedSignature} from '../run/decide-approval.ts';
import type {SignedApproval} from '../run/request.ts';
import type {RunState} from '../run/state.ts';
import {keepSignature} from '../stores/approvals-folder.ts';
import {checkSigner} from '../stores/check-signer.ts';
import {factOfBytes} from '../stores/file-facts.ts';
import {readIfThere} from '../stores/files.ts';

/**
What the signature of an approval is worth, as `ssh-keygen -Y verify` sees it. The allowed signers are those of the runbook; only where it names none,
a file that comes with the signature, which proves nothing but says a name. One that is not as it was when the run began proves nothing: whoever drives the run could have put the own key into
it. A good signature is kept in the run's folder with what it was checked against.
*/
export const checkApproval = (state: RunState, taskId: string, {text, signature, allowedSigners: given}: SignedApproval, runFolder: string): CheckedSignature => {
	const task = state.tasks[taskId]?.task;
	const named = task === undefined ? null : signersOf(task);
	const path = named ?? given ?? null;
	const allowed = path === null ? null : readIfThere(path);
	if (path !== null && allowed === null) return {kind: 'bad', why: `The allowed signers can't be read: there is no ${path}.`, todo: 'Restore that file, then hand it in again.'};
	const began = state.allowedSigners[taskId];
	const now = path === null || allowed === null ? null : factOfBytes(path, allowed).sha256;
	if (began !== undefined && now !== null && began.sha256 !== now)
		return {kind: 'bad', why: `${began.path} was changed since the run began: its SHA-256 was ${began.sha256.slice(0, 12)}, and is ${now.slice(0, 12)} now.`, todo: 'Restore that file as it was, or begin a new run.'};
	const verdict = checkSigner({text, signature}, path, approvalNamespace);
	if (path !== null && allowed?.equals(readFileSync(path)) !== true) return {kind: 'bad', why: `${path} was changed while the signature was checked.`};
	if (verdict.kind === 'unsigned') return {kind: 'bad', why: 'There is no signature.'};
	if (verdict.kind === 'bad') return {kind: 'bad', why: verdict.why};
	const kept = keepSignature(runFolder, {request: text, signature, allowedSigners: allowed});
	return {kind: 'good', person: verdict.kind === 'known' ? verdict.who : null, evidence: {fingerprint: verdict.fingerprint, ...kept, ...(named === null && given !== undefined ? {givenSigners: given} : {})}};
};
