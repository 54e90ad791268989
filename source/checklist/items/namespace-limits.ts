import {bundle} from '../example.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';
import {limitRanges, resourceQuotas} from '../namespace-rules.ts';

const group = groups.namespaceLimits;
const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';
const range = 'apiVersion: v1\nkind: LimitRange\nmetadata: {name: defaults, namespace: shop}\nspec: {limits: [{type: Container, default: {memory: 256Mi}}]}\n';
const quota = 'apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: share, namespace: shop}\nspec: {hard: {requests.cpu: "8", requests.memory: 16Gi}}\n';

export const namespaceLimits: readonly Item[] = [
	{
		number: 30,
		id: 'namespaces-limitrange',
		group,
		title: 'Namespaces have LimitRange',
		class: 'live',
		why: 'One container without limits in a namespace without a LimitRange can take a whole node.',
		source: 'governance.md, Namespace limits',
		rule: 'Every namespace of the bundle, and live of the cluster (without kube-* and those that the settings name), has a LimitRange.',
		peers: 'trivy KSV-0039',
		codes: {
			none: {verdict: 'fail', means: 'The namespace has no LimitRange.', fix: 'apiVersion: v1\nkind: LimitRange\nmetadata: {name: defaults, namespace: NAME}\nspec:\n  limits:\n    - type: Container\n      default: {memory: 256Mi}\n      defaultRequest: {cpu: 100m, memory: 256Mi}'},
			'not-read': {verdict: 'unknown', means: 'It could not be read.'},
		},
		passes: bundle(namespace, range),
		fails: namespace,
		check: limitRanges,
	},
	{
		number: 31,
		id: 'namespaces-resourcequota',
		group,
		title: 'Namespaces have ResourceQuotas',
		class: 'live',
		why: 'A quota keeps one namespace from taking what all others need, by a runaway autoscaler for example.',
		source: 'governance.md, Namespace limits',
		rule: 'Every namespace of the bundle, and live of the cluster, has a ResourceQuota for cpu and memory. More than 90 % used is a warning: the additional pods of a rollout may be refused.',
		peers: 'trivy KSV-0040',
		codes: {
			none: {verdict: 'fail', means: 'The namespace has no ResourceQuota.', fix: 'apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: share, namespace: NAME}\nspec:\n  hard: {requests.cpu: "8", requests.memory: 16Gi}'},
			'no-compute': {verdict: 'warn', means: 'The quota does not limit cpu and memory.', fix: 'spec:\n  hard: {requests.cpu: "8", requests.memory: 16Gi}'},
			'quota-nearly-full': {verdict: 'warn', means: 'More than 90 % of the quota is used.'},
			'not-read': {verdict: 'unknown', means: 'It could not be read.'},
		},
		passes: bundle(namespace, quota),
		fails: namespace,
		check: resourceQuotas,
	},
];
