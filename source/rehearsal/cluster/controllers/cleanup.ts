import {kindNamed} from '../kinds.ts';
import {timestamp, type KubeObject} from '../kube-object.ts';
import type {Kind} from '../kinds.ts';
import type {Change, Store} from '../store.ts';
import type {Control, Controller} from './controller.ts';

/** How much goes with an object: its dependents afterwards, before it, or not at all. */
export type Propagation = 'Background' | 'Foreground' | 'Orphan';

const foreground = 'foregroundDeletion';

/**
Deletes an object: at once, or, where something has to happen first, by marking it. Returns it as it is then, null when it is gone.
*/
export const deleteObject = ({store, now}: Pick<Control, 'store' | 'now'>, kind: Kind, object: KubeObject, {propagation = 'Background', graceSeconds}: {readonly propagation?: Propagation; readonly graceSeconds?: number} = {}): KubeObject | null => {
	// What went with its owner a moment ago is no error.
	const fresh = store.find(kind, object.metadata.namespace ?? '', object.metadata.name);
	if (fresh?.metadata.uid !== object.metadata.uid) return null;
	if (propagation === 'Orphan') for (const [dependentKind, dependent] of dependentsOf(store, object)) store.update(dependentKind, disowned(dependent, object));
	const finalizers = [...(object.metadata.finalizers ?? []), ...(propagation === 'Foreground' && !object.metadata.finalizers?.includes(foreground) ? [foreground] : [])];
	const isGraceful = (kind.kind === 'Pod' && graceSeconds !== 0) || kind.kind === 'Namespace';
	if (finalizers.length === 0 && !isGraceful) {
		store.remove(kind, object);
		return null;
	}

	if (fresh.metadata.deletionTimestamp !== undefined) return fresh;
	const status = kind.kind === 'Namespace' ? {status: {phase: 'Terminating'}} : {};
	return store.update(kind, {...fresh, ...status, metadata: {...fresh.metadata, deletionTimestamp: timestamp(now()), ...(finalizers.length === 0 ? {} : {finalizers}), ...(kind.kind === 'Pod' ? {deletionGracePeriodSeconds: graceSeconds ?? 30} : {})}});
};

/** What names an object as its owner, of any kind. */
export const dependentsOf = (store: Store, owner: KubeObject): readonly (readonly [Kind, KubeObject])[] =>
	store.everything().filter(([, {metadata: {ownerReferences = []}}]) => ownerReferences.some(({uid}) => uid === owner.metadata.uid));

const disowned = (dependent: KubeObject, owner: KubeObject): KubeObject => ({...dependent, metadata: {...dependent.metadata, ownerReferences: (dependent.metadata.ownerReferences ?? []).filter(({uid}) => uid !== owner.metadata.uid)}});

/** After an object is gone, what belonged to it goes too. */
export const removeDependents = (control: Control, owner: KubeObject): void => {
	for (const [kind, dependent] of dependentsOf(control.store, owner)) {
		const others = (dependent.metadata.ownerReferences ?? []).filter(({uid}) => uid !== owner.metadata.uid);
		if (others.length > 0) control.store.update(kind, disowned(dependent, owner));
		else deleteObject(control, kind, dependent);
	}
};

/** An object that waits for its dependents, or for nothing any more, goes when it can. */
export const finishDeletion = (control: Control, kind: Kind, object: KubeObject): void => {
	const {finalizers = [], deletionTimestamp} = object.metadata;
	if (deletionTimestamp === undefined || kind.kind === 'Namespace') return;
	if (finalizers.length === 0) return kind.kind === 'Pod' ? undefined : control.store.remove(kind, object);
	if (!finalizers.includes(foreground)) return;
	const dependents = dependentsOf(control.store, object);
	for (const [dependentKind, dependent] of dependents) if (dependent.metadata.deletionTimestamp === undefined) deleteObject(control, dependentKind, dependent, {propagation: 'Foreground'});
	if (dependentsOf(control.store, object).length > 0) return;
	const left = finalizers.filter(one => one !== foreground);
	const fresh = control.store.update(kind, {...control.store.get(kind, object.metadata.namespace ?? '', object.metadata.name), metadata: {...object.metadata, finalizers: left}});
	if (left.length === 0 && kind.kind !== 'Pod') control.store.remove(kind, fresh);
};

/** A namespace goes when everything in it is gone. */
export const namespaceController: Controller = {
	kind: 'Namespace',
	concerns: ({type, object}: Change, store) => (type === 'DELETED' ? store.list(kindNamed('Namespace')).filter(({metadata}) => metadata.name === object.metadata.namespace && metadata.deletionTimestamp !== undefined) : []),
	reconcile: (namespace, control) => {
		if (namespace.metadata.deletionTimestamp === undefined) return;
		const inside = (): readonly (readonly [Kind, KubeObject])[] => control.store.everything().filter(([, {metadata}]) => metadata.namespace === namespace.metadata.name);
		for (const [kind, object] of inside()) if (object.metadata.deletionTimestamp === undefined) deleteObject(control, kind, object);
		if (inside().length === 0) control.store.remove(kindNamed('Namespace'), namespace);
	},
};
