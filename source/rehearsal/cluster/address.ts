import type {Kind} from './kinds.ts';

/** What a path of the API points at. `name` is null for all objects of the kind, `namespace` is empty for all namespaces and for kinds without. */
export type Address = {readonly kind: Kind; readonly namespace: string; readonly name: string | null; readonly subresource: string | null};

/**
	/api/v1/namespaces/egov/pods/user-0/log
	/apis/apps/v1/deployments

Null for a path that no kind has.
*/
export const readAddress = (path: string, kinds: readonly Kind[]): Address | null => {
	const steps = path.split('/').filter(step => step !== '').map(decodeURIComponent);
	const [root, ...rest] = steps;
	if (root !== 'api' && root !== 'apis') return null;
	const [group = '', version = '', ...where] = root === 'api' ? ['', ...rest] : rest;
	const find = (resource: string | undefined, isNamespaced: boolean): Kind | undefined => kinds.find(kind => kind.group === group && kind.version === version && kind.resource === resource && kind.isNamespaced === isNamespaced);
	if (where[0] === 'namespaces' && where.length > 2) {
		const [, namespace = '', resource, name = null, subresource = null, ...tooMany] = where;
		const kind = find(resource, true);
		if (kind !== undefined && tooMany.length === 0) return {kind, namespace, name, subresource};
	}

	const [resource, name = null, subresource = null, ...tooMany] = where;
	const kind = find(resource, false) ?? (name === null ? find(resource, true) : undefined);
	return kind === undefined || tooMany.length > 0 ? null : {kind, namespace: '', name, subresource};
};
