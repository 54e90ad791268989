import {realpathSync} from 'node:fs';
import {join} from 'node:path';

import {shellWord} from '../text/command-line.ts';
import {isFifoHeld, readPid, readShim} from './attempt-files.ts';
import {attemptVariables, runVariables} from './attempt-variables.ts';
import type {MarkedProcess, ProcessTable} from './identity.ts';
import type {AttemptSpec, Stray} from './supervisor.ts';

/**
Processes of the attempt outside its group while the action lives; once it is gone, every one that is left. The shim is none of them. One that
has taken the marks out of its environment is found by the FIFO that all inherit, once the shim holds it no more.
*/
export const findStrays = (spec: Pick<AttemptSpec, 'folder' | 'runId' | 'taskId' | 'attempt'>, table: ProcessTable): readonly Stray[] => {
	const action = readPid(spec.folder);
	const shim = readShim(spec.folder);
	// Asked before the search: a shim that ends meanwhile must not be taken for one that was killed.
	const isShimAlive = shim !== null && table.isAlive(shim);
	const isActionAlive = action.kind === 'written' && table.isAlive(action.value);
	const isHeld = !isShimAlive && isFifoHeld(spec.folder);
	// Before `pid` is written, what carries the marks is the shim and its parts.
	const groups = [...(shim === null ? [] : [shim.pid]), ...(isActionAlive ? [action.value.pid] : [])];
	const found = [...table.findByEnvironment(attemptVariables(spec)), ...(isHeld ? table.findByOpenFile(join(realpathSync(spec.folder), 'alive')) : [])];
	const strays = [...new Map(found.map(process => [process.pid, process])).values()].filter(({group}) => !groups.includes(group));
	return strays.length === 0 && isHeld && !isActionAlive && isFifoHeld(spec.folder) ? [namelessIn(spec.folder)] : strays.map(strayOf);
};

/** Also the shims, which hold what their action still does. */
export const findOfRun = (runId: string, table: ProcessTable): readonly Stray[] => table.findByEnvironment(runVariables(runId)).map(strayOf);

const strayOf = ({pid, command}: MarkedProcess): Stray => ({pid, command});

/** Of another user, or where nothing tells who has a file open. */
const namelessIn = (folder: string): Stray => ({pid: null, command: `a process that can't be named from here; \`sudo lsof ${shellWord(join(folder, 'alive'))}\` names it`});
