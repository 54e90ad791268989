import type {RunState} from '../../../run/state.ts';
import {taskOf} from '../../../run/walk.ts';
import {formatSeconds} from '../../../text/format-time.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {layFrame, type Laid, type Size} from '../../components/frame.ts';
import {hintRow, keyRows} from '../../components/hint-row.ts';
import {outputWindow} from '../../components/output-pane.ts';
import {blank, paragraph, rowOf, words, type Row, type Span} from '../../components/row.ts';
import {stepLine, stepsList} from '../../components/steps-list.ts';
import {tableRows, type Cell} from '../../components/table.ts';
import {fieldRow} from '../../components/text-field.ts';
import {eventWords} from '../../event-words.ts';
import type {OutputLines} from '../../hooks/output-lines.ts';
import type {Theme} from '../../theme.ts';
import {withPointer} from '../home/lay-home.ts';
import {releaseRow} from '../run/release-row.ts';
import {currentTask} from '../run/release.ts';
import {attemptOf, eventDetail, filesOf} from './event-detail.ts';
import type {Text, Timeline} from './timeline.ts';
import type {TimelineSearch, TimelineSight, TimelineState} from './timeline-state.ts';

export type TimelineParts = {readonly timeline: Timeline; readonly state: TimelineState; readonly text: Text | null; readonly theme: Theme; readonly clean: (text: string) => SafeText};

/** A run, line by line: what was known then on the left, what happened on the right. Gives also how much of it is seen. */
export const layTimeline = (parts: TimelineParts, size: Size): {readonly laid: Laid; readonly sight: TimelineSight} => {
	const {timeline, state, text, theme} = parts;
	const run = timeline.stateAt(state.at);
	const line = timeline.lines[state.at];
	let sight: TimelineSight = {count: timeline.lines.length, page: 10, detail: {rows: 1, count: 0}, text: {rows: 1, count: 0}};
	const now = new Date(run.lastAt);
	const shownTask = line !== undefined && 'task' in line.data ? line.data.task : null;
	const steps = {state: run, theme, shownTask, currentTask: currentTask(run, now), now, spinner: theme.glyphs.running};
	const isWhole = state.opened !== null || state.showsHelp;
	const laid = layFrame(
		{
			header: headerRows(parts),
			...(isWhole ? {} : {left: rows => stepsList({...steps, rows}), leftLine: stepLine(steps)}),
			body: space => {
				if (state.showsHelp) return helpRows;
				if (state.opened !== null && text !== null) {
					const rows = Math.max(1, space.rows - 2);
					sight = {...sight, text: {rows, count: text.lineCount()}};
					return textRows(parts, text, rows);
				}

				const room = Math.max(3, Math.min(10, Math.floor(space.rows / 2) - 1));
				const detail = line === undefined ? [] : eventDetail({line, state: run, columns: space.columns, clean: parts.clean});
				const below = Math.max(1, space.rows - room - 2);
				sight = {...sight, page: room, detail: {rows: below, count: detail.length}};
				const more = detail.length - state.scroll - below;
				return [
					...eventRows(parts, space.columns, room),
					blank,
					titleRow(parts),
					...detail.slice(state.scroll, state.scroll + below - (more > 0 ? 1 : 0)),
					...(more > 0 ? [rowOf(words(safe`${theme.glyphs.more} ${more + 1} more lines`, 'accent'), words(safe`  ${theme.glyphs.leftRight}`, 'quiet'))] : []),
				];
			},
			next: columns => nextRows(parts, columns),
			footer: footer(parts, size.columns),
		},
		size,
		theme,
	);
	return {laid, sight};
};

const headerRows = ({timeline, state, theme, clean}: TimelineParts): readonly Row[] => {
	const run = timeline.stateAt(state.at);
	return [
		// Its versions are those that became known in the end.
		releaseRow({state: timeline.stateAt(timeline.lines.length - 1), clean, theme}),
		{
			left: [words(safe` stepping through ${clean(run.id)}`, 'quiet')],
			right: [impact(run)],
		},
	];
};

const impact = ({changedSince, reachedSince}: RunState): Span => {
	const since = changedSince ?? reachedSince;
	if (since === null) return words(safe`nothing was changed yet `, 'good');
	return words(safe`${changedSince === null ? safe`may have reached others` : safe`changed`} from ${makeSafe(formatSeconds(new Date(since)))} `, 'quiet');
};

const eventRows = ({timeline, state, theme, clean}: TimelineParts, columns: number, rows: number): readonly Row[] => {
	const first = Math.max(0, Math.min(timeline.lines.length - rows, state.at - Math.floor(rows / 2)));
	const shown = timeline.lines.slice(first, first + rows);
	const table = tableRows(
		shown.map((line): readonly Cell[] => {
			const {what, about, tone} = eventWords(timeline.stateAt(timeline.lines.length - 1), line);
			return [{text: safe`${line.seq + 1}`, tone: 'quiet'}, {text: makeSafe(formatSeconds(new Date(line.at))), tone: 'quiet'}, {text: clean(what), tone}, {text: clean(about)}];
		}),
		{columns: columns - 2, grows: 3, optional: [1, 0], gap: 1},
	);
	return table.map((row, index) => withPointer(theme, row, first + index === state.at));
};

const titleRow = ({timeline, state, clean}: TimelineParts): Row => {
	const line = timeline.lines[state.at];
	if (line === undefined) return blank;
	return {left: [words(clean(line.type), 'plain', true), words(safe`  ${clean(line.by)}`, 'quiet')], right: [words(makeSafe(`${line.at.slice(0, 19).replace('T', ' ')} UTC`), 'quiet')]};
};

const textRows = ({state, theme, clean}: TimelineParts, text: Text, rows: number): readonly Row[] => {
	const {opened} = state;
	if (opened === null) return [];
	const count = text.lineCount();
	const place = count <= rows ? safe`${count} ${count === 1 ? safe`line` : safe`lines`}` : safe`lines ${opened.top + 1} to ${Math.min(count, opened.top + rows)} of ${count}`;
	return [{left: [words(clean(opened.title), 'plain', true)], right: [words(place, 'quiet')]}, blank, ...outputWindow(text as OutputLines, {rows, top: opened.top, found: opened.found, theme})];
};

const nextRows = ({timeline, state, clean}: TimelineParts, columns: number): readonly Row[] => {
	const said = (text: SafeText, tone: 'plain' | 'danger' | 'quiet' | 'warning' = 'plain'): readonly Row[] => paragraph(text, columns - 2, {indent: 1, bold: tone === 'plain', tone});
	const search = state.opened === null ? state.search : state.opened.search;
	if (search?.isTyping === true) return [fieldRow([words(safe` / `, 'accent', true)], search.field, columns, state.opened === null ? safe`search the events` : safe`search this text`)];
	if (search !== null) return said(searchWords(search, clean), search.found ? 'quiet' : 'warning');
	if (state.opened !== null) return said(clean(state.opened.standing), state.opened.isAsRecorded ? 'quiet' : 'danger');
	const isLast = state.at === timeline.lines.length - 1;
	if (isLast && timeline.damage !== null) return said(clean(timeline.damage), 'danger');
	return said(safe`Line ${state.at + 1} of ${timeline.lines.length}. ${isLast ? safe`The last one.` : safe`The steps are as they were known then; enter shows the run so.`}`);
};

const searchWords = ({field, found}: TimelineSearch, clean: (text: string) => SafeText): SafeText => (found ? safe`Found ${clean(field.text)}; n and N go on, esc ends the search.` : safe`${clean(field.text)} is not further on.`);

const footer = ({timeline, state, theme}: TimelineParts, columns: number): Row => {
	const line = timeline.lines[state.at];
	const hints: readonly (readonly [SafeText, SafeText])[] =
		state.opened === null
			? [
					[theme.glyphs.upDown, safe`line`],
					...(line !== undefined && attemptOf(line) !== null ? [[safe`o`, safe`output`] as const] : []),
					...(line !== undefined && filesOf(line).length > 0 ? [[safe`1-9`, safe`file`] as const] : []),
					[safe`/`, safe`search`],
					...(columns < 90 ? [] : [[theme.glyphs.enter, safe`run`] as const]),
					[safe`q`, safe`back`],
					[safe`?`, safe`help`],
				]
			: [[theme.glyphs.upDown, safe`scroll`], [safe`/`, safe`search`], [safe`n N`, safe`next`], [safe`esc`, safe`back`]];
	const {lines, head} = timeline.stateAt(state.at);
	return {...hintRow(hints, theme), right: [words(safe`journal ${lines}:${makeSafe(head.slice(0, 8))} `, 'quiet')]};
};

/** What the task of a line is called, for the title of its output. */
export const attemptTitle = (timeline: Timeline, index: number): string => {
	const line = timeline.lines[index];
	const attempt = line === undefined ? null : attemptOf(line);
	return attempt === null ? '' : `${taskOf(timeline.stateAt(index), attempt.task).task.name}, attempt ${attempt.attempt}`;
};

const helpRows: readonly Row[] = keyRows([
	[safe`up down`, safe`The line before or after; pgup pgdn, g and G go further`],
	[safe`left right`, safe`Scroll what the line says`],
	[safe`o`, safe`The output of the attempt`],
	[safe`1-9`, safe`A file that the line names, held against its recorded hash`],
	[safe`/`, safe`Search the events, or the text that is open; n and N go on`],
	[safe`enter`, safe`The run as it was known after that line`],
	[safe`esc q`, safe`Back`],
]);
