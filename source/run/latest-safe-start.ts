import {formatDuration} from '../text/format-duration.ts';
import {formatTimeIn} from '../text/format-time.ts';

/** `at` may have passed. `why` completes "not known: …". */
export type SafeStart = {readonly kind: 'known'; readonly at: Date} | {readonly kind: 'unknown'; readonly why: string};

/**
The last moment at which a deploy, and its roll-back should it fail, still fit before the window ends. The usual durations are medians of good
runs; null where there are none. What is not known is said, never guessed.
*/
export const latestSafeStart = (windowEnd: Date | null, usualDeployMs: number | null, usualRollbackMs: number | null): SafeStart => {
	if (windowEnd === null) return {kind: 'unknown', why: 'the window has no end'};
	const missing = [usualDeployMs === null ? 'a deploy' : [], usualRollbackMs === null ? 'a roll-back' : []].flat();
	if (usualDeployMs === null || usualRollbackMs === null) return {kind: 'unknown', why: `no earlier run says how long ${missing.join(' and ')} ${missing.length > 1 ? 'take' : 'takes'}`};
	return {kind: 'known', at: new Date(windowEnd.getTime() - usualDeployMs - usualRollbackMs)};
};

/** In the window's zone: `latest safe start 16:30 in Asia/Kolkata, 2 h 5 min from now`; `the latest safe start was 16:30 in Asia/Kolkata, 10 min ago`; `latest safe start not known: …` */
export const describeSafeStart = (start: SafeStart, now: Date, timezone: string): string => {
	if (start.kind === 'unknown') return `latest safe start not known: ${start.why}`;
	const leftMs = start.at.getTime() - now.getTime();
	return leftMs >= 0 ? `latest safe start ${formatTimeIn(start.at, timezone)}, ${formatDuration(leftMs)} from now` : `the latest safe start was ${formatTimeIn(start.at, timezone)}, ${formatDuration(-leftMs)} ago`;
};
