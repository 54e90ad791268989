import {Problem} from '../errors.ts';
import {summaryOf, type RunSummary} from '../run/summary.ts';
import {listRuns, stateFolder} from '../stores/run-folder.ts';
import type {Machine} from './machine.ts';
import {readRun} from './read-run.ts';

/** A row of a list of runs; `unreadable` says why nothing more is known. `damage`: its journal holds only up to there. */
export type ListedRun = (RunSummary & {readonly damage: string | null}) | {readonly id: string; readonly unreadable: string};

/** All runs on this machine, the newest first. */
export const readRuns = (environment: Machine['environment']): readonly ListedRun[] => listRuns(stateFolder(environment)).map(id => readRow(environment, id));

const readRow = (environment: Machine['environment'], id: string): ListedRun => {
	try {
		const {state, damage} = readRun(environment, id);
		return {...summaryOf(state), damage};
	} catch (error) {
		if (error instanceof Problem) return {id, unreadable: error.why};
		throw error;
	}
};
