import type {RunList} from '../engine/list-runs.ts';
import {figuresOf, type Figures, type Week} from '../run/figures.ts';
import type {RunQuery} from '../stores/run-index.ts';
import {formatCount} from '../text/format-count.ts';
import {formatDuration} from '../text/format-duration.ts';

const usualSpanMs = 90 * 86_400_000;

/** More weeks are put together into months, so that the chart fits a screen. */
const mostBars = 30;

/** `slipway runs --stats`: how releases went, in figures and in a chart of bars. */
export const runsFigures = (list: RunList, query: RunQuery, now: Date, columns: number): string => {
	const until = query.until ?? now.getTime();
	const since = query.since ?? until - usualSpanMs;
	// Runs after the span too: one of them may have restored what failed in it.
	const runs = list.known({...query, rehearsals: 'without', changed: true, since, until: now.getTime() + 1, sort: 'newest'});
	const figures = figuresOf(runs, {since, until});
	const days = Math.round((until - since) / 86_400_000);
	if (figures.releases === 0) return `No release in ${days} days.\n`;
	return `${[title(figures, days), '', ...rows(figures).map(([name, value]) => `${name.padEnd(22)}${value}`), '', ...chart(figures, columns)].join('\n')}\n`;
};

const title = ({releases, rolledBack}: Figures, days: number): string => `${formatCount(releases, 'release')} in ${days} days, ${rolledBack} rolled back`;

const rows = ({perWeek, usualMs, failureRate, rolledBack, abandoned, restoreMs, restored, notRestored, releases}: Figures): readonly (readonly [string, string])[] => [
	['how often', `${perWeek < 9.95 ? perWeek.toFixed(1) : Math.round(perWeek)} a week`],
	['how long', usualMs === null ? 'none succeeded' : `${formatDuration(usualMs)} from start to end (median of those that succeeded)`],
	['change failure rate', `${Math.round((failureRate ?? 0) * 100)} % (${rolledBack} rolled back, ${abandoned} abandoned, of ${releases})`],
	['time to restore', restored + notRestored === 0 ? 'nothing failed' : `${restoreMs === null ? 'not known' : `${formatDuration(restoreMs)} (median of ${restored})`}${notRestored === 0 ? '' : `; ${notRestored} not restored by a later release`}`],
];

const chart = ({weeks}: Figures, columns: number): readonly string[] => {
	const bars = weeks.length <= mostBars ? weeks : months(weeks);
	const most = Math.max(1, ...bars.map(({releases}) => releases));
	const room = Math.max(10, Math.min(60, columns - 34));
	return [
		`${weeks.length <= mostBars ? 'week of' : 'month'}     releases`,
		...bars.map(({monday, releases, failed}) => {
			const full = Math.round((releases / most) * room);
			const bad = failed === 0 ? 0 : Math.max(1, Math.round((failed / most) * room));
			return `${monday.padEnd(10)}  ${'█'.repeat(Math.max(0, full - bad))}${'▒'.repeat(bad)} ${releases}${failed === 0 ? '' : `, ${failed} failed`}`.trimEnd();
		}),
	];
};

const months = (weeks: readonly Week[]): readonly Week[] =>
	[...Map.groupBy(weeks, ({monday}) => monday.slice(0, 7))].map(([month, those]) => ({monday: month, releases: those.reduce((sum, week) => sum + week.releases, 0), failed: those.reduce((sum, week) => sum + week.failed, 0)}));
