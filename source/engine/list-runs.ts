import {statSync} from 'node:fs';

import {decodeTime} from 'ulid';

import {Problem} from '../errors.ts';
import {usualFrom, type TaskTime, type Usual} from '../run/durations.ts';
import {emptyRun} from '../run/reducer.ts';
import {releaseOf} from '../run/release.ts';
import type {RunState} from '../run/state.ts';
import {leftStanding, summaryOf, tookMs, type RunSummary} from '../run/summary.ts';
import {journalPath} from '../stores/file-journal.ts';
import {listRuns, runFolderPath, runsFolder, stateFolder} from '../stores/run-folder.ts';
import {isIndexFault, openRunIndex, replaceRunIndex, type IndexedRun, type RunIndex, type RunQuery} from '../stores/run-index.ts';
import {runOwner} from '../stores/run-lock.ts';
import type {Machine} from './machine.ts';
import {readRun} from './read-run.ts';

/** A row of a list of runs. */
export type ListedRun = ReadableRun | UnreadableRun;

/** `damage`: what is wrong with its journal after what is shown; null when nothing is. */
export type ReadableRun = Omit<RunSummary, 'times'> & {readonly damage: string | null; readonly unreadable: null};

/** `unreadable` says why nothing more is known. */
export type UnreadableRun = {readonly id: string; readonly startedAt: string; readonly unreadable: string};

/**
All runs on this machine, through an index that keeps what is known of those that have ended. A run that has not ended, one of the newest, and
every one that is given out is looked at: when its journal is not as it was (size, times, inode), it is read again, and its chain checked. What
was changed in an older run is noticed when the run comes into a list, when it is opened, or by `checkAll`.
*/
export type RunList = {
	/** Reads what is new or has changed, the newest first, for about so long. Gives how many are still to be read. */
	readonly refresh: (budgetMs?: number) => number;
	readonly list: (query: RunQuery, from: number, count: number) => readonly ListedRun[];
	readonly count: (query: RunQuery) => number;
	/** All that match and can be read, as they are known, without a look at their journals: for figures. */
	readonly known: (query: RunQuery) => readonly ReadableRun[];
	/** Reads every journal again, whatever the index says. `onRun`: after each. */
	readonly checkAll: (onRun: (run: ListedRun, done: number, all: number) => void) => void;
	/** How long things took in earlier runs of the same runbook, target and release. */
	readonly usual: (state: RunState) => Usual;
	readonly close: () => void;
};

/** What stands in a row, so that an index of a program that put something else there is built anew. The number: that it means something else. */
const layout = `3 ${Object.keys(summaryOf(emptyRun('', {runbook: {name: '', path: '', folder: '', sha256: ''}, target: {name: '', protected: false, variables: {}}, inputs: {}, secrets: [], steps: [], remedies: []}))).join(' ')}`;

/** So many of the newest are always looked at: a run's last line comes after the one that ends it. */
const newest = 20;

/** How many are kept in one go. Between two such pieces other processes may write. */
const pieceCount = 200;

const everything = 100_000_000;

/** More than the clock of any file system may lag behind. */
const settleMs = 2000;

/** How many earlier runs are asked how long things take: enough for a median of each task, though some leave tasks out. */
const askedRuns = 30;

export const openRunList = (environment: Machine['environment']): RunList => {
	const root = stateFolder(environment);
	let index = openRunIndex(root, layout);
	let unread: readonly string[] = [];
	/** What the folder looked like when they were found. */
	let unreadIn = '';

	/** An index that turns out to be bad is built anew, once. One that can't be written to is done without. */
	const guarded = <Result>(work: (index: RunIndex) => Result): Result => {
		try {
			return work(index);
		} catch (error) {
			if (!isIndexFault(error)) throw error;
			index.close();
			index = replaceRunIndex(root, layout, error);
			unread = [];
			unreadIn = '';
			refreshIndex(index);
			return work(index);
		}
	};

	const readInto = (into: RunIndex, ids: readonly string[], until = Number.POSITIVE_INFINITY): readonly string[] => {
		let done = 0;
		while (done < ids.length && performance.now() < until) {
			const rows: IndexedRun[] = [];
			while (done < ids.length && rows.length < pieceCount && performance.now() < until) rows.push(rowFor(root, environment, ids[done++] ?? ''));
			into.put(rows);
		}

		return ids.slice(done);
	};

	const refreshIndex = (into: RunIndex, until?: number): number => {
		const now = folderStamp(root);
		if (unread.length === 0 || now !== unreadIn) {
			if (into.note('folder') !== now) {
				const there = listRuns(root);
				const known = into.ids();
				const knownSet = new Set(known);
				const thereSet = new Set(there);
				into.remove(known.filter(id => !thereSet.has(id)));
				unread = there.filter(id => !knownSet.has(id));
				unreadIn = now;
			}
		}

		unread = readInto(into, unread, until);
		// A folder that was changed just now may be changed again without another time on it.
		if (unread.length === 0 && unreadIn === now && isSettled(root)) into.keepNote('folder', now);
		readInto(into, changedOf(root, into.restless(newest)));
		return unread.length;
	};

	const freshIds = (ids: readonly string[]): void => {
		guarded(into => {
			const changed = changedOf(root, into.stamps(ids));
			readInto(into, changed);
		});
	};

	return {
		refresh: budgetMs => guarded(into => refreshIndex(into, budgetMs === undefined ? undefined : performance.now() + budgetMs)),
		list: (query, from, count) => {
			freshIds(guarded(into => into.listIds(query, from, count)));
			return guarded(into => into.list(query, from, count).map(row => JSON.parse(row) as ListedRun));
		},
		count: query => guarded(into => into.count(query)),
		known: query => guarded(into => into.list(query, 0, everything)).map(row => JSON.parse(row) as ListedRun).filter(run => run.unreadable === null && run.damage === null) as readonly ReadableRun[],
		checkAll: onRun => {
			const ids = listRuns(root);
			for (let from = 0; from < ids.length; from += pieceCount) {
				const rows = ids.slice(from, from + pieceCount).map(id => rowFor(root, environment, id));
				guarded(into => into.put(rows));
				for (const [place, {row}] of rows.entries()) onRun(JSON.parse(row) as ListedRun, from + place + 1, ids.length);
			}
		},
		usual: state => {
			const {name} = releaseOf(state);
			const alike = {runbook: state.plan.runbook.name, target: state.plan.target.name, name, rehearsal: state.rehearsal};
			return usualFrom(state.plan, guarded(into => into.times(alike, askedRuns).map(times => JSON.parse(times) as readonly TaskTime[])));
		},
		close: () => index.close(),
	};
};

/** Reads the run and says of it what a list needs. Never throws for what is wrong with the run. */
const rowFor = (root: string, environment: Machine['environment'], id: string): IndexedRun => {
	// Before it is read: what is written meanwhile makes it be read again.
	const stamp = stampOf(root, id);
	try {
		const {state, damage} = readRun(environment, id);
		const isDriven = isDrivenRehearsal(root, state);
		const {times, ...summary} = {...summaryOf(state), ...(state.rehearsal && state.ending === null && !isDriven ? leftStanding(state) : {})};
		const listed: ReadableRun = {...summary, damage, unreadable: null};
		const standing = damage === null ? summary.standing : 'damaged';
		return {
			id,
			// That it is left can come about without a line of its journal: it is read again until then.
			stamp: isDriven ? '' : stamp,
			isFinal: summary.endedAt !== null && damage === null,
			isOpen: summary.endedAt === null && summary.standing !== 'left' && damage === null,
			runbook: summary.runbook,
			name: summary.name,
			target: summary.target,
			standing,
			by: summary.by,
			startedAt: Date.parse(summary.startedAt),
			tookMs: tookMs(summary),
			waivers: summary.waivers,
			rehearsal: summary.rehearsal,
			changed: summary.changedAt !== null,
			text: [summary.name, summary.from ?? '', summary.to ?? '', summary.target, standing.replace('-', ' '), summary.where, summary.by, summary.runbook].join('\n').toLowerCase(),
			row: JSON.stringify(listed),
			times: JSON.stringify(times),
		};
	} catch (error) {
		const why = error instanceof Problem ? error.why : error instanceof Error ? error.message : String(error);
		const listed: UnreadableRun = {id, startedAt: new Date(decodeTime(id)).toISOString(), unreadable: why};
		return {id, stamp, isFinal: false, isOpen: false, runbook: '', name: '', target: '', standing: 'unreadable', by: '', startedAt: decodeTime(id), tookMs: 0, waivers: 0, rehearsal: false, changed: false, text: 'unreadable', row: JSON.stringify(listed), times: '[]'};
	}
};

/** Its last line says that it was left, unless it was killed; then its lock does. */
const isDrivenRehearsal = (root: string, {id, rehearsal, ending, session}: RunState): boolean => {
	if (!rehearsal || ending !== null || session === null) return false;
	try {
		return runOwner(runFolderPath(root, id), 0) !== null;
	} catch (error) {
		// A lock that can't be opened here was not taken here either.
		if (error instanceof Problem) return false;
		throw error;
	}
};

const changedOf = (root: string, known: ReadonlyMap<string, string>): readonly string[] => [...known].flatMap(([id, stamp]) => (stampOf(root, id) === stamp ? [] : [id]));

/** Also the time of the last change of the inode, which `touch` can't set back. */
const stampOf = (root: string, id: string): string => {
	const stat = statSync(journalPath(runFolderPath(root, id)), {bigint: true, throwIfNoEntry: false});
	return stat === undefined ? '' : `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`;
};

const folderStamp = (root: string): string => {
	const stat = statSync(runsFolder(root), {bigint: true, throwIfNoEntry: false});
	return stat === undefined ? '' : `${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`;
};

const isSettled = (root: string): boolean => Date.now() - Number(statSync(runsFolder(root), {throwIfNoEntry: false})?.ctimeMs ?? 0) > settleMs;
