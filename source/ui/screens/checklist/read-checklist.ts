import {createHash} from 'node:crypto';
import {isAbsolute, join} from 'node:path';

import {checklistFile, type ChecklistFile} from '../../../checklist/reports/json-shape.ts';
import type {Engine} from '../../../engine/engine.ts';
import {isChecklistReport} from '../../../run/decide-checklist.ts';
import type {Attempt, FileFact, RunState} from '../../../run/state.ts';
import {taskOf} from '../../../run/walk.ts';
import {checklistModel, type ChecklistModel} from './checklist-model.ts';

/** What there is to look at; `unreadable` in a sentence: what is not shown can't be answered either. */
export type ReadChecklist = {readonly kind: 'read'; readonly model: ChecklistModel} | {readonly kind: 'unreadable'; readonly why: string};

export type LeftChecklist = {readonly attempt: Attempt; readonly file: FileFact};

/** The report that a task's last attempt left, whether it succeeded or not; null when it left none. */
export const checklistOf = (state: RunState, taskId: string): LeftChecklist | null => {
	const attempt = taskOf(state, taskId).attempts.findLast(({end}) => end !== null);
	const file = attempt?.end?.kind === 'finished' ? attempt.end.evidence.find(({path}) => isChecklistReport(path)) : undefined;
	return attempt === undefined || file === undefined ? null : {attempt, file};
};

/** Reads reports once, and believes them only when they are what the journal names. `readFile` gives null for what can't be read. */
export const openChecklists = ({engine, readFile}: {readonly engine: Engine; readonly readFile: (path: string) => Uint8Array | null}): ((taskId: string) => ReadChecklist | null) => {
	let file: {readonly key: string; readonly read: ChecklistFile | string} | null = null;
	let last: {readonly state: RunState; readonly task: string; readonly read: ReadChecklist | null} | null = null;
	return taskId => {
		const state = engine.snapshot();
		if (last !== null && last.state === state && last.task === taskId) return last.read;
		const left = checklistOf(state, taskId);
		if (left === null) return null;
		const key = `${left.file.path} ${left.file.sha256}`;
		if (file?.key !== key) file = {key, read: readReport(left, readFile(pathOf(engine, left)))};
		const {read} = file;
		const result: ReadChecklist = typeof read === 'string' ? {kind: 'unreadable', why: read} : {kind: 'read', model: checklistModel(read, {seen: left.file.sha256, task: taskId, decisions: taskOf(state, taskId).decisions})};
		last = {state, task: taskId, read: result};
		return result;
	};
};

const pathOf = (engine: Engine, {attempt, file}: LeftChecklist): string => (isAbsolute(file.path) ? file.path : join(engine.attemptFolder(attempt.task, attempt.number), '../..', file.path));

/** The report, or why it can't be shown. */
const readReport = ({file: {path, sha256}}: LeftChecklist, bytes: Uint8Array | null): ChecklistFile | string => {
	if (bytes === null) return `${path} can't be read.`;
	if (createHash('sha256').update(bytes).digest('hex') !== sha256) return `${path} is not what the check left: it was changed since.`;
	try {
		const parsed = checklistFile.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
		return parsed.success ? parsed.data : `${path} is of another version of Slipway.`;
	} catch {
		return `${path} is of another version of Slipway.`;
	}
};
