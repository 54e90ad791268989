import {objectionWords} from '../../../run/doubt.ts';
import {remedyFor, taskOf, undoableAt} from '../../../run/walk.ts';
import type {TaskState} from '../../../run/state.ts';
import {formatDuration} from '../../../text/format-duration.ts';
import {formatTime} from '../../../text/format-time.ts';
import {makeSafe, safe} from '../../../text/safe-text.ts';
import {outputTail} from '../../components/output-pane.ts';
import {blank, join, marked, paragraph, rowOf, section, words, type Row} from '../../components/row.ts';
import {workloadRows} from '../../components/workload-rows.ts';
import {statusLooks} from '../../theme.ts';
import {checklistOf} from '../checklist/read-checklist.ts';
import type {Choice, Offers, Panel, RunContext} from './panel.ts';
import {timeLeft} from './safe-start.ts';
import {attemptsBefore, endLook, endWords, evidenceRows, exitWords, findingRows, outputRows, statusBadge, taskOffers} from './task-parts.ts';

/** An action that failed, was cancelled or took too long: what happened, what is live, and choices of which the first is harmless. */
export const failedPanel = (context: RunContext, taskId: string): Panel => {
	const {state, theme} = context;
	const task = taskOf(state, taskId);
	const attempt = task.attempts.at(-1);
	const end = attempt?.end ?? null;
	const exit = attempt === undefined ? safe`` : exitWords(attempt);
	const look = statusLooks[task.status];
	const facts = [
		safe`${theme.glyphs[look.glyph]} ${look.word}`,
		...(exit === '' ? [] : [exit]),
		...(end?.kind === 'finished' ? [makeSafe(formatDuration(end.durationMs))] : []),
		...(task.attempts.length > 1 ? [safe`attempt ${task.attempts.length}`] : []),
	];
	return {
		id: `failed ${taskId} ${task.attempts.length} ${task.stopped}`,
		title: context.clean(task.task.name),
		badge: words(join(facts, safe`, `), look.tone),
		content: columns => [...whatHappened(context, task, columns), ...nowRows(context, columns), ...attemptsBefore(context, task, columns, task.attempts.length), ...remedyRows(context, task, columns)],
		// Shown for those who scroll no further: the last words say most.
		tail: space => (context.output === null || space.rows < 4 || context.output.lineCount() === 0 ? [] : [...outputTail(context.output, {rows: space.rows - 1}).map(row => ({...row, left: row.left.map(span => ({...span, tone: 'quiet' as const}))})), blank]),
		ask: mayChoose(context) ? {kind: 'choices', choices: choicesFor(context, task)} : {kind: 'nothing'},
		next: {text: join([task.stopped ? safe`Left as it is. The choice stays open.` : safe`Nothing more happens until you choose.`, ...timeLeft(context, taskId)], safe` `), tone: 'quiet'},
		offers: {...taskOffers(context, taskId), ...(mayChoose(context) ? {repeat: {kind: 'prepare', task: taskId}} : {})},
	};
};

const mayChoose = ({readOnly, state}: RunContext): boolean => readOnly === null && state.ending === null;

const whatHappened = (context: RunContext, task: TaskState, columns: number): readonly Row[] => {
	const end = task.attempts.at(-1)?.end ?? null;
	if (end?.kind === 'resolved') return [...paragraph(safe`Recorded as failed by ${context.clean(end.by)}: ${context.clean(`${end.reason}${objectionWords(end)}`)}`, columns), ...paragraph(safe`How it really ended is not known. ${context.clean(end.trace)}`, columns, {tone: 'quiet'})];
	if (end?.kind !== 'finished') return paragraph(context.clean(endWords(end)), columns);
	// The first line of what a tool said is often the summary.
	const isSaid = end.findings.some(({what}) => what.startsWith(end.summary));
	// Or the summary says what was found, and more.
	const findings = end.findings.filter(({what, where}) => isSaid || where !== undefined || !end.summary.endsWith(what));
	return [
		...(isSaid ? [] : paragraph(context.clean(end.summary), columns)),
		...(findings.length > 0 ? [...(isSaid ? [] : [blank]), ...findingRows(context, findings, columns)] : []),
		...(Object.keys(end.outputs).length > 0 ? [blank, ...outputRows(context, end.outputs, columns)] : []),
	];
};

/** What the world looks like now. */
const nowRows = ({progress, theme, clean, now}: RunContext, columns: number): readonly Row[] => {
	if (progress === null) return [];
	const title = rowOf(words(safe`Now`, 'plain', true), words(safe`  read ${makeSafe(formatTime(now))}`, 'quiet'));
	if ('unknown' in progress) return [blank, title, ...paragraph(safe`Unknown: ${clean(progress.unknown)}.`, columns, {tone: 'quiet'})];
	return [blank, title, ...workloadRows(progress, {columns, theme, clean, now})];
};

/** A roll-back that was tried and failed itself. */
const remedyRows = (context: RunContext, task: TaskState, columns: number): readonly Row[] => {
	const remedy = remedyFor(context.state, task.task.id);
	const tried = remedy === null ? null : taskOf(context.state, remedy.id);
	const end = tried?.attempts.at(-1)?.end;
	if (tried === null || end === undefined || end === null) return [];
	const {glyph, tone} = endLook(end);
	return [blank, ...marked(words(context.theme.glyphs[glyph], tone), safe`${context.clean(tried.task.name)}: ${context.clean(endWords(end))}`, columns)];
};

const choicesFor = (context: RunContext, task: TaskState): readonly Choice[] => {
	const {state} = context;
	const id = task.task.id;
	const isRemedy = state.plan.remedies.some(other => other.id === id);
	const harmless: Choice = task.stopped
		? {name: safe`Look at it`, about: safe`its output, full screen`, does: {kind: 'view', view: 'output'}}
		: {name: safe`Stop and look`, about: safe`leave everything as it is`, does: {kind: 'send', request: {kind: 'stop', task: id}}};
	return [
		harmless,
		...(checklistOf(state, id) === null ? [] : [{name: safe`Open the checklist`, about: safe`its findings; answer, waive`, does: {kind: 'view', view: 'checklist'}} as const]),
		{name: safe`Retry…`, about: safe`shows attempt ${task.attempts.length + 1} first`, does: {kind: 'prepare', task: id}},
		...undoChoices(context, id),
		...(isRemedy ? [] : [{name: safe`Waive…`, about: safe`go on without it`, does: {kind: 'open', dialog: {kind: 'waive', task: id}}} as const]),
		{name: safe`End the run…`, about: safe`with a closing statement`, does: {kind: 'open', dialog: {kind: 'finish'}}},
	];
};

/** A roll-back of what failed, or of what was changed before and turns out not to be good. */
const undoChoices = ({state, clean}: RunContext, taskId: string): readonly Choice[] =>
	undoableAt(state, taskId).map(({task, remedy}) => ({
		name: safe`${clean(remedy.name)}…`,
		about: task.task.id === taskId ? safe`shows what it undoes first` : safe`undoes ${clean(task.task.name)}`,
		does: {kind: 'prepare', task: remedy.id},
	}));

/** A confirmation that was answered no. */
export const refusedPanel = (context: RunContext, taskId: string, {question, answers}: {readonly question: (columns: number) => readonly Row[]; readonly answers: Offers}): Panel => {
	const task = taskOf(context.state, taskId);
	const {confirmation} = task;
	return {
		id: `refused ${taskId} ${confirmation?.at ?? ''} ${answers.yes === undefined}`,
		title: context.clean(task.task.name),
		badge: statusBadge(task, context.theme, safe`answered no`),
		content: columns => [
			...question(columns),
			blank,
			...paragraph(
				confirmation === null ? safe`` : safe`${context.clean(confirmation.person ?? confirmation.by)} said no at ${makeSafe(formatTime(new Date(confirmation.at)))}${confirmation.remark === undefined ? safe`.` : safe`: ${context.clean(confirmation.remark)}`}`,
				columns,
			),
			...section(safe`Attached`, evidenceRows(context, confirmation?.attachments ?? [], columns)),
		],
		ask: mayChoose(context) ? {kind: 'choices', choices: refusedChoices(context, task, answers)} : {kind: 'nothing'},
		next: {text: join([safe`Nothing more happens until you choose.`, ...timeLeft(context, taskId)], safe` `), tone: 'quiet'},
		offers: {...taskOffers(context, taskId), ...(mayChoose(context) ? answers : {})},
	};
};

const refusedChoices = (context: RunContext, task: TaskState, {yes, partially}: Offers): readonly Choice[] => {
	const id = task.task.id;
	return [
		{name: safe`Leave it`, about: safe`it stays a no`, does: task.stopped ? {kind: 'stay'} : {kind: 'send', request: {kind: 'stop', task: id}}},
		...(yes === undefined ? [] : [{name: safe`Answer yes…`, about: safe`y, it has been mended`, does: yes}]),
		...(partially === undefined ? [] : [{name: safe`Answer partially…`, about: safe`p, with a remark`, does: partially}]),
		...undoChoices(context, id),
		{name: safe`Waive…`, about: safe`w, go on without it`, does: {kind: 'open', dialog: {kind: 'waive', task: id}}},
		{name: safe`End the run…`, about: safe`x, with a closing statement`, does: {kind: 'open', dialog: {kind: 'finish'}}},
	];
};
