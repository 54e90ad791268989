import type {Seen} from './item.ts';
import {nameOf, type KubeObject} from './kube-object.ts';
import {aboutAll, aboutContainer, aboutObject} from './seen.ts';
import {listAt, textAt, textOf, type Path} from './values.ts';
import type {World} from './world.ts';

/** `nginx:1` is `docker.io/library/nginx`: host and path, without tag and digest. */
export const imageRepository = (image: string): string => {
	const bare = image.replace(/@.*$/, '');
	const slash = bare.indexOf('/');
	const first = slash === -1 ? '' : bare.slice(0, slash);
	const hasHost = first.includes('.') || first.includes(':') || first === 'localhost';
	const host = hasHost ? first.toLowerCase().replace(/^(index|registry-1)\.docker\.io$/, 'docker.io') : 'docker.io';
	const path = (hasHost ? bare.slice(slash + 1) : bare).replace(/:[^/:]*$/, '');
	return `${host}/${host === 'docker.io' && !path.includes('/') ? 'library/' : ''}${path}`;
};

const isWithin = (repository: string, allowed: string): boolean => {
	const wanted = allowed.trim().replace(/^https?:\/\//, '').replace(/\/(\*+)?$/, '');
	const slash = wanted.indexOf('/');
	const entry = slash === -1 ? wanted.toLowerCase() : `${wanted.slice(0, slash).toLowerCase()}${wanted.slice(slash)}`;
	return entry !== '' && (repository === entry || repository.startsWith(`${entry}/`));
};

export function* knownRegistries(world: World): Iterable<Seen> {
	const {registries} = world.settings;
	if (registries.length === 0) {
		yield aboutAll('unconfigured', 'No registries are given: name those that images may come from (--registry, or registries in the settings).');
		return;
	}

	for (const workload of world.workloads)
		for (const container of workload.containers) {
			if (container.image === '') continue;
			const repository = imageRepository(container.image);
			if (registries.some(allowed => isWithin(repository, allowed))) yield aboutContainer(workload, container, 'pass', repository, ['image']);
			else yield aboutContainer(workload, container, 'unknown-registry', `${container.name}: ${repository} is none of the known registries.`, ['image']);
		}
}

type Route = {readonly object: KubeObject; readonly className: string; readonly host: string; readonly match: string; readonly path: Path};

/** Every route of every kind that brings traffic from outside to a host name. */
const routesOf = (object: KubeObject): readonly Route[] => {
	const {kind, value} = object;
	const route = (className: string, host: unknown, match: string, path: Path): Route => ({object, className, host: (textOf(host) ?? '').toLowerCase().replace(/\.$/, '') || '*', match, path});
	switch (kind) {
		case 'Ingress': {
			if (object.annotations.get('nginx.ingress.kubernetes.io/canary') === 'true') return [];
			const className = textAt(value, 'spec', 'ingressClassName') ?? object.annotations.get('kubernetes.io/ingress.class') ?? '';
			const rules = listAt(value, 'spec', 'rules');
			if (rules.length === 0) return [route(className, '*', '/ (default backend)', ['spec'])];
			return rules.flatMap((rule, index) => {
				const paths = listAt(rule, 'http', 'paths');
				const where = ['spec', 'rules', index];
				if (paths.length === 0) return [route(className, textAt(rule, 'host'), '/ ImplementationSpecific', where)];
				return paths.map(one => route(className, textAt(rule, 'host'), `${textAt(one, 'path') || '/'} ${textAt(one, 'pathType') ?? 'ImplementationSpecific'}`, where));
			});
		}

		case 'HTTPRoute':
		case 'GRPCRoute': {
			const parents = listAt(value, 'spec', 'parentRefs').map(parent => `${textAt(parent, 'namespace') ?? object.namespace}/${textAt(parent, 'name') ?? ''}/${textAt(parent, 'sectionName') ?? ''}`).sort().join(',');
			const hosts = listAt(value, 'spec', 'hostnames');
			const matches = listAt(value, 'spec', 'rules').flatMap(rule => (listAt(rule, 'matches').length === 0 ? ['/'] : listAt(rule, 'matches').map(match => JSON.stringify(match))));
			return (hosts.length === 0 ? ['*'] : hosts).flatMap(host => (matches.length === 0 ? ['/'] : matches).map(match => route(parents, host, match, ['spec', 'hostnames'])));
		}

		case 'Route':
			return object.group === 'route.openshift.io' || object.group === '' ? [route('', textAt(value, 'spec', 'host'), textAt(value, 'spec', 'path') || '/', ['spec', 'host'])] : [];

		case 'VirtualService': {
			const gateways = listAt(value, 'spec', 'gateways').map(textOf).filter(gateway => gateway !== 'mesh');
			return gateways.length === 0 ? [] : listAt(value, 'spec', 'hosts').map(host => route(gateways.join(','), host, JSON.stringify(listAt(value, 'spec', 'http').map(rule => listAt(rule, 'match'))), ['spec', 'hosts']));
		}

		default:
			return [];
	}
};

const routeKinds = ['Ingress', 'HTTPRoute', 'GRPCRoute', 'Route', 'VirtualService'];

const tlsHosts = (object: KubeObject): readonly {readonly host: string; readonly path: Path}[] =>
	object.kind !== 'Ingress' ? [] : listAt(object.value, 'spec', 'tls').flatMap((entry, index) => listAt(entry, 'hosts').map(host => ({host: (textOf(host) ?? '').toLowerCase().replace(/\.$/, ''), path: ['spec', 'tls', index]})));

const releaseOf = (object: KubeObject): string | undefined => object.annotations.get('meta.helm.sh/release-name') ?? object.labels.get('app.kubernetes.io/instance');

export function* uniqueHosts(world: World): Iterable<Seen> {
	const objects = routeKinds.flatMap(kind => world.all(kind));
	const routes = objects.flatMap(routesOf);
	const byObject = Map.groupBy(routes, ({object}) => object);
	const byKey = Map.groupBy(routes, routeKey);
	const byHost = hostsByNamespace(objects, routes);
	const judged = new Set(world.objects);
	for (const object of objects) {
		if (!judged.has(object)) continue;
		const mine = byObject.get(object) ?? [];
		const told = new Set<string>();
		for (const route of mine) {
			const other = (byKey.get(routeKey(route)) ?? []).find(one => one !== route && !isSameRelease(one.object, object));
			if (other === undefined || told.has(`${route.host} ${route.match}`)) continue;
			told.add(`${route.host} ${route.match}`);
			yield aboutObject(object, 'duplicate-route', `${route.host === '*' ? 'Every host' : route.host}, path ${route.match.split(' ')[0] ?? ''}: ${other.object === object ? 'given twice here' : `also given by ${nameOf(other.object)}`}.`, route.path, `${route.host} ${route.match}`);
		}

		const shared: KubeObject[] = [];
		for (const host of new Set([...mine.map(route => route.host), ...tlsHosts(object).map(one => one.host)])) {
			const places = byHost.get(host);
			const elsewhere = [...(places ?? [])].flatMap(([namespace, some]) => (namespace === object.namespace ? [] : (some.find(one => !isSameRelease(one, object)) ?? [])))[0];
			const beside = places?.get(object.namespace)?.find(one => one !== object);
			if (beside !== undefined) shared.push(beside);
			if (elsewhere === undefined || [...told].some(one => one.startsWith(`${host} `))) continue;
			told.add(`${host} elsewhere`);
			yield aboutObject(object, 'host-in-two-namespaces', `${host} is also served from namespace ${elsewhere.namespace || '(none)'} (${nameOf(elsewhere)}).`, ['spec'], host);
		}

		if (told.size === 0 && mine.length > 0) yield aboutObject(object, 'pass', shared[0] === undefined ? 'its routes are its own' : `shares a host with ${nameOf(shared[0])}, by other paths`);
	}
}

const routeKey = ({object, className, host, match}: Route): string => `${object.kind}\n${className}\n${host}\n${match}`;

/** Who serves a host name, in which namespace. A rule for every host is no host name. */
const hostsByNamespace = (objects: readonly KubeObject[], routes: readonly Route[]): ReadonlyMap<string, ReadonlyMap<string, readonly KubeObject[]>> => {
	const all = [...routes, ...objects.flatMap(object => tlsHosts(object).map(({host}) => ({object, host})))].filter(({host}) => host !== '*' && host !== '');
	return new Map([...Map.groupBy(all, ({host}) => host)].map(([host, some]) => [host, Map.groupBy(some.map(({object}) => object), ({namespace}) => namespace)]));
};

/** The cluster's copy of what is being deployed is no rival. */
const isSameRelease = (other: KubeObject, object: KubeObject): boolean =>
	other.isLive !== object.isLive && other.namespace === object.namespace && (other.name === object.name || (releaseOf(other) !== undefined && releaseOf(other) === releaseOf(object)));

export function* approvedDomains(world: World): Iterable<Seen> {
	const domains = world.settings.domains.map(domain => domain.trim().toLowerCase().replace(/^\*\./, '').replace(/\.$/, '')).filter(domain => domain !== '');
	if (domains.length === 0) {
		yield aboutAll('unconfigured', 'No domains are given: name those that hosts may be under (--domain, or domains in the settings).');
		return;
	}

	const isApproved = (host: string): boolean => {
		const plain = host.replace(/^\*\./, '');
		return !plain.includes('*') && domains.some(domain => plain === domain || plain.endsWith(`.${domain}`));
	};

	for (const object of world.objects.filter(({kind}) => routeKinds.includes(kind))) {
		const routes = routesOf(object.kind === 'Ingress' ? {...object, annotations: new Map()} : object);
		const hosts = new Map([...routes.map(({host, path}) => [host, path] as const), ...tlsHosts(object).map(({host, path}) => [host, path] as const)]);
		let failed = false;
		for (const [host, path] of hosts) {
			if (host === '*') {
				failed = true;
				yield aboutObject(object, 'no-host', 'A rule without a host answers for every name.', path, host);
			} else if (!isApproved(host)) {
				failed = true;
				yield aboutObject(object, 'not-approved', `${host} is under none of the approved domains.`, path, host);
			}
		}

		if (!failed && hosts.size > 0) yield aboutObject(object, 'pass', [...hosts.keys()].join(', '));
	}
}
