import {deployedOf, isPending, lastOf, type ReleaseHistory, type Revision} from '../helm/release-history.ts';

/** What every attempt of one task has deployed. `stamps`: how the description of it begins, without the attempt's number; `revisionBefore`: the last one that the preview saw. */
export type OwnRevision = {readonly stamps: string; readonly revisionBefore: number};

/** The last revision, when an attempt of this task has deployed it since the preview. */
export const ownRevision = (history: ReleaseHistory, {stamps, revisionBefore}: OwnRevision): Revision | null => {
	const last = lastOf(history);
	return last !== null && last === deployedOf(history) && last.revision > revisionBefore && last.description.startsWith(stamps) ? last : null;
};

/** `slipway <run> <task>.` */
export const stampsOf = (stamp: string): string => stamp.replace(/\d+$/, '');

/** Whether a release is as the preview saw it. What can't be asked may have been touched. */
export const isUntouched = (history: ReleaseHistory, revisionBefore: number): boolean => {
	const last = lastOf(history);
	return history.kind !== 'unknown' && (last?.revision ?? 0) === revisionBefore && (last === null || !isPending(last.status));
};
