import type {Engine} from '../engine/engine.ts';
import type {SafeText} from '../text/safe-text.ts';
import {closingSummary} from './closing-summary.ts';
import type {Caught} from './leave-on-signal.ts';
import type {Theme} from './theme.ts';

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
