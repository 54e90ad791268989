/** Checks of kube-score and the items, or codes of an item, that mean the same. */
export const sameMeaning: Readonly<Record<string, readonly string[]>> = {
	'pod-probes': ['readiness-probe/missing', 'readiness-probe/missing-no-service', 'readiness-probe/missing-helper', 'readiness-probe/several-handlers'],
	'pod-probes-identical': ['probes-differ'],
	'container-resources': ['memory-requests-limits', 'cpu-request-max-1/request-missing', 'cpu-request-max-1/init-container-resources'],
	'container-security-context-privileged': ['no-privileged'],
	'container-security-context-readonlyrootfilesystem': ['readonly-rootfs'],
	'container-security-context-user-group-id': ['run-as-non-root'],
	'pod-networkpolicy': ['network-policies-enabled'],
	'deployment-replicas': ['multiple-replicas'],
	'horizontalpodautoscaler-replicas': ['hpa-for-variable-load/minimum-below-two'],
	'horizontalpodautoscaler-has-target': ['hpa-for-variable-load/target-missing'],
	'deployment-targeted-by-hpa-does-not-have-replicas-configured': ['hpa-for-variable-load/replicas-set'],
	'deployment-has-host-podantiaffinity': ['spread-nodes'],
	'statefulset-has-host-podantiaffinity': ['spread-nodes'],
	'deployment-has-poddisruptionbudget': ['pod-disruption-budget/missing'],
	'statefulset-has-poddisruptionbudget': ['pod-disruption-budget/missing'],
	'poddisruptionbudget-has-policy': ['pod-disruption-budget/pdb-no-policy'],
	'label-values': ['technical-labels/invalid', 'business-labels/invalid', 'security-labels/invalid'],
};

/** A difference that is meant: the verdicts on what `when` names (`bundle | kind`), and why they differ. */
export type Difference = {readonly check: string; readonly ours: 'bad' | 'good'; readonly theirs: 'bad' | 'good' | 'skipped'; readonly when: RegExp; readonly why: string};

/** A workload that names no replicas runs one; so do the scenarios that do not set them. */
const withOneReplica = /^(?!.*replicas: (2|3)|.*set and autoscaled)/;

export const differences: readonly Difference[] = [
	{check: 'deployment-has-poddisruptionbudget', ours: 'good', theirs: 'bad', when: withOneReplica, why: 'Without `replicas`, or with an autoscaler that may go down to one, a Deployment runs one pod, for which a budget would only block the draining of its node. kube-score leaves out only an explicit `replicas: 1`.'},
	{check: 'statefulset-has-poddisruptionbudget', ours: 'good', theirs: 'bad', when: withOneReplica, why: 'The same for a StatefulSet.'},
	{check: 'deployment-has-host-podantiaffinity', ours: 'good', theirs: 'bad', when: /topologySpreadConstraints/, why: 'topologySpreadConstraints spread the pods too.'},
	{check: 'statefulset-has-host-podantiaffinity', ours: 'good', theirs: 'bad', when: /topologySpreadConstraints/, why: 'topologySpreadConstraints spread the pods too.'},
	{check: 'deployment-has-host-podantiaffinity', ours: 'good', theirs: 'bad', when: withOneReplica, why: 'One replica cannot be spread. kube-score leaves out only an explicit `replicas: 1`.'},
	{check: 'statefulset-has-host-podantiaffinity', ours: 'good', theirs: 'bad', when: withOneReplica, why: 'The same for a StatefulSet.'},
	{check: 'deployment-replicas', ours: 'bad', theirs: 'skipped', when: /./, why: 'A worker that no Service sends traffic needs two replicas as well; kube-score skips it. An autoscaler that may go down to one is judged here, and by another check there (horizontalpodautoscaler-replicas).'},
	{check: 'pod-probes', ours: 'bad', theirs: 'good', when: /the second container alone/, why: 'Each container that serves needs a probe; for kube-score one in the pod is enough.'},
	{check: 'pod-probes', ours: 'good', theirs: 'bad', when: /helm create \| Pod/, why: 'The pod is a Helm hook, which ends by itself.'},
	{check: 'pod-probes', ours: 'bad', theirs: 'skipped', when: /./, why: 'Without a Service we warn, as it may be in another bundle; kube-score skips.'},
	{check: 'pod-probes-identical', ours: 'bad', theirs: 'good', when: /a named and a numbered port/, why: 'The named port is the numbered one. kube-score compares the name with the number.'},
	{check: 'pod-probes-identical', ours: 'good', theirs: 'bad', when: /two named ports/, why: 'Two different named ports are different. kube-score compares their numbers, which are both 0.'},
	{check: 'pod-networkpolicy', ours: 'good', theirs: 'bad', when: /node network/, why: "A pod in the node's network is isolated by no policy: not applicable."},
	{check: 'container-security-context-user-group-id', ours: 'good', theirs: 'bad', when: /user 1000 |runAsNonRoot alone|no group/, why: 'The item asks that containers do not run as root. kube-score wants user and group ids from 10000, which is another matter.'},
	{check: 'container-resources', ours: 'good', theirs: 'bad', when: /limits alone|no memory request/, why: 'A missing request is copied from the limit by the API server. kube-score warns.'},
	{check: 'label-values', ours: 'bad', theirs: 'good', when: /too long/, why: "Kubernetes refuses values of more than 63 characters; kube-score looks at the characters alone."},
];
