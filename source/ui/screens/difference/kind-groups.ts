import {safe, type SafeText} from '../../../text/safe-text.ts';

/** The branches of the tree, in the order in which people look; those with something dangerous come before the others. */
export type KindGroup = {readonly name: SafeText; readonly has: (object: {readonly apiVersion: string; readonly kind: string}) => boolean};

const kinds = (...names: readonly string[]): KindGroup['has'] => {
	const known = new Set(names);
	return ({kind}) => known.has(kind);
};

const accounts = kinds('ServiceAccount', 'PodSecurityPolicy');
const network = kinds('Service', 'Ingress', 'IngressClass', 'IngressRoute', 'NetworkPolicy', 'Endpoints', 'EndpointSlice', 'Route', 'VirtualService', 'DestinationRule', 'Certificate', 'Issuer', 'ClusterIssuer');

export const kindGroups: readonly KindGroup[] = [
	{name: safe`RBAC`, has: object => object.apiVersion.startsWith('rbac.authorization.k8s.io/') || accounts(object)},
	{name: safe`Workloads`, has: kinds('Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'Job', 'CronJob', 'HorizontalPodAutoscaler', 'PodDisruptionBudget')},
	{name: safe`Config`, has: kinds('ConfigMap', 'Secret', 'ExternalSecret', 'SealedSecret')},
	{name: safe`Network`, has: object => /^(gateway\.networking|networking\.istio|traefik)/.test(object.apiVersion) || network(object)},
	{name: safe`Storage`, has: kinds('PersistentVolumeClaim', 'PersistentVolume', 'StorageClass', 'VolumeSnapshot', 'VolumeSnapshotClass')},
	{name: safe`CRDs`, has: kinds('CustomResourceDefinition')},
	{name: safe`Other`, has: () => true},
];
