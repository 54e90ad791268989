import {readRuns, type ListedRun} from '../engine/list-runs.ts';
import {formatDuration} from '../text/format-duration.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {Command} from './command.ts';

/** `slipway runs` */
export const runs: Command = {
	usage: 'runs [--json]',
	describe: 'Lists the runs of this machine, the newest first.',
	options: {json: {type: 'boolean', describe: 'One JSON object a line, for other programs'}},
	positionals: {least: 0, most: 0},
	run: ({values}, io) => {
		const all = readRuns(io.env);
		if (values['json'] === true) io.out(all.map(run => `${JSON.stringify(run)}\n`).join(''));
		else if (all.length === 0) io.out('No runs yet. `slipway rehearse` shows a whole release in a sandbox.\n');
		else io.out(tableOf([heading, ...all.map(cellsOf)]));
		return 0;
	},
};

const heading = ['started (UTC)', 'operator', 'release', 'from → to', 'target', 'result', 'took', 'run'];

const cellsOf = (run: ListedRun): readonly string[] => {
	if ('unreadable' in run) return ['', '', '', '', '', `unreadable: ${run.unreadable}`, '', run.id];
	const {id, name, from, to, target, standing, where, startedAt, lastAt, by, rehearsal, damage} = run;
	const result = damage !== null ? 'journal is damaged' : where === '' ? standing.replace('-', ' ') : where;
	return [startedAt.slice(0, 16).replace('T', ' '), by, name, [from, to].map(version => version ?? '?').join(' → '), `${target}${rehearsal ? ' (rehearsal)' : ''}`, result, formatDuration(Date.parse(lastAt) - Date.parse(startedAt)), id];
};

const tableOf = (rows: readonly (readonly string[])[]): string => {
	const safe = rows.map(row => row.map(cell => makeSafe(cell)));
	const widths = heading.map((_, column) => Math.max(...safe.map(row => row[column]?.length ?? 0)));
	return safe.map(row => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`).join('');
};
