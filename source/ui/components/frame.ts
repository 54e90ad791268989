import {safe, type SafeText} from '../../text/safe-text.ts';
import type {Theme} from '../theme.ts';
import {blank, fitRow, rowOf, words, type Row} from './row.ts';

/** What a screen consists of, not yet laid out. */
export type FrameParts = {
	/** What is released, and where. Two rows at most. */
	readonly header: readonly Row[];
	/** The steps, when there is room beside the body; given the rows it may use. */
	readonly left?: (rows: number) => readonly Row[];
	/** The steps in one row, where there is no room for a list. */
	readonly leftLine?: Row;
	readonly body: (space: {readonly columns: number; readonly rows: number}) => readonly Row[];
	/** The one next thing: three rows as a rule; a long one, what went wrong and what to do, may take a quarter of the screen. */
	readonly next: (columns: number) => readonly Row[];
	readonly footer: Row;
};

export type Size = {readonly columns: number; readonly rows: number};

/** Where the terminal's cursor belongs, when something is being written. */
export type Laid = {readonly rows: readonly Row[]; readonly cursor: {readonly x: number; readonly y: number} | null};

/** Columns of the left side; 0: one column only. */
export const leftColumns = (columns: number): number => (columns < 60 ? 0 : columns > 100 ? 34 : 26);

/** The whole screen, row by row, exactly as many as the terminal has. */
export const layFrame = (parts: FrameParts, {columns, rows}: Size, theme: Theme): Laid => {
	if (columns < 20 || rows < 8) return {rows: fill([rowOf(words(safe`The terminal is too small.`)), rowOf(words(safe`20 columns, 8 rows at least.`))], rows), cursor: null};
	const rule = rowOf(words(theme.glyphs.rule.repeat(columns) as SafeText, 'quiet'));
	const header = rows < 14 ? parts.header.slice(0, 1) : parts.header;
	const next = parts.next(columns).slice(0, rows < 14 ? 1 : Math.max(3, Math.floor(rows / 4)));
	const left = parts.left === undefined ? 0 : leftColumns(columns);
	const line = left === 0 && parts.leftLine !== undefined ? [parts.leftLine, ...(rows < 18 ? [] : [blank])] : [];
	const bodyRows = rows - header.length - next.length - 3 - line.length;
	const bodyColumns = left === 0 ? columns - 2 : columns - left - 3;
	const body = fill(parts.body({columns: bodyColumns, rows: bodyRows}), bodyRows);
	const beside = left === 0 ? [] : fill(parts.left?.(bodyRows) ?? [], bodyRows);
	const inset = left === 0 ? 1 : left + 2;
	const middle = body.map((row, index): Row => {
		const right = fitRow(row, bodyColumns, theme);
		return {
			left: left === 0 ? [words(safe` `), ...right] : [...fitRow(beside[index] ?? blank, left, theme), words(theme.glyphs.vertical, 'quiet'), words(safe` `), ...right],
			...(row.cursor === undefined ? {} : {cursor: row.cursor + inset}),
		};
	});
	const all = [...header, rule, ...line, ...middle, rule, ...next, parts.footer];
	const y = all.findIndex(({cursor}) => cursor !== undefined);
	return {rows: all, cursor: y === -1 ? null : {x: Math.min(columns - 1, all[y]?.cursor ?? 0), y}};
};

const fill = (rows: readonly Row[], count: number): readonly Row[] => [...rows.slice(0, count), ...Array.from({length: Math.max(0, count - rows.length)}, () => blank)];
