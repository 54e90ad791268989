import {randomUUID} from 'node:crypto';

import {alreadyExists, conflict, notFound} from './api-error.ts';
import type {KubeObject} from './kube-object.ts';
import {timestamp} from './kube-object.ts';
import type {Kind} from './kinds.ts';

/** What happened to an object. `previous` is null for a new one; a deleted object is given as it was last, with a new resource version. */
export type Change = {readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly kind: Kind; readonly object: KubeObject; readonly previous: KubeObject | null; readonly version: number};

/** Every object of the cluster, in memory, and what lately happened to them. */
export type Store = {
	readonly get: (kind: Kind, namespace: string, name: string) => KubeObject;
	readonly find: (kind: Kind, namespace: string, name: string) => KubeObject | null;
	/** By namespace and name; of all namespaces when none is given. */
	readonly list: (kind: Kind, namespace?: string) => readonly KubeObject[];
	readonly everything: () => readonly (readonly [Kind, KubeObject])[];
	readonly create: (kind: Kind, object: KubeObject, options?: Writing) => KubeObject;
	/** Refused with a conflict when the object carries a resource version that is not the newest. Nothing happens when nothing differs. */
	readonly update: (kind: Kind, object: KubeObject, options?: Writing) => KubeObject;
	readonly remove: (kind: Kind, object: KubeObject) => void;
	readonly version: () => number;
	/** Changes after a version, oldest first; null when that is too long ago to say. */
	readonly since: (version: number) => readonly Change[] | null;
	/** Returns the function that ends it. */
	readonly subscribe: (listener: (change: Change) => void) => () => void;
};

/** `isDryRun`: the answer is given, nothing is kept. */
export type Writing = {readonly isDryRun?: boolean};

/** A watcher that lost its connection goes on where it was if it missed fewer changes than this. */
const rememberedChanges = 2000;

export const createStore = (now: () => Date): Store => {
	const shelves = new Map<string, {readonly kind: Kind; readonly objects: Map<string, KubeObject>}>();
	const listeners = new Set<(change: Change) => void>();
	let changes: Change[] = [];
	let version = 1;
	let forgotten = 0;

	const shelfOf = (kind: Kind): Map<string, KubeObject> => {
		const key = `${kind.group}/${kind.resource}`;
		const shelf = shelves.get(key) ?? {kind, objects: new Map<string, KubeObject>()};
		shelves.set(key, shelf);
		return shelf.objects;
	};

	const find = (kind: Kind, namespace: string, name: string): KubeObject | null => shelfOf(kind).get(keyOf(kind, namespace, name)) ?? null;

	const get = (kind: Kind, namespace: string, name: string): KubeObject => {
		const found = find(kind, namespace, name);
		if (found === null) throw notFound(kind, name);
		return found;
	};

	const record = (type: Change['type'], kind: Kind, object: KubeObject, previous: KubeObject | null): KubeObject => {
		version += 1;
		const kept: KubeObject = {...object, metadata: {...object.metadata, resourceVersion: String(version)}};
		const {namespace = '', name} = kept.metadata;
		if (type === 'DELETED') shelfOf(kind).delete(keyOf(kind, namespace, name));
		else shelfOf(kind).set(keyOf(kind, namespace, name), kept);
		const change: Change = {type, kind, object: kept, previous, version};
		changes.push(change);
		if (changes.length > 2 * rememberedChanges) {
			forgotten = changes[rememberedChanges - 1]?.version ?? forgotten;
			changes = changes.slice(rememberedChanges);
		}

		for (const listener of listeners) listener(change);
		return kept;
	};

	return {
		get,
		find,
		list: (kind, namespace) => {
			const all = [...shelfOf(kind).values()].filter(object => namespace === undefined || object.metadata.namespace === namespace);
			return all.toSorted((a, b) => compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compare(a.metadata.name, b.metadata.name));
		},
		everything: () => [...shelves.values()].flatMap(({kind, objects}) => [...objects.values()].map(object => [kind, object] as const)),
		create: (kind, object, {isDryRun = false} = {}) => {
			const {namespace = '', name} = object.metadata;
			if (find(kind, namespace, name) !== null) throw alreadyExists(kind, name);
			const made: KubeObject = {...object, metadata: {...object.metadata, uid: object.metadata.uid ?? randomUUID(), creationTimestamp: timestamp(now()), ...(object.spec === undefined ? {} : {generation: 1})}};
			return isDryRun ? made : record('ADDED', kind, made, null);
		},
		update: (kind, object, {isDryRun = false} = {}) => {
			const {namespace = '', name, resourceVersion} = object.metadata;
			const previous = get(kind, namespace, name);
			if (resourceVersion !== undefined && resourceVersion !== previous.metadata.resourceVersion) throw conflict(kind, name);
			const {uid, creationTimestamp, generation = 0, deletionTimestamp} = previous.metadata;
			const isNewSpec = !isSame(object.spec, previous.spec) || deletionTimestamp !== object.metadata.deletionTimestamp;
			const changed: KubeObject = {...object, metadata: {...object.metadata, uid, creationTimestamp, resourceVersion: previous.metadata.resourceVersion, ...(object.spec === undefined ? {} : {generation: generation + (isNewSpec ? 1 : 0)})}};
			if (isDryRun) return changed;
			return isSame(changed, previous) ? previous : record('MODIFIED', kind, changed, previous);
		},
		remove: (kind, object) => {
			const {namespace = '', name} = object.metadata;
			record('DELETED', kind, get(kind, namespace, name), object);
		},
		version: () => version,
		since: from => (from < forgotten ? null : changes.filter(change => change.version > from)),
		subscribe: listener => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
	};
};

const keyOf = ({isNamespaced}: Kind, namespace: string, name: string): string => (isNamespaced ? `${namespace}/${name}` : name);

/** Byte order, as etcd lists. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Equal by value; the order of keys does not count. */
export const isSame = (a: unknown, b: unknown): boolean => {
	if (Object.is(a, b)) return true;
	if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
	const keysOf = (value: object): readonly string[] => Object.keys(value).filter(key => (value as Readonly<Record<string, unknown>>)[key] !== undefined);
	const keys = keysOf(a);
	return keys.length === keysOf(b).length && keys.every(key => isSame((a as Readonly<Record<string, unknown>>)[key], (b as Readonly<Record<string, unknown>>)[key]));
};
