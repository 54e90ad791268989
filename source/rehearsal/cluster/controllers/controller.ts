import type {KubeObject} from '../kube-object.ts';
import type {Kind} from '../kinds.ts';
import type {Change, Store} from '../store.ts';

/** What a controller may do. */
export type Control = {
	readonly store: Store;
	readonly now: () => Date;
	/** Looks at an object again after a while. A later call for the same object and reason replaces the earlier one. */
	readonly wake: (kind: Kind, object: KubeObject, delayMs: number) => void;
	/** Writes an Event, or counts it up where it is the same again. */
	readonly record: (about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string) => void;
	readonly remove: (kind: Kind, object: KubeObject) => void;
};

/**
Brings what is in the cluster nearer to what an object asks for. Is called after every change of the object and of what it owns, and has
to do nothing when nothing is to be done.
*/
export type Controller = {
	readonly kind: string;
	readonly reconcile: (object: KubeObject, control: Control) => void;
	/** Other objects whose change concerns objects of this kind. */
	readonly concerns?: (change: Change, store: Store) => readonly KubeObject[];
};
