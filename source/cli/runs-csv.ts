import type {ListedRun} from '../engine/list-runs.ts';
import {tookMs} from '../run/summary.ts';
import {makeSafe} from '../text/safe-text.ts';
import {resultWords} from './runs-table.ts';

/**
Runs for a spreadsheet (RFC 4180). Text that a spreadsheet would take for a formula begins with an apostrophe.

	run,started,ended,seconds,operator,runbook,release,from,to,target,result,waivers,rehearsal,lines,head,damage
*/
export const runsCsv = (runs: readonly ListedRun[]): string => [heading, ...runs.map(cellsOf)].map(row => `${row.map(field).join(',')}\r\n`).join('');

const heading = ['run', 'started', 'ended', 'seconds', 'operator', 'runbook', 'release', 'from', 'to', 'target', 'result', 'waivers', 'rehearsal', 'lines', 'head', 'damage'];

const cellsOf = (run: ListedRun): readonly string[] => {
	if (run.unreadable !== null) return [run.id, '', '', '', '', '', '', '', '', '', 'unreadable', '', '', '', '', run.unreadable];
	const {id, startedAt, endedAt, by, runbook, name, from, to, target, waivers, rehearsal, lines, head, damage} = run;
	return [id, startedAt, endedAt ?? '', String(Math.round(tookMs(run) / 1000)), by, runbook, name, from ?? '', to ?? '', target, resultWords(run), String(waivers), String(rehearsal), String(lines), head, damage ?? ''];
};

const field = (text: string): string => {
	const safe = makeSafe(text);
	const plain = /^[=+\-@\t\r]/.test(safe) ? `'${safe}` : safe;
	return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};
