import type {Seen} from './item.ts';
import {isOfTheCluster, nameOf, type KubeObject} from './kube-object.ts';
import {aboutAll, aboutObject, aboutPod} from './seen.ts';
import {selectorOf, selects} from './selector.ts';
import {at, isFalse, isMapping, isTrue, listAt, textAt, textOf, type Path} from './values.ts';
import type {Workload} from './workload.ts';
import type {World} from './world.ts';

export const serviceAccountOf = (workload: Workload): string => textAt(workload.spec, 'serviceAccountName') || textAt(workload.spec, 'serviceAccount') || 'default';

const mountsToken = (world: World, workload: Workload): boolean => {
	const own = at(workload.spec, 'automountServiceAccountToken');
	if (isTrue(own) || isFalse(own)) return isTrue(own);
	return !isFalse(at(world.find('ServiceAccount', workload.object.namespace, serviceAccountOf(workload))?.value, 'automountServiceAccountToken'));
};

const isBinding = ({kind}: KubeObject): boolean => kind === 'RoleBinding' || kind === 'ClusterRoleBinding';
const bindingsIn = (world: World): readonly KubeObject[] => [...world.all('RoleBinding'), ...world.all('ClusterRoleBinding')];

type Subject = {readonly kind: string; readonly name: string; readonly namespace: string};

/** A ServiceAccount without a namespace means that of the binding. */
const subjectsOf = (binding: KubeObject): readonly Subject[] =>
	listAt(binding.value, 'subjects').map(subject => ({kind: textAt(subject, 'kind') ?? '', name: textAt(subject, 'name') ?? '', namespace: textAt(subject, 'namespace') || binding.namespace}));

const boundAccounts = (world: World): ReadonlySet<string> => {
	const bound = new Set<string>();
	for (const subject of bindingsIn(world).flatMap(subjectsOf)) {
		if (subject.kind === 'ServiceAccount') bound.add(`${subject.namespace}/${subject.name}`);
		if (subject.kind === 'User' && subject.name.startsWith('system:serviceaccount:')) bound.add(subject.name.slice('system:serviceaccount:'.length).replace(':', '/'));
		if (subject.kind === 'Group' && subject.name === 'system:serviceaccounts') bound.add('*/*');
		if (subject.kind === 'Group' && subject.name.startsWith('system:serviceaccounts:')) bound.add(`${subject.name.slice('system:serviceaccounts:'.length)}/*`);
	}

	return bound;
};

const isBound = (bound: ReadonlySet<string>, namespace: string, account: string): boolean => bound.has(`${namespace}/${account}`) || bound.has(`${namespace}/*`) || bound.has('*/*');

export function* automount(world: World): Iterable<Seen> {
	const bound = boundAccounts(world);
	for (const workload of world.workloads) {
		const account = serviceAccountOf(workload);
		const {namespace} = workload.object;
		if (!mountsToken(world, workload)) yield aboutPod(workload, 'pass', 'mounts no token of a ServiceAccount', ['automountServiceAccountToken']);
		else if (account === 'default') yield aboutPod(workload, 'default-sa-automounted', 'It mounts the token of the default ServiceAccount.', ['automountServiceAccountToken']);
		else if (isBound(bound, namespace, account)) yield aboutPod(workload, 'pass', `uses the token of ServiceAccount ${account}`, ['serviceAccountName']);
		else yield aboutPod(workload, 'token-automounted-unused', `It mounts the token of ServiceAccount ${account}, to which nothing in ${world.cluster === null ? 'this bundle' : 'the bundle or the cluster'} gives a right.`, ['automountServiceAccountToken']);
	}

	for (const account of world.all('ServiceAccount')) {
		if (account.name !== 'default' || world.isSystemNamespace(account.namespace)) continue;
		if (account.isLive && world.cluster?.isLive !== true && !world.releaseNamespaces.includes(account.namespace)) continue;
		if (isFalse(at(account.value, 'automountServiceAccountToken'))) yield aboutObject(account, 'pass', 'mounts no token by default');
		else yield aboutObject(account, 'default-sa-open', `The default ServiceAccount${account.namespace === '' ? '' : ` of ${account.namespace}`} mounts its token into every pod that names no other.`, ['automountServiceAccountToken']);
	}
}

type Rule = {readonly groups: readonly string[]; readonly resources: readonly string[]; readonly verbs: readonly string[]; readonly isNarrow: boolean; readonly path: Path};

const textsAt = (value: unknown, key: string): readonly string[] => listAt(value, key).map(one => textOf(one) ?? '');

const rulesOf = (world: World, role: KubeObject): readonly Rule[] => {
	const own = listAt(role.value, 'rules').map((rule, index) => ({
		groups: textsAt(rule, 'apiGroups'),
		resources: textsAt(rule, 'resources'),
		verbs: textsAt(rule, 'verbs'),
		isNarrow: listAt(rule, 'resourceNames').length > 0,
		path: ['rules', index],
	}));
	const selectors = listAt(role.value, 'aggregationRule', 'clusterRoleSelectors').map(selectorOf);
	if (selectors.length === 0) return own;
	const parts = world.all('ClusterRole').filter(other => other !== role && at(other.value, 'aggregationRule') === undefined && selectors.some(selector => selects(selector, other.labels)));
	return [...own, ...parts.flatMap(part => rulesOf(world, part)).map(rule => ({...rule, path: ['aggregationRule']}))];
};

const anyOf = (list: readonly string[], ...wanted: readonly string[]): boolean => list.includes('*') || wanted.some(one => list.includes(one));

/** What a rule gives that is too much, a row each. A rule about named objects is narrow enough, but for a wildcard. */
const excesses: readonly {readonly code: string; readonly means: string; readonly gives: (rule: Rule) => boolean}[] = [
	{code: 'cluster-admin-equivalent', means: 'everything', gives: ({groups, resources, verbs, isNarrow}) => groups.includes('*') && resources.includes('*') && !isNarrow && (verbs.includes('*') || ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'].every(verb => verbs.includes(verb)))},
	{code: 'wildcard', means: 'more than is named, by `*`', gives: ({resources, verbs}) => verbs.includes('*') || resources.some(resource => resource === '*' || resource.startsWith('*/') || resource.endsWith('/*'))},
	{code: 'exec-attach', means: 'commands inside running pods', gives: ({groups, resources, verbs, isNarrow}) => !isNarrow && anyOf(groups, '') && anyOf(resources, 'pods/exec', 'pods/attach', 'pods/*', '*/exec', '*/attach') && anyOf(verbs, 'get', 'create')},
	{code: 'secrets-read', means: 'every Secret', gives: ({groups, resources, verbs, isNarrow}) => !isNarrow && anyOf(groups, '') && anyOf(resources, 'secrets') && anyOf(verbs, 'get', 'list', 'watch')},
	{code: 'pod-create', means: 'the creation of pods', gives: ({groups, resources, verbs}) => anyOf(verbs, 'create') && ((anyOf(groups, '') && anyOf(resources, 'pods', 'replicationcontrollers')) || (anyOf(groups, 'apps') && anyOf(resources, 'deployments', 'daemonsets', 'replicasets', 'statefulsets')) || (anyOf(groups, 'batch') && anyOf(resources, 'jobs', 'cronjobs')))},
	{
		code: 'escalate',
		means: 'the right to take more rights',
		gives: ({groups, resources, verbs, isNarrow}) =>
			!isNarrow &&
			((anyOf(groups, 'rbac.authorization.k8s.io') && anyOf(resources, 'roles', 'clusterroles') && anyOf(verbs, 'escalate', 'bind')) ||
				((anyOf(groups, '', 'authentication.k8s.io') && anyOf(resources, 'users', 'groups', 'serviceaccounts', 'userextras', 'uids')) && anyOf(verbs, 'impersonate')) ||
				(anyOf(groups, '') && anyOf(resources, 'nodes/proxy')) ||
				(anyOf(groups, '') && anyOf(resources, 'serviceaccounts/token') && anyOf(verbs, 'create'))),
	},
];

/** The roles of every cluster (kubernetes.io/docs/reference/access-authn-authz/rbac), for bindings to them. */
const builtIn: Readonly<Record<string, readonly string[]>> = {
	'cluster-admin': ['cluster-admin-binding', 'cluster-admin-equivalent', 'wildcard', 'exec-attach', 'secrets-read', 'pod-create', 'escalate'],
	admin: ['exec-attach', 'secrets-read', 'pod-create', 'escalate'],
	edit: ['exec-attach', 'secrets-read', 'pod-create', 'escalate'],
	view: [],
};

const meaningOf = (code: string): string => excesses.find(one => one.code === code)?.means ?? '';

export function* leastPrivilege(world: World): Iterable<Seen> {
	for (const object of world.objects) {
		if (isOfTheCluster(object)) continue;
		if (object.kind === 'Role' || object.kind === 'ClusterRole') yield* judgeRole(world, object);
		else if (isBinding(object)) yield* judgeBinding(world, object);
	}
}

function* judgeRole(world: World, role: KubeObject): Iterable<Seen> {
	const rules = rulesOf(world, role);
	const found = excesses.flatMap(({code, means, gives}) => {
		const rule = rules.find(gives);
		return rule === undefined ? [] : [aboutObject(role, code, `It gives ${means}.`, rule.path)];
	});
	if (found.length === 0) yield aboutObject(role, 'pass', 'gives only what it names');
	yield* found;
}

function* judgeBinding(world: World, binding: KubeObject): Iterable<Seen> {
	const everyone = subjectsOf(binding).filter(({kind, name}) => (kind === 'User' && name === 'system:anonymous') || (kind === 'Group' && ['system:unauthenticated', 'system:authenticated', 'system:masters'].includes(name)));
	for (const {name} of everyone) yield aboutObject(binding, 'anonymous-subject', `It gives rights to ${name}.`, ['subjects'], name);
	const kind = textAt(binding.value, 'roleRef', 'kind') ?? '';
	const name = textAt(binding.value, 'roleRef', 'name') ?? '';
	const role = world.find(kind, kind === 'Role' ? binding.namespace : '', name);
	const whom = subjectsOf(binding).map(subject => `${subject.kind} ${subject.name}`).join(', ') || 'nobody';
	if (kind === 'ClusterRole' && name === 'cluster-admin') yield aboutObject(binding, 'cluster-admin-binding', `It makes ${whom} ${binding.kind === 'RoleBinding' ? `administrator of namespace ${binding.namespace}` : 'administrator of the cluster'}.`, ['roleRef']);
	const known = kind === 'ClusterRole' && role === undefined ? builtIn[name] : undefined;
	if (role === undefined && known === undefined) {
		yield name.startsWith('system:') ? aboutObject(binding, 'pass', `refers to ${name}, a role of the cluster`) : aboutObject(binding, 'role-unresolved', `${kind} ${name} is not in this bundle: what it gives is not known.`, ['roleRef']);
		return;
	}

	const codes = role === undefined ? (known ?? []) : excesses.filter(({gives}) => rulesOf(world, role).some(gives)).map(({code}) => code);
	const given = codes.filter(code => code !== 'cluster-admin-binding');
	for (const code of given) yield aboutObject(binding, code, `It gives ${whom} ${meaningOf(code)} (${kind} ${name}).`, ['roleRef']);
	if (given.length === 0 && everyone.length === 0) yield aboutObject(binding, 'pass', `gives only what ${kind} ${name} names`);
}

export function* notShared(world: World): Iterable<Seen> {
	const bound = boundAccounts(world);
	const users = Map.groupBy(world.workloads, workload => `${workload.object.namespace}\n${serviceAccountOf(workload)}`);
	for (const [key, workloads] of users) {
		const [namespace = '', account = ''] = key.split('\n');
		const object = world.find('ServiceAccount', namespace, account);
		const about = (code: string, message: string): Seen => (object === undefined ? aboutAll(code, message, `${namespace}/${account}`) : aboutObject(object, code, message, ['metadata', 'name']));
		if (!isBound(bound, namespace, account)) continue;
		if (workloads.length > 1) yield about('shared-service-account', `ServiceAccount ${account} has rights and is used by ${workloads.length} workloads: ${workloads.slice(0, 6).map(workload => nameOf(workload.object)).join(', ')}.`);
		else yield about('pass', `ServiceAccount ${account} is used by one workload`);
	}

	for (const binding of world.objects) {
		if (!isBinding(binding) || isOfTheCluster(binding)) continue;
		const subjects = subjectsOf(binding);
		const group = subjects.find(({kind}) => kind === 'Group');
		const toDefault = subjects.find(({kind, name}) => kind === 'ServiceAccount' && name === 'default');
		if (toDefault !== undefined) yield aboutObject(binding, 'default-sa-granted', `It gives rights to the default ServiceAccount${toDefault.namespace === '' ? '' : ` of ${toDefault.namespace}`}, which every pod uses that names no other.`, ['subjects']);
		if (group !== undefined) yield aboutObject(binding, 'group-subject', `It gives rights to the group ${group.name}.`, ['subjects']);
		else if (subjects.length > 1) yield aboutObject(binding, 'several-subjects', `It gives the same rights to ${subjects.length} subjects.`, ['subjects']);
		else if (toDefault === undefined && subjects.length === 1 && isMapping(binding.value)) yield aboutObject(binding, 'pass', 'has one subject');
	}
}
