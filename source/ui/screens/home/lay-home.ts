import {formatDuration} from '../../../text/format-duration.ts';
import {formatDay} from '../../../text/format-time.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {widthOf} from '../../../text/width.ts';
import {layFrame, type Laid, type Size} from '../../components/frame.ts';
import {blank, paragraph, rowOf, spaces, words, type Row, type Span} from '../../components/row.ts';
import {tableRows, type Cell} from '../../components/table.ts';
import {fieldRow} from '../../components/text-field.ts';
import type {Theme, Tone} from '../../theme.ts';
import type {Home, ListedRun} from './home.ts';
import type {HomeState, Listed} from './home-state.ts';

export type HomeParts = {readonly home: Home; readonly state: HomeState; readonly listed: readonly Listed[]; readonly theme: Theme; readonly clean: (text: string) => SafeText; readonly now: Date};

/** The home screen: unfinished runs, what can be started, past runs. Only the rows that are seen are made. */
export const layHome = (parts: HomeParts, size: Size): Laid => {
	const {home, state, theme, clean} = parts;
	return layFrame(
		{
			header: [{left: [words(safe` slipway`, 'plain', true)], right: [words(clean(home.who), 'quiet'), words(safe` `)]}],
			body: ({columns, rows}) => (state.showsHelp ? helpRows : bodyRows(parts, columns, rows)),
			next: columns => nextRows(parts, columns),
			footer: footer(theme, size.columns, home),
		},
		size,
		theme,
	);
};

const bodyRows = (parts: HomeParts, columns: number, rows: number): readonly Row[] => {
	const {listed, state, home} = parts;
	if (listed.length === 0) {
		const nothing = state.filter.text === '' ? safe`Nothing here yet. \`slipway init\` writes a runbook, \`slipway rehearse\` shows a whole release in a sandbox.` : safe`Nothing matches.`;
		return [blank, ...paragraph(nothing, columns, {tone: 'quiet'})];
	}

	// Sections with their first items stand above; the past, which may be long, takes what is left and moves under the selection.
	const sections = (['unfinished', 'runbook', 'past'] as const).map(kind => ({kind, from: listed.findIndex(item => item.kind === kind), items: listed.filter(item => item.kind === kind)})).filter(({items}) => items.length > 0);
	const past = sections.find(({kind}) => kind === 'past');
	const above = sections.filter(({kind}) => kind !== 'past');
	const fixed = above.reduce((count, {items}) => count + items.length + 2, 1);
	const pastRoom = Math.max(3, rows - fixed - 3);
	const all: {readonly row: Row; readonly index: number | null}[] = [{row: blank, index: null}];
	for (const {kind, from, items} of sections) {
		const room = kind === 'past' ? pastRoom : items.length;
		const first = kind === 'past' ? Math.max(0, Math.min(items.length - room, state.selected - from - Math.floor(room / 2))) : 0;
		all.push({row: rowOf(words(titles[kind], 'plain', true)), index: null});
		const shown = items.slice(Math.max(0, first), Math.max(0, first) + room);
		for (const [place, row] of itemRows(parts, shown, columns).entries()) {
			const index = from + Math.max(0, first) + place;
			all.push({row: withPointer(parts, row, index === state.selected), index});
		}

		all.push({row: blank, index: null});
	}

	if (past !== undefined && past.items.length > pastRoom) all.push({row: rowOf(words(safe`  ${parts.theme.glyphs.ellipsis} ${past.items.length} ${past.items.length === home.past.length ? safe`past runs` : safe`of ${home.past.length} past runs`}, / searches`, 'quiet')), index: null});
	// Where not even the sections fit, the selection stays in sight.
	const at = all.findIndex(({index}) => index === state.selected);
	const start = Math.max(0, Math.min(all.length - rows, at - rows + 2));
	return all.slice(start, start + rows).map(({row}) => row);
};

const titles = {unfinished: safe`Unfinished`, runbook: safe`Start`, past: safe`Past`} as const;

const withPointer = ({theme}: HomeParts, row: Row, isSelected: boolean): Row => ({
	...row,
	left: [words(isSelected ? safe`${theme.glyphs.choice} ` : spaces(widthOf(theme.glyphs.choice) + 1), 'accent', true), ...row.left.map((span): Span => (isSelected && (span.tone === undefined || span.tone === 'plain') ? {...span, tone: 'accent', bold: true} : span))],
});

const itemRows = (parts: HomeParts, items: readonly Listed[], columns: number): readonly Row[] => {
	const {clean, theme, now} = parts;
	const width = columns - widthOf(theme.glyphs.choice) - 1;
	const first = items[0];
	if (first === undefined) return [];
	const cells = items.map((item): readonly Cell[] => {
		if (item.kind === 'runbook') {
			const {file, name, about, isValid} = item.runbook;
			return [{text: clean(file)}, {text: clean(name), tone: 'quiet'}, {text: clean(about), tone: isValid ? 'quiet' : 'danger'}];
		}

		const {run} = item;
		const {glyph, tone, word} = looks[run.standing];
		const name: Cell = {text: clean(run.name)};
		const versions: Cell = {text: versionsOf(run, clean, theme)};
		const target: Cell = {text: clean(run.target)};
		const by: Cell = {text: clean(run.by.split('@', 1)[0] ?? ''), tone: 'quiet'};
		const took: Cell = {text: makeSafe(formatDuration(Math.max(60_000, Math.floor(run.durationMs / 60_000) * 60_000))), tone: 'quiet'};
		const mark: Cell = {text: safe`${theme.glyphs[glyph]} ${run.where === '' ? word : clean(run.where)}`, tone};
		return item.kind === 'unfinished' ? [name, versions, target, mark, took, by] : [{text: makeSafe(formatDay(run.startedAt, now)), tone: 'quiet'}, name, versions, target, mark, took, by];
	});
	if (first.kind === 'runbook') return tableRows(cells, {columns: width, grows: 1, optional: [1]});
	return first.kind === 'unfinished' ? tableRows(cells, {columns: width, grows: 3, optional: [1, 4, 5]}) : tableRows(cells, {columns: width, grows: 4, optional: [2, 5, 6]});
};

const versionsOf = ({from, to}: ListedRun, clean: HomeParts['clean'], theme: Theme): SafeText => {
	if (to === null) return from === null ? safe`` : clean(from);
	return from === null ? clean(to) : safe`${clean(from)} ${theme.glyphs.arrow} ${clean(to)}`;
};

const looks: Readonly<Record<ListedRun['standing'], {readonly glyph: 'running' | 'inDoubt' | 'failed' | 'here' | 'done' | 'rolledBack' | 'cancelled' | 'attention'; readonly tone: Tone; readonly word: SafeText}>> = {
	running: {glyph: 'running', tone: 'accent', word: safe`running`},
	'in-doubt': {glyph: 'inDoubt', tone: 'warning', word: safe`in doubt`},
	failed: {glyph: 'failed', tone: 'danger', word: safe`failed`},
	open: {glyph: 'here', tone: 'plain', word: safe`open`},
	succeeded: {glyph: 'done', tone: 'good', word: safe`succeeded`},
	'rolled-back': {glyph: 'rolledBack', tone: 'warning', word: safe`rolled back`},
	abandoned: {glyph: 'cancelled', tone: 'warning', word: safe`abandoned`},
	unreadable: {glyph: 'attention', tone: 'danger', word: safe`journal is damaged`},
};

const nextRows = ({state, listed, clean}: HomeParts, columns: number): readonly Row[] => {
	if (state.isFiltering) return [fieldRow([words(safe` / `, 'accent', true)], state.filter, columns, safe`name, version, target, person`)];
	const said = (text: SafeText): readonly Row[] => paragraph(text, columns - 2, {indent: 1, bold: true});
	const item = listed[state.selected];
	switch (item?.kind) {
		case undefined:
			return said(safe`q leaves.`);
		case 'unfinished':
			return said(item.run.standing === 'unreadable' ? safe`Enter shows what can be read of it.` : safe`Enter goes on with ${clean(item.run.name)}, ${clean(item.run.target)}.`);
		case 'runbook':
			return said(item.runbook.isValid ? safe`Enter starts ${clean(item.runbook.file)}: asks for target and inputs, runs nothing yet.` : safe`It can't be run: slipway validate ${clean(item.runbook.file)}`);
		case 'past':
			return said(safe`Enter shows what was done, by whom, and what it left.`);
	}
};

const footer = (theme: Theme, columns: number, home: Home): Row => {
	const hints: readonly (readonly [SafeText, SafeText])[] = [
		[theme.glyphs.enter, safe`open`],
		...(home.unfinished.length > 0 ? [[safe`r`, safe`resume`] as const] : []),
		[safe`n`, safe`new`],
		[safe`/`, safe`search`],
		[safe`?`, safe`help`],
		[safe`q`, safe`quit`],
	];
	const shown = columns < 50 ? hints.filter((_, index) => index < 2 || index >= hints.length - 2) : hints;
	return rowOf(words(safe` `), ...shown.flatMap(([key, word], index) => [...(index === 0 ? [] : [words(safe` ${theme.glyphs.dot} `, 'quiet')]), words(key, 'accent'), words(safe` ${word}`, 'quiet')]));
};

const helpRows: readonly Row[] = [
	blank,
	...(
		[
			[safe`enter`, safe`Go on with a run, start a runbook, look at a past run`],
			[safe`up down`, safe`Choose; pgup pgdn, g and G go further`],
			[safe`r`, safe`Resume the unfinished run`],
			[safe`n`, safe`To the runbooks`],
			[safe`/`, safe`Search all runs; esc ends it`],
			[safe`q`, safe`Leave; ctrl-c does the same`],
		] as const
	).map(([key, help]) => rowOf(words(safe`  ${key}${spaces(10 - widthOf(key))}`, 'accent'), words(help))),
];
