import {formatDuration} from '../../../text/format-duration.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {pad} from '../../../text/clip.ts';
import {blank, rowOf, words, type Row} from '../../components/row.ts';
import type {Theme} from '../../theme.ts';
import type {RunFigures} from './run-source.ts';

/** How releases went, in figures and in bars: one a week, the last ones where there are more than rows. */
export const figureRows = (figures: RunFigures, {days, columns, rows, theme}: {readonly days: number; readonly columns: number; readonly rows: number; readonly theme: Theme}): readonly Row[] => {
	const {releases, rolledBack, abandoned, perWeek, usualMs, restoreMs} = figures;
	const title = rowOf(words(safe`Last ${days} days`, 'plain', true));
	if (releases === 0) return [blank, title, rowOf(words(safe`No release.`, 'quiet'))];
	const rate = Math.round(((rolledBack + abandoned) / releases) * 100);
	const facts: readonly (readonly [SafeText, SafeText])[] = [
		[safe`how often`, safe`${releases} ${releases === 1 ? safe`release` : safe`releases`}, ${makeSafe(perWeek < 9.95 ? perWeek.toFixed(1) : String(Math.round(perWeek)))} a week`],
		[safe`how long`, usualMs === null ? safe`none succeeded` : safe`${makeSafe(formatDuration(usualMs))} from start to end (median)`],
		[safe`change failure rate`, safe`${rate} %: ${rolledBack} rolled back, ${abandoned} abandoned`],
		[safe`time to restore`, restoreMs === null ? safe`nothing was restored` : safe`${makeSafe(formatDuration(restoreMs))} (median)`],
	];
	return [blank, title, ...facts.map(([name, value]) => rowOf(words(pad(name, 22), 'quiet'), words(value))), blank, ...barRows(figures, columns, rows - facts.length - 3, theme)];
};

const barRows = ({weeks}: RunFigures, columns: number, rows: number, theme: Theme): readonly Row[] => {
	const shown = weeks.slice(-Math.max(1, rows - 1));
	const most = Math.max(1, ...shown.map(({releases}) => releases));
	const room = Math.max(5, Math.min(60, columns - 34));
	return [
		rowOf(words(safe`week of       releases`, 'quiet')),
		...shown.map(({monday, releases, failed}): Row => {
			const bad = failed === 0 ? 0 : Math.max(1, Math.round((failed / most) * room));
			const good = Math.max(0, Math.round((releases / most) * room) - bad);
			return rowOf(words(safe`${makeSafe(monday)}    `, 'quiet'), words(theme.glyphs.full.repeat(good) as SafeText, 'good'), words(theme.glyphs.empty.repeat(bad) as SafeText, 'warning'), words(safe` ${releases}${failed === 0 ? safe`` : safe`, ${failed} failed`}`));
		}),
	];
};
