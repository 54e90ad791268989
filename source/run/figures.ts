import {median} from './durations.ts';
import {tookMs, type RunSummary} from './summary.ts';

/** What the figures are made from. */
export type CountedRun = Pick<RunSummary, 'name' | 'target' | 'standing' | 'startedAt' | 'lastAt' | 'endedAt' | 'changedAt' | 'brokenAt' | 'restoredAt' | 'rehearsal'>;

/**
How releases went over a span of time, after the four measures of DORA (Forsgren, Humble, Kim: Accelerate, 2018), as far as a record of
releases tells them. A release is a run that changed something and has ended; rehearsals and what was left before the first change are none.
*/
export type Figures = {
	readonly releases: number;
	readonly perWeek: number;
	/** From the first line of a release to its end, of those that succeeded. It is not DORA's lead time, which begins at the commit. */
	readonly usualMs: number | null;
	readonly rolledBack: number;
	readonly abandoned: number;
	/** The share that was rolled back or abandoned, 0 to 1; null without a release. */
	readonly failureRate: number | null;
	/** From the first failure to the end of the roll-back, or to that of the next release of the same that succeeded. */
	readonly restoreMs: number | null;
	/** How many were restored, and how many not yet. */
	readonly restored: number;
	readonly notRestored: number;
	/** Monday to Sunday, UTC, from the first to the last; weeks without a release are there. */
	readonly weeks: readonly Week[];
};

/** `monday`: `2026-11-23` */
export type Week = {readonly monday: string; readonly releases: number; readonly failed: number};

const weekMs = 7 * 86_400_000;

/** `since` and `until`: milliseconds since 1970. */
export const figuresOf = (runs: readonly CountedRun[], {since, until}: {readonly since: number; readonly until: number}): Figures => {
	const releases = runs.filter(run => isRelease(run) && isWithin(run, since, until));
	const failed = releases.filter(({standing}) => standing !== 'succeeded');
	const restores = failed.map(run => restoreMs(run, runs));
	return {
		releases: releases.length,
		perWeek: releases.length / Math.max(1, (until - since) / weekMs),
		usualMs: median(releases.filter(({standing}) => standing === 'succeeded').map(run => tookMs(run))),
		rolledBack: failed.filter(({standing}) => standing === 'rolled-back').length,
		abandoned: failed.filter(({standing}) => standing === 'abandoned').length,
		failureRate: releases.length === 0 ? null : failed.length / releases.length,
		restoreMs: median(restores.filter(ms => ms !== null)),
		restored: restores.filter(ms => ms !== null).length,
		notRestored: restores.filter(ms => ms === null).length,
		weeks: weeksOf(releases, since, until),
	};
};

const isRelease = ({changedAt, endedAt, rehearsal}: CountedRun): boolean => changedAt !== null && endedAt !== null && !rehearsal;

const isWithin = ({startedAt}: CountedRun, since: number, until: number): boolean => Date.parse(startedAt) >= since && Date.parse(startedAt) < until;

const restoreMs = (run: CountedRun, runs: readonly CountedRun[]): number | null => {
	const broken = Date.parse(run.brokenAt ?? run.changedAt ?? run.startedAt);
	if (run.standing === 'rolled-back') return Math.max(0, Date.parse(run.restoredAt ?? run.endedAt ?? run.lastAt) - broken);
	const next = runs
		.filter(other => isRelease(other) && other.standing === 'succeeded' && other.name === run.name && other.target === run.target)
		.map(({endedAt, lastAt}) => Date.parse(endedAt ?? lastAt))
		.filter(ended => ended > broken);
	return next.length === 0 ? null : Math.min(...next) - broken;
};

const weeksOf = (releases: readonly CountedRun[], since: number, until: number): readonly Week[] => {
	const byMonday = Map.groupBy(releases, ({startedAt}) => mondayOf(Date.parse(startedAt)));
	const first = mondayOf(since);
	const count = Math.max(1, Math.ceil((until - first) / weekMs));
	return Array.from({length: count}, (_, index) => {
		const monday = first + index * weekMs;
		const those = byMonday.get(monday) ?? [];
		return {monday: new Date(monday).toISOString().slice(0, 10), releases: those.length, failed: those.filter(({standing}) => standing !== 'succeeded').length};
	});
};

/** 1970 began on a Thursday. */
const mondayOf = (at: number): number => Math.floor((at - 4 * 86_400_000) / weekMs) * weekMs + 4 * 86_400_000;
