import {createHash} from 'node:crypto';
import {join} from 'node:path';

import {lockOnMachine} from './machine-lock.ts';
import {describeOwner, lock, type LockHolder, type LockOwner} from './run-lock.ts';

/** A part of what a run acts on. */
export type TargetPlace = {
	/** The same for all runs that act there. */
	readonly key: readonly string[];
	/** For people: `the database postgresql://db.uat/egov_db` */
	readonly name: string;
	/** Whether the key means the same to all users of this machine. */
	readonly isShared: boolean;
};

/**
One run a target on this machine. What a run acts on is locked, not the target's name, so two runbooks that name the same place differently
still meet: by `targets/<hash>.db` in the state folder, which names the holder even when that is stopped, and for the other users of the
machine by a lock of the machine. `places` are in an order that is the same for every run, so that two runs can't each hold what the other
waits for. Throws `Problem` (`target-locked`), which names the owner and the other run.
*/
export const lockTarget = async (root: string, places: readonly TargetPlace[], owner: LockOwner): Promise<{release(): void}> => {
	const held: {release(): void}[] = [];
	const release = (): void => held.forEach(part => part.release());
	try {
		for (const {key, name, isShared} of places) {
			const hash = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32);
			const refusal = (holder: LockHolder, todo: string) => ({code: 'target-locked', what: `Another run is acting on ${name}.`, why: describeOwner(holder), todo});
			held.push(lock(join(root, 'targets', hash), owner, holder => refusal(holder, holder === 'unnamed' ? 'Wait until it has ended.' : `Follow it with \`slipway watch ${holder.runId}\`, or wait until it has ended.`)));
			if (isShared) held.push(await lockOnMachine(`target-${hash}`, owner, holder => refusal(holder, 'It is kept in another state folder, so it can not be followed from here: ask them, or wait until it has ended.')));
		}
	} catch (error) {
		release();
		throw error;
	}

	return {release};
};
