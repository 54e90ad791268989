import {isMapping} from '../../checklist/values.ts';
import {isSet, mergeKeyOf} from './merge-keys.ts';

/**
Server-side apply: what `before` asked for and `wanted` does not is taken away, everything that is wanted is set, and what others
have added stays. Conflicts are not told: the last wish wins. `before` is what the same field manager applied last, undefined for its first time.
*/
export const applyIntent = (live: unknown, before: unknown, wanted: unknown, field = ''): unknown => {
	if (isMapping(wanted) && isMapping(live)) {
		const merged: Record<string, unknown> = {...live};
		for (const [key, old] of Object.entries(isMapping(before) ? before : {})) {
			if (Object.hasOwn(wanted, key)) continue;
			const rest = withdraw(merged[key], old, key);
			if (rest === undefined) delete merged[key];
			else merged[key] = rest;
		}

		for (const [key, value] of Object.entries(wanted)) merged[key] = applyIntent(merged[key], isMapping(before) ? before[key] : undefined, value, key);
		return merged;
	}

	return Array.isArray(wanted) && Array.isArray(live) ? applyList(live, Array.isArray(before) ? before : [], wanted, field) : wanted;
};

const applyList = (live: readonly unknown[], before: readonly unknown[], wanted: readonly unknown[], field: string): readonly unknown[] => {
	if (isSet(field)) return [...new Set([...live.filter(item => !before.includes(item)), ...wanted])];
	const key = mergeKeyOf(field, live, wanted);
	if (key === null) return wanted;
	const idOf = (item: unknown): unknown => (item as Readonly<Record<string, unknown>>)[key];
	const findIn = (list: readonly unknown[], item: unknown): unknown => list.find(one => isMapping(one) && idOf(one) === idOf(item));
	const others = live.filter(item => findIn(wanted, item) === undefined && findIn(before, item) === undefined);
	return [...wanted.map(item => applyIntent(findIn(live, item), findIn(before, item), item)), ...others];
};

/** What stays of a live value when its manager no longer wants it: only what others put into the same mapping or list. */
const withdraw = (live: unknown, before: unknown, field: string): unknown => {
	const isShared = (isMapping(live) && isMapping(before)) || (Array.isArray(live) && Array.isArray(before) && (isSet(field) || mergeKeyOf(field, live) !== null));
	if (!isShared) return undefined;
	const rest = applyIntent(live, before, Array.isArray(live) ? [] : {}, field) as object;
	return Object.keys(rest).length === 0 ? undefined : rest;
};
