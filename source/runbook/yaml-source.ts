import {isAlias, isCollection, isMap, isNode, isScalar, isSeq, parseDocument, visit, type Document, type Node, type Pair, type YAMLError, type YAMLMap} from 'yaml';

import {readPlainYaml} from '../text/plain-yaml.ts';
import {decodeText} from './decode-text.ts';
import {findHiddenCharacters} from './hidden-characters.ts';
import type {RunbookProblem} from './runbook-problem.ts';

/** A YAML file read, with the way back from a value to its place in the text. */
export type YamlSource = {
	readonly value: unknown;
	/** A problem at the value of that path, at its key, or at a stretch within the value. The nearest place that exists when the path does not. */
	readonly problemAt: (path: Path, facts: Facts, place?: Place) => RunbookProblem;
	/** All strings in the values, with their paths; keys are not among them. */
	readonly strings: () => readonly {readonly path: Path; readonly text: string}[];
};

export type Path = readonly (string | number)[];
/** `{after, length}`: where `after` stands for the n-th time in the value's source. */
export type Place = 'value' | 'key' | {readonly nth: number; readonly of: string; readonly skip: number; readonly length: number};
export type Facts = {readonly what: string; readonly expected?: string; readonly found?: string; readonly nearest?: string | null};

/** More would be no runbook, but an attempt to fill the memory. */
export const maxRunbookBytes = 1024 * 1024;
const maxAliasCount = 200;
const maxDepth = 60;

/**
Reads one YAML 1.2 document. Refused: what is not UTF-8, hidden characters and tabs, more than 1 MiB, directives (`%YAML 1.1` would read
`no` as false), merge keys, duplicate keys, unknown tags, alias bombs, endless nesting, and numbers that would not read as they are written
(`1.10` is 1.1).
*/
export const readYaml = (given: string | Uint8Array, fileName: string): YamlSource | {readonly problems: readonly RunbookProblem[]} => {
	const size = typeof given === 'string' ? Buffer.byteLength(given) : given.byteLength;
	if (size > maxRunbookBytes) return {problems: [placeIn('', fileName)(0, 1, {what: 'The file is too large', expected: 'at most 1 MiB'})]};
	const {text, wrongAt} = typeof given === 'string' ? {text: given, wrongAt: null} : decodeText(given);
	const cut = text.startsWith('\uFEFF') ? 1 : 0;
	const body = text.slice(cut);
	const at = placeIn(body, fileName);
	if (wrongAt !== null) return {problems: [at(wrongAt - cut, 1, {what: 'Here the file is not UTF-8', expected: 'text in UTF-8'})]};
	const hidden = findHiddenCharacters(body.replaceAll('\r\n', ' \n'));
	if (hidden.length > 0)
		return {problems: hidden.slice(0, 20).map(({offset, length, name}) => at(offset, length, {what: `There is ${name}`, expected: name === 'a tab' ? 'spaces' : 'only characters that can be seen'}))};
	const directive = /^%/m.exec(body);
	if (directive !== null) return {problems: [at(directive.index, firstLineLength(body, directive.index, body.length), {what: 'A line that begins with % is a directive, and a runbook has none', expected: 'plain YAML 1.2'})]};
	const tooDeep = findTooDeep(body);
	if (tooDeep !== null) return {problems: [at(tooDeep, 1, {what: `More than ${maxDepth} levels are nested here`})]};

	// Most runbooks are plain, and the full parser takes most of the time that a check has. Where to, it still says when there is a problem.
	const plain = readPlainYaml(body);
	if (plain !== undefined) return sourceOf(plain, () => parseFully(body), at, body);
	const document = parseFully(body);
	if (document instanceof Error) return {problems: [at(0, 1, {what: `The file can't be read as YAML (${document.message})`})]};
	const errors = [...document.errors, ...document.warnings];
	if (errors.length > 0) return {problems: errors.slice(0, 20).map(error => at(error.pos[0], Math.max(1, error.pos[1] - error.pos[0]), describeYamlError(error)))};
	if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return {problems: [at(0, 1, {what: 'The file is empty', expected: 'a runbook'})]};
	const odd = [...findOddScalars(document, at), ...findOddNodes(document, at)];
	if (odd.length > 0) return {problems: odd};
	try {
		return sourceOf(document.toJS({maxAliasCount}), () => document, at, body);
	} catch (error) {
		return {problems: [at(firstAlias(document), 1, {what: error instanceof ReferenceError ? 'Aliases multiply too often here' : `The file can't be read (${error instanceof Error ? error.message : String(error)})`})]};
	}
};

/** Duplicate keys are found by `doubleKeys`. An `Error` when the parser gives up. */
const parseFully = (text: string): Document.Parsed | Error => {
	try {
		return parseDocument(text, {version: '1.2', uniqueKeys: false, stringKeys: true, merge: false, prettyErrors: false});
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	}
};

/** The values, and the document for their places, which is read when the first place is asked for. */
const sourceOf = (value: unknown, readDocument: () => Document.Parsed | Error, at: Mark, body: string): YamlSource => {
	let document: Document.Parsed | Error | null = null;
	const strings = stringsIn(value, []);
	return {
		value,
		problemAt: (path, facts, place = 'value') => {
			document ??= readDocument();
			if (document instanceof Error) return at(0, 1, facts);
			const {node, key} = locate(document, path);
			const whole = place === 'key' ? (key ?? node) : (node ?? key);
			const target = place === 'value' ? (firstKey(whole) ?? whole) : whole;
			const [start, end] = target?.range ?? [0, 1];
			if (typeof place !== 'object') return at(start, firstLineLength(body, start, end), facts);
			const offset = nthIndex(body.slice(start, end), place.of, place.nth);
			return offset === null ? at(start, firstLineLength(body, start, end), facts) : at(start + offset + place.skip, place.length, facts);
		},
		strings: () => strings,
	};
};

type Mark = (offset: number, length: number, facts: Facts) => RunbookProblem;

/** Problems by their offset in the text. The lines are counted once, when there is a first problem. */
const placeIn = (text: string, file: string): Mark => {
	let ends: readonly number[] | null = null;
	return (offset, length, facts) => {
		ends ??= [...text.matchAll(/\n/g)].map(({index}) => index);
		const start = Math.min(offset, text.length);
		const line = countBelow(ends, start);
		const lineStart = line === 0 ? 0 : (ends[line - 1] ?? 0) + 1;
		const source = text.slice(lineStart, ends[line]).replace(/\r$/, '');
		const column = Math.min(start - lineStart, source.length) + 1;
		return {
			file,
			line: line + 1,
			column,
			length: Math.max(1, Math.min(length, source.length - column + 1)),
			source,
			what: facts.what,
			expected: facts.expected ?? null,
			found: facts.found ?? null,
			nearest: facts.nearest ?? null,
		};
	};
};

/** How many of the numbers, which grow, are below the limit. */
const countBelow = (numbers: readonly number[], limit: number): number => {
	let low = 0;
	let high = numbers.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((numbers[middle] ?? 0) < limit) low = middle + 1;
		else high = middle;
	}

	return low;
};

type Located = {readonly node: Node | null; readonly key: Node | null};

const locate = (document: Document, path: Path): Located => {
	let node = document.contents as Node | null;
	let key: Node | null = null;
	for (const part of path) {
		const whole: Node | null = isAlias(node) ? (node.resolve(document) ?? null) : node;
		if (isMap(whole)) {
			const pair: Pair | undefined = whole.items.find(item => isScalar(item.key) && item.key.value === String(part));
			if (pair === undefined) return {node, key: null};
			key = pair.key as Node;
			node = isNode(pair.value) && !isAbsent(pair.value) ? pair.value : key;
		} else if (isSeq(whole)) {
			const item: unknown = whole.items[Number(part)];
			if (!isNode(item)) return {node, key};
			key = null;
			node = item;
		} else break;
	}

	return {node, key};
};

/** A value that is not written at all (`name:`) has no width; its key is shown instead. */
const isAbsent = (node: Node): boolean => isScalar(node) && node.value === null && node.range !== undefined && node.range !== null && node.range[0] === node.range[1];

/** A mapping is shown by its first key. */
const firstKey = (node: Node | null): Node | null => {
	const first: unknown = isMap(node) ? node.items[0]?.key : undefined;
	return isNode(first) ? first : null;
};

const firstLineLength = (text: string, start: number, end: number): number => {
	const newline = text.indexOf('\n', start);
	return Math.max(1, (newline === -1 ? end : Math.min(end, newline)) - start);
};

const nthIndex = (text: string, part: string, nth: number): number | null => {
	let index = -1;
	for (let count = 0; count <= nth; count++) {
		index = text.indexOf(part, index + 1);
		if (index === -1) return null;
	}

	return index;
};

/**
A look before the parser, which recurses: brackets, indentation or dashes nested far deeper than any runbook is. Text may hold brackets
too, so this limit is a wide one; `findOddNodes` holds the right one.
*/
const findTooDeep = (text: string): number | null => {
	let depth = 0;
	for (let index = 0; index < text.length; index++) {
		const character = text[index];
		if (character === '[' || character === '{') depth++;
		else if ((character === ']' || character === '}') && depth > 0) depth--;
		if (depth > 500) return index;
	}

	return /(?:[-?:] +){100,}/.exec(text)?.index ?? null;
};

const findOddScalars = (document: Document, at: Mark): readonly RunbookProblem[] => {
	const problems: RunbookProblem[] = [];
	visit(document, {
		Scalar: (_, node) => {
			const [start, end] = node.range ?? [0, 1];
			if (typeof node.value === 'number' && node.source !== undefined && node.source !== String(node.value))
				problems.push(at(start, end - start, {what: `${node.source} would be read as ${node.value}; put it in quotes when it is text`, expected: `'${node.source}' or ${node.value}`}));
			if (typeof node.value === 'string') {
				const [first] = findHiddenCharacters(node.value, true);
				if (first !== undefined) problems.push(at(start, end - start, {what: `There is ${first.name}, written as an escape`, expected: 'only characters that can be seen'}));
			}
		},
	});
	return problems.slice(0, 20);
};

const findOddNodes = (document: Document, at: Mark): readonly RunbookProblem[] => {
	const problems: RunbookProblem[] = [];
	visit(document, {
		Pair: (_, {key}) => {
			if (!isScalar(key) || (key.value !== '<<' && key.value !== '__proto__')) return;
			problems.push(at(key.range?.[0] ?? 0, String(key.value).length, key.value === '<<' ? {what: 'A merge key brings in keys that do not stand here', expected: 'the keys themselves, or an alias as a whole value'} : {what: '`__proto__` can be no key', expected: 'another name'}));
		},
		Node: (_, node, path) => {
			const [start] = node.range ?? [0];
			if (isAlias(node) && path.includes(node.resolve(document) as Node)) problems.push(at(start, 1, {what: 'This alias stands within what it stands for'}));
			if (path.filter(isCollection).length > maxDepth) {
				problems.push(at(start, 1, {what: `More than ${maxDepth} levels are nested here`}));
				return visit.SKIP;
			}

			if (isMap(node)) problems.push(...doubleKeys(node, at));
			if ('tag' in node && node.tag !== undefined && !plainTags.has(String(node.tag))) problems.push(at(start, 1, {what: `The tag ${String(node.tag)} is not for runbooks`}));
			return undefined;
		},
	});
	return problems.slice(0, 20);
};

/** The parser would compare each key with each other one, which takes minutes for a file of nothing but keys. */
const doubleKeys = ({items}: YAMLMap, at: Mark): readonly RunbookProblem[] => {
	const seen = new Set<unknown>();
	return items.flatMap(({key}) => {
		if (!isScalar(key)) return [];
		const isDouble = seen.has(key.value);
		seen.add(key.value);
		return isDouble ? [at(key.range?.[0] ?? 0, String(key.value).length, {what: `The key \`${String(key.value)}\` stands twice in one place`, expected: 'each key once'})] : [];
	});
};

const plainTags = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map(name => `tag:yaml.org,2002:${name}`));

const firstAlias = (document: Document): number => {
	let offset = 0;
	visit(document, {
		Alias: (_, node) => {
			offset = node.range?.[0] ?? 0;
			return visit.BREAK;
		},
	});
	return offset;
};

const describeYamlError = (error: YAMLError): Facts => {
	switch (error.code) {
		case 'BAD_INDENT':
			return {what: 'The indentation fits no line above'};
		case 'MULTILINE_IMPLICIT_KEY':
		case 'MISSING_CHAR':
			return {what: `The YAML breaks off here (${firstSentence(error.message)})`, expected: 'a colon after a key, and a quote or bracket at its end'};
		case 'MULTIPLE_DOCS':
			return {what: 'A second document begins here', expected: 'one runbook a file'};
		case 'TAG_RESOLVE_FAILED':
			return {what: 'The tag is not for runbooks'};
		default:
			return {what: firstSentence(error.message)};
	}
};

const firstSentence = (message: string): string => (message.split('\n')[0] ?? '').replace(/[.:]$/, '');

const stringsIn = (value: unknown, path: Path): readonly {readonly path: Path; readonly text: string}[] => {
	if (typeof value === 'string') return [{path, text: value}];
	if (Array.isArray(value)) return value.flatMap((item: unknown, index) => stringsIn(item, [...path, index]));
	if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, item]) => stringsIn(item, [...path, key]));
	return [];
};
