import {bundle, deployment} from '../example.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';
import {defaultDeny, networkPolicies} from '../network-rules.ts';

const group = groups.networkPolicies;
const policy = (spec: string): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec: {${spec}}\n`;
const agent = 'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: calico-node, namespace: kube-system}\nspec: {template: {spec: {hostNetwork: true, containers: [{name: agent}]}}}\n';
const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';
const web = deployment('').replace('{name: web}', '{name: web, namespace: shop}');
const policyFix = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: NAME}\nspec:\n  podSelector: {matchLabels: LABELS}\n  policyTypes: [Ingress, Egress]\n  ingress: []   # who may call it\n  egress: []    # whom it may call; name resolution too';
const denyFix = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: default-deny, namespace: NAME}\nspec:\n  podSelector: {}\n  policyTypes: [Ingress, Egress]';

export const networkPolicyItems: readonly Item[] = [
	{
		number: 38,
		id: 'network-policies-enabled',
		group,
		title: 'Enable network policies',
		class: 'live',
		why: 'Without policies every pod of the cluster may talk to every other, and one that is taken over reaches all.',
		source: 'governance.md, Network policies (now 03)',
		rule: 'Live: the network plugin enforces policies (known ones pass; flannel, or none at all, fails; an unknown one is asked). In the manifests: NetworkPolicies of the namespace isolate each workload in both directions; one direction is a warning. Pods in the node\'s network: not applicable.',
		peers: 'kube-score pod-networkpolicy, networkpolicy-targets-pod; kube-linter non-isolated-pod, dangling-networkpolicy; Polaris missingNetworkPolicy; kubescape C-0260',
		codes: {
			'workload-netpol-none': {verdict: 'fail', means: 'No policy isolates the pods. If another chart installs one, check against the cluster too (--context).', fix: policyFix},
			'workload-netpol-partial': {verdict: 'warn', means: 'One direction only is isolated.', fix: policyFix},
			'plugin-not-enforcing': {verdict: 'fail', means: 'No network plugin that enforces policies runs.'},
			'plugin-unseen': {verdict: 'attest', means: "Does the cluster's network enforce policies?"},
			'plugin-not-read': {verdict: 'unknown', means: 'The cluster was not read.'},
		},
		passes: bundle(web, policy('podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress]'), agent),
		fails: bundle(web, policy('podSelector: {matchLabels: {app: other}}, policyTypes: [Ingress, Egress]'), agent),
		check: networkPolicies,
	},
	{
		number: 39,
		id: 'default-deny-netpol',
		group,
		title: "There's a conservative NetworkPolicy in every namespace",
		class: 'live',
		why: 'A policy for all pods denies what nobody thought of; the others then allow what is needed.',
		source: 'governance.md, Network policies (now 03)',
		rule: 'Every namespace has a NetworkPolicy with an empty podSelector that isolates incoming and outgoing traffic (incoming alone is a warning), and none that lets everything in to every pod.',
		peers: 'kubescape C-0206, C-0049, C-0054',
		codes: {
			none: {verdict: 'fail', means: 'No policy isolates all pods of the namespace.', fix: denyFix},
			'allow-all': {verdict: 'fail', means: 'A policy lets everything in to every pod.', fix: denyFix},
			'ingress-only': {verdict: 'warn', means: 'Outgoing traffic is not isolated.', fix: denyFix},
			'not-read': {verdict: 'unknown', means: 'It could not be read.'},
		},
		passes: bundle(namespace, policy('podSelector: {}, policyTypes: [Ingress, Egress]')),
		fails: bundle(namespace, policy('podSelector: {}, policyTypes: [Ingress], ingress: [{}]')),
		check: defaultDeny,
	},
];
