import {bundle, deployment} from '../example.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';
import {benchmark, metadataBlocked} from '../network-rules.ts';

const group = groups.clusterConfiguration;
const egress = (spec: string): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: egress}\nspec: {podSelector: {}, policyTypes: [Egress]${spec}}\n`;

export const clusterConfiguration: readonly Item[] = [
	{
		number: 46,
		id: 'cis-benchmark',
		group,
		title: 'The cluster passes the CIS benchmark',
		class: 'live',
		why: 'The benchmark of the Center for Internet Security lists how the parts of a cluster are configured safely.',
		source: 'configuration.md, Approved Kubernetes configuration',
		rule: "The report of `kube-bench --json` that is given has no scored failure; what it warns about is asked. kube-bench is never started here: it needs the nodes' own files. The control plane of a managed cluster cannot be inspected.",
		peers: 'kubescape CIS frameworks; trivy KCV-*',
		codes: {
			ask: {verdict: 'attest', means: 'Does the cluster pass the CIS benchmark?'},
			failed: {verdict: 'fail', means: 'A check of kube-bench fails.'},
			unreadable: {verdict: 'unknown', means: 'The file is no report of kube-bench.'},
		},
		passes: '{"Controls": [{"tests": [{"results": [{"test_number": "1.1.1", "status": "PASS", "scored": true}]}]}]}',
		fails: '{"Controls": [{"tests": [{"results": [{"test_number": "4.2.1", "status": "FAIL", "scored": true, "test_desc": "Anonymous requests are refused"}]}]}]}',
		check: benchmark,
	},
	{
		number: 47,
		id: 'block-metadata-api',
		group,
		title: 'Disable metadata cloud providers metada API',
		class: 'live',
		why: 'On a cloud, 169.254.169.254 gives whoever asks the rights of the node. A pod that is taken over asks.',
		source: 'configuration.md, Approved Kubernetes configuration',
		rule: 'In each namespace with workloads a NetworkPolicy for all pods isolates outgoing traffic, and no policy allows 169.254.169.254 (or fd00:ec2::254). Nodes that serve workload identity (GKE) pass; without a cloud provider: not applicable. Pods in the node\'s network are a warning. Otherwise asked.',
		peers: 'kubescape C-0052',
		codes: {
			ask: {verdict: 'attest', means: 'Is the metadata service out of reach for pods (IMDSv2 with hop limit 1, for example)?', fix: 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: no-metadata}\nspec:\n  podSelector: {}\n  policyTypes: [Egress]\n  egress:\n    - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]'},
			'host-network': {verdict: 'warn', means: "Pods in the node's network reach the metadata service past every policy.", fix: 'spec:\n  hostNetwork: false'},
		},
		passes: bundle(deployment(''), egress(', egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]}]')),
		fails: deployment('', {pod: 'hostNetwork: true'}),
		check: metadataBlocked,
	},
];
