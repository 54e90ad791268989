import type {KubeObject} from './kube-object.ts';
import {isMapping, textAt, textMapAt} from './values.ts';

/** Which objects a waiver or an answer is about. `*` stands for any letters; what is not given matches everything. */
export type ObjectPattern = {readonly kind: string; readonly namespace: string; readonly name: string; readonly container: string; readonly labels: ReadonlyMap<string, string>};

export const anyObject: ObjectPattern = {kind: '*', namespace: '*', name: '*', container: '*', labels: new Map()};

/** Reads `Deployment/web`, `Deployment/shop/web`, or `{kind, namespace, name, labels}`. */
export const objectPatternFrom = (value: unknown, container: unknown): ObjectPattern => {
	const any = {...anyObject, container: textAt({container}, 'container') ?? '*'};
	if (typeof value === 'string') {
		const parts = value.split('/');
		return {...any, kind: parts[0] ?? '*', namespace: parts.length > 2 ? (parts[1] ?? '*') : '*', name: parts.at(-1) ?? '*'};
	}

	if (!isMapping(value)) return any;
	return {...any, kind: textAt(value, 'kind') ?? '*', namespace: textAt(value, 'namespace') ?? '*', name: textAt(value, 'name') ?? '*', container: any.container === '*' ? (textAt(value, 'container') ?? '*') : any.container, labels: textMapAt(value, 'labels')};
};

export const matchesObject = (pattern: ObjectPattern, object: KubeObject | null, container: string | null): boolean => {
	const isAny = pattern.kind === '*' && pattern.namespace === '*' && pattern.name === '*' && pattern.labels.size === 0;
	if (object === null) return isAny && pattern.container === '*';
	return (
		matches(pattern.kind, object.kind) &&
		matches(pattern.namespace, object.namespace) &&
		matches(pattern.name, object.name) &&
		(pattern.container === '*' || (container !== null && matches(pattern.container, container))) &&
		[...pattern.labels].every(([key, wanted]) => matches(wanted, object.labels.get(key) ?? ''))
	);
};

const matches = (pattern: string, text: string): boolean => pattern === '*' || pattern === text || (pattern.includes('*') && wildcard(pattern, text));

/** Without a regular expression, so that no pattern is slow. */
const wildcard = (pattern: string, text: string): boolean => {
	const parts = pattern.split('*');
	const first = parts[0] ?? '';
	const last = parts.at(-1) ?? '';
	if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
	let from = first.length;
	for (const part of parts.slice(1, -1)) {
		const found = text.indexOf(part, from);
		if (found === -1 || found + part.length > text.length - last.length) return false;
		from = found + part.length;
	}

	return true;
};
