import type {DifferenceChange} from '../../../actions/helm/difference.ts';
import {clip, clipMiddle, pad} from '../../../text/clip.ts';
import {safe, type SafeText} from '../../../text/safe-text.ts';
import {rowOf, words, type Row} from '../../components/row.ts';
import type {Theme, Tone} from '../../theme.ts';
import {pairLines, type LinePair} from './side-by-side.ts';

/** The lines of one object's diff, as many rows as it has; a row is made when it is seen. */
export type DiffPane = {
	readonly count: number;
	/** Rows on which a change begins: the first line of each run of lines that go or come. */
	readonly changes: readonly number[];
	/** The row on which a line of the diff, from 0, is shown. */
	readonly rowOfLine: (line: number) => number;
	/** `left`: how many characters of each line lie out of sight. */
	readonly row: (index: number, place: {readonly columns: number; readonly left: number; readonly isFound: boolean}) => Row;
};

export type PaneParts = {readonly clean: (text: string) => SafeText; readonly theme: Theme};

/** One line below the other, as `diff -u` shows them. */
export const unifiedPane = ({diff}: Pick<DifferenceChange, 'diff'>, {clean, theme}: PaneParts): DiffPane => {
	const {lines, skipped} = linesOf(diff);
	const shown = cleaned(clean);
	return {
		count: lines.length,
		changes: changesIn(lines.length, index => isMark(lines[index])),
		rowOfLine: line => Math.max(0, line - skipped),
		row: (index, place) => {
			const line = lines[index] ?? '';
			if (line.startsWith('@@')) return hunkRow(shown(line), place.columns, theme);
			const tone = line.startsWith('+') ? 'good' : line.startsWith('-') ? 'danger' : 'plain';
			return rowOf(...found(place.isFound, theme), words(safe`${markOf(line)} `, tone, true), words(window(shown(line.slice(1)), place), tone));
		},
	};
};

/** What was on the left, what will be on the right. */
export const sideBySidePane = ({diff}: Pick<DifferenceChange, 'diff'>, {clean, theme}: PaneParts): DiffPane => {
	const {lines, skipped} = linesOf(diff);
	const pairs = pairLines(lines);
	const rowFor = rowsByLine(lines, pairs);
	const shown = cleaned(clean);
	const half = (text: string | null, mark: SafeText, tone: Tone, place: {readonly columns: number; readonly left: number}) => {
		const columns = Math.max(1, place.columns - 2);
		return [words(text === null ? safe`  ` : safe`${mark} `, tone, true), words(pad(clip(window(text === null ? safe`` : shown(text), {...place, columns}), columns, theme.glyphs.ellipsis), columns), tone)];
	};
	return {
		count: pairs.length,
		changes: changesIn(pairs.length, index => {
			const pair = pairs[index];
			return pair?.kind === 'lines' && pair.isChanged;
		}),
		rowOfLine: line => rowFor(Math.max(0, line - skipped)),
		row: (index, {columns, left, isFound}) => {
			const pair = pairs[index];
			if (pair === undefined) return rowOf();
			if (pair.kind === 'hunk') return hunkRow(shown(pair.text), columns, theme);
			const place = {columns: Math.floor((columns - 3) / 2), left};
			const {before, after, isChanged} = pair;
			return rowOf(
				...half(before, isChanged ? safe`-` : safe` `, isChanged ? 'danger' : 'plain', place),
				words(safe` ${theme.glyphs.vertical} `, isFound ? 'accent' : 'quiet', isFound),
				...half(after, isChanged ? safe`+` : safe` `, isChanged ? 'good' : 'plain', place),
			);
		},
	};
};

/** A diff that begins at the object's first line needs no head that says so. */
const linesOf = (diff: string): {readonly lines: readonly string[]; readonly skipped: number} => {
	const lines = diff === '' ? [] : diff.replace(/\n$/, '').split('\n');
	const skipped = /^@@ -[01],/.test(lines[0] ?? '') ? 1 : 0;
	return {lines: lines.slice(skipped), skipped};
};

const isMark = (line: string | undefined): boolean => line?.startsWith('+') === true || line?.startsWith('-') === true;

const changesIn = (count: number, isChange: (index: number) => boolean): readonly number[] => {
	const places: number[] = [];
	for (let index = 0; index < count; index += 1) if (isChange(index) && (index === 0 || !isChange(index - 1))) places.push(index);
	return places;
};

/** Which row of the pairs shows a line: a run of lines that go and the run that comes beside them share their rows. */
const rowsByLine = (lines: readonly string[], pairs: readonly LinePair[]): ((line: number) => number) => {
	let table: Int32Array | null = null;
	const build = (): Int32Array => {
		const rows = new Int32Array(lines.length);
		let line = 0;
		let row = 0;
		while (line < lines.length) {
			const gone = runOf(lines, line, '-');
			const come = runOf(lines, line + gone, '+');
			if (gone + come === 0) {
				rows[line] = row;
				line += 1;
				row += 1;
				continue;
			}

			for (let index = 0; index < gone + come; index += 1) rows[line + index] = row + (index < gone ? index : index - gone);
			line += gone + come;
			row += Math.max(gone, come);
		}

		return rows;
	};
	return line => Math.min(pairs.length - 1, (table ??= build())[line] ?? 0);
};

const runOf = (lines: readonly string[], from: number, mark: string): number => {
	let end = from;
	while (lines[end]?.startsWith(mark) === true) end += 1;
	return end - from;
};

/** A line passes the gate once, whole: a secret that the window cuts in two would not be known any more. */
const cleaned = (clean: (text: string) => SafeText): ((line: string) => SafeText) => {
	const known = new Map<string, SafeText>();
	return line => {
		const before = known.get(line);
		if (before !== undefined) return before;
		if (known.size > 2000) known.clear();
		const safeLine = clean(line);
		known.set(line, safeLine);
		return safeLine;
	};
};

/** What of a line is in sight. More than fits is left, so that the row is cut with an ellipsis. */
const window = (text: SafeText, {columns, left}: {readonly columns: number; readonly left: number}): SafeText => (left === 0 && text.length <= columns ? text : (text.slice(left, left + columns * 2).toWellFormed() as SafeText));

const markOf = (line: string): SafeText => (line.startsWith('+') ? safe`+` : line.startsWith('-') ? safe`-` : safe` `);

const found = (isFound: boolean, theme: Theme): Row['left'] => (isFound ? [words(safe`${theme.glyphs.choice} `, 'accent', true)] : []);

/** `@@ -12,7 +12,7 @@ spec.template.spec`: the numbers are of no file that anybody has, so only the keys are shown; of many the last ones tell most. */
const hunkRow = (line: SafeText, columns: number, theme: Theme): Row => rowOf(words(safe`${theme.glyphs.ellipsis} ${clipMiddle(line.replace(/^@@[^@]*@@ ?/, '') as SafeText, columns - 2, theme.glyphs.ellipsis)}`, 'quiet'));
