import process from 'node:process';

import type {Engine} from '../engine/engine.ts';
import type {SafeText} from '../text/safe-text.ts';
import {closingSummary} from './closing-summary.ts';
import type {Theme} from './theme.ts';

/** Exit statuses as a shell gives them. */
const statuses = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const;
type Signal = keyof typeof statuses;

/** The first signal that asked this program to leave, with its exit status. */
export type Caught = {readonly signal: Signal; readonly status: number};

/** Calls `leave` when a signal asks for it, instead of being ended by it. `stop` gives the signals back. */
export const leaveOnSignal = (leave: () => void): {readonly caught: () => Caught | null; readonly stop: () => void} => {
	let caught: Caught | null = null;
	const handlers = (Object.keys(statuses) as Signal[]).map(signal => {
		const handle = (): void => {
			caught ??= {signal, status: statuses[signal]};
			leave();
		};
		process.on(signal, handle);
		return () => process.off(signal, handle);
	});
	return {caught: () => caught, stop: () => handlers.forEach(stop => stop())};
};

type Leaving = {readonly theme: Theme; readonly clean: (text: string) => SafeText; readonly caught: Caught | null};

/**
Closes a run, whatever runs in it goes on, and says how it stands and who took it over. Exit status: 0 the run succeeded, 1 it ended otherwise,
130 it was left open (129, 143 by a signal).
*/
export const leaveRun = async (engine: Engine, {theme, clean, caught}: Leaving): Promise<{readonly told: SafeText; readonly status: number}> => {
	const state = engine.snapshot();
	const {readOnly} = engine;
	await engine.close(caught !== null ? 'signal' : state.ending === null ? 'left' : 'ended');
	const successor = caught?.signal === 'SIGTERM' ? ((await engine.successor?.()) ?? null) : null;
	const status = caught?.status ?? (state.ending === null ? 130 : state.ending.result === 'succeeded' ? 0 : 1);
	return {told: closingSummary(state, {theme, clean, readOnly, successor}), status};
};
