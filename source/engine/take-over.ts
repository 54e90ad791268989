import {join} from 'node:path';
import process from 'node:process';
import {setTimeout as pause} from 'node:timers/promises';

import {Problem} from '../errors.ts';
import {runFolderPath, stateFolder} from '../stores/run-folder.ts';
import {describeOwner, runOwner} from '../stores/run-lock.ts';
import type {Machine} from './machine.ts';

/** A program that is asked to leave closes its journal and puts its terminal back; it may wait 10 seconds for an ssh-agent that answers no more. */
const patienceMs = 15_000;

/**
Asks the program that drives a run to leave it, as its operator could, and waits until it has. What it started goes on. Throws `Problem`
(`take-over-failed`) when it does not: the lock is the kernel's, so nobody can be robbed of it.
*/
export const askToLeave = async (machine: Machine, runId: string): Promise<void> => {
	const folder = runFolderPath(stateFolder(machine.environment), runId);
	const owner = runOwner(folder);
	if (owner === null) return;
	const failed = (why: string): Problem =>
		new Problem({
			code: 'take-over-failed',
			what: 'The run could not be taken over.',
			why: `${describeOwner(owner)} ${why}`,
			todo: owner === 'unnamed' ? `Find who has it: fuser ${join(folder, 'lock.db')}` : `Ask them to leave it, or end that process: kill -9 ${owner.pid}`,
		});
	if (owner === 'unnamed') throw failed('So nobody can be asked to leave.');
	if (owner.host !== machine.host) throw failed('It runs on another machine.');
	try {
		process.kill(owner.pid, 'SIGTERM');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw failed('It belongs to another user of this machine.');
	}

	const deadline = Date.now() + patienceMs;
	while (runOwner(folder) !== null) {
		if (Date.now() > deadline) throw failed(`It did not leave within ${patienceMs / 1000} s; it may be stopped.`);
		await pause(50);
	}
};
