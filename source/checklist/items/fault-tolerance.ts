import {bundle, deployment} from '../example.ts';
import {disruptionBudgets, severalReplicas, spreadOverNodes} from '../fault-rules.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';

const group = groups.faultTolerance;
const budget = 'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}\n';
const spread = (app: string): string => `topologySpreadConstraints:\n  - maxSkew: 1\n    topologyKey: kubernetes.io/hostname\n    whenUnsatisfiable: ScheduleAnyway\n    labelSelector: {matchLabels: {app: ${app}}}`;
const spreadFix = 'topologySpreadConstraints:\n  - maxSkew: 1\n    topologyKey: kubernetes.io/hostname\n    whenUnsatisfiable: ScheduleAnyway\n    labelSelector: {matchLabels: LABELS}';
const budgetFix = 'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: NAME}\nspec:\n  maxUnavailable: 1\n  selector: {matchLabels: LABELS}';

export const faultTolerance: readonly Item[] = [
	{
		number: 11,
		id: 'multiple-replicas',
		group,
		title: 'Run more than one replica for your Deployment',
		class: 'manifest',
		why: 'A single pod is gone while its node is drained, upgraded or lost. Two share the work and cover for each other.',
		source: 'application-development.md, Fault tolerance',
		rule: 'A Deployment, StatefulSet, ReplicaSet or Rollout runs at least 2 pods: minReplicas of the autoscaler that targets it (1 when unset; KEDA 0), else replicas (1 when unset). A long-running pod of its own is a failure. DaemonSets, Jobs and what is scaled to 0: not applicable. The number can be set.',
		peers: 'kube-score deployment-replicas (only behind a Service), horizontalpodautoscaler-replicas; kube-linter minimum-three-replicas; Polaris deploymentMissingReplicas, hpaMinAvailability; kubescape C-0073',
		codes: {
			'single-replica': {verdict: 'fail', means: 'Fewer replicas than wanted.', fix: 'spec:\n  replicas: 2'},
			'cannot-scale': {verdict: 'fail', means: 'One replica, and its strategy or its volume keeps it from having two.', fix: 'spec:\n  replicas: 2\n  strategy: {type: RollingUpdate}   # and a volume that several nodes can mount, or a StatefulSet'},
			'autoscaler-too-low': {verdict: 'fail', means: 'Its autoscaler may leave fewer than wanted.', fix: 'kind: HorizontalPodAutoscaler\nspec:\n  minReplicas: 2'},
			'few-ready': {verdict: 'warn', means: 'The cluster says that fewer are ready than wanted.'},
			'bare-pod': {verdict: 'fail', means: 'A pod that no controller looks after.', fix: 'apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: 2\n  template: {}   # the pod'},
		},
		passes: deployment('', {replicas: 2}),
		fails: deployment(''),
		check: severalReplicas,
	},
	{
		number: 12,
		id: 'spread-nodes',
		group,
		title: 'Avoid Pods being placed into a single node',
		class: 'manifest',
		why: 'Several replicas on one node are lost together with it.',
		source: 'application-development.md, Fault tolerance (now 02, topologySpreadConstraints)',
		rule: "With at least 2 replicas: a podAntiAffinity term (required or preferred) or a topologySpreadConstraint, by hostname or zone, whose selector matches the pod's own labels and whose namespaces include its own. With a cluster: the pods really are on more than one node.",
		peers: 'kube-score deployment-has-host-podantiaffinity, statefulset-has-host-podantiaffinity; kube-linter no-anti-affinity; Polaris topologySpreadConstraint (any)',
		codes: {
			missing: {verdict: 'fail', means: 'Nothing keeps the pods apart.', fix: spreadFix},
			'selector-misses-self': {verdict: 'fail', means: "The spreading rule does not select the pods' own labels.", fix: spreadFix},
			'other-topology': {verdict: 'fail', means: 'The pods are spread by something that is neither node nor zone.', fix: spreadFix},
			'on-one-node': {verdict: 'warn', means: 'All pods run on one node now.'},
		},
		passes: deployment('', {replicas: 2, pod: spread('web')}),
		fails: deployment('', {replicas: 2, pod: spread('other')}),
		check: spreadOverNodes,
	},
	{
		number: 13,
		id: 'pod-disruption-budget',
		group,
		title: 'Set Pod disruption budgets',
		class: 'manifest',
		why: 'When nodes are drained, a budget keeps Kubernetes from evicting all replicas at once. One that allows nothing blocks every drain instead.',
		source: 'application-development.md, Fault tolerance',
		rule: 'With at least 2 replicas exactly one PodDisruptionBudget of the namespace selects the pods (policy/v1: an empty selector selects all). A budget has one of minAvailable and maxUnavailable, and leaves at least one pod to evict.',
		peers: 'kube-score deployment-/statefulset-has-poddisruptionbudget, poddisruptionbudget-has-policy; kube-linter pdb-min-available, pdb-max-unavailable; Polaris missingPodDisruptionBudget, pdbDisruptionsIsZero, pdbMinAvailableGreaterThanHPAMinReplicas',
		codes: {
			missing: {verdict: 'fail', means: 'No budget selects the pods. If another chart installs one, check against the cluster too (--context).', fix: budgetFix},
			'pdb-blocks-drain': {verdict: 'fail', means: 'The budget never lets a pod be evicted.', fix: 'spec:\n  maxUnavailable: 1   # instead of minAvailable'},
			'pdb-blocks-when-small': {verdict: 'warn', means: 'The budget lets no pod be evicted while the autoscaler is at its least.', fix: 'spec:\n  maxUnavailable: 1   # instead of minAvailable'},
			'pdb-no-policy': {verdict: 'fail', means: 'The budget says neither minAvailable nor maxUnavailable.', fix: 'spec:\n  maxUnavailable: 1'},
			'pdb-two-policies': {verdict: 'fail', means: 'The budget says both minAvailable and maxUnavailable.', fix: 'spec:\n  maxUnavailable: 1   # and no minAvailable'},
			'pdb-multiple': {verdict: 'fail', means: 'Several budgets select one pod.', fix: budgetFix},
			'pdb-v1beta1': {verdict: 'fail', means: 'Kubernetes 1.25 and later do not know policy/v1beta1.', fix: 'apiVersion: policy/v1'},
			'pdb-allows-none-now': {verdict: 'warn', means: 'The cluster says that no pod may be evicted now.'},
		},
		passes: bundle(deployment('', {replicas: 2}), budget),
		fails: bundle(deployment('', {replicas: 2}), budget.replace('{app: web}', '{app: other}')),
		check: disruptionBudgets,
	},
];
