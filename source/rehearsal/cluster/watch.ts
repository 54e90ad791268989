import type {ServerResponse} from 'node:http';

import type {Address} from './address.ts';
import {ApiError, statusOf} from './api-error.ts';
import {apiVersionOf} from './kinds.ts';
import type {KubeObject} from './kube-object.ts';
import {listObjects, matcherOf, showObject, type View} from './read-objects.ts';
import type {Change, Store} from './store.ts';

/** When the client does not say how long. */
const longestWatchMs = 30 * 60_000;

/**
Tells what happens to the objects of a path, one line of JSON each, until the client goes away or its time is over:

	{"type":"MODIFIED","object":{…}}

An object that begins or ceases to match the selectors is told as added or deleted.
*/
export const watchObjects = (store: Store, address: Address, query: URLSearchParams, {response, view, now}: {readonly response: ServerResponse; readonly view: View; readonly now: () => Date}): void => {
	const matches = matcherOf(query);
	const say = (type: string, object: object): void => void response.write(`${JSON.stringify({type, object})}\n`);
	const show = (object: KubeObject): object => showObject(address.kind, object, view, now());
	const tell = (change: Change): void => {
		const {kind, object, previous} = change;
		if (kind.resource !== address.kind.resource || kind.group !== address.kind.group || (address.namespace !== '' && object.metadata.namespace !== address.namespace) || (address.name !== null && object.metadata.name !== address.name)) return;
		const type = typeFor(change, previous !== null && matches(previous), matches(object));
		if (type !== null) say(type, show(object));
	};

	response.writeHead(200, {'content-type': 'application/json'});
	response.flushHeaders();
	const from = query.get('resourceVersion') ?? '';
	const wantsAll = query.get('sendInitialEvents') === 'true';
	if (wantsAll || from === '' || from === '0') {
		for (const object of listObjects(store, address, query)) if (address.name === null || object.metadata.name === address.name) say('ADDED', show(object));
		if (wantsAll) say('BOOKMARK', {kind: address.kind.kind, apiVersion: apiVersionOf(address.kind), metadata: {resourceVersion: String(store.version()), annotations: {'k8s.io/initial-events-end': 'true'}}});
	} else {
		const missed = store.since(Number(from));
		if (missed === null) {
			say('ERROR', statusOf(new ApiError(410, 'Expired', `too old resource version: ${from}`)));
			return void response.end();
		}

		for (const change of missed) tell(change);
	}

	const unsubscribe = store.subscribe(tell);
	const seconds = Number(query.get('timeoutSeconds') ?? 0);
	const timer = setTimeout(() => response.end(), seconds > 0 ? Math.min(seconds * 1000, longestWatchMs) : longestWatchMs);
	response.once('close', () => {
		clearTimeout(timer);
		unsubscribe();
	});
};

const typeFor = ({type}: Change, didMatch: boolean, does: boolean): Change['type'] | null => {
	if (type === 'DELETED') return didMatch || does ? 'DELETED' : null;
	if (does) return didMatch ? 'MODIFIED' : 'ADDED';
	return didMatch ? 'DELETED' : null;
};
