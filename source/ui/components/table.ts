import {clip, pad} from '../../text/clip.ts';
import type {SafeText} from '../../text/safe-text.ts';
import {safe} from '../../text/safe-text.ts';
import {widthOf} from '../../text/width.ts';
import type {Tone} from '../theme.ts';
import {words, type Row, type Span} from './row.ts';

/** A cell of a table. */
export type Cell = {readonly text: SafeText; readonly tone?: Tone; readonly bold?: boolean};

/**
Rows with their cells below each other. `grows` names the column that takes what is left, and is cut first when there is too little;
columns of `optional`, the last first, are left out when even that does not help.
*/
export const tableRows = (cells: readonly (readonly Cell[])[], {columns, grows, optional = [], gap = 2, indent = 0}: {readonly columns: number; readonly grows: number; readonly optional?: readonly number[]; readonly gap?: number; readonly indent?: number}): readonly Row[] => {
	const count = Math.max(0, ...cells.map(row => row.length));
	const natural = Array.from({length: count}, (_, column) => Math.max(0, ...cells.map(row => widthOf(row[column]?.text ?? ''))));
	let kept = natural.map((_, column) => column).filter(column => (natural[column] ?? 0) > 0 || column === grows);
	const needed = (): number => indent + kept.filter(column => column !== grows).reduce((width, column) => width + (natural[column] ?? 0), 0) + gap * (kept.length - 1);
	for (const column of optional.toReversed()) {
		if (columns - needed() >= Math.min(natural[grows] ?? 0, leastGrown)) break;
		kept = kept.filter(other => other !== column);
	}

	const grown = Math.max(1, Math.min(natural[grows] ?? 0, columns - needed()));
	return cells.map(row => ({
		left: kept.flatMap((column, index): readonly Span[] => {
			const cell = row[column] ?? {text: safe``};
			const width = column === grows ? grown : (natural[column] ?? 0);
			const text = index === kept.length - 1 ? clip(cell.text, width) : pad(clip(cell.text, width), width + gap);
			return [words(index === 0 ? safe`${' '.repeat(indent) as SafeText}${text}` : text, cell.tone, cell.bold)];
		}),
	}));
};

const leastGrown = 16;
