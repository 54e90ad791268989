import {clip} from '../../text/clip.ts';
import {safe, type SafeText} from '../../text/safe-text.ts';
import {widthOf} from '../../text/width.ts';
import {wrap} from '../../text/wrap.ts';
import type {Theme, Tone} from '../theme.ts';

/** Words of one look. */
export type Span = {readonly text: SafeText; readonly tone?: Tone; readonly bold?: boolean; readonly inverse?: boolean};

/** One line of the screen. `right` stands at its right end; `cursor` is the column in `left` where the next key will be written. */
export type Row = {readonly left: readonly Span[]; readonly right?: readonly Span[]; readonly cursor?: number};

export const words = (text: SafeText, tone: Tone = 'plain', bold = false): Span => ({text, tone, bold});

export const rowOf = (...left: readonly Span[]): Row => ({left});

export const blank: Row = {left: []};

/** The spans of a row, exactly `columns` wide. What does not fit is cut with an ellipsis, the left side first. */
export const fitRow = (row: Row, columns: number, {glyphs: {ellipsis}, spell}: Theme): readonly Span[] => {
	const left = row.left.map(span => ({...span, text: spell(span.text)}));
	const right = (row.right ?? []).map(span => ({...span, text: spell(span.text)}));
	const rightWidth = spansWidth(right);
	const isTight = rightWidth > 0 && spansWidth(left) + rightWidth + 1 > columns;
	const rightSpans = isTight ? clipSpans(right, Math.max(Math.floor(columns / 2), columns - spansWidth(left) - 1), ellipsis) : right;
	const room = columns - spansWidth(rightSpans) - (rightSpans.length > 0 ? 1 : 0);
	const leftSpans = clipSpans(left, room, ellipsis);
	const gap = columns - spansWidth(leftSpans) - spansWidth(rightSpans);
	return [...leftSpans, ...(gap > 0 ? [{text: ' '.repeat(gap) as SafeText}] : []), ...rightSpans];
};

/** Text over as many rows as it needs, set in by `indent` columns, the second and later rows by `hang` more. */
export const paragraph = (text: SafeText, columns: number, {tone = 'plain', indent = 0, hang = 0, bold = false}: {tone?: Tone; indent?: number; hang?: number; bold?: boolean} = {}): readonly Row[] =>
	wrapHanging(text, columns - indent, hang).map(line => rowOf(words(`${' '.repeat(indent)}${line}` as SafeText, tone, bold)));

/** A mark and text behind it; further rows begin below the text. */
export const marked = (mark: Span, text: SafeText, columns: number, {tone = 'plain', indent = 0}: {tone?: Tone; indent?: number} = {}): readonly Row[] => {
	const inset = indent + widthOf(mark.text) + 1;
	return wrap(text, columns - inset).map((line, index) =>
		index === 0 ? rowOf(words(spaces(indent)), mark, words(safe` ${line}`, tone)) : rowOf(words(safe`${spaces(inset)}${line}`, tone)),
	);
};

/** Rows below a title, after a blank one; nothing where there are none. */
export const section = (title: SafeText, rows: readonly Row[]): readonly Row[] => (rows.length === 0 ? [] : [blank, rowOf(words(title, 'plain', true)), ...rows]);

export const spaces = (columns: number): SafeText => ' '.repeat(Math.max(0, columns)) as SafeText;

export const spansWidth = (spans: readonly Span[]): number => spans.reduce((width, {text}) => width + widthOf(text), 0);

/** Puts safe texts together with safe text between them. */
export const join = (texts: readonly SafeText[], between: SafeText): SafeText => texts.join(between) as SafeText;

const wrapHanging = (text: SafeText, columns: number, hang: number): readonly SafeText[] => {
	const [first, ...rest] = wrap(text, columns);
	if (hang === 0 || rest.length === 0) return [first ?? safe``, ...rest];
	// Wrapped again at the narrower width, from what the first row left.
	const left = text.slice((first ?? '').length).trimStart() as SafeText;
	return [first ?? safe``, ...wrap(left, columns - hang).map(line => safe`${spaces(hang)}${line}`)];
};

const clipSpans = (spans: readonly Span[], columns: number, ellipsis: SafeText): readonly Span[] => {
	if (spansWidth(spans) <= columns) return spans;
	const kept: Span[] = [];
	let room = columns - widthOf(ellipsis);
	for (const span of spans) {
		const width = widthOf(span.text);
		// The space behind it makes `clip` cut also where only the next span is too much.
		if (width > room) return room < 0 ? kept : [...kept, {...span, text: clip(safe`${span.text}${spaces(columns)}`, room + widthOf(ellipsis), ellipsis)}];
		kept.push(span);
		room -= width;
	}

	return kept;
};
