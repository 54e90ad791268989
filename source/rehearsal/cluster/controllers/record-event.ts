import {randomBytes} from 'node:crypto';

import {kindNamed} from '../kinds.ts';
import {timestamp, type KubeObject} from '../kube-object.ts';
import type {Store} from '../store.ts';

export type Happening = {readonly about: KubeObject; readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string};

/** Writes an Event about an object, or counts up the one that says the same. Nothing is written where the namespace goes away. */
export const recordEvent = (store: Store, now: Date, {about, type, reason, message}: Happening): void => {
	const kind = kindNamed('Event');
	const {name, namespace = 'default', uid, resourceVersion} = about.metadata;
	const home = store.find(kindNamed('Namespace'), '', namespace);
	if (home === null || home.metadata.deletionTimestamp !== undefined) return;
	const before = store.list(kind, namespace).find(event => (event['involvedObject'] as {readonly uid?: string}).uid === uid && event['reason'] === reason && event['message'] === message);
	const lastTimestamp = timestamp(now);
	if (before !== undefined) return void store.update(kind, {...before, count: (before['count'] as number) + 1, lastTimestamp});
	const component = reason === 'Scheduled' ? 'default-scheduler' : about.kind === 'Pod' ? 'kubelet' : `${about.kind.toLowerCase()}-controller`;
	const event = {
		apiVersion: 'v1',
		kind: 'Event',
		metadata: {name: `${name}.${randomBytes(8).toString('hex')}`, namespace},
		involvedObject: {apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid, resourceVersion},
		reason,
		message,
		source: {component},
		firstTimestamp: lastTimestamp,
		lastTimestamp,
		count: 1,
		type,
		eventTime: null,
		reportingComponent: component,
		reportingInstance: '',
	};
	store.create(kind, event as unknown as KubeObject);
};
