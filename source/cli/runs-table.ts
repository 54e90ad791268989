import type {ListedRun} from '../engine/list-runs.ts';
import {tookMs} from '../run/summary.ts';
import {clip, pad} from '../text/clip.ts';
import {formatDuration} from '../text/format-duration.ts';
import {makeSafe, type SafeText} from '../text/safe-text.ts';
import {widthOf} from '../text/width.ts';

/**
Runs in columns. In a terminal of so many `columns` each run takes one line: what is empty or can be missed is left out, what is long is cut, and of its
id the end stays, by which it can be named. `null`, for a pipe: everything is there, whole.
*/
export const runsTable = (runs: readonly ListedRun[], columns: number | null): string => {
	const rows = [heading, ...runs.map(cellsOf)].map(row => row.map(cell => makeSafe(cell).replaceAll('\n', ' ')));
	const wanted = heading.map((_, column) => Math.max(...rows.map(row => widthOf(row[column] ?? ''))));
	const isEmpty = (column: number): boolean => rows.slice(1).every(row => row[column] === '');
	const widths = columns === null ? wanted : fitted(wanted.map((width, column) => (isEmpty(column) ? 0 : width)), columns);
	const lineOf = (row: readonly string[], isHeading: boolean): string =>
		row.flatMap((cell, column) => (widths[column] === 0 ? [] : [cellIn(makeSafe(cell), widths[column] ?? 0, !isHeading && column === idColumn)])).join(gap).trimEnd();
	return rows.map((row, line) => `${lineOf(row, line === 0)}\n`).join('');
};

const gap = '  ';

const cellIn = (cell: SafeText, width: number, isId: boolean): SafeText => (isId ? makeSafe(cell.slice(-width)) : pad(clip(cell, width), width));

/** Takes away what is too much, as far as each column may go; one that may go to nothing goes whole. */
const fitted = (wanted: readonly number[], columns: number): readonly number[] => {
	const widths = [...wanted];
	let tooMuch = wanted.reduce((sum, width) => sum + (width === 0 ? 0 : width + gap.length), -gap.length) - columns;
	for (const [column, least] of shrinking) {
		const width = widths[column] ?? 0;
		if (tooMuch <= 0) break;
		if (width === 0) continue;
		widths[column] = least === 0 ? 0 : Math.max(Math.min(least, width), width - tooMuch);
		tooMuch -= width - (widths[column] ?? 0) + (least === 0 ? gap.length : 0);
	}

	return widths;
};

const heading = ['started (UTC)', 'operator', 'release', 'from → to', 'target', 'result', 'took', 'waived', 'run'];

const idColumn = heading.indexOf('run');

/** What is cut, in this order, and how much of it stays. */
const shrinking: readonly (readonly [column: number, least: number])[] = ([['run', 8], ['result', 28], ['release', 16], ['from → to', 16], ['result', 20], ['operator', 0], ['took', 0], ['waived', 0], ['result', 12], ['release', 10], ['from → to', 10], ['target', 8]] as const).map(([name, least]) => [heading.indexOf(name), least]);

const cellsOf = (run: ListedRun): readonly string[] => {
	if (run.unreadable !== null) return ['', '', '', '', '', `unreadable: ${run.unreadable}`, '', '', run.id];
	const {id, name, from, to, target, startedAt, by, rehearsal, waivers} = run;
	const versions = from === null && to === null ? '' : `${from ?? '?'} → ${to ?? '?'}`;
	return [startedAt.slice(0, 16).replace('T', ' '), by, name, versions, `${target}${rehearsal ? ' (rehearsal)' : ''}`, resultWords(run), formatDuration(tookMs(run)), waivers === 0 ? '' : String(waivers), id];
};

/** `succeeded`, `open at 4 Back up`, `journal is damaged` */
export const resultWords = (run: ListedRun): string => {
	if (run.unreadable !== null) return 'unreadable';
	if (run.damage !== null) return 'journal is damaged';
	return run.where === '' ? run.standing.replace('-', ' ') : run.where;
};
