import {Temporal} from 'temporal-polyfill';

import type {Finding} from '../journal/event.ts';
import type {Attempt, RunState} from './state.ts';
import {tasksBefore} from './walk.ts';
import {checkWindow} from './window.ts';

/** A window that closed while something was being changed. It stops nothing, but the record tells it. */
export const windowFindings = (state: RunState, {task, started, startedAt}: Attempt, endedAt: Date): readonly Finding[] => {
	if (started.effect !== 'changes') return [];
	return tasksBefore(state, task).flatMap(({task: gate, status}): readonly Finding[] => {
		if (gate.kind !== 'window' || status === 'skipped') return [];
		const {open, rule, closesAt} = checkWindow(gate.window, new Date(startedAt));
		if (!open || closesAt === null || closesAt > endedAt) return [];
		return [{level: 'warning', what: `The window closed at ${timeIn(closesAt, gate.window.timezone)} while this ran.`, where: rule}];
	});
};

const timeIn = (at: Date, timezone: string): string => Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timezone).toPlainTime().toString({smallestUnit: 'minute'});
