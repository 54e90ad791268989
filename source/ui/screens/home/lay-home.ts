import {formatDay} from '../../../text/format-time.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {widthOf} from '../../../text/width.ts';
import {layFrame, type Laid, type Size} from '../../components/frame.ts';
import {hintRow, keyRows} from '../../components/hint-row.ts';
import {blank, paragraph, rowOf, spaces, words, type Row, type Span} from '../../components/row.ts';
import {tableRows, type Cell} from '../../components/table.ts';
import {fieldRow} from '../../components/text-field.ts';
import type {Theme} from '../../theme.ts';
import {gapFor, runCells} from '../history/run-cells.ts';
import type {ListedRun, RunFigures} from '../history/run-source.ts';
import type {Home, ListedRunbook} from './home.ts';
import {itemAt, type HomeState, type Listing} from './home-state.ts';

export type HomeParts = {
	readonly home: Home;
	readonly state: HomeState;
	readonly listing: Listing;
	readonly figures: Pick<RunFigures, 'releases' | 'rolledBack'>;
	/** How many runs are still to be read from disk. */
	readonly unread: number;
	readonly theme: Theme;
	readonly clean: (text: string) => SafeText;
	readonly now: Date;
};

/** Over how many days the figures on the home screen are. */
export const figureDays = 30;

/** The home screen: unfinished runs, what can be started, past runs. Only the rows that are seen are made. */
export const layHome = (parts: HomeParts, size: Size): Laid => {
	const {home, state, theme, clean, listing} = parts;
	return layFrame(
		{
			header: [{left: [words(safe` slipway`, 'plain', true)], right: [words(clean(home.who), 'quiet'), words(safe` `)]}],
			body: ({columns, rows}) => (state.showsHelp ? helpRows : bodyRows(parts, columns, rows)),
			next: columns => nextRows(parts, columns),
			footer: footer(theme, size.columns, listing),
		},
		size,
		theme,
	);
};

type Placed = {readonly row: Row; readonly index: number | null};

const bodyRows = (parts: HomeParts, columns: number, rows: number): readonly Row[] => {
	const {state, listing, theme, unread} = parts;
	const {unfinished, runbooks, pastCount} = listing;
	const isEmpty = unfinished.length + runbooks.length + pastCount === 0;
	if (isEmpty && unread === 0) {
		const nothing = state.filter.text === '' ? safe`Nothing here yet. \`slipway init\` writes a runbook, \`slipway rehearse\` shows a whole release in a sandbox.` : safe`Nothing matches.`;
		return [blank, ...paragraph(nothing, columns, {tone: 'quiet'})];
	}

	// Sections with their first items stand above; the past, which may be long, takes what is left and moves under the selection.
	const fixed = [unfinished, runbooks].reduce((count, items) => count + (items.length === 0 ? 0 : items.length + 2), 1);
	const room = Math.max(3, rows - fixed - 3);
	const pastFrom = unfinished.length + runbooks.length;
	const first = Math.max(0, Math.min(pastCount - room, state.selected - pastFrom - Math.floor(room / 2)));
	const shown = listing.past(first, Math.min(room, pastCount));
	const width = columns - widthOf(theme.glyphs.choice) - 1;
	const all: readonly Placed[] = [
		{row: blank, index: null},
		...section(parts, safe`Unfinished`, unfinishedRows(parts, unfinished, width), 0),
		...section(parts, safe`Start`, runbookRows(parts, runbooks, width), unfinished.length),
		...section(parts, safe`Past`, pastRows(parts, shown, width), pastFrom + first),
		...(isEmpty ? [] : [{row: closing(parts, shown.length, columns), index: null}]),
	];
	// Where not even the sections fit, the selection stays in sight.
	const at = all.findIndex(({index}) => index === state.selected);
	const start = Math.max(0, Math.min(all.length - rows, at - rows + 2));
	return all.slice(start, start + rows).map(({row}) => row);
};

const section = (parts: HomeParts, title: SafeText, rows: readonly Row[], from: number): readonly Placed[] =>
	rows.length === 0 ? [] : [{row: rowOf(words(title, 'plain', true)), index: null}, ...rows.map((row, place) => ({row: withPointer(parts.theme, row, from + place === parts.state.selected), index: from + place})), {row: blank, index: null}];

/** A row of a list, marked when it is the one that a key acts upon. */
export const withPointer = (theme: Theme, row: Row, isSelected: boolean): Row => ({
	...row,
	left: [words(isSelected ? safe`${theme.glyphs.choice} ` : spaces(widthOf(theme.glyphs.choice) + 1), 'accent', true), ...row.left.map((span): Span => (isSelected && (span.tone === undefined || span.tone === 'plain') ? {...span, tone: 'accent', bold: true} : span))],
});

const unfinishedRows = ({clean, theme}: HomeParts, runs: readonly ListedRun[], width: number): readonly Row[] =>
	tableRows(
		runs.map((run): readonly Cell[] => {
			const {name, versions, target, result, took, by} = runCells({run, theme, clean});
			return [name, versions, target, result, took, run.isDriven ? {...by, text: safe`${by.text}, now`, tone: 'accent'} : by];
		}),
		{columns: width, grows: 3, optional: [1, 4, 5], gap: gapFor(width)},
	);

const runbookRows = ({clean}: HomeParts, runbooks: readonly ListedRunbook[], width: number): readonly Row[] =>
	tableRows(
		runbooks.map(({file, name, about, isValid}): readonly Cell[] => [{text: clean(file)}, {text: clean(name), tone: 'quiet'}, {text: clean(about), tone: isValid ? 'quiet' : 'danger'}]),
		{columns: width, grows: 1, optional: [1]},
	);

const pastRows = ({clean, theme, now}: HomeParts, runs: readonly ListedRun[], width: number): readonly Row[] =>
	tableRows(
		runs.map((run): readonly Cell[] => {
			const {name, versions, target, result, took, by} = runCells({run, theme, clean});
			return [{text: makeSafe(formatDay(run.startedAt, now)), tone: 'quiet'}, name, versions, target, result, took, by];
		}),
		{columns: width, grows: 4, optional: [2, 5, 6], gap: gapFor(width)},
	);

/** What there is beside what is seen, and how it went of late. */
const closing = ({listing, state, figures, unread}: HomeParts, shown: number, columns: number): Row => {
	const {pastCount} = listing;
	const more = unread > 0 ? safe`${unread} runs are still being read` : pastCount <= shown ? safe`` : state.filter.text === '' ? safe`/ search all ${pastCount} runs` : safe`${pastCount} match`;
	const late = figures.releases === 0 ? safe`` : safe`${figures.releases} ${figures.releases === 1 ? safe`release` : safe`releases`} in ${figureDays} days${figures.rolledBack === 0 ? safe`` : safe`, ${figures.rolledBack} rolled back`}`;
	return {left: [words(safe`  ${more}`, 'quiet')], ...(late === '' || (more !== '' && widthOf(more) + widthOf(late) + 4 > columns) ? {} : {right: [words(late, 'quiet')]})};
};

const nextRows = ({state, listing, clean, home}: HomeParts, columns: number): readonly Row[] => {
	if (state.isFiltering) return [fieldRow([words(safe` / `, 'accent', true)], state.filter, columns, safe`name, version, person, target:uat, since:30d, waived`)];
	const said = (text: SafeText): readonly Row[] => paragraph(text, columns - 2, {indent: 1, bold: true});
	if (home.notice !== undefined) return [...paragraph(clean(home.notice.what), columns - 2, {indent: 1, tone: 'warning', bold: true}), ...paragraph(clean(home.notice.todo), columns - 2, {indent: 1})];
	const item = itemAt(listing, state.selected);
	switch (item?.kind) {
		case undefined:
			return said(safe`q leaves.`);
		case 'unfinished':
			return said(item.run.isDriven ? safe`${clean(item.run.by)} drives it; enter follows.` : safe`Enter goes on with ${clean(item.run.name)}, ${clean(item.run.target)}.`);
		case 'runbook':
			return said(item.runbook.isValid ? safe`Enter starts ${clean(item.runbook.file)}: asks for target and inputs, runs nothing yet.` : safe`It can't be run: slipway validate ${clean(item.runbook.file)}`);
		case 'past':
			return said(item.run.standing === 'unreadable' ? safe`${clean(item.run.where)} Enter shows what can be read of it.` : safe`Enter shows what was done, by whom, and what it left; t steps through it.`);
	}
};

const footer = (theme: Theme, columns: number, {unfinished}: Listing): Row => {
	const hints: readonly (readonly [SafeText, SafeText])[] = [
		[theme.glyphs.enter, safe`open`],
		...(unfinished.length > 0 ? [[safe`r`, safe`resume`] as const] : []),
		[safe`n`, safe`new`],
		[safe`/`, safe`search`],
		[safe`h`, safe`history`],
		[safe`?`, safe`help`],
		[safe`q`, safe`quit`],
	];
	const shown = columns < 56 ? hints.filter((_, index) => index < 2 || index >= hints.length - 2) : hints;
	return hintRow(shown, theme);
};

const helpRows: readonly Row[] = keyRows([
	[safe`enter`, safe`Go on with a run, start a runbook, look at a past run`],
	[safe`up down`, safe`Choose; pgup pgdn, g and G go further`],
	[safe`r`, safe`Resume the unfinished run`],
	[safe`n`, safe`To the runbooks`],
	[safe`/`, safe`Search all runs; esc ends it. Words, and parts:`],
	[safe``, safe`target:uat by:op-a result:rolled-back since:30d waived`],
	[safe`t`, safe`Step through what happened in a run`],
	[safe`h`, safe`All past runs in a table, with figures`],
	[safe`q`, safe`Leave; ctrl-c does the same`],
]);
