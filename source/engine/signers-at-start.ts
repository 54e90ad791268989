import {readFileSync} from 'node:fs';

import {Problem} from '../errors.ts';
import type {FileFact} from '../journal/event.ts';
import {signersOf} from '../run/approvals.ts';
import {tasksOf, type Plan} from '../runbook/plan.ts';
import {factOfBytes} from '../stores/file-facts.ts';

/**
The files that say whose signatures are approvals, by the task that names them, as they are when a run begins. Throws `Problem`
(`signers-unreadable`): without its file an approval could not be given later.
*/
export const signersAtStart = (plan: Plan): Readonly<Record<string, FileFact>> =>
	Object.fromEntries(
		tasksOf(plan).flatMap(task => {
			const path = signersOf(task);
			return path === null || task.skipped !== undefined ? [] : [[task.id, factOfSigners(path)]];
		}),
	);

const factOfSigners = (path: string): FileFact => {
	try {
		return factOfBytes(path, readFileSync(path));
	} catch (cause) {
		throw new Problem({
			code: 'signers-unreadable',
			what: 'It is not known whose signatures are approvals.',
			why: `${path} can't be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
			todo: 'Put the file there, or name another one as `allowed-signers:` in the runbook.',
			cause,
		});
	}
};
