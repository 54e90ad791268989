import {formatDuration} from '../../../text/format-duration.ts';
import {formatDay} from '../../../text/format-time.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {layFrame, type Laid, type Size} from '../../components/frame.ts';
import {hintRow, keyRows} from '../../components/hint-row.ts';
import {blank, paragraph, rowOf, words, type Row} from '../../components/row.ts';
import {tableRows, type Cell} from '../../components/table.ts';
import {fieldRow} from '../../components/text-field.ts';
import type {Theme} from '../../theme.ts';
import {withPointer} from '../home/lay-home.ts';
import {figureRows} from './figure-rows.ts';
import type {History} from './history.ts';
import type {HistoryState} from './history-state.ts';
import {gapFor, runCells} from './run-cells.ts';
import type {ListedRun} from './run-source.ts';

export type HistoryParts = {
	readonly history: History;
	readonly state: HistoryState;
	/** How many runs match. */
	readonly count: number;
	readonly unread: number;
	readonly theme: Theme;
	readonly clean: (text: string) => SafeText;
	/** Names days. */
	readonly now: Date;
};

/** How many rows of runs a screen of that height has. */
export const historyRows = (rows: number): number => Math.max(1, rows - 6);

/** All past runs in a table; only the rows that are seen are read. */
export const layHistory = (parts: HistoryParts, size: Size): Laid => {
	const {history, state, theme, clean} = parts;
	return layFrame(
		{
			header: [{left: [words(safe` slipway`, 'plain', true), words(safe`  ${titleOf(parts)}`, 'quiet')], right: [words(clean(history.who), 'quiet'), words(safe` `)]}],
			body: ({columns, rows}) => (state.view === 'help' ? helpRows : state.view === 'figures' ? figureRows(history.runs.figures(state.days), {days: state.days, columns, rows, theme}) : tableOf(parts, columns, rows)),
			next: columns => nextRows(parts, columns),
			footer: hintRow(hintsFor(state, theme).filter((_, index, all) => size.columns >= 72 || index < 2 || index >= all.length - 2), theme),
		},
		size,
		theme,
	);
};

const titleOf = ({state, count, unread}: HistoryParts): SafeText => {
	if (state.view === 'figures') return safe`Figures`;
	const runs = count === 1 ? safe`1 run` : safe`${count} runs`;
	return safe`${runs}${state.filter.text === '' ? safe`` : safe` that match`}, ${makeSafe(orderWords[state.order])}${unread === 0 ? safe`` : safe`; ${unread} still being read`}`;
};

const orderWords: Readonly<Record<HistoryState['order'], string>> = {
	newest: 'newest first',
	oldest: 'oldest first',
	longest: 'longest first',
	release: 'by release',
	target: 'by target',
	operator: 'by operator',
	result: 'by result',
	waivers: 'most waivers first',
};

const tableOf = (parts: HistoryParts, columns: number, rows: number): readonly Row[] => {
	const {history, state, count, theme} = parts;
	if (count === 0) return [blank, ...paragraph(state.filter.text === '' ? safe`No run has ended yet.` : safe`Nothing matches.`, columns, {tone: 'quiet'})];
	const room = Math.max(1, rows - 1);
	const first = Math.max(0, Math.min(count - room, state.selected - Math.floor(room / 2)));
	const shown = history.runs.past(state.filter.text, state.order, first, Math.min(room, count));
	const [head, ...body] = tableRows([heading, ...shown.map(run => cellsOf(run, parts))], {columns: columns - 2, grows: 5, optional: [2, 6, 7, 3], gap: gapFor(columns)});
	return [withPointer(theme, head ?? blank, false), ...body.map((row, place) => withPointer(theme, row, first + place === state.selected))];
};

const heading: readonly Cell[] = ['started', 'release', 'from → to', 'operator', 'target', 'result', 'took', 'waived'].map(text => ({text: makeSafe(text), tone: 'quiet'}));

const cellsOf = (run: ListedRun, {theme, clean, state, now}: HistoryParts): readonly Cell[] => {
	const {name, versions, by, target, result, took, waived} = runCells({run, theme, clean});
	return [{text: makeSafe(formatDay(run.startedAt, now)), tone: 'quiet'}, run.id === state.marked?.id ? {...name, tone: 'accent', bold: true} : name, versions, by, target, result, took, waived];
};

/** In the machine's time zone: `2026-11-24 09:14`. */
const startOf = (at: Date): string => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${pad(at.getHours())}:${pad(at.getMinutes())}`;

const pad = (number: number): string => String(number).padStart(2, '0');

const nextRows = ({state, history, count, clean}: HistoryParts, columns: number): readonly Row[] => {
	if (state.isFiltering) return [fieldRow([words(safe` / `, 'accent', true)], state.filter, columns, safe`name, version, person, target:uat, result:rolled-back, since:30d, waived`)];
	const said = (text: SafeText): readonly Row[] => paragraph(text, columns - 2, {indent: 1, bold: true});
	if (state.view === 'figures') return said(safe`A release is a run that changed something and has ended; rehearsals are not counted.`);
	if (state.marked !== null) return said(safe`c on another run compares it with ${clean(state.marked.name)}; esc forgets it.`);
	const run = count === 0 ? undefined : history.runs.past(state.filter.text, state.order, state.selected, 1)[0];
	if (run === undefined) return said(safe`esc goes back.`);
	return said(run.standing === 'unreadable' ? clean(run.where) : safe`${makeSafe(startOf(run.startedAt))}, ${makeSafe(formatDuration(run.durationMs))}, ${clean(run.by)}, run ${clean(run.id)}`);
};

const hintsFor = ({view}: HistoryState, theme: Theme): readonly (readonly [SafeText, SafeText])[] =>
	view === 'figures'
		? [[theme.glyphs.leftRight, safe`span`], [safe`esc`, safe`back`]]
		: [[theme.glyphs.enter, safe`show`], [safe`esc`, safe`back`], [safe`/`, safe`search`], [safe`s`, safe`sort`], [safe`f`, safe`figures`], [safe`t`, safe`timeline`], [safe`c`, safe`compare`], [safe`?`, safe`help`], [safe`q`, safe`back`]];

const helpRows: readonly Row[] = [
	...keyRows([
		[safe`enter`, safe`Look at the run, read-only, in its last state`],
		[safe`up down`, safe`Choose; pgup pgdn, g and G go further`],
		[safe`/`, safe`Search: words, each of which must be somewhere in the row, and`],
		[safe``, safe`target:uat by:op-a result:rolled-back since:30d until:2026-11-24`],
		[safe``, safe`waived`],
		[safe`s`, safe`Another order: newest, longest, by release, by result…`],
		[safe`f`, safe`How often, how long, how many failed`],
		[safe`t`, safe`Step through what happened in a run`],
		[safe`c`, safe`Mark a run; on another one, compare the two`],
		[safe`esc q`, safe`Back`],
	]),
	blank,
	rowOf(words(safe`  A run whose journal was changed is marked when its row is seen.`, 'quiet')),
];
