import {createHash} from 'node:crypto';
import {join} from 'node:path';

import {Problem} from '../errors.ts';
import type {JournalLine} from '../journal/event.ts';
import {readJournal, type Verdict} from '../journal/read-journal.ts';
import type {Plan} from '../runbook/plan.ts';
import {disk, type FileSystem} from './file-system.ts';
import {journalPath} from './file-journal.ts';
import {openRunFolder, readPart, type RunFolder} from './run-folder.ts';

/** A run for reading: the lines whose chain holds, and what comes after them. */
export type RunRecord = {
	readonly folder: RunFolder;
	readonly plan: Plan;
	readonly lines: readonly JournalLine[];
	readonly head: string;
	/** How many bytes those lines take, and their SHA-256. */
	readonly goodBytes: number;
	readonly prefix: string;
	readonly verdict: Verdict;
};

/**
Reads a run without a lock and without changing anything; good also for one that somebody drives now (a line that is being written is `torn`).
Throws `Problem`: `run-unknown`; `plan-changed` when `plan.json` is not the one that the journal names; `run-empty` when it never began;
`run-file-unreadable`.
*/
export const readRunRecord = (root: string, runId: string, files: FileSystem = disk): RunRecord => {
	const folder = openRunFolder(root, runId, files);
	const {lines, head, goodBytes, prefix, verdict} = readJournal(readPart(journalPath(folder.path), files) ?? new Uint8Array(), folder.genesis);
	return {folder, plan: readPlan(folder, lines, verdict, files), lines, head, goodBytes, prefix, verdict};
};

const readPlan = (folder: RunFolder, lines: readonly JournalLine[], verdict: Verdict, files: FileSystem): Plan => {
	const path = join(folder.path, 'plan.json');
	const bytes = readPart(path, files);
	const [created] = lines;
	if (created?.type !== 'run.created')
		throw verdict.kind === 'corrupt'
			? new Problem({code: 'run-unreadable', what: 'Nothing of this run can be trusted.', why: `Line ${verdict.lineNumber} of its journal ${verdict.why}.`, todo: `See \`slipway verify ${folder.runId}\`.`})
			: new Problem({code: 'run-empty', what: `The run ${folder.runId} never began.`, why: 'The program ended before the first line of its journal was on disk; nothing was done.', todo: `Start a new run. ${folder.path} may be removed.`});
	if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== created.data.plan)
		throw new Problem({code: 'plan-changed', what: 'The plan of this run is not the one that it began with.', why: `${path} is ${bytes === null ? 'gone' : 'not the file that line 1 of the journal names'}.`, todo: 'Put the original file back; the journal itself can be read as it is.'});
	return JSON.parse(bytes.toString('utf8')) as Plan;
};
