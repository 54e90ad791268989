import {safe, type SafeText} from '../../../text/safe-text.ts';
import {widthOf} from '../../../text/width.ts';
import {choiceList} from '../../components/choice-list.ts';
import {outputWindow} from '../../components/output-pane.ts';
import {blank, paragraph, rowOf, spaces, words, type Row} from '../../components/row.ts';
import {emptyField, fieldRow} from '../../components/text-field.ts';
import type {Ask, Panel, RunContext} from './panel.ts';
import {fieldAfter, type ScreenState, type View} from './screen-state.ts';
import {viewRows, viewTitles} from './views.ts';

type Space = {readonly columns: number; readonly rows: number};

/** A body and how much of it there is to scroll through. */
export type Body = {readonly rows: readonly Row[]; readonly page: {readonly rows: number; readonly count: number}};

/** Title, content, and what is asked; the question is always seen, the content is cut and scrolled where it is too long. */
export const layPanel = (context: RunContext, screen: ScreenState, panel: Panel, {columns, rows}: Space): Body => {
	const {theme} = context;
	const asked = askRows(context, screen, panel.ask, {columns, rows});
	const title: Row = {left: [words(panel.title, 'plain', true)], right: panel.badge === null ? [] : [panel.badge]};
	const head = rows < 10 ? [title] : [title, blank];
	const room = Math.max(1, rows - head.length - (asked.length > 0 ? asked.length + 1 : 0));
	const content = trimEnd(panel.content(columns));
	const page = {rows: room, count: content.length};
	if (content.length > room) {
		const scroll = Math.min(screen.scroll, content.length - room);
		const shown = content.slice(scroll, scroll + room);
		const below = content.length - scroll - room;
		// The last row says that there is more; it is not lost, it comes with the next page.
		const marked = below > 0 ? [...shown.slice(0, -1), rowOf(words(safe`${theme.glyphs.more} ${below + 1} more lines`, 'accent'), words(safe`  pgdn`, 'quiet'))] : shown;
		return {rows: [...head, ...marked, ...(asked.length > 0 ? [blank, ...asked] : [])], page};
	}

	const tailRows = room - content.length - (content.length > 0 ? 1 : 0);
	const tail = panel.tail === undefined || tailRows < 1 ? [] : panel.tail({columns, rows: tailRows});
	return {rows: [...head, ...content, ...(tail.length > 0 ? [...(content.length > 0 ? [blank] : []), ...tail] : []), ...(asked.length > 0 ? [...(tail.at(-1)?.left.length === 0 ? [] : [blank]), ...asked] : [])], page};
};

/** A view over the whole width. A difference and a checklist have screens of their own. */
export const layView = (context: RunContext, view: View & {readonly name: Exclude<View['name'], 'difference' | 'checklist'>}, {columns, rows}: Space): Body => {
	const {theme, output} = context;
	const room = Math.max(1, rows - (view.isFull ? 0 : 2));
	if (view.name === 'output') {
		const count = output?.lineCount() ?? 0;
		const lines = output === null ? [rowOf(words(safe`No output.`, 'quiet'))] : outputWindow(output, {rows: room, top: view.top, found: view.search?.found ?? null, theme});
		return {rows: [...head(view, place(view.top, room, count, theme.glyphs.dot)), ...lines], page: {rows: room, count}};
	}

	const all = viewRows(context, view.name, columns);
	const first = Math.max(0, Math.min(view.top ?? all.length, all.length - room));
	return {rows: [...head(view, place(first, room, all.length, theme.glyphs.dot)), ...all.slice(first, first + room)], page: {rows: room, count: all.length}};
};

const head = (view: View, right: SafeText): readonly Row[] =>
	view.isFull ? [] : [{left: [words(viewTitles[view.name], 'plain', true)], right: [words(right, 'quiet')]}, blank];

const place = (top: number | null, rows: number, count: number, dot: SafeText): SafeText => {
	if (count <= rows) return count === 1 ? safe`1 line` : safe`${count} lines`;
	return top === null || top + rows >= count ? safe`${count} lines ${dot} end` : safe`lines ${top + 1} to ${top + rows} of ${count}`;
};

/** What the panel waits for: choices, or fields. A word is typed in the line above the keys. */
const askRows = ({theme}: RunContext, screen: ScreenState, ask: Ask, {columns, rows}: Space): readonly Row[] => {
	switch (ask.kind) {
		case 'choices':
			return choiceList(ask.choices, Math.min(screen.choice, ask.choices.length - 1), {columns, theme, isShort: rows < 14});
		case 'form': {
			const labelColumns = Math.max(...ask.fields.map(({label}) => widthOf(label))) + 2;
			return ask.fields.map(({id, label, hint}, index): Row => {
				const isHere = screen.dialog?.at === index;
				const before = [words(isHere ? safe`${theme.glyphs.choice} ` : spaces(widthOf(theme.glyphs.choice) + 1), 'accent', true), words(safe`${label}${spaces(labelColumns - widthOf(label))}`, isHere ? 'accent' : 'quiet')];
				const field = screen.dialog?.fields[id] ?? emptyField;
				if (isHere) return fieldRow(before, field, columns, hint);
				return rowOf(...before, field.text === '' ? words(hint, 'quiet') : words(field.text));
			});
		}
		case 'nothing':
		case 'enter':
		case 'word':
			return [];
	}
};

/** The line above the keys: a refusal, a field, or the one next thing. `unread`: rows of the panel below what is seen. */
export const nextRows = (context: RunContext, screen: ScreenState, panel: Panel, {columns, unread}: {readonly columns: number; readonly unread: number}): readonly Row[] => {
	const {theme, clean} = context;
	if (screen.view?.search?.isTyping === true) return [fieldRow([words(safe` / `, 'accent', true)], screen.view.search.field, columns, safe`search the output`)];
	if (screen.view?.search !== undefined && screen.view?.search !== null) return [rowOf(words(safe` ${searchWords(screen.view.search.state, screen.view.search.wanted, clean)}`, screen.view.search.state === 'nowhere' ? 'warning' : 'quiet'))];
	if (screen.notice !== null) {
		const {what, todo} = screen.notice;
		const text = safe`${theme.glyphs.failed} ${clean(what)} ${clean(todo)}`;
		return paragraph(text, columns - 2, {tone: 'danger', hang: widthOf(theme.glyphs.failed) + 1}).map(row => ({left: [words(safe` `), ...row.left]}));
	}

	if (screen.view !== null && screen.dialog === null) return [rowOf(words(safe` Esc goes back.`, 'quiet'))];
	if (unread > 0 && screen.dialog === null && (panel.ask.kind === 'enter' || panel.ask.kind === 'word')) return paragraph(safe`Enter shows the rest first: ${unread + 1} more lines.`, columns - 2, {bold: true}).map(row => ({left: [words(safe` `), ...row.left]}));
	if (panel.ask.kind === 'word' && screen.isTyping && screen.dialog === null) return [fieldRow([words(safe` ${panel.next.text}`, 'plain', true)], screen.word, columns)];
	const after = context.readOnly === null ? fieldAfter(screen, panel) : null;
	const tone = after === null ? (panel.next.tone ?? 'plain') : 'plain';
	const text = after !== null ? safe`Enter goes on to ${after.label}; nothing is recorded yet. Esc leaves it.` : panel.ask.kind === 'word' && screen.dialog === null ? safe`Enter, then type ${panel.ask.word} to start.` : panel.next.text;
	return paragraph(text, columns - 2, {tone, bold: tone === 'plain'}).map(row => ({left: [words(safe` `), ...row.left]}));
};

const searchWords = (state: 'typing' | 'looking' | 'found' | 'nowhere', wanted: string, clean: RunContext['clean']): SafeText => {
	switch (state) {
		case 'looking':
			return safe`Looking for ${clean(wanted)}…`;
		case 'nowhere':
			return safe`${clean(wanted)} is not further on in this output.`;
		case 'typing':
		case 'found':
			return safe`Found ${clean(wanted)}. Esc ends the search.`;
	}
};

const trimEnd = (rows: readonly Row[]): readonly Row[] => rows.slice(0, rows.findLastIndex(row => row.left.some(({text}) => text.trim() !== '')) + 1);
