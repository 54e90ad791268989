import {placeOf} from '../../checklist/place.ts';
import {isMapping, type Path} from '../../checklist/values.ts';
import type {ManifestObject} from './manifest.ts';

/** Where the first thing that changes stands: line of its template, where that can be told, and line of the manifest. Both from 1. */
export type ChangedPlace = {readonly templateLine: number | null; readonly manifestLine: number};

/** In a text that is longer, lines are not looked for: it would take longer than reading it helps. */
const longestText = 200_000;

/** `before` and `after` are the object's two values with what is unlike at every rendering covered; `before` is undefined for a new one. */
export const changedPlace = (object: ManifestObject, before: unknown, after: unknown): ChangedPlace => {
	if (object.document.text.length > longestText) return {templateLine: null, manifestLine: object.document.line};
	const place = placeOf({object, path: before === undefined ? [] : firstChange(before, after)});
	return {templateLine: place?.templateLine ?? null, manifestLine: place?.position?.line ?? object.document.line};
};

/** The path of the first value that is another one; that of the mapping where a key is only missing. */
const firstChange = (before: unknown, after: unknown, path: Path = []): Path => {
	if (isMapping(before) && isMapping(after)) {
		const key = Object.keys(after).find(name => !Object.hasOwn(before, name) || !isSame(before[name], after[name]));
		return key === undefined ? path : Object.hasOwn(before, key) ? firstChange(before[key], after[key], [...path, key]) : [...path, key];
	}

	if (Array.isArray(before) && Array.isArray(after)) {
		const index = after.findIndex((entry, place) => place >= before.length || !isSame(before[place], entry));
		return index === -1 ? path : index < before.length ? firstChange(before[index], after[index], [...path, index]) : [...path, index];
	}

	return path;
};

const isSame = (one: unknown, other: unknown): boolean => one === other || JSON.stringify(one) === JSON.stringify(other);
