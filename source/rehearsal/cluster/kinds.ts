import {Bug} from '../../errors.ts';

/** A kind of object that the cluster keeps. */
export type Kind = {
	/** Empty for the first kinds of Kubernetes: Pod, Service, Secret… */
	readonly group: string;
	readonly version: string;
	readonly kind: string;
	/** The plural in paths: `deployments`. */
	readonly resource: string;
	readonly isNamespaced: boolean;
	readonly shortNames: readonly string[];
	/** Whether `kubectl get all` shows it. */
	readonly isInAll: boolean;
	readonly subresources: readonly ('status' | 'scale' | 'log')[];
};

type Row = readonly [kind: string, resource: string, facts?: {readonly of?: 'cluster'; readonly short?: string; readonly all?: true; readonly sub?: Kind['subresources']}];

const status = ['status'] as const;
const scalable = ['status', 'scale'] as const;

/** By API version, as in `apiVersion:`. */
const table: Readonly<Record<string, readonly Row[]>> = {
	v1: [
		['Namespace', 'namespaces', {of: 'cluster', short: 'ns', sub: status}],
		['Node', 'nodes', {of: 'cluster', short: 'no', sub: status}],
		['Pod', 'pods', {short: 'po', all: true, sub: ['status', 'log']}],
		['Service', 'services', {short: 'svc', all: true, sub: status}],
		['Endpoints', 'endpoints', {short: 'ep'}],
		['ConfigMap', 'configmaps', {short: 'cm'}],
		['Secret', 'secrets'],
		['ServiceAccount', 'serviceaccounts', {short: 'sa'}],
		['PersistentVolumeClaim', 'persistentvolumeclaims', {short: 'pvc', sub: status}],
		['Event', 'events', {short: 'ev'}],
		['LimitRange', 'limitranges', {short: 'limits'}],
		['ResourceQuota', 'resourcequotas', {short: 'quota', sub: status}],
	],
	'apps/v1': [
		['Deployment', 'deployments', {short: 'deploy', all: true, sub: scalable}],
		['ReplicaSet', 'replicasets', {short: 'rs', all: true, sub: scalable}],
		['StatefulSet', 'statefulsets', {short: 'sts', all: true, sub: scalable}],
		['DaemonSet', 'daemonsets', {short: 'ds', all: true, sub: status}],
	],
	'batch/v1': [
		['Job', 'jobs', {all: true, sub: status}],
		['CronJob', 'cronjobs', {short: 'cj', all: true, sub: status}],
	],
	'networking.k8s.io/v1': [
		['Ingress', 'ingresses', {short: 'ing', sub: status}],
		['NetworkPolicy', 'networkpolicies', {short: 'netpol'}],
	],
	'policy/v1': [['PodDisruptionBudget', 'poddisruptionbudgets', {short: 'pdb', sub: status}]],
	'autoscaling/v2': [['HorizontalPodAutoscaler', 'horizontalpodautoscalers', {short: 'hpa', all: true, sub: status}]],
	'rbac.authorization.k8s.io/v1': [
		['Role', 'roles'],
		['RoleBinding', 'rolebindings'],
		['ClusterRole', 'clusterroles', {of: 'cluster'}],
		['ClusterRoleBinding', 'clusterrolebindings', {of: 'cluster'}],
	],
	'discovery.k8s.io/v1': [['EndpointSlice', 'endpointslices']],
	'storage.k8s.io/v1': [['StorageClass', 'storageclasses', {of: 'cluster', short: 'sc'}]],
	'coordination.k8s.io/v1': [['Lease', 'leases']],
	'apiextensions.k8s.io/v1': [['CustomResourceDefinition', 'customresourcedefinitions', {of: 'cluster', short: 'crd', sub: status}]],
};

/** What every cluster knows; definitions of custom resources add theirs (`customKinds`). */
export const builtInKinds: readonly Kind[] = Object.entries(table).flatMap(([apiVersion, rows]) =>
	rows.map(([kind, resource, facts]): Kind => ({
		...splitApiVersion(apiVersion),
		kind,
		resource,
		isNamespaced: facts?.of !== 'cluster',
		shortNames: facts?.short === undefined ? [] : [facts.short],
		isInAll: facts?.all === true,
		subresources: facts?.sub ?? [],
	})),
);

/** A kind that is surely there: `kindNamed('Deployment')`. */
export const kindNamed = (name: string): Kind => {
	const kind = builtInKinds.find(one => one.kind === name);
	if (kind === undefined) throw new Bug(`There is no kind ${name}.`);
	return kind;
};

/** `apps/v1`, or `v1` where the group has no name. */
export const apiVersionOf = ({group, version}: Pick<Kind, 'group' | 'version'>): string => (group === '' ? version : `${group}/${version}`);

function splitApiVersion(apiVersion: string): {readonly group: string; readonly version: string} {
	const [group = '', version] = apiVersion.split('/');
	return version === undefined ? {group: '', version: group} : {group, version};
}
