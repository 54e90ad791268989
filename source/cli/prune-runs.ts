import {createInterface} from 'node:readline/promises';
import process from 'node:process';

import type {ReadableRun, RunList} from '../engine/list-runs.ts';
import {Problem} from '../errors.ts';
import {parseDuration} from '../runbook/duration.ts';
import {removeRun} from '../stores/remove-run.ts';
import {stateFolder} from '../stores/run-folder.ts';
import {formatCount} from '../text/format-count.ts';
import type {Io} from './command.ts';
import {runsTable} from './runs-table.ts';

/** What is given with `--prune`, as it was typed. */
export type Retention = {readonly keep: unknown; readonly olderThan: unknown};

/**
Removes old runs after it has listed them and their number was typed. A run that can be gone on with is never removed, nor one of the newest, nor one whose
journal is damaged: that it is damaged is evidence. Exit status 0 done or nothing to do, 2 not removed.
*/
export const pruneRuns = async (list: RunList, retention: Retention, now: Date, io: Io): Promise<number> => {
	const {keep, olderThanMs} = readRetention(retention);
	const old = oldRuns(list, keep, now.getTime() - olderThanMs);
	if (old.length === 0) {
		io.out('There is no run to remove.\n');
		return 0;
	}

	io.out(runsTable(old, io.isTerminal ? io.columns : null));
	if (!io.isTerminal) {
		io.err(`slipway: ${formatCount(old.length, 'run')} would be removed.\n  There is no terminal to ask at, so nothing is removed.\n  Do it at a terminal.\n`);
		return 2;
	}

	const word = `remove ${old.length}`;
	io.out(`\nThese ${formatCount(old.length, 'run')} are removed for good, with their journals, output and evidence. \`slipway export RUN\` keeps one.\nType ${word} to remove them: `);
	if ((await readLine()) !== word) {
		io.out('Nothing was removed.\n');
		return 2;
	}

	for (const {id} of old) removeRun(stateFolder(io.env), id);
	list.refresh();
	io.out(`${formatCount(old.length, 'run')} removed.\n`);
	return 0;
};

const oldRuns = (list: RunList, keep: number, before: number): readonly ReadableRun[] =>
	list
		.list({rehearsals: 'with', standings: ['succeeded', 'rolled-back', 'abandoned', 'left'], isOpen: false}, keep, 1_000_000)
		.flatMap(run => (run.unreadable === null && run.damage === null && Date.parse(run.endedAt ?? run.lastAt) < before ? [run] : []));

const readRetention = ({keep, olderThan}: Retention): {readonly keep: number; readonly olderThanMs: number} => {
	const count = typeof keep === 'string' && /^\d{1,9}$/.test(keep) ? Number(keep) : null;
	const olderThanMs = typeof olderThan === 'string' ? parseDuration(olderThan) : null;
	if (count === null || olderThanMs === null || olderThanMs < leastAgeMs)
		throw new Problem({
			code: 'usage',
			what: 'It is not said which runs are old.',
			why: 'Both are needed: how many of the newest stay, and how long ago the others must have ended, a day at least.',
			todo: 'Give them as `slipway runs --prune --keep 200 --older-than 365d`.',
		});
	return {keep: count, olderThanMs};
};

const leastAgeMs = 86_400_000;

/** Empty at the end of input. */
const readLine = async (): Promise<string> => {
	const lines = createInterface({input: process.stdin, terminal: false});
	try {
		for await (const line of lines) return line.trim();
		return '';
	} finally {
		lines.close();
	}
};
