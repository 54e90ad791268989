import type {ListedRun} from '../engine/list-runs.ts';
import {tookMs} from '../run/summary.ts';
import {pad} from '../text/clip.ts';
import {formatDuration} from '../text/format-duration.ts';
import {makeSafe} from '../text/safe-text.ts';
import {widthOf} from '../text/width.ts';

/** Runs in columns, for a terminal or a pipe. */
export const runsTable = (runs: readonly ListedRun[]): string => {
	const rows = [heading, ...runs.map(cellsOf)].map(row => row.map(cell => makeSafe(cell).replaceAll('\n', ' ')));
	const widths = heading.map((_, column) => Math.max(...rows.map(row => widthOf(row[column] ?? ''))));
	return rows.map(row => `${row.map((cell, column) => pad(makeSafe(cell), widths[column] ?? 0)).join('  ').trimEnd()}\n`).join('');
};

const heading = ['started (UTC)', 'operator', 'release', 'from → to', 'target', 'result', 'took', 'waived', 'run'];

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
