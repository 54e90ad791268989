import {ApiError} from '../api-error.ts';
import {builtInKinds, kindNamed, type Kind} from '../kinds.ts';
import type {KubeObject} from '../kube-object.ts';
import type {Change, Store} from '../store.ts';
import {finishDeletion, deleteObject, namespaceController, removeDependents} from './cleanup.ts';
import type {Control, Controller} from './controller.ts';
import {daemonSetController} from './daemon-set.ts';
import {deploymentController} from './deployment.ts';
import {disruptionController} from './disruption.ts';
import {endpointsController} from './endpoints.ts';
import {jobController} from './job.ts';
import {createPodController} from './pod.ts';
import {recordEvent} from './record-event.ts';
import {replicaSetController} from './replica-set.ts';
import {statefulSetController} from './stateful-set.ts';

/**
Lets the controllers work whenever something changes, one object after the other, and never otherwise: an idle cluster costs nothing.
Returns the function that ends them.
*/
export const runControllers = (store: Store, now: () => Date): (() => void) => {
	const controllers: readonly Controller[] = [namespaceController, deploymentController, replicaSetController, statefulSetController, daemonSetController, jobController, createPodController(), endpointsController, disruptionController];
	const queue = new Map<string, readonly [Kind, KubeObject]>();
	const timers = new Map<string, NodeJS.Timeout>();
	let turn: NodeJS.Immediate | null = null;

	const enqueue = (kind: Kind, object: KubeObject): void => {
		queue.set(object.metadata.uid, [kind, object]);
		turn ??= setImmediate(work);
	};

	const control: Control = {
		store,
		now,
		wake: (kind, object, delayMs) => {
			const {uid} = object.metadata;
			clearTimeout(timers.get(uid));
			timers.set(uid, setTimeout(() => {
				timers.delete(uid);
				enqueue(kind, object);
			}, Math.min(delayMs, longestTimerMs)));
		},
		record: (about, type, reason, message) => recordEvent(store, now(), {about, type, reason, message}),
		remove: (kind, object) => void deleteObject({store, now}, kind, object),
	};

	const work = (): void => {
		turn = null;
		const batch = [...queue.values()];
		queue.clear();
		for (const [kind, {metadata: {namespace = '', name, uid}}] of batch) {
			const reconcile = controllers.find(controller => controller.kind === kind.kind && builtInKinds.includes(kind))?.reconcile;
			const fresh = (): KubeObject | null => {
				const object = store.find(kind, namespace, name);
				return object?.metadata.uid === uid ? object : null;
			};

			try {
				const object = fresh();
				if (object !== null) reconcile?.(object, control);
				const after = fresh();
				if (after !== null) finishDeletion(control, kind, after);
			} catch (error) {
				const object = fresh();
				if (object === null) continue;
				// Somebody else was there first: look again. Anything else is an object of a shape that no controller expects.
				if (error instanceof ApiError) control.wake(kind, object, retryMs);
				else control.record(object, 'Warning', 'FailedReconcile', `The rehearsal cluster does not understand this ${object.kind}: ${String(error)}`);
			}
		}
	};

	const unsubscribe = store.subscribe((change: Change) => {
		const {type, kind, object} = change;
		if (type === 'DELETED') {
			clearTimeout(timers.get(object.metadata.uid));
			timers.delete(object.metadata.uid);
			removeDependents(control, object);
		} else enqueue(kind, object);
		for (const [ownerKind, owner] of ownersOf(store, object)) enqueue(ownerKind, owner);
		for (const controller of controllers) for (const concerned of controller.concerns?.(change, store) ?? []) enqueue(kindNamed(controller.kind), concerned);
	});

	return () => {
		unsubscribe();
		if (turn !== null) clearImmediate(turn);
		for (const timer of timers.values()) clearTimeout(timer);
	};
};

const retryMs = 200;

/** What a timer can hold. */
const longestTimerMs = 2 ** 31 - 1;

/** The owners that are there, so that they hear of what they own. */
const ownersOf = (store: Store, {metadata: {namespace = '', ownerReferences = []}}: KubeObject): readonly (readonly [Kind, KubeObject])[] =>
	ownerReferences.flatMap(({kind: ownerKind, name, uid}) => {
		const kind = builtInKinds.find(one => one.kind === ownerKind);
		const owner = kind === undefined ? null : store.find(kind, namespace, name);
		return kind !== undefined && owner?.metadata.uid === uid ? [[kind, owner] as const] : [];
	});
