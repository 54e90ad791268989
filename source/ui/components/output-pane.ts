import {safe} from '../../text/safe-text.ts';
import type {OutputLines} from '../hooks/output-lines.ts';
import type {Theme} from '../theme.ts';
import {rowOf, words, type Row} from './row.ts';

/** The last lines of an output, as many as there is room for. */
export const outputTail = (output: OutputLines, {rows}: {readonly rows: number}): readonly Row[] => {
	const count = output.lineCount();
	if (count === 0) return [rowOf(words(safe`No output yet.`, 'quiet'))];
	return output.lines(Math.max(0, count - rows), rows).map(({text, stream}) => rowOf(words(text, stream === 'err' ? 'warning' : 'plain')));
};

/** Lines of an output from `top` on; null: its end. The line that was found last is marked. */
export const outputWindow = (output: OutputLines, {rows, top, found, theme}: {readonly rows: number; readonly top: number | null; readonly found: number | null; readonly theme: Theme}): readonly Row[] => {
	const count = output.lineCount();
	if (count === 0) return [rowOf(words(safe`No output.`, 'quiet'))];
	const first = Math.max(0, Math.min(top ?? count, count - rows));
	return output.lines(first, rows).map(({text, stream}, index) => {
		const isFound = first + index === found;
		return rowOf(...(isFound ? [words(safe`${theme.glyphs.choice} `, 'accent', true)] : []), words(text, isFound ? 'accent' : stream === 'err' ? 'warning' : 'plain', isFound));
	});
};
