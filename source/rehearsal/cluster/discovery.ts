import {apiVersionOf, type Kind} from './kinds.ts';

/** Not a pre-release (`-`), which charts that ask for a version would not take. */
export const versionInfo = {major: '1', minor: '35', gitVersion: 'v1.35.4+rehearsal', gitCommit: '', gitTreeState: 'clean', buildDate: '', goVersion: '', compiler: '', platform: ''};

/** The media type of the answer that tells everything at once. */
export const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Which verbs a part of an object takes, and of what kind it is. */
const subresourceFacts = {
	status: {verbs: ['get', 'patch', 'update'], responseKind: null},
	scale: {verbs: ['get', 'patch', 'update'], responseKind: {group: 'autoscaling', version: 'v1', kind: 'Scale'}},
	log: {verbs: ['get'], responseKind: null},
} as const;

const byGroup = (kinds: readonly Kind[]): ReadonlyMap<string, readonly Kind[]> => Map.groupBy(kinds, apiVersionOf);

/** Everything of `/api` (the group without a name) or `/apis` in one answer. */
export const aggregatedDiscovery = (kinds: readonly Kind[], root: 'api' | 'apis'): object => ({
	kind: 'APIGroupDiscoveryList',
	apiVersion: 'apidiscovery.k8s.io/v2',
	metadata: {},
	items: [...byGroup(kinds.filter(({group}) => (group === '') === (root === 'api')))].map(([, some]) => ({
		metadata: {name: some[0]?.group ?? '', creationTimestamp: null},
		versions: [{version: some[0]?.version, freshness: 'Current', resources: some.map(aggregatedResource)}],
	})),
});

const aggregatedResource = ({group, version, kind, resource, isNamespaced, shortNames, isInAll, subresources}: Kind): object => ({
	resource,
	responseKind: {group, version, kind},
	scope: isNamespaced ? 'Namespaced' : 'Cluster',
	singularResource: kind.toLowerCase(),
	verbs,
	shortNames,
	...(isInAll ? {categories: ['all']} : {}),
	subresources: subresources.map(subresource => ({subresource, verbs: subresourceFacts[subresource].verbs, responseKind: subresourceFacts[subresource].responseKind ?? {group, version, kind}})),
});

/** `/api` and `/apis`, `/api/v1`, `/apis/apps`, `/apis/apps/v1`; null for any other path. */
export const plainDiscovery = (kinds: readonly Kind[], path: string): object | null => {
	const groups = [...byGroup(kinds)];
	if (path === '/api') return {kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: []};
	if (path === '/apis') return {kind: 'APIGroupList', apiVersion: 'v1', groups: groups.filter(([apiVersion]) => apiVersion !== 'v1').map(([, some]) => groupOf(some))};
	for (const [apiVersion, some] of groups) {
		if (path === `/apis/${some[0]?.group ?? ''}`) return {kind: 'APIGroup', apiVersion: 'v1', ...groupOf(some)};
		if (path === rootOf(apiVersion)) return {kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersion, resources: some.flatMap(plainResources)};
	}

	return null;
};

const groupOf = ([first]: readonly Kind[]): object => {
	const {group = '', version = ''} = first ?? {};
	const only = {groupVersion: `${group}/${version}`, version};
	return {name: group, versions: [only], preferredVersion: only};
};

const plainResources = ({kind, resource, isNamespaced, shortNames, isInAll, subresources}: Kind): readonly object[] => [
	{name: resource, singularName: kind.toLowerCase(), namespaced: isNamespaced, kind, verbs, shortNames, ...(isInAll ? {categories: ['all']} : {})},
	...subresources.map(subresource => ({name: `${resource}/${subresource}`, singularName: '', namespaced: isNamespaced, kind: subresourceFacts[subresource].responseKind?.kind ?? kind, ...subresourceFacts[subresource].responseKind, verbs: subresourceFacts[subresource].verbs})),
];

const rootOf = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

/** `/openapi/v3`: where each API version describes itself. */
export const openApiIndex = (kinds: readonly Kind[]): object => ({paths: Object.fromEntries([...byGroup(kinds).keys()].map(apiVersion => [rootOf(apiVersion).slice(1), {serverRelativeURL: `/openapi/v3${rootOf(apiVersion)}`}]))});

/**
`/openapi/v3/apis/apps/v1`. Clients look up one thing before they trust the server to check fields and to try out a change: whether PATCH
takes `fieldValidation` and `dryRun`. The schemas themselves are not described.
*/
export const openApiOf = (kinds: readonly Kind[], path: string): object | null => {
	const found = [...byGroup(kinds)].find(([apiVersion]) => path === `/openapi/v3${rootOf(apiVersion)}`);
	if (found === undefined) return null;
	const [apiVersion, some] = found;
	const parameters = ['dryRun', 'fieldValidation'].map(name => ({name, in: 'query', schema: {type: 'string'}}));
	const paths = some.map(({group, version, kind, resource, isNamespaced}) => [
		`${rootOf(apiVersion)}/${isNamespaced ? 'namespaces/{namespace}/' : ''}${resource}/{name}`,
		{patch: {parameters, responses: {200: {description: 'OK'}}, 'x-kubernetes-action': 'patch', 'x-kubernetes-group-version-kind': {group, version, kind}}},
	]);
	return {openapi: '3.0.0', info: {title: 'Kubernetes', version: versionInfo.gitVersion}, paths: Object.fromEntries(paths), components: {schemas: {}}};
};
