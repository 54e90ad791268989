import {formatDuration} from '../../text/format-duration.ts';
import {makeSafe, safe, type SafeText} from '../../text/safe-text.ts';
import type {Theme} from '../theme.ts';
import {rowOf, words, type Row} from './row.ts';

/** How far a task is against its usual time. Over it, the bar is full and the words say by how much. */
export const progressBar = ({elapsedMs, usualMs, columns, theme}: {readonly elapsedMs: number; readonly usualMs: number; readonly columns: number; readonly theme: Theme}): Row => {
	const isOver = elapsedMs > usualMs;
	const text = makeSafe(isOver ? `${formatDuration(elapsedMs - usualMs)} over usual` : `about ${formatDuration(roundUp(usualMs - elapsedMs))} left`);
	const room = Math.max(4, Math.min(30, columns - text.length - 2));
	const full = Math.min(room, Math.floor((elapsedMs / Math.max(1, usualMs)) * room));
	const {glyphs} = theme;
	return rowOf(words(glyphs.full.repeat(full) as SafeText, isOver ? 'warning' : 'accent'), words(glyphs.empty.repeat(room - full) as SafeText, 'quiet'), words(safe`  ${text}`, isOver ? 'warning' : 'quiet'));
};

/** An estimate that changes every second looks like knowledge. */
const roundUp = (leftMs: number): number => (leftMs > 60_000 ? Math.ceil(leftMs / 60_000) * 60_000 : Math.ceil(leftMs / 5000) * 5000);
