import {proposedEnd} from '../../../run/decide.ts';
import {lastAlive, livingWords} from '../../../run/doubt.ts';
import type {Finding, RunResult} from '../../../journal/event.ts';
import type {RunState, TaskState} from '../../../run/state.ts';
import {isNoObstacle, isPartial, walkOf} from '../../../run/walk.ts';
import {windowFindings} from '../../../run/window-closed.ts';
import {formatDuration} from '../../../text/format-duration.ts';
import {formatDay, formatTime} from '../../../text/format-time.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {factList} from '../../components/gate-list.ts';
import {blank, join, marked, paragraph, words, type Row} from '../../components/row.ts';
import {lookOf, partialLook, statusLooks, type Tone} from '../../theme.ts';
import type {Choice, Panel, RunContext} from './panel.ts';

/** Every task is settled: the operator says how it ended. */
export const closingPanel = (context: RunContext): Panel => ({
	id: 'closing',
	title: safe`Every task is settled`,
	badge: null,
	content: columns => [...paragraph(safe`Nothing is left to do. The run ends when you say how it went.`, columns), blank, ...summaryRows(context, columns)],
	ask: context.readOnly === null ? {kind: 'choices', choices: [{name: safe`Not yet`, about: safe`the run stays open`, does: {kind: 'stay'}}, ...endChoices(context.state)]} : {kind: 'nothing'},
	next: {text: safe`End the run, with a closing statement.`},
	offers: {},
});

/** The ways in which the run may end now, the proposed one first. The engine has the last word. */
export const endChoices = (state: RunState): readonly Choice[] => {
	const proposed = proposedEnd(state);
	return (['succeeded', 'rolled-back', 'abandoned'] as const)
		.filter(result => result === 'abandoned' || result === proposed || (result === 'rolled-back' && walkOf(state).some(({status}) => status === 'rolled-back')))
		.toSorted((a, b) => Number(b === proposed) - Number(a === proposed))
		.map(result => ({...endWords[result], ...(result === 'succeeded' ? {about: doneWords(state)} : {}), does: {kind: 'open', dialog: {kind: 'end', result}}}));
};

const endWords: Readonly<Record<RunResult, {readonly name: SafeText; readonly about: SafeText}>> = {
	succeeded: {name: safe`Succeeded…`, about: safe`everything that is required is done`},
	'rolled-back': {name: safe`Rolled back…`, about: safe`what was live before is live again`},
	abandoned: {name: safe`Abandoned…`, about: safe`it ends as it is`},
};

/** A good end says what is not simply done. */
const doneWords = (state: RunState): SafeText => {
	const walk = walkOf(state);
	const told = ([['waived', walk.filter(({status}) => status === 'waived').length], ['partially', walk.filter(isPartial).length]] as const).filter(([, count]) => count > 0).map(([word, count]) => `${count} ${word}`);
	return told.length === 0 ? endWords.succeeded.about : makeSafe(`done, but for ${told.join(', ')}`);
};

/** A run that has ended: its result, its statement, what a reader must not miss. */
export const endedPanel = (context: RunContext): Panel => {
	const {ending} = context.state;
	const result = ending?.result ?? 'abandoned';
	const {glyph, tone, word} = results[result];
	return {
		id: 'ended',
		title: safe`The run has ended`,
		badge: words(safe`${context.theme.glyphs[glyph]} ${word}`, tone),
		content: columns =>
			ending === null
				? []
				: [
						...paragraph(context.clean(ending.statement), columns, {bold: true}),
						...paragraph(safe`${context.clean(ending.by)}, ${makeSafe(formatDay(new Date(ending.at), context.now))}`, columns, {tone: 'quiet'}),
						blank,
						...summaryRows(context, columns),
						blank,
						...factList([{label: safe`Report`, value: safe`slipway report ${context.clean(context.state.id)}`}, {label: safe`Record`, value: safe`slipway verify ${context.clean(context.state.id)}`}], columns, 0),
					],
		ask: {kind: 'nothing'},
		next: {text: safe`q leaves. The record stays.`, tone: 'quiet'},
		offers: {},
	};
};

export const results: Readonly<Record<RunResult, {readonly glyph: 'done' | 'rolledBack' | 'cancelled'; readonly word: SafeText; readonly tone: Tone}>> = {
	succeeded: {glyph: 'done', word: safe`succeeded`, tone: 'good'},
	'rolled-back': {glyph: 'rolledBack', word: safe`rolled back`, tone: 'warning'},
	abandoned: {glyph: 'cancelled', word: safe`abandoned`, tone: 'warning'},
};

/** How many tasks stand how, and by name those that did not simply go well. */
export const summaryRows = ({state, theme, clean}: RunContext, columns: number): readonly Row[] => {
	const walk = walkOf(state);
	const plain = [statusLooks.done, statusLooks.skipped, statusLooks['to-do']];
	const told = plain.toSpliced(1, 0, partialLook).map(look => ({look, count: walk.filter(task => lookOf(task) === look).length})).filter(({count}) => count > 0).map(({look, count}) => `${count} ${look.word}`);
	const minutes = Math.max(0, Date.parse(state.ending?.at ?? state.lastAt) - Date.parse(state.createdAt));
	const exceptions = walk.filter(task => !plain.includes(lookOf(task)) || (task.status === 'to-do' && !isNoObstacle(task)) || task.overrides.length > 0 || lateRows(state, task).length > 0);
	return [
		...paragraph(makeSafe(`${told.join(', ')}. Took ${formatDuration(minutes)}, since ${formatTime(new Date(state.createdAt))}.`), columns),
		...(exceptions.length === 0 ? [] : [blank]),
		...exceptions.flatMap(task => {
			const {glyph, word, tone} = lookOf(task);
			const why = task.waiver?.reason ?? task.overrides.at(-1)?.reason ?? task.confirmation?.remark ?? '';
			const late = lateRows(state, task).map(({what}) => safe`. ${clean(what)}`);
			const living = (task.status === 'in-doubt' ? task.attempts.slice(-1) : []).flatMap(lastAlive).map(one => safe`; still runs: ${clean(livingWords(one))}`);
			return marked(words(theme.glyphs[glyph], tone), safe`${clean(task.task.name)}: ${task.overrides.length > 0 ? safe`gate overridden` : word}${why === '' ? safe`` : safe`, ${clean(why)}`}${join([...late, ...living], safe``)}`, columns);
		}),
	];
};

/** Windows that closed while the task changed something. */
const lateRows = (state: RunState, {attempts}: TaskState): readonly Finding[] => attempts.flatMap(attempt => (attempt.end?.kind === 'finished' ? windowFindings(state, attempt, new Date(attempt.end.at)) : []));
