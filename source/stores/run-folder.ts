import {createHash} from 'node:crypto';
import {homedir} from 'node:os';
import {isAbsolute, join} from 'node:path';

import {Bug, Problem} from '../errors.ts';
import {genesisOf} from '../journal/chain.ts';
import {takeBallast} from './ballast.ts';
import {disk, errorCode, isFull, type FileSystem} from './file-system.ts';
import {makeFolderDurably, readIfThere, syncFolder, writeDurably} from './files.ts';

/**
A run on disk; folders 0700, files 0600:

	journal.jsonl  checkpoint  checkpoint.sig  runbook.yaml  plan.json  lock.db  lock.json  ballast
	attempts/<task>.<n>/   evidence/<task>.<n>/ (of attempt n, or what came with answer n)   journal.torn.<k>
*/
export type RunFolder = {
	readonly runId: string;
	readonly path: string;
	/** What line 0 of its journal is chained to. */
	readonly genesis: string;
	/** The copy that the run started with, and its SHA-256. */
	readonly runbookText: string;
	readonly runbookSha256: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Where runs, target locks and the machine's key are kept: `$XDG_STATE_HOME/slipway`, else `~/.local/state/slipway` (XDG Base Directory 0.8). */
export const stateFolder = (environment: Environment): string => {
	const state = environment['XDG_STATE_HOME'];
	// A relative one is to be ignored, says the specification.
	return join(state !== undefined && isAbsolute(state) ? state : join(environment['HOME'] ?? homedir(), '.local', 'state'), 'slipway');
};

/** An error of the file system at the state folder or below, such as that of a folder of somebody else, as a `Problem` (`state-unusable`); null for any other error. */
export const stateProblem = (error: unknown, environment: Environment): Problem | null => {
	const root = stateFolder(environment);
	if (errorCode(error) === '' || !(error instanceof Error && 'path' in error && `${String(error.path)}/`.startsWith(`${root}/`))) return null;
	return new Problem({
		code: 'state-unusable',
		what: 'The folder that runs are kept in can not be used.',
		why: `${error.message}.`,
		todo: `Ask whose ${root} is, or set XDG_STATE_HOME to a folder of your own.`,
		cause: error,
	});
};

export const runsFolder = (root: string): string => join(root, 'runs');
export const runFolderPath = (root: string, runId: string): string => join(runsFolder(root), runId);
export const attemptFolderOf = (folder: string, taskId: string, attempt: number): string => join(folder, 'attempts', attemptName(taskId, attempt));
export const evidenceFolderOf = (folder: string, taskId: string, attempt: number): string => join(folder, 'evidence', attemptName(taskId, attempt));

const attemptName = (taskId: string, attempt: number): string => {
	if (!/^[\w-]+(\.[\w-]+)*$/.test(taskId)) throw new Bug(`${taskId} can't be the name of a folder.`);
	return `${taskId}.${attempt}`;
};

/** Makes the folder of a new run, with the runbook and the plan in it, all on disk when it returns. Throws `Problem`. */
export const createRun = ({root, runId, runbookText, plan, files = disk}: {readonly root: string; readonly runId: string; readonly runbookText: string; readonly plan: string; readonly files?: FileSystem}): RunFolder => {
	const path = runFolderPath(root, runId);
	try {
		makeFolderDurably(runsFolder(root), files);
		files.mkdir(path, 0o700);
		for (const name of ['attempts', 'evidence']) files.mkdir(join(path, name), 0o700);
		writeDurably(join(path, 'runbook.yaml'), runbookText, files);
		writeDurably(join(path, 'plan.json'), plan, files);
		takeBallast(path, files);
		syncFolder(path, files);
		syncFolder(runsFolder(root), files);
	} catch (error) {
		throw new Problem({
			code: 'run-folder',
			what: 'The run can not be recorded, so it is not started.',
			why: `${path}: ${error instanceof Error ? error.message : String(error)}.`,
			todo: isFull(error) ? 'Free some space there.' : 'Make that folder writable, or set XDG_STATE_HOME to another one.',
			cause: error,
		});
	}

	return runFolder(path, runId, Buffer.from(runbookText));
};

/** Finds a run. Throws `Problem`: `run-unknown` when there is none of this id, or its runbook is gone; `run-file-unreadable`. */
export const openRunFolder = (root: string, runId: string, files: FileSystem = disk): RunFolder => {
	const path = runFolderPath(root, runId);
	const runbook = isRunId(runId) ? readPart(join(path, 'runbook.yaml'), files) : null;
	if (runbook === null) throw new Problem({code: 'run-unknown', what: `There is no run ${runId}.`, why: `${join(path, 'runbook.yaml')} is not there.`, todo: 'See `slipway runs` for those there are.'});
	return runFolder(path, runId, runbook);
};

/** A file of a run, or `null` when it is not there. Throws `Problem` (`run-file-unreadable`). */
export const readPart = (path: string, files: FileSystem = disk): Buffer | null => {
	try {
		return readIfThere(path, files);
	} catch (error) {
		throw new Problem({
			code: 'run-file-unreadable',
			what: 'A file of this run can not be read.',
			why: `${path}: ${error instanceof Error ? error.message : String(error)}.`,
			todo: 'Make it readable for you, or ask whose run it is; nothing was changed.',
			cause: error,
		});
	}
};

const runFolder = (path: string, runId: string, runbook: Buffer): RunFolder => {
	const runbookSha256 = createHash('sha256').update(runbook).digest('hex');
	return {runId, path, runbookText: runbook.toString('utf8'), runbookSha256, genesis: genesisOf(runId, runbookSha256)};
};

/** The ids of all runs, newest first (they are ULIDs: their order is that of time). */
export const listRuns = (root: string, files: FileSystem = disk): readonly string[] => {
	try {
		return files.list(runsFolder(root)).filter(isRunId).toSorted().toReversed();
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return [];
		throw error;
	}
};

const isRunId = (name: string): boolean => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(name);
