import {isMapping, type Path} from '../../checklist/values.ts';
import type {ManifestObject} from './manifest.ts';

/** A place that two renderings of the same chart fill differently. `lines`: only these lines, from 0, of a longer text. */
export type VolatilePlace = {readonly path: Path; readonly lines: readonly number[] | null};

/** What is shown where the text is another one at every rendering. */
export const volatileText = '(another one at every rendering)';

/** The places in which two renderings differ. */
export const volatilePlaces = (first: unknown, second: unknown, path: Path = []): readonly VolatilePlace[] => {
	if (Array.isArray(first) && Array.isArray(second) && first.length === second.length)
		return first.flatMap((entry, index) => volatilePlaces(entry, second[index], [...path, index]));
	if (isMapping(first) && isMapping(second)) {
		// A key that only one rendering has is no line that changes but a different object; it stays visible.
		return Object.keys(first).flatMap(key => (Object.hasOwn(second, key) ? volatilePlaces(first[key], second[key], [...path, key]) : []));
	}

	if (first === second || (typeof first === 'object' && first !== null && JSON.stringify(first) === JSON.stringify(second))) return [];
	return [{path, lines: differingLines(first, second)}];
};

const differingLines = (first: unknown, second: unknown): readonly number[] | null => {
	if (typeof first !== 'string' || typeof second !== 'string' || !first.includes('\n')) return null;
	const [before, after] = [first.split('\n'), second.split('\n')];
	if (before.length !== after.length) return null;
	return before.flatMap((line, index) => (line === after[index] ? [] : [index]));
};

/** The value with its volatile places covered. A place that it does not have is left alone. */
export const coverVolatile = (value: unknown, places: readonly VolatilePlace[]): unknown => places.reduce((covered, {path, lines}) => coverAt(covered, path, lines), value);

const coverAt = (value: unknown, [step, ...rest]: Path, lines: readonly number[] | null): unknown => {
	if (step === undefined) return cover(value, lines);
	if (Array.isArray(value) && typeof step === 'number') return value.map((entry: unknown, index) => (index === step ? coverAt(entry, rest, lines) : entry));
	if (!isMapping(value) || !Object.hasOwn(value, step)) return value;
	return {...value, [step]: coverAt(value[step], rest, lines)};
};

const cover = (value: unknown, lines: readonly number[] | null): unknown => {
	if (lines === null) return volatileText;
	if (typeof value !== 'string') return value;
	return value.split('\n').map((line, index) => (lines.includes(index) ? volatileText : line)).join('\n');
};

export const countVolatile = (places: readonly VolatilePlace[]): number => places.reduce((sum, {lines}) => sum + (lines?.length ?? 1), 0);

/**
The objects of the second rendering that belong to those of the first. One whose name is random is found by its kind and template, when
both have the same number of such.
*/
export const pairRenderings = (first: readonly ManifestObject[], second: readonly ManifestObject[]): ReadonlyMap<ManifestObject, ManifestObject> => {
	const byKey = new Map(second.map(object => [object.key, object]));
	const pairs = new Map(first.flatMap((object): [ManifestObject, ManifestObject][] => (byKey.has(object.key) ? [[object, byKey.get(object.key) as ManifestObject]] : [])));
	const firstKeys = new Set(first.map(({key}) => key));
	const place = originOf;
	const left = Map.groupBy(first.filter(object => !pairs.has(object)), place);
	const right = Map.groupBy(second.filter(({key}) => !firstKeys.has(key)), place);
	for (const [origin, objects] of left) {
		const others = right.get(origin) ?? [];
		if (others.length !== objects.length) continue;
		objects.forEach((object, index) => pairs.set(object, others[index] as ManifestObject));
	}

	return pairs;
};

/** What stays the same of an object with a random name. */
export const originOf = ({group, kind, namespace, document}: ManifestObject): string => `${group}/${kind}/${namespace}/${document.template ?? ''}`;
