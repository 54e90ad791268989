import {formatDuration} from '../../text/format-duration.ts';
import {makeSafe, safe, type SafeText} from '../../text/safe-text.ts';
import type {Theme, Tone} from '../theme.ts';
import {rowOf, words, type Row} from './row.ts';

/** How far a task is against its usual time. Over it, the bar is full and the words say by how much. */
export const progressBar = ({elapsedMs, usualMs, columns, theme}: {readonly elapsedMs: number; readonly usualMs: number; readonly columns: number; readonly theme: Theme}): Row => {
	const isOver = elapsedMs > usualMs;
	const text = makeSafe(isOver ? `${formatDuration(elapsedMs - usualMs)} over usual` : `about ${formatDuration(roundUp(usualMs - elapsedMs))} left`);
	return bar({share: elapsedMs / Math.max(1, usualMs), text, columns, theme, tones: isOver ? ['warning', 'warning'] : ['accent', 'quiet']});
};

/** How far a task is by what it says itself. */
export const shareBar = ({share, columns, theme}: {readonly share: number; readonly columns: number; readonly theme: Theme}): Row => bar({share, text: makeSafe(`${Math.floor(share * 100)}%`), columns, theme, tones: ['accent', 'quiet']});

const bar = ({share, text, columns, theme: {glyphs}, tones: [tone, textTone]}: {readonly share: number; readonly text: SafeText; readonly columns: number; readonly theme: Theme; readonly tones: readonly [Tone, Tone]}): Row => {
	const room = Math.max(4, Math.min(30, columns - text.length - 2));
	const full = Math.min(room, Math.floor(share * room));
	return rowOf(words(glyphs.full.repeat(full) as SafeText, tone), words(glyphs.empty.repeat(room - full) as SafeText, 'quiet'), words(safe`  ${text}`, textTone));
};

/** An estimate that changes every second looks like knowledge. */
const roundUp = (leftMs: number): number => (leftMs > 60_000 ? Math.ceil(leftMs / 60_000) * 60_000 : Math.ceil(leftMs / 5000) * 5000);
