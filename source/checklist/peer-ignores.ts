/** Tools whose annotations for ignoring a check can be read. */
export type Peer = 'kube-score' | 'kube-linter' | 'polaris';
export const peers: readonly Peer[] = ['kube-score', 'kube-linter', 'polaris'];

/** A check that a manifest tells another tool to ignore. `check` is null for "all of them". */
export type PeerIgnore = {readonly peer: Peer; readonly check: string | null; readonly reason: string};

/** Reads the annotations of all three. */
export const peerIgnoresIn = (annotations: ReadonlyMap<string, string>): readonly PeerIgnore[] => {
	const found: PeerIgnore[] = [];
	for (const [key, value] of annotations) {
		if (key === 'kube-score/ignore') for (const check of value.split(',')) found.push({peer: 'kube-score', check: check.trim() === '*' ? null : check.trim(), reason: ''});
		else if (key === 'kube-linter.io/ignore-all') found.push({peer: 'kube-linter', check: null, reason: value});
		else if (key.startsWith('ignore-check.kube-linter.io/')) found.push({peer: 'kube-linter', check: key.slice('ignore-check.kube-linter.io/'.length), reason: value});
		else if (key === 'polaris.fairwinds.com/exempt' && value === 'true') found.push({peer: 'polaris', check: null, reason: ''});
		else if (key.startsWith('polaris.fairwinds.com/') && key.endsWith('-exempt') && value === 'true') found.push({peer: 'polaris', check: key.slice('polaris.fairwinds.com/'.length, -'-exempt'.length), reason: ''});
	}

	return found;
};

/** Which of our items, or codes of an item, such a check stands for. */
export const isCoveredBy = ({peer, check}: PeerIgnore, item: string, code: string): boolean => {
	const covered = check === null ? Object.values(meanings[peer]).flat() : (meanings[peer][check] ?? []);
	return covered.some(one => one === item || one === `${item}/${code}`);
};

const netpol = ['network-policies-enabled/workload-netpol-none', 'network-policies-enabled/workload-netpol-partial'];

const meanings: Readonly<Record<Peer, Readonly<Record<string, readonly string[]>>>> = {
	'kube-score': {
		'pod-probes': ['readiness-probe', 'liveness-probe'],
		'pod-probes-identical': ['probes-differ'],
		'container-resources': ['memory-requests-limits', 'cpu-request-max-1', 'qos-class'],
		'container-security-context': ['no-privileged', 'readonly-rootfs', 'run-as-non-root'],
		'container-security-context-privileged': ['no-privileged'],
		'container-security-context-readonlyrootfilesystem': ['readonly-rootfs'],
		'container-security-context-user-group-id': ['run-as-non-root'],
		'pod-networkpolicy': netpol,
		'deployment-replicas': ['multiple-replicas'],
		'horizontalpodautoscaler-replicas': ['multiple-replicas/autoscaler-too-low', 'hpa-for-variable-load/minimum-below-two'],
		'horizontalpodautoscaler-has-target': ['hpa-for-variable-load/target-missing'],
		'deployment-targeted-by-hpa-does-not-have-replicas-configured': ['hpa-for-variable-load/replicas-set'],
		'deployment-has-host-podantiaffinity': ['spread-nodes'],
		'statefulset-has-host-podantiaffinity': ['spread-nodes'],
		'deployment-has-poddisruptionbudget': ['pod-disruption-budget/missing'],
		'statefulset-has-poddisruptionbudget': ['pod-disruption-budget/missing'],
		'poddisruptionbudget-has-policy': ['pod-disruption-budget/pdb-no-policy'],
		'label-values': ['technical-labels/invalid', 'business-labels/invalid', 'security-labels/invalid'],
	},
	'kube-linter': {
		'no-readiness-probe': ['readiness-probe'],
		'no-liveness-probe': ['liveness-probe'],
		'minimum-three-replicas': ['multiple-replicas'],
		'hpa-minimum-three-replicas': ['multiple-replicas/autoscaler-too-low', 'hpa-for-variable-load/minimum-below-two'],
		'no-anti-affinity': ['spread-nodes'],
		'pdb-min-available': ['pod-disruption-budget/pdb-blocks-drain'],
		'pdb-max-unavailable': ['pod-disruption-budget/pdb-blocks-drain'],
		'unset-memory-requirements': ['memory-requests-limits'],
		'unset-cpu-requirements': ['cpu-request-max-1'],
		'required-label-owner': ['business-labels'],
		'writable-host-mount': ['no-local-state/host-path'],
		'dangling-horizontalpodautoscaler': ['hpa-for-variable-load/target-missing'],
		'env-var-secret': ['externalise-config/literal-credential'],
		'read-secret-from-env-var': ['secrets-as-volumes'],
		'privileged-container': ['no-privileged'],
		'no-read-only-root-fs': ['readonly-rootfs'],
		'run-as-non-root': ['run-as-non-root'],
		'drop-net-raw-capability': ['limit-capabilities'],
		'privilege-escalation-container': ['no-privilege-escalation'],
		'non-isolated-pod': netpol,
		'default-service-account': ['no-automount-default-sa'],
		'access-to-secrets': ['rbac-least-privilege/secrets-read'],
		'access-to-create-pods': ['rbac-least-privilege/pod-create'],
		'cluster-admin-role-binding': ['rbac-least-privilege/cluster-admin-binding'],
		'wildcard-in-rules': ['rbac-least-privilege/wildcard'],
	},
	polaris: {
		readinessProbeMissing: ['readiness-probe'],
		livenessProbeMissing: ['liveness-probe'],
		deploymentMissingReplicas: ['multiple-replicas'],
		hpaMinAvailability: ['multiple-replicas/autoscaler-too-low', 'hpa-for-variable-load/minimum-below-two'],
		hpaMaxAvailability: ['hpa-for-variable-load/maximum-not-above-minimum'],
		topologySpreadConstraint: ['spread-nodes'],
		missingPodDisruptionBudget: ['pod-disruption-budget/missing'],
		pdbDisruptionsIsZero: ['pod-disruption-budget/pdb-blocks-drain'],
		pdbMinAvailableGreaterThanHPAMinReplicas: ['pod-disruption-budget/pdb-blocks-drain', 'pod-disruption-budget/pdb-blocks-when-small'],
		memoryRequestsMissing: ['memory-requests-limits'],
		memoryLimitsMissing: ['memory-requests-limits'],
		cpuRequestsMissing: ['cpu-request-max-1'],
		metadataAndInstanceMismatched: ['technical-labels'],
		hostPathSet: ['no-local-state/host-path'],
		sensitiveContainerEnvVar: ['externalise-config/literal-credential'],
		sensitiveConfigmapContent: ['externalise-config/literal-credential', 'externalise-config/credential-in-file'],
		runAsPrivileged: ['no-privileged'],
		notReadOnlyRootFilesystem: ['readonly-rootfs'],
		runAsRootAllowed: ['run-as-non-root'],
		insecureCapabilities: ['limit-capabilities'],
		dangerousCapabilities: ['limit-capabilities/dangerous-add'],
		linuxHardening: ['limit-capabilities/drop-all-missing'],
		privilegeEscalationAllowed: ['no-privilege-escalation'],
		missingNetworkPolicy: netpol,
		automountServiceAccountToken: ['no-automount-default-sa'],
		clusterrolePodExecAttach: ['rbac-least-privilege/exec-attach'],
		rolePodExecAttach: ['rbac-least-privilege/exec-attach'],
		clusterrolebindingPodExecAttach: ['rbac-least-privilege/exec-attach'],
		rolebindingClusterRolePodExecAttach: ['rbac-least-privilege/exec-attach'],
		rolebindingRolePodExecAttach: ['rbac-least-privilege/exec-attach'],
		clusterrolebindingClusterAdmin: ['rbac-least-privilege/cluster-admin-binding', 'rbac-least-privilege/cluster-admin-equivalent'],
		rolebindingClusterAdminClusterRole: ['rbac-least-privilege/cluster-admin-binding', 'rbac-least-privilege/cluster-admin-equivalent'],
		rolebindingClusterAdminRole: ['rbac-least-privilege/cluster-admin-equivalent'],
	},
};
