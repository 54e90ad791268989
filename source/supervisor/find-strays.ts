import {readPid, readShim} from './attempt-files.ts';
import {attemptVariables} from './attempt-variables.ts';
import type {ProcessTable} from './identity.ts';
import type {AttemptSpec, Stray} from './supervisor.ts';

/** Processes of the attempt outside its group while the action lives; once it is gone, every one that is left. The shim is none of them. */
export const findStrays = (spec: Pick<AttemptSpec, 'runId' | 'taskId' | 'attempt'>, table: ProcessTable): readonly Stray[] =>
	table.findByEnvironment(attemptVariables(spec))
		.filter(({group, folder}) => !belongingGroups(folder, table).includes(group))
		.map(({pid, command}) => ({pid, command}));

const belongingGroups = (folder: string, table: ProcessTable): readonly number[] => {
	if (folder === '') {
		return [];
	}

	const action = readPid(folder);
	const isActionAlive = action.kind === 'written' && table.isAlive(action.value);
	// Before `pid` is written, what carries the marks is the shim and its parts.
	const shim = readShim(folder);
	return [...shim === null ? [] : [shim.pid], ...isActionAlive ? [action.value.pid] : []];
};
