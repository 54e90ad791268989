import {isMapping} from '../../checklist/values.ts';
import {isSet, mergeKeyOf} from './merge-keys.ts';

/**
A strategic merge patch: as a merge patch, but lists with keyed items merge item by item. Its directives:

	{"$patch": "delete", "name": "sidecar"}     removes the item (in a mapping `replace` replaces it whole)
	{"$setElementOrder/containers": [{"name": "a"}, {"name": "b"}]}
	{"$deleteFromPrimitiveList/finalizers": ["x"]}
	{"$retainKeys": ["type"]}                    removes the other keys of the mapping

Source: https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
*/
export const strategicMerge = (value: unknown, patch: unknown): unknown => {
	if (!isMapping(patch)) return patch;
	const {$patch: directive, $retainKeys: retained, ...fields} = patch;
	if (directive === 'replace') return fields;
	const merged: Record<string, unknown> = {...(isMapping(value) ? value : {})};
	if (Array.isArray(retained)) for (const key of Object.keys(merged)) if (!retained.includes(key)) delete merged[key];
	const orders = new Map<string, readonly unknown[]>();
	for (const [key, change] of Object.entries(fields)) {
		if (key.startsWith(orderDirective)) orders.set(key.slice(orderDirective.length), change as readonly unknown[]);
		else if (key.startsWith(deleteDirective)) merged[key.slice(deleteDirective.length)] = listOf(merged[key.slice(deleteDirective.length)]).filter(item => !(change as readonly unknown[]).includes(item));
		else if (change === null) delete merged[key];
		else if (Array.isArray(change)) merged[key] = mergeList(key, merged[key], change);
		else if (isMapping(change) && change['$patch'] === 'delete') delete merged[key];
		else merged[key] = strategicMerge(merged[key], change);
	}

	for (const [key, order] of orders) if (Array.isArray(merged[key])) merged[key] = inOrder(key, merged[key], order);
	return merged;
};

const orderDirective = '$setElementOrder/';
const deleteDirective = '$deleteFromPrimitiveList/';

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const mergeList = (field: string, value: unknown, patch: readonly unknown[]): readonly unknown[] => {
	const list = listOf(value);
	if (isSet(field)) return [...new Set([...list, ...patch])];
	const key = mergeKeyOf(field, list, patch);
	if (key === null || patch.some(item => isMapping(item) && item['$patch'] === 'replace')) return patch.filter(item => !isMapping(item) || !Object.hasOwn(item, '$patch'));
	return patch.reduce<readonly unknown[]>((merged, item) => {
		const change = item as Readonly<Record<string, unknown>>;
		const index = merged.findIndex(one => isMapping(one) && one[key] === change[key]);
		if (change['$patch'] === 'delete') return index === -1 ? merged : merged.toSpliced(index, 1);
		return index === -1 ? [...merged, strategicMerge({}, change)] : merged.with(index, strategicMerge(merged[index], change));
	}, list);
};

/** As the patch orders them; what it does not name keeps its place behind the item before it. */
const inOrder = (field: string, list: readonly unknown[], order: readonly unknown[]): readonly unknown[] => {
	const key = mergeKeyOf(field, list, order);
	const idOf = (item: unknown): unknown => (key !== null && isMapping(item) ? item[key] : item);
	const ids = order.map(idOf);
	let last = -1;
	const ranks = new Map(list.map(item => {
		const index = ids.indexOf(idOf(item));
		if (index !== -1) last = index;
		return [item, index === -1 ? last + 0.5 : index];
	}));
	return list.toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
};
