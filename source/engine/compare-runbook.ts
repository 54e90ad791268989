import {existsSync} from 'node:fs';

import {Problem} from '../errors.ts';
import type {EventData} from '../journal/event.ts';
import type {RunState} from '../run/state.ts';
import {isSettled, taskOf} from '../run/walk.ts';
import {comparePlans, describeChange} from '../runbook/compare-plans.ts';
import {loadRunbook, planRunbook} from './load-runbook.ts';
import type {Machine} from './machine.ts';

/** What the runbook's file says today, held against the copy with which the run goes on; null while it is the same file. */
export const compareRunbook = (state: RunState, machine: Pick<Machine, 'environment'>): EventData['runbook.changed'] | null => {
	const {path, sha256} = state.plan.runbook;
	if (!existsSync(path)) return {sha256: null, changes: ['the file is gone']};
	try {
		const loaded = loadRunbook(path, '/');
		if (loaded.sha256 === sha256) return null;
		const {plan} = planRunbook(loaded, {targetName: state.plan.target.name, inputs: state.plan.inputs}, machine, state.id);
		const changes = comparePlans(state.plan, plan).map(change => `${describeChange(change)}${state.tasks[change.task] !== undefined && isSettled(taskOf(state, change.task)) ? ', which is settled here' : ''}`);
		return {sha256: loaded.sha256, changes: changes.length === 0 ? ['only comments and layout'] : changes};
	} catch (error) {
		if (error instanceof Problem) return {sha256: null, changes: [`it can't be planned any more: ${error.what}`]};
		throw error;
	}
};
