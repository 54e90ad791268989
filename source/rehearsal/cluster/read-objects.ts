import type {Address} from './address.ts';
import {apiVersionOf, type Kind} from './kinds.ts';
import type {KubeObject} from './kube-object.ts';
import {matchFields, matchLabels, type Matcher} from './selectors.ts';
import type {Store} from './store.ts';
import {tableOf} from './table-output.ts';

/** Which objects a request is about: those of its path that its selectors match. */
export const matcherOf = (query: URLSearchParams): Matcher => {
	const tests = [matchLabels(query.get('labelSelector') ?? ''), matchFields(query.get('fieldSelector') ?? '')];
	return object => tests.every(test => test(object));
};

export const listObjects = (store: Store, {kind, namespace}: Address, query: URLSearchParams): readonly KubeObject[] => store.list(kind, namespace === '' ? undefined : namespace).filter(matcherOf(query));

/** A page of a list, with where the next one begins. */
export const pageOf = (objects: readonly KubeObject[], query: URLSearchParams): {readonly items: readonly KubeObject[]; readonly metadata: object} => {
	const start = Number(query.get('continue') ?? 0);
	const limit = Number(query.get('limit') ?? 0);
	const end = limit > 0 ? start + limit : objects.length;
	return {items: objects.slice(start, end), metadata: end < objects.length ? {continue: String(end), remainingItemCount: objects.length - end} : {}};
};

/** What an answer looks like: as the client's `Accept` header wants it. */
export type View = {readonly kind: 'objects'} | {readonly kind: 'table'; readonly includes: 'Metadata' | 'Object' | 'None'};

export const viewOf = (accept: string, query: URLSearchParams): View => {
	if (!/as=Table;/.test(`${accept};`)) return {kind: 'objects'};
	const includes = query.get('includeObject');
	return {kind: 'table', includes: includes === 'Object' || includes === 'None' ? includes : 'Metadata'};
};

export const showObject = (kind: Kind, object: KubeObject, view: View, now: Date): object =>
	view.kind === 'objects' ? object : tableOf(kind, [object], {now, includes: view.includes, metadata: {resourceVersion: object.metadata.resourceVersion}});

export const showList = (kind: Kind, {items, metadata}: ReturnType<typeof pageOf>, view: View, {now, version}: {readonly now: Date; readonly version: number}): object => {
	const all = {...metadata, resourceVersion: String(version)};
	return view.kind === 'objects' ? {kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata: all, items} : tableOf(kind, items, {now, includes: view.includes, metadata: all});
};
