import type {FileFact, Finding} from '../../../journal/event.ts';
import {objectionWords} from '../../../run/doubt.ts';
import {isMet} from '../../../run/gates.ts';
import {isForReaders, isPasted} from '../../../run/outputs-for-readers.ts';
import type {Gate} from '../../../run/request.ts';
import type {Attempt, AttemptEnd, RunState, TaskState} from '../../../run/state.ts';
import {taskOf} from '../../../run/walk.ts';
import {commandLines} from '../../../text/command-line.ts';
import {formatDuration} from '../../../text/format-duration.ts';
import {formatSize} from '../../../text/format-size.ts';
import {formatSeconds} from '../../../text/format-time.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {factList} from '../../components/gate-list.ts';
import {blank, join, marked, paragraph, rowOf, words, type Row, type Span} from '../../components/row.ts';
import {lookOf, type Theme, type Tone} from '../../theme.ts';
import {checklistOf} from '../checklist/read-checklist.ts';
import {differencesFor} from '../difference/differences-for.ts';
import type {Offers, RunContext} from './panel.ts';

/** What the author wrote about the task. Markdown is shown as it is written, but for its marks of emphasis. */
export const aboutRows = ({clean}: RunContext, {task}: TaskState, columns: number): readonly Row[] =>
	task.about === undefined || task.about.trim() === '' ? [] : [...paragraph(clean(task.about.trim().replaceAll(/\*\*|__|(?<!\S)[*_](?=\S)|(?<=\S)[*_](?!\S)|`/g, '')), columns), blank];

export const dotted = (parts: readonly SafeText[], theme: Theme): SafeText => join(parts, safe` ${theme.glyphs.dot} `);

/** Glyph and word for how a task stands. */
export const statusBadge = (task: TaskState, theme: Theme, more: SafeText = safe``): Span => {
	const {glyph, word, tone} = lookOf(task);
	return words(more === '' ? safe`${theme.glyphs[glyph]} ${word}` : safe`${theme.glyphs[glyph]} ${word}, ${more}`, tone);
};

/** What was seen, the dangerous first. */
export const findingRows = ({clean, theme}: RunContext, findings: readonly Finding[], columns: number): readonly Row[] =>
	levels.flatMap(level =>
		findings
			.filter(finding => finding.level === level)
			.flatMap(({what, where}) => {
				const {glyph, tone} = findingLooks[level];
				return [...marked(words(theme.glyphs[glyph], tone), clean(what), columns, {tone: level === 'danger' ? 'danger' : 'plain'}), ...(where === undefined ? [] : paragraph(clean(where), columns, {tone: 'quiet', indent: 2}))];
			}),
	);

const levels = ['danger', 'warning', 'note'] as const;

const findingLooks: Readonly<Record<Finding['level'], {readonly glyph: 'failed' | 'attention' | 'dot'; readonly tone: Tone}>> = {
	danger: {glyph: 'failed', tone: 'danger'},
	warning: {glyph: 'attention', tone: 'warning'},
	note: {glyph: 'dot', tone: 'quiet'},
};

/** Short outputs in one list, each command to paste below it, in lines of its own. */
export const outputRows = ({clean}: RunContext, outputs: Readonly<Record<string, string>>, columns: number): readonly Row[] => {
	const shown = Object.entries(outputs).filter(([name, value]) => isForReaders(name, value));
	const facts = shown.filter(([name]) => !isPasted(name)).map(([name, value]) => ({label: clean(labelOf(name)), value: clean(readable(name, value))}));
	const commands = shown.filter(([name]) => isPasted(name));
	return [
		...factList(facts, columns, 0),
		...commands.flatMap(([name, value]) => [blank, rowOf(words(clean(name), 'quiet')), ...value.split('\n').flatMap(line => commandLines(clean(line), columns)).map(line => rowOf(words(line)))]),
	];
};

/** Bytes and milliseconds are for later tasks; a person reads `296 MB` and `42 s`. */
const readable = (name: string, value: string): string => {
	const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
	if (Number.isNaN(number)) return value;
	return name.endsWith('Bytes') ? formatSize(number) : name.endsWith('Ms') ? formatDuration(number) : value;
};

/** `databaseBytes` → `databaseSize`, `sizeBytes` → `size`, `dumpMs` → `dump` */
const labelOf = (name: string): string => (name === 'sizeBytes' ? 'size' : name.replace(/Bytes$/, 'Size').replace(/(?<=[a-z])Ms$/, ''));

export const evidenceRows = ({clean}: RunContext, evidence: readonly FileFact[], columns: number): readonly Row[] =>
	evidence.flatMap(({path, sizeBytes, sha256}): readonly Row[] => [{left: [words(clean(path))], right: columns < 40 ? [] : [words(makeSafe(formatSize(sizeBytes))), words(safe`  ${makeSafe(sha256.slice(0, 8))}`, 'quiet')]}]);

/** One row for each attempt that is over, so that a retry never hides what came before. */
export const attemptsBefore = (context: RunContext, task: TaskState, columns: number, but: number | null = null): readonly Row[] => {
	const over = task.attempts.filter(({end, number}) => end !== null && number !== but);
	if (over.length === 0) return [];
	return [blank, ...over.flatMap(attempt => attemptRow(context, attempt, columns))];
};

const attemptRow = ({clean, theme}: RunContext, {number, startedAt, end}: Attempt, columns: number): readonly Row[] => {
	const {glyph, tone} = endLook(end);
	return marked(words(theme.glyphs[glyph], tone), safe`attempt ${number}, ${makeSafe(formatSeconds(new Date(startedAt)))}: ${clean(endWords(end))}`, columns, {tone: 'quiet'});
};

/** How an attempt ended, in words. */
export const endWords = (end: AttemptEnd | null): string => {
	switch (end?.kind) {
		case undefined:
			return 'running';
		case 'finished':
			return `${end.outcome.replace('-', ' ')} after ${formatDuration(end.durationMs)}: ${end.summary}`;
		case 'never-started':
			return `never started: ${end.because}`;
		case 'in-doubt':
			return `in doubt: ${end.trace}`;
		case 'resolved':
			return end.how === 'runbook' ? `in doubt: ${end.trace} ${end.reason}` : `recorded as ${end.as}: ${end.reason}${objectionWords(end)}`;
	}
};

export const endLook = (end: AttemptEnd | null): {readonly glyph: 'done' | 'failed' | 'cancelled' | 'inDoubt' | 'running' | 'skipped'; readonly tone: Tone} => {
	switch (end?.kind) {
		case undefined:
			return {glyph: 'running', tone: 'accent'};
		case 'finished':
			return end.outcome === 'succeeded' ? {glyph: 'done', tone: 'good'} : end.outcome === 'cancelled' ? {glyph: 'cancelled', tone: 'warning'} : {glyph: 'failed', tone: 'danger'};
		case 'never-started':
			return {glyph: 'skipped', tone: 'quiet'};
		case 'in-doubt':
			return {glyph: 'inDoubt', tone: 'warning'};
		case 'resolved':
			return end.how === 'runbook' ? {glyph: 'inDoubt', tone: 'warning'} : end.as === 'succeeded' ? {glyph: 'done', tone: 'good'} : {glyph: 'failed', tone: 'danger'};
	}
};

/** Exit status or signal, for those who read these first. That of a worker, which is given the attempt's folder, says nothing of the tools that it ran. */
export const exitWords = ({task, number, started, end}: Attempt): SafeText => {
	if (end?.kind !== 'finished') return safe``;
	if (end.signal !== null) return safe`killed by ${makeSafe(end.signal)}`;
	return end.exitCode === null || started.argv.at(-1)?.endsWith(`/${task}.${number}`) === true ? safe`` : safe`exit ${end.exitCode}`;
};

/** At the very beginning there is nothing before that could be settled. */
export const saysSomething = ({id, evidence}: Gate): boolean => !(id === 'order' && evidence === '0 tasks');

/** A closed gate that a person may go through with a reason: those of windows. */
export const overridableGate = (state: RunState, gates: readonly Gate[]): string | null =>
	gates.find(gate => !isMet(gate) && state.tasks[gate.id]?.task.kind === 'window')?.id ?? null;

/** What can be done about any task: look at its output, run it again, leave it out. */
export const taskOffers = ({state, readOnly}: RunContext, taskId: string): Offers => {
	const {status, attempts, task} = taskOf(state, taskId);
	const isAction = task.kind === 'uses' || task.kind === 'run' || task.kind === 'script';
	const mayWrite = readOnly === null && state.ending === null;
	const isRemedy = state.plan.remedies.some(({id}) => id === taskId);
	return {
		...(attempts.length > 0 ? {output: {kind: 'view', view: 'output'}} : {}),
		...(differencesFor(state, taskId).length === 0 ? {} : {difference: {kind: 'view', view: 'difference'}}),
		...(checklistOf(state, taskId) === null ? {} : {checklist: {kind: 'view', view: 'checklist'}}),
		...(mayWrite && !isRemedy && waivable.has(status) ? {waive: {kind: 'open', dialog: {kind: 'waive', task: taskId}}} : {}),
		...(mayWrite && isAction && status === 'done' && !isRemedy ? {repeat: {kind: 'prepare', task: taskId}} : {}),
	};
};

const waivable = new Set(['to-do', 'failed', 'cancelled', 'timed-out']);
