import {bundle, deployment} from '../example.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';
import {automount, leastPrivilege, notShared} from '../rbac-rules.ts';

const group = groups.rbac;
const source = 'governance.md, Role-Based Access Control (RBAC) policies (now 03)';
const role = (rule: string): string => `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: web, namespace: shop}\nrules: [{${rule}}]\n`;
const binding = (account: string): string =>
	`apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: web, namespace: shop}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}\nsubjects: [{kind: ServiceAccount, name: ${account}, namespace: shop}]\n`;
const ruleFix = 'rules:\n  - apiGroups: [""]\n    resources: [configmaps]\n    resourceNames: [settings]\n    verbs: [get, watch]';
const bindingFix = 'roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: NAME}   # a Role with what this one needs\nsubjects: [{kind: ServiceAccount, name: NAME}]';
const tokenFix = 'spec:\n  automountServiceAccountToken: false';

export const rbac: readonly Item[] = [
	{
		number: 40,
		id: 'no-automount-default-sa',
		group,
		title: 'Disable auto-mounting of the default ServiceAccount',
		class: 'manifest',
		why: 'The token of the default ServiceAccount lies in every pod that does not refuse it; whoever gets into the pod may use it against the API server.',
		source,
		rule: 'No pod mounts the token of the default ServiceAccount (the pod\'s own word counts before that of the account; unset is true). Mounting the token of another account that no binding names is a warning. Live: the default account of every namespace mounts none.',
		peers: 'kube-linter default-service-account; Polaris automountServiceAccountToken; kubescape C-0034, C-0189, C-0190; kubesec AutomountServiceAccountToken; trivy KSV-0036',
		codes: {
			'default-sa-automounted': {verdict: 'fail', means: 'The token of the default ServiceAccount is mounted.', fix: tokenFix},
			'token-automounted-unused': {verdict: 'warn', means: 'A token is mounted that gives no right. If another chart binds it, check against the cluster too (--context).', fix: tokenFix},
			'default-sa-open': {verdict: 'warn', means: 'The default ServiceAccount mounts its token by default.', fix: 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: NAMESPACE}\nautomountServiceAccountToken: false'},
		},
		passes: deployment('', {pod: 'automountServiceAccountToken: false'}),
		fails: deployment(''),
		check: automount,
	},
	{
		number: 41,
		id: 'rbac-least-privilege',
		group,
		title: 'RBAC policies are set to the least amount of privileges necessary',
		class: 'manifest',
		why: 'A role that gives more than is needed gives it to whoever takes over the pod that has it.',
		source,
		rule: 'No role, and no binding by the role it refers to, gives a wildcard, everything, commands inside pods, all Secrets, the creation of pods, or ways to more rights; none binds cluster-admin, or everybody. resourceNames narrow a rule. A role that is not in the bundle is a warning. Live, what the cluster brings along is left out.',
		peers: 'kube-linter access-to-secrets, access-to-create-pods, cluster-admin-role-binding, wildcard-in-rules; Polaris *PodExecAttach, *ClusterAdmin*; kubescape C-0035, C-0187, C-0015, C-0002; trivy KSV-0041 to KSV-0056',
		codes: {
			wildcard: {verdict: 'fail', means: 'A rule uses `*` for verbs or resources.', fix: ruleFix},
			'cluster-admin-binding': {verdict: 'fail', means: 'It binds cluster-admin.', fix: bindingFix},
			'cluster-admin-equivalent': {verdict: 'fail', means: 'A rule gives everything.', fix: ruleFix},
			'exec-attach': {verdict: 'fail', means: 'It allows commands inside running pods.', fix: ruleFix},
			'secrets-read': {verdict: 'fail', means: 'It allows reading every Secret.', fix: ruleFix},
			'pod-create': {verdict: 'fail', means: 'It allows the creation of pods, and with it every ServiceAccount and Secret of the namespace.', fix: ruleFix},
			escalate: {verdict: 'fail', means: 'It allows taking more rights: escalate, bind, impersonate, nodes/proxy, tokens.', fix: ruleFix},
			'anonymous-subject': {verdict: 'fail', means: 'It gives rights to everybody, or to system:masters.', fix: bindingFix},
			'role-unresolved': {verdict: 'warn', means: 'The role is not in this bundle. Check against the cluster too (--context).'},
		},
		passes: bundle(role('apiGroups: [""], resources: [configmaps], verbs: [get]'), binding('web')),
		fails: bundle(role('apiGroups: [""], resources: [secrets], verbs: [list]'), binding('web')),
		check: leastPrivilege,
	},
	{
		number: 42,
		id: 'rbac-not-shared',
		group,
		title: 'RBAC policies are granular and not shared',
		class: 'manifest',
		why: 'A ServiceAccount that several workloads share gives each of them what only one of them needs.',
		source,
		rule: 'A ServiceAccount with rights is used by one workload. A binding has one subject, and no group (warning); the default ServiceAccount has none.',
		peers: 'none direct',
		codes: {
			'shared-service-account': {verdict: 'fail', means: 'Several workloads share the rights of one ServiceAccount.', fix: 'spec:\n  serviceAccountName: NAME   # one of its own, with its own binding'},
			'default-sa-granted': {verdict: 'fail', means: 'The default ServiceAccount has rights.', fix: bindingFix},
			'several-subjects': {verdict: 'warn', means: 'One binding for several subjects.', fix: bindingFix},
			'group-subject': {verdict: 'warn', means: 'A group has the rights.', fix: bindingFix},
		},
		passes: bundle(deployment('', {pod: 'serviceAccountName: web'}).replace('{name: web}', '{name: web, namespace: shop}'), role('apiGroups: [""], resources: [configmaps], verbs: [get]'), binding('web')),
		fails: bundle(role('apiGroups: [""], resources: [configmaps], verbs: [get]'), binding('default')),
		check: notShared,
	},
];
