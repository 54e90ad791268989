import {deployment} from '../example.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';
import {podSecurity} from '../namespace-rules.ts';
import {limitedCapabilities, noEscalation, nonRoot, privileged, readOnlyRoot} from '../security-rules.ts';

const group = groups.podSecurity;
const source = 'governance.md, Pod security policies (now 03, Pod Security Standards)';
const fixFor = (line: string): string => `containers:\n  - name: CONTAINER\n    securityContext:\n      ${line}`;
const namespace = (labels: string): string => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {${labels}}\n`;
const levelFix = 'metadata:\n  labels:\n    pod-security.kubernetes.io/enforce: baseline';

export const podSecurityItems: readonly Item[] = [
	{
		number: 32,
		id: 'pod-security-enforced',
		group,
		title: 'Enable Pod Security Policies',
		class: 'live',
		why: 'What the next items ask of each pod should be refused by the cluster itself when somebody forgets it. PodSecurityPolicy was removed in Kubernetes 1.25; Pod Security Admission took its place.',
		source,
		rule: 'Each namespace has the label pod-security.kubernetes.io/enforce with baseline or restricted. Only warn or audit: a warning. Where Kyverno, Gatekeeper or a ValidatingAdmissionPolicy is installed: asked.',
		peers: 'kubescape C-0068',
		codes: {
			'not-enforced': {verdict: 'fail', means: 'The namespace enforces no level.', fix: levelFix},
			'warn-only': {verdict: 'warn', means: 'The namespace only warns or audits.', fix: levelFix},
			'invalid-level': {verdict: 'fail', means: 'The label has a value that is no level.', fix: levelFix},
			'policy-engine': {verdict: 'attest', means: 'Do the policies of the cluster enforce at least the baseline level?'},
			'not-read': {verdict: 'unknown', means: 'It could not be read.'},
		},
		passes: namespace('pod-security.kubernetes.io/enforce: restricted'),
		fails: namespace('pod-security.kubernetes.io/warn: restricted'),
		check: podSecurity,
	},
	{
		number: 33,
		id: 'no-privileged',
		group,
		title: 'Disable privileged containers',
		class: 'manifest',
		why: 'A privileged container can read and change everything on its node, other pods included.',
		source,
		rule: 'No container, of any kind, has securityContext.privileged (unset is false), nor runs on the Windows host itself.',
		peers: 'kube-score container-security-context-privileged; kube-linter privileged-container; Polaris runAsPrivileged; kubescape C-0057; kubesec Privileged; trivy KSV-0017',
		codes: {
			privileged: {verdict: 'fail', means: 'The container is privileged.', fix: fixFor('privileged: false')},
			'host-process': {verdict: 'fail', means: 'The container runs as a process of the Windows host.', fix: fixFor('windowsOptions: {hostProcess: false}')},
		},
		passes: deployment('securityContext: {privileged: false}'),
		fails: deployment('', {pod: 'initContainers:\n  - name: sysctl\n    image: busybox:1.36\n    securityContext: {privileged: true}'}),
		check: privileged,
	},
	{
		number: 34,
		id: 'readonly-rootfs',
		group,
		title: 'Use a read-only filesystem in containers',
		class: 'manifest',
		why: 'What cannot be written cannot be replaced by an attacker, and shows where state would be lost.',
		source,
		rule: 'Every container, of every kind, has securityContext.readOnlyRootFilesystem true. Set for the pod it has no effect. Windows: not applicable.',
		peers: 'kube-score container-security-context-readonlyrootfilesystem; kube-linter no-read-only-root-fs; Polaris notReadOnlyRootFilesystem; kubescape C-0017; trivy KSV-0014',
		codes: {writable: {verdict: 'fail', means: 'The root filesystem can be written.', fix: 'containers:\n  - name: CONTAINER\n    securityContext: {readOnlyRootFilesystem: true}\n    volumeMounts: [{name: tmp, mountPath: /tmp}]\nvolumes: [{name: tmp, emptyDir: {}}]'}},
		passes: deployment('securityContext: {readOnlyRootFilesystem: true}'),
		fails: deployment('', {pod: 'securityContext: {readOnlyRootFilesystem: true}'}),
		check: readOnlyRoot,
	},
	{
		number: 35,
		id: 'run-as-non-root',
		group,
		title: 'Prevent containers from running as root',
		class: 'manifest',
		why: 'Root in a container is root on the node as soon as something lets it out.',
		source,
		rule: 'For every container, its own value before that of the pod: runAsUser 0 fails; runAsNonRoot true or runAsUser above 0 passes; with neither the image decides, which fails. With hostUsers: false a warning.',
		peers: 'kube-score container-security-context-user-group-id (wants ids from 10000); kube-linter run-as-non-root; Polaris runAsRootAllowed; kubescape C-0013; trivy KSV-0012',
		codes: {
			root: {verdict: 'fail', means: 'The container runs as root.', fix: fixFor('runAsNonRoot: true\n      runAsUser: 10001')},
			'image-decides': {verdict: 'fail', means: 'The image decides, and most run as root.', fix: fixFor('runAsNonRoot: true')},
			contradiction: {verdict: 'fail', means: 'runAsNonRoot with user 0 never starts.', fix: fixFor('runAsNonRoot: true\n      runAsUser: 10001')},
			'root-in-user-namespace': {verdict: 'warn', means: 'Root of a user namespace, not of the node.', fix: fixFor('runAsNonRoot: true')},
		},
		passes: deployment('', {pod: 'securityContext: {runAsNonRoot: true}'}),
		fails: deployment('securityContext: {runAsNonRoot: false}', {pod: 'securityContext: {runAsNonRoot: true}'}),
		check: nonRoot,
	},
	{
		number: 36,
		id: 'limit-capabilities',
		group,
		title: 'Limit capabilities',
		class: 'manifest',
		why: 'Most services need none of the powers that the runtime gives to a container by default.',
		source,
		rule: 'Every container drops ALL and adds at most NET_BIND_SERVICE (the restricted Pod Security Standard). Adding ALL, SYS_ADMIN, NET_ADMIN, NET_RAW, SYS_PTRACE and the like fails, adding another one is a warning. Privileged fails. Windows: not applicable.',
		peers: 'kube-linter drop-net-raw-capability; Polaris insecureCapabilities, dangerousCapabilities; kubescape C-0046; kubesec CapDropAll; trivy KSV-0003, KSV-0106',
		codes: {
			'drop-all-missing': {verdict: 'fail', means: 'The default capabilities are kept.', fix: fixFor('capabilities: {drop: [ALL]}')},
			'dangerous-add': {verdict: 'fail', means: 'A capability is added that can take over the node or other pods.', fix: fixFor('capabilities: {drop: [ALL]}')},
			'other-add': {verdict: 'warn', means: 'A capability is added.', fix: fixFor('capabilities: {drop: [ALL]}')},
			privileged: {verdict: 'fail', means: 'A privileged container has every capability.', fix: fixFor('privileged: false\n      capabilities: {drop: [ALL]}')},
		},
		passes: deployment('securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}'),
		fails: deployment('securityContext: {capabilities: {drop: [NET_RAW]}}'),
		check: limitedCapabilities,
	},
	{
		number: 37,
		id: 'no-privilege-escalation',
		group,
		title: 'Prevent privilege escalation',
		class: 'manifest',
		why: 'Otherwise a program with the setuid bit gets more rights than the process that starts it.',
		source,
		rule: 'Every container, of every kind, has securityContext.allowPrivilegeEscalation false; unset means true. Set for the pod it has no effect. Windows: not applicable.',
		peers: 'kube-linter privilege-escalation-container (passes when unset); Polaris privilegeEscalationAllowed; kubescape C-0016; trivy KSV-0001',
		codes: {
			unset: {verdict: 'fail', means: 'It is not forbidden, and allowed by default.', fix: fixFor('allowPrivilegeEscalation: false')},
			allowed: {verdict: 'fail', means: 'It is allowed.', fix: fixFor('allowPrivilegeEscalation: false')},
			contradiction: {verdict: 'fail', means: 'Kubernetes refuses this together with privileged or SYS_ADMIN.', fix: fixFor('allowPrivilegeEscalation: false\n      privileged: false')},
		},
		passes: deployment('securityContext: {allowPrivilegeEscalation: false}'),
		fails: deployment(''),
		check: noEscalation,
	},
];
