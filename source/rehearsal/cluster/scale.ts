import {numberAt} from '../../checklist/values.ts';
import type {KubeObject, SentObject} from './kube-object.ts';

/** How many pods a workload asks for, as the kind that `kubectl scale` reads and writes. */
export const scaleOf = ({metadata: {name, namespace, uid, resourceVersion, creationTimestamp}, spec, status}: KubeObject): SentObject => ({
	apiVersion: 'autoscaling/v1',
	kind: 'Scale',
	metadata: {name, ...(namespace === undefined ? {} : {namespace}), uid, resourceVersion, creationTimestamp},
	spec: {replicas: spec?.['replicas'] ?? 0},
	status: {replicas: status?.['replicas'] ?? 0},
});

export const withScale = (object: KubeObject, scale: SentObject): KubeObject => ({...object, spec: {...object.spec, replicas: numberAt(scale, 'spec', 'replicas') ?? 0}});
