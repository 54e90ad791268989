import {bundle, deployment} from '../example.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';
import {cpuLimits, cpuRequest, memory, qualityOfService, releaseLimitRange} from '../resource-rules.ts';

const group = groups.resources;
const source = 'application-development.md, Resources utilisation (now 02, Resource requests and limits are set)';
const memoryFix = 'containers:\n  - name: CONTAINER\n    resources:\n      requests: {memory: 256Mi}\n      limits: {memory: 256Mi}';
const cpuFix = 'containers:\n  - name: CONTAINER\n    resources:\n      requests: {cpu: 100m}';
export const limitRange = 'apiVersion: v1\nkind: LimitRange\nmetadata: {name: defaults, namespace: NAMESPACE}\nspec:\n  limits:\n    - type: Container\n      default: {memory: 256Mi}\n      defaultRequest: {cpu: 100m, memory: 256Mi}';
const range = limitRange.replace(', namespace: NAMESPACE', '');

export const resources: readonly Item[] = [
	{
		number: 14,
		id: 'memory-requests-limits',
		group,
		title: 'Set memory limits and requests for all containers',
		class: 'manifest',
		why: 'Without a memory limit one leaking container takes its whole node down; without a request the scheduler puts pods where there is no memory for them.',
		source,
		rule: 'Every container (init containers: warning) has a memory limit above 0, and a request that is not higher; a missing request is copied from the limit. What the pod as a whole or a LimitRange of the namespace sets counts.',
		peers: 'kube-score container-resources, container-memory-requests-equal-limits; kube-linter unset-memory-requirements; Polaris memoryRequestsMissing, memoryLimitsMissing; kubescape C-0004, C-0271; kubesec LimitsMemory',
		codes: {
			'limit-missing': {verdict: 'fail', means: 'No memory limit.', fix: memoryFix},
			'init-container-resources': {verdict: 'warn', means: 'An init container has no memory limit.', fix: memoryFix},
			'request-above-limit': {verdict: 'fail', means: 'The request is higher than the limit; Kubernetes refuses it.', fix: memoryFix},
			'invalid-quantity': {verdict: 'fail', means: 'Not a quantity.', fix: memoryFix},
			'suspicious-quantity': {verdict: 'warn', means: 'Less than 1 KiB: a wrong suffix (`m` is a thousandth).', fix: memoryFix},
		},
		passes: deployment('resources:\n  requests: {memory: 256Mi}\n  limits: {memory: 256Mi}'),
		fails: deployment('resources:\n  requests: {memory: 256Mi}'),
		check: memory,
	},
	{
		number: 15,
		id: 'cpu-request-max-1',
		group,
		title: 'Set CPU request to 1 CPU or below',
		class: 'manifest',
		why: 'A pod that asks for more than one CPU fits on few nodes, and is rarely faster than two pods that ask for one. Without a request it gets no share that it can rely on.',
		source,
		rule: 'Every container (init containers: warning) asks for CPU, at most 1 (the number can be set); a missing request is copied from the limit, or from a LimitRange. Work that needs more: a waiver.',
		peers: 'only that a request is there: kube-linter unset-cpu-requirements; Polaris cpuRequestsMissing; kubescape C-0268; kubesec RequestsCPU',
		codes: {
			'request-missing': {verdict: 'fail', means: 'No CPU request.', fix: cpuFix},
			'init-container-resources': {verdict: 'warn', means: 'An init container has no CPU request.', fix: cpuFix},
			'above-one': {verdict: 'fail', means: 'More than one CPU is asked for.', fix: 'containers:\n  - name: CONTAINER\n    resources:\n      requests: {cpu: "1"}   # and more replicas'},
			'request-above-limit': {verdict: 'fail', means: 'The request is higher than the limit; Kubernetes refuses it.', fix: cpuFix},
			'invalid-quantity': {verdict: 'fail', means: 'Not a quantity.', fix: cpuFix},
		},
		passes: deployment('resources:\n  requests: {cpu: 250m}'),
		fails: deployment('resources:\n  requests: {cpu: 1500m}'),
		check: cpuRequest,
	},
	{
		number: 16,
		id: 'no-cpu-limits',
		group,
		title: 'Disable CPU limits — unless you have a good use case',
		class: 'manifest',
		why: 'CPU can be shared: a container over its request is slowed down only when others need theirs. A limit slows it down always, and requests take longer for nothing.',
		source,
		rule: 'No container has a CPU limit, nor the pod; 0 is none. A LimitRange that gives one to containers is a warning. A good use case (Guaranteed pods with pinned CPUs, a quota that demands it): a waiver.',
		peers: 'the opposite of most: kube-score container-resources, Polaris cpuLimitsMissing, kubescape C-0270 and kubesec LimitsCPU want a limit',
		codes: {
			'cpu-limit': {verdict: 'fail', means: 'A CPU limit is set.', fix: 'containers:\n  - name: CONTAINER\n    resources:\n      requests: {cpu: 250m}\n      limits: {}   # no cpu'},
			'limitrange-injects-cpu': {verdict: 'warn', means: 'A LimitRange gives containers a CPU limit.', fix: 'spec:\n  limits:\n    - type: Container\n      default: {memory: 256Mi}   # no cpu'},
		},
		passes: deployment('resources:\n  requests: {cpu: 250m}'),
		fails: deployment('resources:\n  limits: {cpu: 500m}'),
		check: cpuLimits,
	},
	{
		number: 17,
		id: 'release-namespace-limitrange',
		group,
		title: 'The namespace has a LimitRange',
		class: 'live',
		why: 'A LimitRange gives memory and CPU to containers that forgot to ask, before they harm their neighbours.',
		source,
		rule: "Each namespace into which the bundle's workloads go has a LimitRange of type Container with a memory default, in the bundle or in the cluster.",
		peers: 'trivy KSV-0039',
		codes: {
			none: {verdict: 'fail', means: 'The namespace has no LimitRange.', fix: limitRange},
			'no-memory-default': {verdict: 'fail', means: 'The LimitRange gives containers no memory default.', fix: limitRange},
			'not-read': {verdict: 'unknown', means: 'The cluster was not read.'},
		},
		passes: bundle(deployment(''), range),
		fails: bundle(deployment(''), range.replace('type: Container', 'type: Pod')),
		check: releaseLimitRange,
	},
	{
		number: 18,
		id: 'qos-class',
		group,
		title: 'Set an appropriate Quality of Service (QoS) for Pods',
		class: 'manifest',
		why: 'When a node runs out of memory, Kubernetes evicts BestEffort pods first, then Burstable ones that use more than they asked for, and Guaranteed ones last.',
		source,
		rule: 'Computed as the kubelet does. BestEffort fails; Burstable and Guaranteed pass and are shown. A workload for which the settings want Guaranteed must be it (which needs CPU limits, against item 16).',
		peers: 'kube-score container-resource-requests-equal-limits (optional)',
		codes: {
			'best-effort': {verdict: 'fail', means: 'No container asks for anything.', fix: 'containers:\n  - name: CONTAINER\n    resources:\n      requests: {cpu: 100m, memory: 256Mi}\n      limits: {memory: 256Mi}'},
			'below-wanted': {verdict: 'fail', means: 'It is not of the class that the settings want.'},
		},
		passes: deployment('resources:\n  requests: {cpu: 100m}'),
		fails: deployment(''),
		check: qualityOfService,
	},
];
