import type {JournalLine} from '../journal/event.ts';
import {foldOnto} from '../run/fold.ts';
import {emptyRun} from '../run/reducer.ts';
import type {RunState} from '../run/state.ts';
import type {Engine} from './engine.ts';
import type {Machine} from './machine.ts';
import {followRun, previewFor} from './follow-run.ts';
import {readRun} from './read-run.ts';

/** A run that is stepped through: what was known after each line. */
export type Replay = {
	readonly lines: readonly JournalLine[];
	/** The state after line `index` (0 is the first). */
	readonly stateAt: (index: number) => RunState;
	/** Absolute path of the run's folder. */
	readonly folder: string;
	/** What is wrong with the journal after those lines; null when nothing is. */
	readonly damage: string | null;
};

/** Throws `Problem`: `run-unknown`, `run-empty`, `plan-changed`. */
export const replayRun = (environment: Machine['environment'], runId: string): Replay => {
	const {state, lines, folder, damage} = readRun(environment, runId);
	// States share what did not change, so that all of them take little more than the lines.
	const states: RunState[] = [];
	const stateAt = (index: number): RunState => {
		for (let next = states.length; next <= index; next++) {
			const line = lines[next];
			if (line === undefined) break;
			states.push(foldOnto(states[next - 1] ?? emptyRun(runId, state.plan), [line], lines[next + 1]?.prev ?? state.head));
		}

		return states[Math.min(index, states.length - 1)] ?? state;
	};
	return {lines, stateAt, folder, damage};
};

/** The run as it was known after line `index`, for the screens of a live one: nothing is sent, nothing follows. */
export const engineAt = (machine: Machine, runId: string, index: number): Engine => {
	const replay = replayRun(machine.environment, runId);
	// Of the past there is nothing to be seen in the cluster.
	const {observe: _, ...follower} = followRun(machine, runId);
	const state = replay.stateAt(index);
	const lines = replay.lines.slice(0, index + 1);
	const shownAt = new Date(state.lastAt);
	const preview = previewFor({...machine, now: () => shownAt}, replay.folder);
	return {
		...follower,
		snapshot: () => state,
		shownAt,
		preview: taskId => preview(state, taskId),
		subscribe: () => () => {},
		lines: () => lines,
		readOnly: `This is what was known after line ${lines.length}, ${state.lastAt.slice(0, 19).replace('T', ' ')} UTC. The run went on.`,
	};
};
