import type {JournalLine} from '../journal/event.ts';
import type {Plan} from '../runbook/plan.ts';
import {emptyRun, reduce} from './reducer.ts';
import type {RunState} from './state.ts';

/** The state after all these lines. `head` is the SHA-256 of the last one; that of every other line is the `prev` of the next. */
export const foldRun = (runId: string, plan: Plan, lines: readonly JournalLine[], head: string): RunState => foldOnto(emptyRun(runId, plan), lines, head);

/** The same, going on from a state. */
export const foldOnto = (state: RunState, lines: readonly JournalLine[], head: string): RunState =>
	lines.reduce((folded, line, index) => reduce(folded, line, lines[index + 1]?.prev ?? head), state);
