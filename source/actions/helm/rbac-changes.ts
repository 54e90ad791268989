import {listAt, textAt} from '../../checklist/values.ts';
import type {ManifestObject} from './manifest.ts';
import type {Pair} from './object-pair.ts';
import {findingAbout, type ObjectFinding} from './object-finding.ts';

/** Rights that become wider, also where no version of a chart or an image changes. */
export const judgeRights = (pairs: readonly Pair[]): readonly ObjectFinding[] => {
	const isRights = ({live, coming}: Pair): boolean => (coming ?? live)?.group === 'rbac.authorization.k8s.io';
	const relevant = pairs.filter(pair => isRights(pair) && pair.isChanged);
	return relevant.flatMap(pair => {
		const {coming} = pair;
		if (coming === null) return [];
		return coming.kind.endsWith('Role') ? judgeRole(pair, coming, relevant) : coming.kind.endsWith('RoleBinding') ? judgeBinding(pair, coming, relevant) : [];
	});
};

const judgeRole = (pair: Pair, coming: ManifestObject, pairs: readonly Pair[]): readonly ObjectFinding[] => {
	const {live} = pair;
	const narrower = narrowerOf(pair, pairs);
	if (narrower !== null) return [findingAbout(coming, 'danger', `Role ${coming.name} becomes a ClusterRole: what it allows (${describeRights(rightsOf(coming))}) is allowed in every namespace, not only in ${narrower.namespace}.`)];
	if (live === null) {
		const rights = describeRights(rightsOf(coming));
		return [findingAbout(coming, coming.kind === 'ClusterRole' ? 'danger' : 'warning', `${coming.kind} ${coming.name} is new: it allows ${rights}${coming.kind === 'ClusterRole' ? ', in every namespace where it is bound by a ClusterRoleBinding' : ''}.`)];
	}

	const before = rightsOf(live);
	const wider = rightsOf(coming).filter(right => !before.some(known => covers(known, right)));
	return wider.length === 0 ? [] : [findingAbout(coming, 'danger', `${coming.kind} ${coming.name} is wider than before: it newly allows ${describeRights(wider)}.`)];
};

const judgeBinding = (pair: Pair, coming: ManifestObject, pairs: readonly Pair[]): readonly ObjectFinding[] => {
	const role = roleOf(coming);
	const {live} = pair;
	const narrower = narrowerOf(pair, pairs);
	if (narrower !== null) return [findingAbout(coming, 'danger', `RoleBinding ${coming.name} becomes a ClusterRoleBinding: ${describeSubjects(subjectsOf(coming))} may use ${role} in every namespace.`)];
	if (live === null) return [findingAbout(coming, coming.kind === 'ClusterRoleBinding' || role === 'ClusterRole cluster-admin' ? 'danger' : 'warning', `${coming.kind} ${coming.name} is new: it gives ${role} to ${describeSubjects(subjectsOf(coming))}.`)];
	const before = roleOf(live);
	const newcomers = subjectsOf(coming).filter(subject => !subjectsOf(live).includes(subject));
	return [
		...(before === role ? [] : [findingAbout(coming, 'danger', `${coming.kind} ${coming.name} gives ${role} instead of ${before}.`)]),
		...(newcomers.length === 0 ? [] : [findingAbout(coming, 'danger', `${coming.kind} ${coming.name} newly gives ${role} to ${describeSubjects(newcomers)}.`)]),
	];
};

const widerKinds: Readonly<Record<string, string>> = {ClusterRole: 'Role', ClusterRoleBinding: 'RoleBinding'};

/** The narrower object of the same name that goes while this wider one comes: a Role that becomes a ClusterRole. */
export const narrowerOf = ({live, coming}: Pair, pairs: readonly Pair[]): ManifestObject | null => {
	if (live !== null || coming === null || !Object.hasOwn(widerKinds, coming.kind)) return null;
	const kind = widerKinds[coming.kind];
	return pairs.find(pair => pair.coming === null && pair.live?.kind === kind && pair.live?.name === coming.name)?.live ?? null;
};

type Right = {readonly group: string; readonly resource: string; readonly verb: string; readonly name: string};

/** `*` stands for all; an absent name for every name. */
const rightsOf = ({value}: ManifestObject): readonly Right[] =>
	listAt(value, 'rules').flatMap(rule => {
		const names = textsAt(rule, 'resourceNames');
		const verbs = textsAt(rule, 'verbs');
		const ofObjects = textsAt(rule, 'apiGroups').flatMap(group => textsAt(rule, 'resources').flatMap(resource => verbs.flatMap(verb => (names.length === 0 ? ['*'] : names).map(name => ({group, resource, verb, name})))));
		const ofUrls = textsAt(rule, 'nonResourceURLs').flatMap(url => verbs.map(verb => ({group: 'url', resource: url, verb, name: '*'})));
		return [...ofObjects, ...ofUrls];
	});

const covers = (known: Right, right: Right): boolean => (['group', 'resource', 'verb', 'name'] as const).every(part => known[part] === '*' || known[part] === right[part]);

/** `list, watch secrets; * of everything`. At most six are named. */
const describeRights = (rights: readonly Right[]): string => {
	const byResource = Map.groupBy(rights, ({group, resource, name}) => `${all(resource, 'everything')}${group === '' || group === 'url' ? '' : ` of ${all(group, 'every group')}`}${name === '*' ? '' : ` ${name}`}`);
	const parts = [...byResource].map(([resource, some]) => `${[...new Set(some.map(({verb}) => all(verb, 'every verb')))].join(', ')} on ${resource}`);
	if (parts.length === 0) return 'nothing by rules of its own';
	return parts.length > 6 ? `${parts.slice(0, 6).join('; ')}; and ${parts.length - 6} more` : parts.join('; ');
};

const all = (text: string, words: string): string => (text === '*' ? words : text);

const roleOf = ({value}: ManifestObject): string => `${textAt(value, 'roleRef', 'kind') ?? 'role'} ${textAt(value, 'roleRef', 'name') ?? '(none)'}`;

const subjectsOf = ({value, namespace}: ManifestObject): readonly string[] =>
	listAt(value, 'subjects').map(subject => {
		const kind = textAt(subject, 'kind') ?? 'subject';
		const place = kind === 'ServiceAccount' ? `${textAt(subject, 'namespace') ?? namespace}/` : '';
		return `${kind} ${place}${textAt(subject, 'name') ?? '(none)'}`;
	});

const describeSubjects = (subjects: readonly string[]): string => (subjects.length === 0 ? 'nobody' : subjects.join(', '));

const textsAt = (value: unknown, key: string): readonly string[] => listAt(value, key).map(String);
