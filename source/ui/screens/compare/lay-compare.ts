import type {ComparedRow} from '../../../run/compare-runs.ts';
import {safe, type SafeText} from '../../../text/safe-text.ts';
import {layFrame, type Laid, type Size} from '../../components/frame.ts';
import {hintRow} from '../../components/hint-row.ts';
import {blank, paragraph, rowOf, section, spaces, spansWidth, words, type Row} from '../../components/row.ts';
import type {Key} from '../../keys.ts';
import {moveByKey} from '../../move.ts';
import type {Theme} from '../../theme.ts';

/** Two runs beside each other. */
export type Comparison = {readonly first: string; readonly second: string; readonly rows: readonly ComparedRow[]};

/** `showsSame`: also what is the same in both. */
export type CompareState = {readonly top: number; readonly showsSame: boolean};

export const freshCompare: CompareState = {top: 0, showsSame: false};

export type CompareParts = {readonly comparison: Comparison; readonly state: CompareState; readonly theme: Theme; readonly clean: (text: string) => SafeText};

/** Gives also how many rows are seen, and how many there are. */
export const layCompare = (parts: CompareParts, size: Size): {readonly laid: Laid; readonly page: {readonly rows: number; readonly count: number}} => {
	const {comparison, state, theme, clean} = parts;
	let page = {rows: 1, count: 0};
	const differences = comparison.rows.filter(({isSame}) => !isSame).length;
	const laid = layFrame(
		{
			header: [{left: [words(safe` Compared`, 'plain', true), words(safe`  ${differences} of ${comparison.rows.length} differ`, 'quiet')]}],
			body: ({columns, rows}) => {
				const all = bodyRows(parts, columns);
				page = {rows, count: all.length};
				const top = Math.max(0, Math.min(all.length - rows, state.top));
				return all.slice(top, top + rows);
			},
			next: columns => paragraph(safe`Left: ${clean(comparison.first)}. Right: ${clean(comparison.second)}.`, columns - 2, {indent: 1, bold: true}),
			footer: hintRow([[theme.glyphs.upDown, safe`scroll`], [safe`a`, state.showsSame ? safe`differences only` : safe`also what is the same`], [safe`q`, safe`back`]], theme),
		},
		size,
		theme,
	);
	return {laid, page};
};

const titles: Readonly<Record<ComparedRow['section'], SafeText>> = {run: safe`Run`, inputs: safe`Inputs`, tasks: safe`Tasks`, outputs: safe`What actions gave`, findings: safe`Findings`};

const bodyRows = (parts: CompareParts, columns: number): readonly Row[] => {
	const {comparison, state} = parts;
	const shown = comparison.rows.filter(({isSame}) => state.showsSame || !isSame);
	if (shown.length === 0) return [blank, rowOf(words(safe`Nothing differs.`, 'quiet'))];
	return (Object.keys(titles) as ComparedRow['section'][]).flatMap(name => section(titles[name], shown.filter(row => row.section === name).flatMap(row => rowPair(row, parts, columns))));
};

/** The name above, the two values below it beside each other; each as long as it has to be. */
const rowPair = ({name, first, second, isSame}: ComparedRow, {clean}: CompareParts, columns: number): readonly Row[] => {
	const half = Math.max(8, Math.floor((columns - 6) / 2));
	const valueRows = (value: string | null): readonly Row[] => paragraph(value === null ? safe`is not there` : clean(value), half, {tone: isSame ? 'quiet' : value === null ? 'warning' : 'plain'});
	const [left, right] = [valueRows(first), valueRows(second)];
	const height = Math.max(left.length, right.length);
	return [
		rowOf(words(safe`  ${clean(name)}`, 'quiet')),
		...Array.from({length: height}, (_, index): Row => {
			const before = left[index]?.left ?? [];
			const width = spansWidth(before);
			return rowOf(words(spaces(4)), ...before, words(spaces(Math.max(1, half - width + 2))), ...(right[index]?.left ?? []));
		}),
	];
};

/** What a key does; null leaves. */
export const pressCompare = (state: CompareState, key: Key, page: {readonly rows: number; readonly count: number}): CompareState | null => {
	const press = key.name === 'text' ? key.text : key.name;
	if (key.ctrl && press.toLowerCase() === 'c') return null;
	const goTo = (top: number): CompareState => ({...state, top: Math.max(0, Math.min(Math.max(0, page.count - page.rows), top))});
	if (key.ctrl || key.meta) return state;
	const move = moveByKey(press, {at: state.top, page: page.rows, last: page.count});
	if (move !== null) return goTo(move);
	switch (press) {
		case 'a':
			return {top: 0, showsSame: !state.showsSame};
		case 'q':
		case 'escape':
			return null;
		default:
			return state;
	}
};
