import {createHash} from 'node:crypto';
import {join} from 'node:path';

import {isValid} from 'ulid';

import {readIfThere, replaceDurably} from './files.ts';
import {lockOnMachine} from './machine-lock.ts';
import {describeOwner, lock, unusable, type LockHolder, type LockOwner} from './run-lock.ts';

/** A part of what a run acts on. */
export type TargetPlace = {
	/** The same for all runs that act there. */
	readonly key: readonly string[];
	/** For people: `the database postgresql://db.uat/egov_db` */
	readonly name: string;
	/** Whether the key means the same to all users of this machine. */
	readonly isShared: boolean;
};

export type TargetLock = {
	/** Ids of other runs that acted there, and may have left something running. */
	readonly before: readonly string[];
	/** Names this run for those that come later, and forgets those before that are not among these. To be called before anything is started. */
	keep(runIds: readonly string[]): void;
	release(): void;
};

/**
One run a target on this machine. What a run acts on is locked, not the target's name, so two runbooks that name the same place differently
still meet: by `targets/<hash>.db` in the state folder, which names the holder even when that is stopped, and for the other users of the
machine by a lock of the machine. `places` are in an order that is the same for every run, so that two runs can't each hold what the other
waits for. The lock goes with the program, but an action of its run may go on: `targets/<hash>.runs` names the runs whose actions may, a line
each. Throws `Problem` (`target-locked`), which names the owner and the other run.
*/
export const lockTarget = async (root: string, places: readonly TargetPlace[], owner: LockOwner): Promise<TargetLock> => {
	const held: {release(): void}[] = [];
	const release = (): void => held.forEach(part => part.release());
	const known: {readonly path: string; readonly runIds: readonly string[]}[] = [];
	try {
		for (const {key, name, isShared} of places) {
			const hash = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32);
			const refusal = (holder: LockHolder, todo: string) => ({code: 'target-locked', what: `Another run is acting on ${name}.`, why: describeOwner(holder), todo});
			held.push(lock(join(root, 'targets', hash), owner, holder => refusal(holder, holder === 'unnamed' ? 'Wait until it has ended.' : `Follow it with \`slipway watch ${holder.runId}\`, or wait until it has ended.`)));
			if (isShared) held.push(await lockOnMachine(`target-${hash}`, owner, holder => refusal(holder, 'It is kept in another state folder, so it can not be followed from here: ask them, or wait until it has ended.')));
			const path = join(root, 'targets', `${hash}.runs`);
			known.push({path, runIds: readRuns(path).filter(id => id !== owner.runId)});
		}

		// One that acted on a part of this target alone stays with that part.
		const before = [...new Set(known.flatMap(({runIds}) => runIds))];
		const keep = (kept: readonly string[]): void => known.forEach(({path, runIds}) => writeRuns(path, [...runIds.filter(id => kept.includes(id)), owner.runId]));
		return {before, keep, release};
	} catch (error) {
		release();
		throw error;
	}
};

/** As others may have written the file, a line that is no id is none. */
const readRuns = (path: string): readonly string[] => (readIfThere(path)?.toString('utf8') ?? '').split('\n').filter(line => isValid(line));

const writeRuns = (path: string, runIds: readonly string[]): void => {
	try {
		replaceDurably(path, runIds.map(id => `${id}\n`).join(''));
	} catch (error) {
		throw unusable(path, error);
	}
};
