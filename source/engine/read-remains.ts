import {existsSync} from 'node:fs';
import {join} from 'node:path';

import type {Remains} from '../run/decide.ts';
import type {Attempt} from '../run/state.ts';
import {factsOnDisk} from './facts-on-disk.ts';
import type {PlanningFacts} from './plan-task.ts';

/** What an attempt whose end nobody saw has left, once nothing of it lives. */
export const readRemains = async ({task, number}: Attempt, {attemptFolder, runFolder}: PlanningFacts): Promise<Omit<Remains, 'alive'>> => {
	const named = (names: readonly string[]): readonly string[] => names.map(name => join(attemptFolder(task, number), name));
	try {
		return {output: await factsOnDisk(named(['out', 'err']), runFolder), evidence: await factsOnDisk(named(['report.json', 'outputs']).filter(path => existsSync(path)), runFolder)};
	} catch (error) {
		return {unread: error instanceof Error ? error.message : String(error)};
	}
};
