import type {Cluster} from './cluster.ts';
import type {Seen} from './item.ts';
import type {KubeObject} from './kube-object.ts';
import {quantityOf} from './quantity.ts';
import {aboutAll, aboutObject} from './seen.ts';
import {at, entriesAt, listAt, textAt} from './values.ts';
import type {World} from './world.ts';

/** A namespace that an item judges, and where what it needs to know of it comes from. */
export type JudgedNamespace = {readonly name: string; readonly object: KubeObject; readonly state: 'bundle' | 'read' | 'unread'; readonly reason: string};

/**
The namespaces of an item that holds for all of them: those of the bundle, and, live, all of the cluster but its own. `resource` is what the
item needs to see in each (`limitranges`); null when the Namespace object itself says all.
*/
export const judgedNamespaces = (world: World, resource: string | null): readonly JudgedNamespace[] => {
	const own = new Set(world.objects.map(({namespace}) => namespace));
	const isLive = world.cluster?.isLive === true;
	return world
		.all('Namespace')
		.filter(object => !world.isSystemNamespace(object.name) && (!object.isLive || isLive || own.has(object.name)))
		.map(object => ({name: object.name, object, ...readState(world.cluster, resource, object)}));
};

const readState = (cluster: Cluster | null, resource: string | null, {name, isLive}: KubeObject): Pick<JudgedNamespace, 'state' | 'reason'> => {
	const read = resource === null ? undefined : cluster?.reads[resource];
	if (read === undefined) return {state: isLive ? 'read' : 'bundle', reason: ''};
	if (read.state === 'absent') return {state: 'read', reason: ''};
	if (read.state === 'read' && (read.namespaces === null || read.namespaces.includes(name))) return {state: 'read', reason: ''};
	return {state: 'unread', reason: read.reason === '' ? `the ${resource} of this namespace were not read.` : read.reason};
};

/** What is said when nothing can be judged: no Namespace in the bundle, and no cluster, or one that may not be listed. */
export const noNamespaces = (world: World): Seen => {
	const read = world.cluster?.reads['namespaces'];
	if (read === undefined) return aboutAll('not-read', 'The bundle has no Namespace, and no cluster was read (--context, --live).');
	return read.state === 'read' ? aboutAll('na', 'There is no namespace but those of the cluster itself.') : aboutAll('not-read', read.reason);
};

/** Judges each namespace whose objects are known; says unknown where they could not be read. */
export function* eachNamespace(world: World, resource: string, judge: (namespace: JudgedNamespace, hint: string) => Seen): Iterable<Seen> {
	const namespaces = judgedNamespaces(world, resource);
	if (namespaces.length === 0) yield noNamespaces(world);
	for (const namespace of namespaces) {
		const seen = judge(namespace, namespace.state === 'bundle' ? ' in this bundle' : '');
		if (namespace.state === 'unread' && seen.code !== 'pass') yield aboutObject(namespace.object, 'not-read', `Namespace ${namespace.name}: ${namespace.reason}`, ['metadata']);
		else yield seen;
	}
}

export function* limitRanges(world: World): Iterable<Seen> {
	yield* eachNamespace(world, 'limitranges', ({name, object}, hint) => {
		const range = world.inNamespace('LimitRange', name)[0];
		return range === undefined ? aboutObject(object, 'none', `Namespace ${name} has no LimitRange${hint}.`, ['metadata']) : aboutObject(object, 'pass', `LimitRange ${range.name}`);
	});
}

export function* resourceQuotas(world: World): Iterable<Seen> {
	yield* eachNamespace(world, 'resourcequotas', ({name, object}, hint) => {
		const quotas = world.inNamespace('ResourceQuota', name);
		if (quotas.length === 0) return aboutObject(object, 'none', `Namespace ${name} has no ResourceQuota${hint}.`, ['metadata']);
		const limited = new Set(quotas.flatMap(({value}) => entriesAt(value, 'spec', 'hard').map(([key]) => key.replace(/^(requests|limits)\./, ''))));
		if (limited.has('cpu') && limited.has('memory')) return aboutObject(object, 'pass', `ResourceQuota ${quotas[0]?.name ?? ''}`);
		return aboutObject(object, 'no-compute', `The ResourceQuota of namespace ${name} does not limit ${['cpu', 'memory'].filter(one => !limited.has(one)).join(' and ')}.`, ['metadata']);
	});
	for (const quota of world.all('ResourceQuota')) {
		for (const [resource, hard] of entriesAt(quota.value, 'status', 'hard')) {
			const most = quantityOf(hard);
			const used = quantityOf(at(quota.value, 'status', 'used', resource));
			if (most !== null && most > 0 && used !== null && used / most > 0.9)
				yield aboutObject(quota, 'quota-nearly-full', `${resource}: ${String(at(quota.value, 'status', 'used', resource))} of ${String(hard)} are used; the additional pods of a rollout may be refused.`, ['status', 'used', resource], resource);
		}
	}
}

const levelKey = 'pod-security.kubernetes.io/enforce';

export function* podSecurity(world: World): Iterable<Seen> {
	const engine = policyEngine(world);
	const namespaces = judgedNamespaces(world, null);
	if (namespaces.length === 0) yield noNamespaces(world);
	for (const {object, name} of namespaces) {
		const level = object.labels.get(levelKey);
		const path = ['metadata', 'labels', ...(level === undefined ? [] : [levelKey])];
		const weaker = ['warn', 'audit'].filter(mode => ['baseline', 'restricted'].includes(object.labels.get(`pod-security.kubernetes.io/${mode}`) ?? ''));
		if (level === 'restricted') yield aboutObject(object, 'pass', 'enforces restricted', path);
		else if (level === 'baseline') yield aboutObject(object, 'pass', 'enforces baseline; restricted is stricter', path);
		else if (level !== undefined && level !== 'privileged') yield aboutObject(object, 'invalid-level', `${level} is no level; it can be baseline or restricted.`, path);
		else if (engine !== null) yield aboutObject(object, 'policy-engine', `Namespace ${name} has no enforced level, but there are ${engine}: do they enforce one?`, path);
		else if (weaker.length > 0) yield aboutObject(object, 'warn-only', `Namespace ${name} only ${weaker.map(mode => (mode === 'warn' ? 'warns about' : 'audits')).join(' and ')} pods that are not secure.`, path);
		else yield aboutObject(object, 'not-enforced', `Namespace ${name} ${level === 'privileged' ? 'enforces privileged, which allows everything' : 'enforces no Pod Security level'}.`, path);
	}
}

/** Other admission policies that may do the same, named for people; null when none is seen. */
const policyEngine = (world: World): string | null => {
	const kyverno = world.all('ClusterPolicy').find(({group}) => group === 'kyverno.io');
	if (kyverno !== undefined) return `Kyverno policies (${kyverno.name})`;
	const gatekeeper = world.all('ConstraintTemplate')[0];
	if (gatekeeper !== undefined) return `Gatekeeper constraints (${gatekeeper.name})`;
	const old = world.all('PodSecurityPolicy')[0];
	if (old !== undefined) return `PodSecurityPolicies (${old.name}), which Kubernetes 1.25 removes`;
	const bound = new Set(world.all('ValidatingAdmissionPolicyBinding').map(({value}) => textAt(value, 'spec', 'policyName')));
	const aboutPods = (value: unknown): boolean => listAt(value, 'spec', 'matchConstraints', 'resourceRules').some(rule => listAt(rule, 'resources').some(one => ['pods', '*', 'deployments'].includes(String(one))));
	const policy = world.all('ValidatingAdmissionPolicy').find(({name, value}) => bound.has(name) && aboutPods(value));
	return policy === undefined ? null : `admission policies (${policy.name})`;
};
