import type {Finding} from '../journal/event.ts';
import {formatTimeIn} from '../text/format-time.ts';
import type {Attempt, RunState} from './state.ts';
import {tasksBefore} from './walk.ts';
import {checkWindow} from './window.ts';

/** The end of a window that an attempt was let through. `time`: in the zone of the window, `17:00 in Asia/Kolkata`. */
export type WindowEnd = {readonly closesAt: Date; readonly time: string; readonly rule: string};

/** When the windows close that stand before an attempt which changes something. Those that were closed already were overridden. */
export const windowEnds = (state: RunState, {task, started, startedAt}: Attempt): readonly WindowEnd[] => {
	if (started.effect !== 'changes') return [];
	return tasksBefore(state, task).flatMap(({task: gate, status}): readonly WindowEnd[] => {
		if (gate.kind !== 'window' || status === 'skipped') return [];
		const {open, rule, closesAt} = checkWindow(gate.window, new Date(startedAt));
		return !open || closesAt === null ? [] : [{closesAt, time: formatTimeIn(closesAt, gate.window.timezone), rule}];
	});
};

/** A window that closed while something was being changed. It stops nothing, but the record tells it. */
export const windowFindings = (state: RunState, attempt: Attempt, endedAt: Date): readonly Finding[] =>
	windowEnds(state, attempt)
		.filter(({closesAt}) => closesAt <= endedAt)
		.map(({time, rule}) => ({level: 'warning', what: `The window closed at ${time} while this ran.`, where: rule}));

