import {describeSafeStart, latestSafeStart, type SafeStart} from '../../../run/latest-safe-start.ts';
import {tasksBefore} from '../../../run/walk.ts';
import {checkWindow} from '../../../run/window.ts';
import type {WindowSpec} from '../../../runbook/plan.ts';
import {formatDuration} from '../../../text/format-duration.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {marked, words, type Row} from '../../components/row.ts';
import type {RunContext} from './panel.ts';

/** Until when a deploy may begin so that taking it back still fits into the window. Nothing while the window is closed, or has no end. */
export const safeStartRows = (context: RunContext, window: WindowSpec, columns: number): readonly Row[] => {
	const start = safeStartOf(context, window);
	if (start === null) return [];
	const {theme, now} = context;
	const isLate = start.kind === 'known' && start.at < now;
	return marked(words(isLate ? theme.glyphs.attention : theme.glyphs.dot, isLate ? 'warning' : 'quiet'), sentence(start, now, window.timezone), columns, {tone: isLate ? 'warning' : 'quiet'});
};

/** For a task that changes something, by the windows that it has to pass: a warning where it is late, else a few words where it is known. */
export const safeStartBefore = (context: RunContext, taskId: string, columns: number): {readonly late: readonly Row[]; readonly told: readonly SafeText[]} => {
	const starts = passedWindows(context, taskId).flatMap(window => {
		const start = safeStartOf(context, window);
		return start?.kind === 'known' ? [{start, timezone: window.timezone}] : [];
	});
	return {
		late: starts.filter(({start}) => start.at < context.now).flatMap(({start, timezone}) => marked(words(context.theme.glyphs.attention, 'warning'), sentence(start, context.now, timezone), columns, {tone: 'warning'})),
		told: starts.filter(({start}) => start.at >= context.now).map(({start, timezone}) => makeSafe(describeSafeStart(start, context.now, timezone))),
	};
};

/** How long the windows before a task are open still, in a sentence; nothing where none ends. */
export const timeLeft = (context: RunContext, taskId: string): readonly SafeText[] => {
	const verdicts = passedWindows(context, taskId).map(window => checkWindow(window, context.now));
	if (verdicts.some(({open}) => !open)) return [safe`The window is closed.`];
	const ends = verdicts.flatMap(({closesAt}) => closesAt?.getTime() ?? []);
	return ends.length === 0 ? [] : [safe`The window closes in ${makeSafe(formatDuration(Math.min(...ends) - context.now.getTime()))}.`];
};

const passedWindows = ({state}: RunContext, taskId: string): readonly WindowSpec[] => tasksBefore(state, taskId).flatMap(({task, status}) => (task.kind === 'window' && status === 'done' ? [task.window] : []));

const safeStartOf = ({now, usual}: RunContext, window: WindowSpec): SafeStart | null => {
	const verdict = checkWindow(window, now);
	return verdict.open && verdict.closesAt !== null ? latestSafeStart(verdict.closesAt, usual.deployMs, usual.rollbackMs) : null;
};

const sentence = (start: SafeStart, now: Date, timezone: string): SafeText => {
	const told = describeSafeStart(start, now, timezone);
	return makeSafe(`${told.slice(0, 1).toUpperCase()}${told.slice(1)}.`);
};
