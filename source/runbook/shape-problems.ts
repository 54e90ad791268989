import type {z} from 'zod';

import {hasExpression} from './expressions.ts';
import {nearestWord} from './nearest-word.ts';
import type {RunbookProblem} from './runbook-problem.ts';
import type {Path, YamlSource} from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

/** Where a value stands in the file, and how a person calls it: `this task`. `isLate`: an expression may give parts of it later. */
export type Seat = {readonly source: YamlSource; readonly path: Path; readonly value: unknown; readonly noun: string; readonly isLate?: boolean};

/** What a shape found wrong, each at its place in the file: one problem a place, and a misspelt key is not missing too. */
export const shapeProblems = (issues: readonly Issue[], seat: Seat, shape?: z.ZodType): readonly RunbookProblem[] => {
	const all = issues.map(nearestBranch).filter(issue => seat.isLate !== true || !isLater(valueAt(seat.value, issue.path), issue, seat.value));
	const meant = new Set(all.flatMap(issue => (issue.code === 'unrecognized_keys' ? unknownKeys(issue, seat, shape).map(({nearest}) => placeOf([...issue.path, nearest ?? ''])) : [])));
	const seen = new Set<string>();
	return all.flatMap(issue => {
		const at = [...seat.path, ...issue.path.map(part => (typeof part === 'symbol' ? String(part) : part))];
		const noun = issue.path.length === 0 ? seat.noun : `\`${nameOf(issue.path)}\``;
		if (issue.code === 'unrecognized_keys')
			return unknownKeys(issue, seat, shape).map(({key, known, nearest}) => seat.source.problemAt([...at, key], {what: `\`${key}\` is not a key of ${noun}`, ...(known.length > 0 ? {expected: listOf(known)} : {}), nearest}, 'key'));
		const place = placeOf(issue.path);
		if (seen.has(place)) return [];
		seen.add(place);
		if (issue.code === 'invalid_key') return [seat.source.problemAt(at, {what: `${noun} can't be a name here`, expected: issue.issues[0]?.message ?? 'a name'}, 'key')];
		const found = valueAt(seat.value, issue.path);
		if (found === undefined && issue.code !== 'custom') return meant.has(place) ? [] : [seat.source.problemAt(at.slice(0, -1), {what: `\`${String(issue.path.at(-1) ?? seat.noun)}\` is missing in ${parentNoun(issue.path, seat)}`, expected: expectedBy(issue)})];
		const words = issue.code === 'invalid_value' ? issue.values.map(String) : [];
		return [seat.source.problemAt(at, {...factsOf(issue, noun), ...(issue.code === 'custom' && typeof found !== 'string' ? {} : {found: describeValue(found)}), nearest: typeof found === 'string' ? nearestWord(found, words) : null})];
	});
};

/** An action may say what is expected in a sentence of its own (`A status is expected: 200 or 2xx.`), or what is wrong. */
const factsOf = (issue: Issue, noun: string): {readonly what: string; readonly expected?: string} => {
	const expected = expectedBy(issue);
	return /^[A-Z].*[^.]\.$/.test(expected) ? {what: `${noun} is not right: ${lowerFirst(expected.slice(0, -1))}`} : {what: `${noun} is not right`, expected};
};

const lowerFirst = (text: string): string => (/^[A-Z][a-z ]/.test(text) ? `${text.slice(0, 1).toLowerCase()}${text.slice(1)}` : text);

const placeOf = (path: readonly PropertyKey[]): string => JSON.stringify(path.map(String));

type UnknownKey = {readonly key: string; readonly known: readonly string[]; readonly nearest: string | null};

const unknownKeys = (issue: Extract<Issue, {code: 'unrecognized_keys'}>, seat: Seat, shape: z.ZodType | undefined): readonly UnknownKey[] => {
	const known = keysOf(shape, issue.path, seat.value);
	return issue.keys.map(key => ({key, known, nearest: nearestWord(key, known)}));
};

/** The same in one line each, for values that stand in no file. */
export const describeIssues = (issues: readonly Issue[], value: unknown): readonly string[] =>
	issues.map(raw => {
		const issue = nearestBranch(raw);
		if (issue.code === 'unrecognized_keys') return `${listOf(issue.keys.map(key => `\`${key}\``), 'and')} is no setting of it`;
		const found = valueAt(value, issue.path);
		return `\`${issue.path.join('.')}\` has to be ${expectedBy(issue)}, found ${describeValue(found)}`;
	});

/** `'10m'`, `30`, `a list`, `nothing`: what stands there, in few words. */
export const describeValue = (value: unknown): string => {
	if (value === null || value === undefined) return 'nothing';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'keys with values';
	if (typeof value !== 'string') return String(value);
	const line = value.split('\n')[0] ?? '';
	return value.length > 60 || line !== value ? `'${line.slice(0, 57)}…'` : `'${value}'`;
};

export const listOf = (words: readonly string[], last = 'or'): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`);

const nameOf = (path: readonly PropertyKey[]): string => {
	const last = path.at(-1);
	const parent = path.at(-2);
	return typeof last === 'number' ? `${String(parent ?? '')}[${last}]` : String(last);
};

const parentNoun = (path: readonly PropertyKey[], seat: Seat): string => (path.length <= 1 ? seat.noun : `\`${nameOf(path.slice(0, -1))}\``);

/** A union says only "invalid": the branch that went furthest is what the author meant. */
const nearestBranch = (issue: Issue): Issue => {
	if (issue.code !== 'invalid_union') return issue;
	const depth = (branch: readonly Issue[]): number => Math.max(0, ...branch.map(inner => inner.path.length + (inner.code === 'unrecognized_keys' ? 1 : 0)));
	const best = issue.errors.map(branch => branch as readonly Issue[]).toSorted((a, b) => depth(b) - depth(a))[0];
	const deepest = best?.toSorted((a, b) => b.path.length - a.path.length)[0];
	if (best === undefined || deepest === undefined || depth(best) === 0) return issue;
	return nearestBranch({...deepest, path: [...issue.path, ...deepest.path]});
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown => {
	let current = value;
	for (const part of path) {
		if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
		current = (current as Record<PropertyKey, unknown>)[part];
	}

	return current;
};

const isLater = (found: unknown, issue: Issue, root: unknown): boolean =>
	(typeof found === 'string' && hasExpression(found)) ||
	(issue.code === 'invalid_union' && JSON.stringify(found ?? null).includes('${{')) ||
	(issue.code === 'custom' && issue.path.length === 0 && JSON.stringify(root ?? null).includes('${{'));

const expectedBy = (issue: Issue): string => {
	switch (issue.code) {
		case 'invalid_type':
			return issue.message.startsWith('Invalid input') ? (typeNames[issue.expected] ?? issue.expected) : plainly(issue.message);
		case 'invalid_value':
			return issue.message.startsWith('Invalid') ? listOf(issue.values.map(value => `\`${String(value)}\``)) : plainly(issue.message);
		case 'too_small':
			return issue.message.startsWith('Too small') ? (issue.origin === 'string' ? 'text, not an empty one' : `at least ${String(issue.minimum)}`) : plainly(issue.message);
		case 'too_big':
			return issue.message.startsWith('Too big') ? `at most ${String(issue.maximum)}` : plainly(issue.message);
		case 'invalid_union':
			return issue.message === 'Invalid input' ? listOf([...new Set(issue.errors.flatMap(branch => branch.slice(0, 1).map(inner => expectedBy(inner))))]) : plainly(issue.message);
		case 'invalid_format':
			return issue.message.startsWith('Invalid') ? `text such as the pattern ${String(issue.pattern ?? issue.format)} allows` : plainly(issue.message);
		default:
			return plainly(issue.message);
	}
};

/** `A status is expected: 200 or 2xx.` → `a status: 200 or 2xx` */
const plainly = (message: string): string => {
	const [, thing, which] = /^(.+?) is expected(?:: (.+?))?\.?$/.exec(message) ?? [];
	return thing === undefined ? message : `${lowerFirst(thing.replace(/,$/, ''))}${which === undefined ? '' : `: ${which}`}`;
};

const typeNames: Readonly<Record<string, string>> = {string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'keys with values', record: 'keys with values'};

/** The keys that an object shape knows, found by walking the shape along the path. Empty when it can't be told. */
const keysOf = (shape: z.ZodType | undefined, path: readonly PropertyKey[], value: unknown): readonly string[] => {
	let current: unknown = shape;
	let here = value;
	for (const part of path) {
		const definition = definitionOf(unwrap(current, here));
		here = typeof here === 'object' && here !== null ? (here as Record<PropertyKey, unknown>)[part] : undefined;
		current = definition?.shape?.[String(part)] ?? definition?.element ?? definition?.valueType ?? definition?.catchall;
	}

	return Object.keys(definitionOf(unwrap(current, here))?.shape ?? {});
};

type Definition = {
	readonly type: string;
	readonly shape?: Readonly<Record<string, unknown>>;
	readonly element?: unknown;
	readonly valueType?: unknown;
	readonly catchall?: unknown;
	readonly innerType?: unknown;
	readonly in?: unknown;
	readonly getter?: () => unknown;
	readonly options?: readonly unknown[];
};

const definitionOf = (shape: unknown): Definition | undefined => (shape as {readonly def?: Definition} | undefined)?.def;

/** Through defaults, optionals, pipes and shapes that are made late; of a union, the branch with keys when there are keys. */
const unwrap = (shape: unknown, value: unknown): unknown => {
	const definition = definitionOf(shape);
	if (definition === undefined) return shape;
	if (definition.type === 'union' && definition.options !== undefined) {
		const withKeys = definition.options.map(option => unwrap(option, value)).filter(option => definitionOf(option)?.type === 'object');
		const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
		const known = (option: unknown): number => keys.filter(key => Object.hasOwn(definitionOf(option)?.shape ?? {}, key)).length;
		return withKeys.toSorted((a, b) => known(b) - known(a))[0] ?? shape;
	}

	const inner = definition.innerType ?? definition.in ?? definition.getter?.();
	return inner === undefined ? shape : unwrap(inner, value);
};
