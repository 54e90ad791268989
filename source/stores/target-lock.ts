import {createHash} from 'node:crypto';
import {join} from 'node:path';

import type {Target} from '../runbook/plan.ts';
import {describeOwner, lock, ownerOf, type LockHolder, type LockOwner, type RunLock} from './run-lock.ts';

/**
One run a target on this machine. What a run acts on is locked, not the target's name: its part of a cluster, and its database; so two
runbooks that name the same place differently still meet. The locks are `targets/<hash>.db` in the state folder.
Throws `Problem` (`target-locked`), which names the owner and the other run.
*/
export const lockTarget = (root: string, target: Target, owner: LockOwner): RunLock => {
	const held: RunLock[] = [];
	try {
		for (const {path, name} of places(root, target)) {
			held.push(
				lock(path, owner, holder => ({
					code: 'target-locked',
					what: `Another run is acting on ${name}.`,
					why: describeOwner(holder),
					todo: holder === 'unnamed' ? 'Wait until it has ended.' : `Follow it with \`slipway watch ${holder.runId}\`, or wait until it has ended.`,
				})),
			);
		}
	} catch (error) {
		for (const part of held) part.release();
		throw error;
	}

	return {left: held.find(({left}) => left !== null)?.left ?? null, release: () => held.forEach(part => part.release())};
};

/** Who acts on the target now; `null` when nobody does. */
export const targetOwner = (root: string, target: Target): LockHolder | null => places(root, target).map(({path}) => ownerOf(path)).find(owner => owner !== null) ?? null;

/** In an order that is the same for every run, so that two runs can't each hold what the other waits for. */
const places = (root: string, {name, kubeconfig, context, namespace, database}: Target): readonly {readonly path: string; readonly name: string}[] => {
	const cluster = context === undefined ? [] : [{key: ['cluster', kubeconfig ?? '', context, namespace ?? ''], name: `namespace ${namespace ?? 'default'} of ${context}`}];
	const databases = database === undefined ? [] : [{key: ['database', database], name: `the database ${database}`}];
	const named = cluster.length + databases.length === 0 ? [{key: ['target', name], name: `the target ${name}`}] : [];
	return [...cluster, ...databases, ...named].map(({key, name: place}) => ({path: join(root, 'targets', createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32)), name: place}));
};
