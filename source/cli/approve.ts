import {join, resolve} from 'node:path';

import {readRun, type ReadRun} from '../engine/read-run.ts';
import {Problem} from '../errors.ts';
import {requestField} from '../journal/request-field.ts';
import {approvalNamespace, requestText, requestTimes} from '../run/approval-request.ts';
import {claimProblem, lapseOf} from '../run/approvals.ts';
import type {SignedApproval} from '../run/request.ts';
import {walkOf} from '../run/walk.ts';
import {keepRequest, keptRequests} from '../stores/approvals-folder.ts';
import {checkSigner} from '../stores/check-signer.ts';
import {stateProblem} from '../stores/run-folder.ts';
import type {Arguments} from './arguments.ts';
import type {Command, Io} from './command.ts';
import {findRun} from './find-run.ts';
import {handIn} from './hand-in.ts';
import {readSignedText} from './signed-text.ts';
import {signRequest} from './sign-request.ts';

/** `slipway approve` */
export const approve: Command = {
	usage: 'approve RUN --request | approve --sign KEY --file REQUEST | approve RUN --file SIGNED | approve RUN --as NAME',
	describe: 'The second person. --request prints what is to be approved; --sign is for the one who approves, anywhere; --file hands in what came back. --as without a signature is recorded as a claim, and refused where the runbook says whose signatures count.',
	options: {
		request: {type: 'boolean', describe: 'Print the text that the second person reads and signs'},
		sign: {type: 'string', value: 'KEY', describe: 'Sign the request in --file with this ssh key (the public one, when ssh-agent has it), into REQUEST.signed'},
		file: {type: 'string', value: 'FILE', describe: 'The request to sign; or, with RUN, the signed request or the signature of ssh-keygen'},
		as: {type: 'string', value: 'NAME', describe: 'Who approves, where no allowed signers say it'},
		remark: {type: 'string', value: 'TEXT', describe: 'Is recorded with it'},
		task: {type: 'string', value: 'ID', describe: 'Which approval, where the run has several open'},
		'allowed-signers': {type: 'string', value: 'FILE', describe: 'Says whose key it is, where the runbook names no file; it stays a claim: see ssh-keygen(1), ALLOWED SIGNERS'},
		'confirm-target': {type: 'string', value: 'NAME', describe: 'With --sign and without a terminal: the name of the target, instead of typing it'},
	},
	positionals: {least: 0, most: 1},
	run: (args, io) => {
		const {sign, file} = args.values;
		if (typeof sign === 'string') return signRequest({key: resolve(io.cwd, sign), file: neededFile(file, io), typed: args.values['confirm-target'] as string | undefined}, io);
		return approveOwn(args, io);
	},
};

/** For the run of this user. Who tries that of another user is told how it is done then. */
const approveOwn = async (args: Arguments, io: Io): Promise<number> => {
	try {
		const run = readRun(io.env, findRun(io, args.positionals[0], 'unfinished'));
		if (run.state.ending !== null) throw new Problem({code: 'run-ended', what: 'This run has ended.', why: `It ended as ${run.state.ending.result}.`, todo: 'There is nothing left to approve.'});
		return args.values['request'] === true ? printRequest(run, openApproval(run, args), io) : await handInApproval(run, args, io);
	} catch (error) {
		const problem = error instanceof Problem ? error : stateProblem(error, io.env);
		if (problem === null || !notOurs.has(problem.code)) throw error;
		const {code, what, why, todo} = problem;
		throw new Problem({code, what, why, todo: `${todo}\n  ${asAnotherUser}`, cause: error});
	}
};

const notOurs: ReadonlySet<string> = new Set(['run-unknown', 'run-none', 'run-file-unreadable', 'state-unusable']);

const asAnotherUser = 'The run of another user is approved without it: ask them for what `slipway approve RUN --request` prints, sign that text with\n  `slipway approve --sign KEY --file REQUEST`, and give REQUEST.signed back; they hand it in.';

const printRequest = ({state, folder}: ReadRun, task: string, io: Io): number => {
	const times = requestTimes(state, task, new Date());
	const text = requestText(state, task, times);
	const path = keepRequest(folder, `${task}-${times.expires.replaceAll(':', '')}`, text);
	io.out(text);
	io.err(`
Somebody else reads this and signs it, here or on another machine, until ${times.expires}:
  slipway approve --sign KEY --file request.txt
or without slipway:
  ssh-keygen -Y sign -n ${approvalNamespace} -f KEY request.txt
What comes back is handed in with:
  slipway approve ${state.id} --file FILE
The request is kept as ${path}
`);
	return 0;
};

const handInApproval = (run: ReadRun, args: Arguments, io: Io): Promise<number> => {
	const {file, as: person, remark, 'allowed-signers': allowedSigners} = args.values as Readonly<Record<string, string | undefined>>;
	if (file === undefined && person === undefined) throw new Problem({code: 'usage', what: 'It is not said who approves.', why: 'Nothing was recorded.', todo: 'Give --file with what was signed, or --as NAME for a claim; --request prints what to sign.'});
	const signed = file === undefined ? undefined : {...readSigned(run, resolve(io.cwd, file)), ...(allowedSigners === undefined ? {} : {allowedSigners: resolve(io.cwd, allowedSigners)})};
	const task = (args.values['task'] as string | undefined) ?? (signed === undefined ? null : requestField(signed.text, 'task')) ?? openApproval(run, args);
	const unproved = signed === undefined ? claimProblem(run.state, task) : null;
	if (unproved !== null) throw unproved;
	return handIn(run, {task, ...(person === undefined ? {} : {person}), ...(remark === undefined ? {} : {remark}), ...(signed === undefined ? {} : {signed})}, io);
};

/** A signature alone is one over a request that this run has kept. */
const readSigned = ({folder}: ReadRun, path: string): Pick<SignedApproval, 'text' | 'signature'> => {
	const {text, signature} = readSignedText(path);
	if (signature === null) throw new Problem({code: 'signature-missing', what: `${path} has no signature.`, why: 'A line -----BEGIN SSH SIGNATURE----- is expected in it.', todo: 'Have the request signed: `slipway approve --sign KEY --file REQUEST`.'});
	if (text !== '') return {text, signature};
	const over = keptRequests(folder).find(kept => checkSigner({text: kept, signature}, null, approvalNamespace).kind === 'signed');
	if (over === undefined) throw new Problem({code: 'request-missing', what: 'It is not known what was signed.', why: `${path} holds a signature alone, and it is over none of the requests in ${join(folder, 'approvals/requests')}.`, todo: 'Ask for the request together with its signature, in one file.'});
	return {text: over, signature};
};

/** The approval that is meant when none is named: the one that is open. */
const openApproval = ({state}: ReadRun, {values}: Arguments): string => {
	if (typeof values['task'] === 'string') return values['task'];
	const all = walkOf(state).filter(({task, status}) => task.kind === 'approval' && status !== 'skipped' && status !== 'waived');
	const open = all.filter(({task, status}) => status === 'to-do' || lapseOf(state, task.id, new Date()) !== null);
	const [only] = open.length > 0 ? open : all;
	if (only === undefined) throw new Problem({code: 'not-an-approval', what: 'This run asks for no approval.', why: 'Its plan has no such task, or it was left out.', todo: 'Go on with the run.'});
	if (open.length > 1) throw new Problem({code: 'usage', what: `${open.length} approvals are open.`, why: `They are: ${open.map(({task}) => task.id).join(', ')}.`, todo: 'Name one with --task ID.'});
	return only.task.id;
};

const neededFile = (file: unknown, io: Io): string => {
	if (typeof file !== 'string') throw new Problem({code: 'usage', what: 'It is not said what to sign.', why: 'Nothing was signed.', todo: 'Give the request as --file REQUEST; `slipway approve RUN --request` prints one.'});
	return resolve(io.cwd, file);
};
