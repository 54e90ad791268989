import {at, isTrue, listAt, textAt} from '../../checklist/values.ts';
import {workloadOf} from '../../checklist/workload.ts';
import type {ManifestObject} from './manifest.ts';
import type {Pair} from './object-pair.ts';
import {findingAbout, type ObjectFinding} from './object-finding.ts';

/** Ways in from outside the cluster that were not open before, and walls that go. */
export const judgeRoutes = (pairs: readonly Pair[]): readonly ObjectFinding[] => pairs.filter(({isChanged}) => isChanged).flatMap(judgePair);

const judgePair = ({live, coming}: Pair): readonly ObjectFinding[] => {
	const subject = coming ?? live;
	if (subject === null) return [];
	if (coming === null) {
		return subject.kind === 'NetworkPolicy' ? [findingAbout(subject, 'danger', `NetworkPolicy ${subject.name} goes: what it kept out may come in.`)] : [];
	}

	const before = live === null ? [] : waysIn(live);
	const opened = waysIn(coming).filter(way => !before.includes(way));
	const walls = live === null ? [] : wallsOf(live).filter(wall => !wallsOf(coming).includes(wall));
	return [
		...opened.map(way => findingAbout(coming, 'danger', `${coming.kind} ${coming.name} newly opens ${way}.`)),
		...walls.map(wall => findingAbout(coming, 'danger', `${coming.kind} ${coming.name} loses ${wall}.`)),
	];
};

const waysIn = (object: ManifestObject): readonly string[] => {
	const {value, kind} = object;
	switch (kind) {
		case 'Ingress':
			return [
				...listAt(value, 'spec', 'rules').flatMap(rule => {
					const host = textAt(rule, 'host') ?? 'every host';
					const paths = listAt(rule, 'http', 'paths').map(path => textAt(path, 'path') ?? '/');
					return (paths.length === 0 ? ['/'] : paths).map(path => `${path} on ${host}`);
				}),
				...(at(value, 'spec', 'defaultBackend') === undefined ? [] : ['whatever no other rule names']),
			];
		case 'HTTPRoute':
		case 'GRPCRoute':
		case 'TLSRoute':
		case 'TCPRoute':
		case 'VirtualService':
			return gatewayWays(value);
		case 'Route':
		case 'IngressRoute':
			return [`${textAt(value, 'spec', 'path') ?? '/'} on ${textAt(value, 'spec', 'host') ?? 'every host'}`, ...listAt(value, 'spec', 'routes').map(route => textAt(route, 'match') ?? 'everything')];
		case 'Gateway':
			return [...listAt(value, 'spec', 'listeners'), ...listAt(value, 'spec', 'servers')].map(listener => `port ${textAt(listener, 'port') ?? textAt(listener, 'port', 'number') ?? '?'} for ${textAt(listener, 'hostname') ?? (listAt(listener, 'hosts').join(', ') || 'every host')}`);
		case 'Service':
			return serviceWays(value);
		default:
			return podWays(object);
	}
};

const gatewayWays = (value: unknown): readonly string[] => {
	const hosts = [...listAt(value, 'spec', 'hostnames'), ...listAt(value, 'spec', 'hosts')].map(String);
	const matches = [...listAt(value, 'spec', 'rules').flatMap(rule => listAt(rule, 'matches')), ...listAt(value, 'spec', 'http').flatMap(rule => listAt(rule, 'match'))];
	const paths = matches.map(match => textAt(match, 'path', 'value') ?? textAt(match, 'uri', 'prefix') ?? textAt(match, 'uri', 'exact') ?? textAt(match, 'uri', 'regex') ?? '/');
	return (hosts.length === 0 ? ['every host'] : hosts).flatMap(host => (paths.length === 0 ? ['/'] : paths).map(path => `${path} on ${host}`));
};

const serviceWays = (value: unknown): readonly string[] => {
	const type = textAt(value, 'spec', 'type') ?? 'ClusterIP';
	const ports = listAt(value, 'spec', 'ports').map(port => textAt(port, 'port') ?? '?');
	const isOpen = type === 'LoadBalancer' || type === 'NodePort';
	return [...(isOpen ? ports.map(port => `port ${port} from outside, as a ${type}`) : []), ...listAt(value, 'spec', 'externalIPs').map(address => `the address ${String(address)}`)];
};

const podWays = (object: ManifestObject): readonly string[] => {
	const workload = workloadOf(object);
	if (workload === null) return [];
	const hostPorts = workload.containers.flatMap(({value}) => listAt(value, 'ports')).flatMap(port => textAt(port, 'hostPort') ?? []);
	return [...hostPorts.map(port => `port ${port} of its node`), ...(isTrue(at(workload.spec, 'hostNetwork')) ? ['the network of its node'] : [])];
};

/** What keeps some out: a way that loses one is open to more. */
const wallsOf = ({kind, value, annotations}: ManifestObject): readonly string[] => {
	if (kind === 'Service') return listAt(value, 'spec', 'loadBalancerSourceRanges').length > 0 ? ['its list of allowed source addresses'] : [];
	if (kind !== 'Ingress') return [];
	return [...annotations.keys()].filter(name => /whitelist-source-range|allowlist-source-range|auth-(url|type|secret|signin|tls-secret)|inbound-cidrs/.test(name)).map(name => `the annotation ${name}`);
};
