import {createHash} from 'node:crypto';
import {basename, join} from 'node:path';

import {genesisOf} from '../journal/chain.ts';
import type {CheckpointVerdict} from '../journal/checkpoint-marks.ts';
import {parseCheckpoint, type Checkpoint} from '../journal/checkpoint.ts';
import type {FileFact, JournalLine} from '../journal/event.ts';
import {verifyJournal, type Verification} from '../journal/verify.ts';
import {checkApprovals, filesOfApproval, isInRun, type ApprovalsVerdict, type SignedApprovalLine} from './check-approvals.ts';
import {checkSigner, type SignerVerdict} from './check-signer.ts';
import {readPairs, type SignedText} from './checkpoints.ts';
import {factOf} from './file-facts.ts';
import {errorCode} from './file-system.ts';
import {readIfThere} from './files.ts';
import {readChunks} from './read-chunks.ts';

/** All that can be said about a record: a journal with what lies beside it. */
export type RecordVerification = {
	/** As line 1 says, or the name of its folder; `null` when neither says one. */
	readonly runId: string | null;
	readonly journal: Verification;
	/** Whether line 1 could be held against the runbook: `false` for a journal without its folder. */
	readonly isBound: boolean;
	/** How line 1 is not of this run and this runbook, as the end of a sentence; `null` when it is, or does not say. */
	readonly unlike: string | null;
	/** `plan.json` is the one that line 1 names; `null` when it is not there. */
	readonly isPlanWhole: boolean | null;
	readonly files: FilesVerdict;
	/** Of the approvals that are recorded as signed, how many are by the person that is named, and which are not. */
	readonly approvals: ApprovalsVerdict;
	/** The checkpoint beside the journal. */
	readonly checkpoint: CheckedCheckpoint | null;
	/** The one that was given. */
	readonly since: CheckedCheckpoint | null;
};

export type CheckedCheckpoint = {readonly checkpoint: Checkpoint | null; readonly verdict: CheckpointVerdict; readonly signer: SignerVerdict};

/** Output and evidence that the journal names: how many are as they were, which are not, how many lie outside the run's folder. */
export type FilesVerdict = {readonly whole: number; readonly wrong: readonly {readonly path: string; readonly why: string}[]; readonly outside: number};

export type VerifyRequest = {
	/** The journal. What lies beside it is checked too. */
	readonly path: string;
	readonly folder: string | null;
	readonly since: SignedText | null;
	readonly allowedSigners: string | null;
};

/** Verifies a record; changes nothing. Rejects with the error of the file system when the journal can't be read. */
export const verifyRecord = async ({path, folder, since, allowedSigners}: VerifyRequest): Promise<RecordVerification> => {
	const runbook = folder === null ? null : readIfThere(join(folder, 'runbook.yaml'));
	const named = folder !== null && isRunId(basename(folder)) ? basename(folder) : null;
	const beside = folder === null ? null : chooseCheckpoint(folder, allowedSigners);
	const given = since === null ? null : check(since, allowedSigners);
	const facts: FileFact[] = [];
	const approvals: SignedApprovalLine[] = [];
	let first: JournalLine | null = null;
	let claim: JournalLine | null = null;

	const journal = await verifyJournal(readChunks(path), {
		genesis: line => {
			claim = line;
			return runbook === null ? null : genesisOf(named ?? runOf(line) ?? '', sha256Of(runbook));
		},
		checkpoints: [beside, given].flatMap(one => (one?.checkpoint ? [one.checkpoint] : [])),
		types: new Set(['run.created', 'task.confirmed', 'attempt.finished', 'attempt.resolved', 'approval.given']),
		onLine: line => {
			first ??= line;
			if (line.type === 'task.confirmed') facts.push(...(line.data.attachments ?? []));
			if (line.type === 'attempt.finished') facts.push(...line.data.output, ...line.data.evidence);
			if (line.type === 'attempt.resolved') facts.push(...(line.data.output ?? []), ...(line.data.evidence ?? []));
			if (line.type === 'approval.given') {
				const {task, person, proof, subject, signed} = line.data;
				// What is recorded as a claim proves nobody, also where a list that came with it does.
				if (proof === 'signed') approvals.push({task, person, at: line.at, subject, signed});
				if (signed !== undefined) facts.push(...filesOfApproval(signed));
			}
		},
	});

	const runId = named ?? (first === null ? null : runOf(first));
	const verdicts = [...journal.checkpoints];
	const withVerdict = (checked: Omit<CheckedCheckpoint, 'verdict'> | null): CheckedCheckpoint | null => {
		if (checked === null) return null;
		const verdict = checked.checkpoint === null ? null : verdicts.shift();
		if (checked.checkpoint === null || verdict === undefined || verdict === null) return {...checked, verdict: {kind: 'broken', why: 'It is damaged: it does not read as a checkpoint.'}};
		if (runId !== null && checked.checkpoint.run !== runId) return {...checked, verdict: {kind: 'broken', why: `It is one of another run, ${checked.checkpoint.run}.`}};
		return {...checked, verdict};
	};

	return {
		runId,
		journal,
		isBound: runbook !== null,
		unlike: journal.lines > 0 || runbook === null ? null : unlike(claim, named, sha256Of(runbook)),
		isPlanWhole: folder === null ? null : isPlanWhole(folder, first),
		files: folder === null ? {whole: 0, wrong: [], outside: facts.length} : await checkFacts(folder, facts),
		approvals: folder === null ? {good: 0, unbound: 0, wrong: []} : checkApprovals(folder, approvals, {runId, began: signersIn(first)}),
		checkpoint: withVerdict(beside),
		since: withVerdict(given),
	};
};

const isRunId = (name: string): boolean => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(name);

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What line 1 says of itself, though it does not hold: enough to look for what was changed. */
const unlike = (claim: JournalLine | null, named: string | null, runbookSha256: string): string | null => {
	if (claim?.type !== 'run.created') return null;
	if (named !== null && claim.data?.run !== named) return `it is one of the run ${claim.data?.run}`;
	return claim.data?.runbook?.sha256 === runbookSha256 ? null : 'runbook.yaml is not the one that it names';
};

const runOf = (line: JournalLine): string | null => (line.type === 'run.created' ? line.data.run : null);

const signersIn = (first: JournalLine | null): Readonly<Record<string, FileFact>> => (first?.type === 'run.created' ? (first.data.allowedSigners ?? {}) : {});

const check = (pair: SignedText, allowedSigners: string | null): Omit<CheckedCheckpoint, 'verdict'> => ({checkpoint: parseCheckpoint(pair.text), signer: checkSigner(pair, allowedSigners)});

/** After a crash while a checkpoint was replaced, the one whose signature holds. */
const chooseCheckpoint = (folder: string, allowedSigners: string | null): Omit<CheckedCheckpoint, 'verdict'> | null => {
	const checked = readPairs(folder).map(pair => check(pair, allowedSigners));
	return checked.find(({checkpoint, signer}) => checkpoint !== null && signer.kind !== 'bad') ?? checked[0] ?? null;
};

const isPlanWhole = (folder: string, first: JournalLine | null): boolean | null => {
	const bytes = readIfThere(join(folder, 'plan.json'));
	if (first?.type !== 'run.created') return null;
	return bytes !== null && sha256Of(bytes) === first.data.plan;
};

const checkFacts = async (folder: string, facts: readonly FileFact[]): Promise<FilesVerdict> => {
	const inside = facts.filter(({path}) => isInRun(path));
	const wrong: {readonly path: string; readonly why: string}[] = [];
	for (const {path, sizeBytes, sha256} of inside) {
		try {
			const now = await factOf(join(folder, path));
			if (now.sha256 !== sha256) wrong.push({path, why: now.sizeBytes === sizeBytes ? 'its content was changed' : `it has ${now.sizeBytes} bytes, not ${sizeBytes}`});
		} catch (error) {
			wrong.push({path, why: errorCode(error) === 'ENOENT' ? 'it is gone' : `it could not be read (${errorCode(error)})`});
		}
	}

	return {whole: inside.length - wrong.length, wrong, outside: facts.length - inside.length};
};
