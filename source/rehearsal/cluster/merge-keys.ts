import {isMapping} from '../../checklist/values.ts';

/**
How Kubernetes tells the items of a list apart when it merges two: by a key of the item, for these fields. Every other list is replaced
whole. Source: `patchMergeKey` in the Kubernetes API types.
*/
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
	containers: ['name'],
	initContainers: ['name'],
	ephemeralContainers: ['name'],
	volumes: ['name'],
	volumeMounts: ['mountPath'],
	volumeDevices: ['devicePath'],
	env: ['name'],
	ports: ['containerPort', 'port'],
	imagePullSecrets: ['name'],
	secrets: ['name'],
	hostAliases: ['ip'],
	topologySpreadConstraints: ['topologyKey'],
	conditions: ['type'],
	ownerReferences: ['uid'],
};

/** Lists of plain values that are merged as sets. */
const sets: ReadonlySet<string> = new Set(['finalizers']);

/** The key of the items in a field, or null where the list is one value. */
export const mergeKeyOf = (field: string, ...lists: readonly unknown[]): string | null => {
	const items = lists.flatMap(list => (Array.isArray(list) ? (list as unknown[]) : []));
	return mergeKeys[field]?.find(key => items.length > 0 && items.every(item => isMapping(item) && (Object.hasOwn(item, key) || Object.hasOwn(item, '$patch')))) ?? null;
};

export const isSet = (field: string): boolean => sets.has(field);
