import type {Seen} from './item.ts';
import {nameOf, type KubeObject} from './kube-object.ts';
import {eachNamespace, judgedNamespaces} from './namespace-rules.ts';
import {aboutAll, aboutObject, aboutPod} from './seen.ts';
import {isEmptySelector} from './selector.ts';
import {at, isMapping, listAt, textAt, textOf} from './values.ts';
import {usesHostNetwork} from './workload.ts';
import {networkPolicySelector, type World} from './world.ts';

type Direction = 'Ingress' | 'Egress';

/** What a policy isolates. Without policyTypes: incoming traffic, and outgoing when it has rules for it. */
const directionsOf = ({kind, value}: KubeObject): ReadonlySet<Direction> => {
	if (kind === 'CiliumNetworkPolicy') {
		const specs = [at(value, 'spec'), ...listAt(value, 'specs')].filter(isMapping);
		const has = (...names: readonly string[]): boolean => specs.some(spec => names.some(name => at(spec, name) !== undefined));
		return new Set([...(has('ingress', 'ingressDeny') ? ['Ingress' as const] : []), ...(has('egress', 'egressDeny') ? ['Egress' as const] : [])]);
	}

	const types = at(value, 'spec', 'policyTypes');
	if (Array.isArray(types) && types.length > 0) return new Set(types.filter((type): type is Direction => type === 'Ingress' || type === 'Egress'));
	return new Set(listAt(value, 'spec', 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress']);
};

export function* networkPolicies(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		if (usesHostNetwork(workload)) {
			yield aboutObject(workload.object, 'na', "It uses the node's network, which no policy isolates.");
			continue;
		}

		const {namespace} = workload.object;
		const policies = [...world.selecting('NetworkPolicy', namespace, workload.labels), ...world.selecting('CiliumNetworkPolicy', namespace, workload.labels)];
		const directions = new Set(policies.flatMap(policy => [...directionsOf(policy)]));
		if (directions.size === 2) yield aboutPod(workload, 'pass', 'is isolated in both directions');
		else if (directions.size === 1) yield aboutObject(workload.object, 'workload-netpol-partial', `Its ${directions.has('Ingress') ? 'incoming' : 'outgoing'} traffic is isolated, its ${directions.has('Ingress') ? 'outgoing' : 'incoming'} is not.`);
		else yield aboutObject(workload.object, 'workload-netpol-none', `No NetworkPolicy of ${namespace === '' ? 'this bundle' : `namespace ${namespace}`} selects its pods: everything may talk to it.`);
	}

	yield* networkPlugin(world);
}

/** What runs the cluster's network, seen by its DaemonSets. Certain proof needs a probing pod, which is never started here. */
function* networkPlugin(world: World): Iterable<Seen> {
	const {cluster} = world;
	const read = cluster?.reads['daemonsets'];
	if (cluster === null || read === undefined || !cluster.isLive) {
		yield aboutAll('plugin-not-read', 'Whether the cluster enforces network policies was not read (--context, --live).');
		return;
	}

	if (read.state !== 'read') {
		yield aboutAll('plugin-not-read', read.reason);
		return;
	}

	const sets = cluster.objects.filter(({kind}) => kind === 'DaemonSet');
	const has = (pattern: RegExp): KubeObject | undefined => sets.find(({name}) => pattern.test(name));
	const enforcing = has(/^(calico-node|cilium|antrea-agent|kube-router|weave-net|ovn-?kube|ovs-ovn|anetd|azure-npm|kube-ovn|canal|romana)/);
	const aws = has(/^aws-node$/);
	const hasAgent = listAt(aws?.value, 'spec', 'template', 'spec', 'containers').some(container => /nodeagent|network-policy/.test(textAt(container, 'name') ?? ''));
	const open = has(/^kube-flannel/) ?? (hasAgent ? undefined : aws);
	if (enforcing !== undefined) yield aboutObject(enforcing, 'pass', `${enforcing.name} enforces network policies`);
	else if (aws !== undefined && hasAgent) yield aboutObject(aws, 'pass', 'aws-node runs its network policy agent');
	else if (cluster.reads['ciliumnetworkpolicies']?.state === 'read') yield aboutAll('pass', 'the cluster knows the policies of Cilium');
	else if (open !== undefined) yield aboutAll('plugin-not-enforcing', `${nameOf(open)} does not enforce network policies.`);
	else if (sets.some(({namespace}) => world.isSystemNamespace(namespace))) yield aboutAll('plugin-unseen', 'No known network plugin is among the DaemonSets of the cluster. Does its network enforce policies?');
	else yield aboutAll('plugin-not-enforcing', 'No network plugin runs in the cluster, so nothing enforces policies.');
}

/** A rule that lets everything in or out: no peer and no port named, or every address. */
const allowsAll = (rule: unknown, peers: 'from' | 'to'): boolean => {
	if (!isMapping(rule) || listAt(rule, 'ports').length > 0) return false;
	const named = listAt(rule, peers);
	return named.length === 0 || named.some(peer => ['0.0.0.0/0', '::/0'].includes(textAt(peer, 'ipBlock', 'cidr') ?? '') && listAt(peer, 'ipBlock', 'except').length === 0);
};

const isForAll = (policy: KubeObject): boolean => {
	const selector = networkPolicySelector(policy);
	return selector !== null && isEmptySelector(selector);
};

export function* defaultDeny(world: World): Iterable<Seen> {
	const named = new Set(judgedNamespaces(world, 'networkpolicies').map(({name}) => name));
	if (named.size > 0) {
		yield* eachNamespace(world, 'networkpolicies', ({object, name}, hint) => {
			const {code, message} = judgeNamespace(world, name, hint);
			return aboutObject(object, code, message, ['metadata']);
		});
	}

	const others = world.releaseNamespaces.filter(name => !named.has(name) && !world.isSystemNamespace(name));
	for (const name of others) {
		const {code, message} = judgeNamespace(world, name, '');
		if (code === 'none') yield aboutAll('not-read', `${inWords(name)}: no policy for all pods in this bundle; the cluster may have one (--context).`, name);
		else yield aboutAll(code, message, name);
	}

	if (named.size === 0 && others.length === 0) yield* eachNamespace(world, 'networkpolicies', ({object}) => aboutObject(object, 'na', ''));
}

const inWords = (name: string): string => (name === '' ? "The release's namespace" : `Namespace ${name}`);

const judgeNamespace = (world: World, name: string, hint: string): {readonly code: string; readonly message: string} => {
	const policies = world.inNamespace('NetworkPolicy', name).filter(isForAll);
	const open = policies.find(policy => directionsOf(policy).has('Ingress') && listAt(policy.value, 'spec', 'ingress').some(rule => allowsAll(rule, 'from')));
	const directions = new Set(policies.flatMap(policy => [...directionsOf(policy)]));
	const openOut = policies.find(policy => directionsOf(policy).has('Egress') && listAt(policy.value, 'spec', 'egress').some(rule => allowsAll(rule, 'to')));
	if (open !== undefined) return {code: 'allow-all', message: `${nameOf(open)} lets everything in, to every pod.`};
	if (!directions.has('Ingress')) return {code: 'none', message: `${inWords(name)} has no NetworkPolicy that isolates all its pods${hint}.`};
	if (!directions.has('Egress')) return {code: 'ingress-only', message: `${inWords(name)}: outgoing traffic is not isolated.`};
	if (openOut !== undefined) return {code: 'ingress-only', message: `${inWords(name)}: ${openOut.name} lets everything out.`};
	return {code: 'pass', message: `${inWords(name)} denies by default`};
};

const metadataAddress = [169, 254, 169, 254] as const;

/** Whether a block of addresses includes the cloud's metadata service (169.254.169.254, fd00:ec2::254). */
const includesMetadata = (cidr: string): boolean => {
	if (cidr.includes(':')) return /^(::\/0|fd00::\/\d|fd00:ec2::(254)?\/\d+)/i.test(cidr);
	const [address = '', bits = '32'] = cidr.split('/');
	const toNumber = (parts: readonly number[]): number => parts.reduce((sum, part) => sum * 256 + part, 0);
	const size = 2 ** (32 - Number(bits));
	return Math.floor(toNumber(address.split('.').map(Number)) / size) === Math.floor(toNumber(metadataAddress) / size);
};

const reachesMetadata = (rule: unknown): boolean => {
	const peers = listAt(rule, 'to');
	if (peers.length === 0) return true;
	return peers.some(peer => {
		const cidr = textAt(peer, 'ipBlock', 'cidr');
		return cidr !== undefined && includesMetadata(cidr) && !listAt(peer, 'ipBlock', 'except').some(except => includesMetadata(textOf(except) ?? ''));
	});
};

export function* metadataBlocked(world: World): Iterable<Seen> {
	const nodes = (world.cluster?.objects ?? []).filter(({kind}) => kind === 'Node');
	if (nodes.length > 0 && nodes.every(({value}) => (textAt(value, 'spec', 'providerID') ?? '') === '' || /^(kind|k3s|kwok):/.test(textAt(value, 'spec', 'providerID') ?? ''))) {
		yield aboutAll('na', 'The nodes name no cloud provider, so there is no metadata service.');
		return;
	}

	const isIdentityServed = nodes.length > 0 && nodes.every(({labels}) => labels.get('iam.gke.io/gke-metadata-server-enabled') === 'true');
	for (const workload of world.workloads) if (usesHostNetwork(workload)) yield aboutObject(workload.object, 'host-network', "It uses the node's network and reaches the metadata service past every policy.", ['spec']);
	if (isIdentityServed) {
		yield aboutAll('pass', 'every node serves workload identity instead of the metadata of the node');
		return;
	}

	const namespaces = new Set(world.workloads.filter(workload => !usesHostNetwork(workload)).map(({object}) => object.namespace));
	if (namespaces.size === 0) yield aboutAll('ask', 'Is the metadata service of the cloud out of reach for pods?');
	for (const name of namespaces) {
		const policies = world.inNamespace('NetworkPolicy', name).filter(policy => directionsOf(policy).has('Egress'));
		const leak = policies.find(policy => listAt(policy.value, 'spec', 'egress').some(reachesMetadata));
		if (policies.some(isForAll) && leak === undefined) yield aboutAll('pass', `${inWords(name)}: no pod may reach 169.254.169.254`, name);
		else if (leak !== undefined) yield aboutAll('ask', `${inWords(name)}: ${nameOf(leak)} lets pods reach 169.254.169.254. Does something else block it?`, name);
		else yield aboutAll('ask', `${inWords(name)}: no policy keeps pods from 169.254.169.254. Does something else block it?`, name);
	}
}

export function* benchmark(world: World): Iterable<Seen> {
	const given = world.benchmark;
	if (given === null) {
		yield aboutAll('ask', 'Does the cluster pass the CIS benchmark? Run kube-bench and give its report (--kube-bench FILE).');
		return;
	}

	const results = [given.value, ...listAt(given.value)].flatMap(report => listAt(report, 'Controls')).flatMap(control => listAt(control, 'tests')).flatMap(section => listAt(section, 'results'));
	const idsOf = (state: string): readonly string[] => results.filter(result => textAt(result, 'status') === state && at(result, 'scored') !== false).map(result => textAt(result, 'test_number') ?? '?');
	const failed = idsOf('FAIL');
	const warned = results.filter(result => textAt(result, 'status') === 'WARN');
	const when = given.at === null ? '' : `, of ${given.at.toISOString().slice(0, 10)}`;
	if (results.length === 0) yield aboutAll('unreadable', `${given.source} has no results of kube-bench.`);
	for (const id of failed) yield aboutAll('failed', `${id} fails (${given.source}${when}): ${textAt(results.find(result => textAt(result, 'test_number') === id), 'test_desc') ?? ''}`, id);
	if (warned.length > 0) yield aboutAll('ask', `${warned.length} checks of the CIS benchmark need a person (${given.source}${when}): ${warned.slice(0, 12).map(result => textAt(result, 'test_number') ?? '?').join(', ')}`);
	if (results.length > 0 && failed.length === 0 && warned.length === 0) yield aboutAll('pass', `${results.length} checks of kube-bench passed${when}`);
}
