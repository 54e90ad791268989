import {createHash, randomInt} from 'node:crypto';

import {kindNamed} from '../kinds.ts';
import {ownerOf, type KubeObject} from '../kube-object.ts';
import {controllerOf, isReady, type Pod, type PodTemplate, type Workload} from '../workload.ts';
import type {Control} from './controller.ts';

/** The objects of a kind that an object's controller made. */
export const ownedBy = ({store}: Control, owner: KubeObject, kind: string): readonly KubeObject[] =>
	store.list(kindNamed(kind), owner.metadata.namespace).filter(object => controllerOf(object)?.uid === owner.metadata.uid);

export const podsOf = (control: Control, owner: KubeObject): readonly Pod[] => ownedBy(control, owner, 'Pod') as readonly Pod[];

/** Makes a pod from the template of a workload. */
export const createPod = (control: Control, owner: Workload | KubeObject, template: PodTemplate, {name, labels = {}, spec = {}}: {readonly name?: string; readonly labels?: Readonly<Record<string, string>>; readonly spec?: object} = {}): void => {
	const podName = name ?? `${owner.metadata.name}-${randomName(5)}`;
	const pod = {apiVersion: 'v1', kind: 'Pod', metadata: {...template.metadata, labels: {...template.metadata?.labels, ...labels}, name: podName, ...(name === undefined ? {generateName: `${owner.metadata.name}-`} : {}), namespace: owner.metadata.namespace ?? '', ownerReferences: [ownerOf(owner)]}, spec: {...template.spec, ...spec}, status: {phase: 'Pending'}};
	control.store.create(kindNamed('Pod'), pod as unknown as KubeObject);
	control.record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${podName}`);
};

export const deletePod = (control: Control, owner: KubeObject, pod: Pod): void => {
	control.remove(kindNamed('Pod'), pod);
	control.record(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
};

/** No vowels, so that no word comes out. */
const letters = 'bcdfghjklmnpqrstvwxz2456789';

export const randomName = (length: number): string => Array.from({length}, () => letters[randomInt(letters.length)]).join('');

/** `6d5f8c9b7d`: what tells one template of pods from another, however its keys are ordered. */
export const templateHash = (template: PodTemplate): string => {
	const digest = createHash('sha256').update(JSON.stringify(inOrder(template))).digest();
	return [...digest.subarray(0, 10)].map(byte => letters[byte % letters.length]).join('');
};

const inOrder = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(inOrder);
	return typeof value === 'object' && value !== null ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, inOrder(inner)]) : value;
};

/** Ready for long enough. Looks again when one will be. */
export const isAvailable = (control: Control, owner: Workload, pod: Pod): boolean => {
	if (!isReady(pod)) return false;
	const needed = (owner.spec.minReadySeconds ?? 0) * 1000;
	if (needed === 0) return true;
	const since = (pod.status?.conditions ?? []).find(({type}) => type === 'Ready')?.lastTransitionTime ?? '';
	const left = Date.parse(since) + needed - control.now().getTime();
	if (left > 0) control.wake(kindNamed(owner.kind), owner, left);
	return left <= 0;
};
