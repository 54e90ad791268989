import {kindNamed} from '../kinds.ts';
import {ownerOf, type Fields, type KubeObject} from '../kube-object.ts';
import {matchSelector} from '../selectors.ts';
import type {Store} from '../store.ts';
import {isActive, isReady, type Pod} from '../workload.ts';
import type {Controller} from './controller.ts';

type Port = Fields & {readonly name?: string; readonly port: number; readonly targetPort?: number | string; readonly protocol?: string};

/** Says which pods stand behind a Service, in both of the kinds that clients read. */
export const endpointsController: Controller = {
	kind: 'Service',
	concerns: ({kind, object}, store) => (kind.kind === 'Pod' ? store.list(kindNamed('Service'), object.metadata.namespace).filter(service => isFor(service, object)) : []),
	reconcile: (service, {store}) => {
		if (service.spec?.['selector'] === undefined || service.metadata.deletionTimestamp !== undefined) return;
		const {name, namespace} = service.metadata;
		const pods = (store.list(kindNamed('Pod'), namespace) as readonly Pod[]).filter(pod => isFor(service, pod) && isActive(pod) && pod.status?.['podIP'] !== undefined);
		const ports = ((service.spec['ports'] ?? []) as readonly Port[]).map(({name: portName, port, targetPort, protocol = 'TCP'}) => ({...(portName === undefined ? {} : {name: portName}), port: typeof targetPort === 'number' ? targetPort : port, protocol}));
		const addressesOf = (some: readonly Pod[]): readonly object[] => some.map(pod => ({ip: pod.status?.['podIP'], nodeName: pod.spec.nodeName, targetRef: targetOf(pod)}));
		const [ready, others] = [pods.filter(isReady), pods.filter(pod => !isReady(pod))];
		const subset = {...(ready.length === 0 ? {} : {addresses: addressesOf(ready)}), ...(others.length === 0 ? {} : {notReadyAddresses: addressesOf(others)}), ports};
		put(store, {apiVersion: 'v1', kind: 'Endpoints', metadata: {name, namespace, ownerReferences: [ownerOf(service)]}, ...(pods.length === 0 ? {} : {subsets: [subset]})});
		const endpoints = pods.map(pod => ({addresses: [pod.status?.['podIP']], conditions: {ready: isReady(pod), serving: isReady(pod), terminating: false}, nodeName: pod.spec.nodeName, targetRef: targetOf(pod)}));
		put(store, {apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: {name: `${name}-slice`, namespace, labels: {'kubernetes.io/service-name': name}, ownerReferences: [ownerOf(service)]}, addressType: 'IPv4', endpoints, ports: ports.map(port => ({name: '', ...port}))});
	},
};

const isFor = ({spec}: KubeObject, {metadata: {labels = {}}}: KubeObject): boolean => spec?.['selector'] !== undefined && matchSelector({matchLabels: spec['selector']})(labels);

const targetOf = ({metadata: {name, namespace, uid}}: Pod): object => ({kind: 'Pod', name, namespace, uid});

const put = (store: Store, object: object): void => {
	const wanted = object as KubeObject;
	const kind = kindNamed(wanted.kind);
	const {name, namespace = ''} = wanted.metadata;
	const before = store.find(kind, namespace, name);
	if (before === null) store.create(kind, wanted);
	else store.update(kind, {...wanted, metadata: {...before.metadata, ...wanted.metadata}});
};
