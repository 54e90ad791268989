import type {JournalLine} from '../journal/event.ts';
import {foldRun} from '../run/fold.ts';
import type {RunState} from '../run/state.ts';
import {readRunRecord, type RunRecord} from '../stores/read-run.ts';
import {stateFolder} from '../stores/run-folder.ts';
import type {Machine} from './machine.ts';

export type ReadRun = {
	readonly state: RunState;
	/** Absolute path of the run's folder. */
	readonly folder: string;
	readonly lines: readonly JournalLine[];
	/** What is wrong with the journal after those lines; null when nothing is. */
	readonly damage: string | null;
};

/** A run for reading, as far as its chain holds. Throws `Problem`: `run-unknown`, `run-empty`, `plan-changed`. */
export const readRun = (environment: Machine['environment'], runId: string): ReadRun => {
	const record = readRunRecord(stateFolder(environment), runId);
	return {state: foldRun(runId, record.plan, record.lines, record.head), folder: record.folder.path, lines: record.lines, damage: damageOf(record)};
};

/** What is wrong with the journal after the lines that hold; null when nothing is. */
export const damageOf = ({verdict}: RunRecord): string | null => (verdict.kind === 'corrupt' ? `Line ${verdict.lineNumber} of the journal ${verdict.why}.` : null);
