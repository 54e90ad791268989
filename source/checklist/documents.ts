import {CORE_SCHEMA, load, mergeTag, YAMLException} from 'js-yaml';

import {readPlainYaml} from '../text/plain-yaml.ts';
import {splitJson} from './json-stream.ts';
import {isMapping} from './values.ts';

/** A file, standard input, or what Helm rendered. `name` is what a person knows it by. */
export type Source = {
	readonly name: string;
	readonly text: string;
	/** Of a rendered chart: the text of each template, by the name that Helm gives it. */
	readonly templates?: ReadonlyMap<string, string>;
};

/** One YAML document. Positions inside it are looked up in `text` only when a finding needs one (`position.ts`). */
export type Document = {
	readonly source: Source;
	/** Line of the source, from 1, on which `text` begins. */
	readonly line: number;
	readonly text: string;
	/** `user/templates/deployment.yaml`, from the comment that Helm leaves above what it renders. */
	readonly template: string | null;
	readonly value: unknown;
};

/** What could not be read, or was read with a doubt (a key that is given twice). The other documents are still checked. */
export type ReadingProblem = {readonly source: string; readonly line: number; readonly level: 'error' | 'warning'; readonly message: string; readonly template: string | null};

export type Reading = {readonly documents: readonly Document[]; readonly problems: readonly ReadingProblem[]};

/** Reads all documents of a source: YAML, or JSON as `kubectl get -o json` prints it. */
export const readDocuments = (source: Source): Reading => {
	const documents: Document[] = [];
	const problems: ReadingProblem[] = [];
	for (const {text, line} of splitDocuments(source.text).flatMap(streamed)) {
		const template = templateOf(text);
		// What is missing at the end is told of the last line that has something.
		const problem = (level: ReadingProblem['level'], message: string, at: number): void => void problems.push({source: source.name, line: line + Math.min(at, text.trimEnd().split('\n').length - 1), level, message, template});
		const value = readOne(text, problem);
		if (value === undefined || value === null) continue;
		documents.push({source, line, text, template, value});
		const lacks = lackOf(value);
		if (lacks !== null) problem('warning', `This is no Kubernetes object, for it has no ${lacks}. It was not checked.`, 0);
	}

	return {documents, problems};
};

type Part = {readonly text: string; readonly line: number};

/** Objects of JSON one behind the other are no YAML, but kubectl takes them. */
const streamed = (part: Part): readonly Part[] => (/^\s*\{/.test(part.text) ? splitJson(part.text).map(({text, line}) => ({text, line: part.line + line})) : [part]);

/** What somebody forgot who meant an object; null for what is one, and for files that mean something else (values, settings). */
const lackOf = (value: unknown): 'apiVersion' | 'kind' | null => {
	if (!isMapping(value) || !isMapping(value['metadata'])) return null;
	const has = (key: string): boolean => typeof value[key] === 'string' && value[key] !== '';
	return has('kind') === has('apiVersion') ? null : has('kind') ? 'apiVersion' : 'kind';
};

/** `---` in the first column always begins a document: YAML allows it nowhere else, not even in a block of text. */
const splitDocuments = (text: string): readonly Part[] => {
	const clean = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
	const parts: Part[] = [];
	let start = 0;
	let line = 1;
	let offset = 0;
	let lineNumber = 1;
	const close = (end: number): void => {
		const part = clean.slice(start, end);
		if (hasContent(part)) parts.push({text: part, line});
	};

	while (offset < clean.length) {
		const next = clean.indexOf('\n', offset);
		const end = next === -1 ? clean.length : next + 1;
		if (isMarker(clean, offset, end)) {
			close(offset);
			start = offset;
			line = lineNumber;
		}

		offset = end;
		lineNumber += 1;
	}

	close(clean.length);
	return parts;
};

const isMarker = (text: string, offset: number, end: number): boolean => {
	const mark = text.charCodeAt(offset);
	if ((mark !== 45 && mark !== 46) || text.charCodeAt(offset + 1) !== mark || text.charCodeAt(offset + 2) !== mark) return false;
	return offset + 3 >= end || /\s/.test(text[offset + 3] ?? '\n');
};

/** Comments, directives and markers alone are no document. */
const hasContent = (part: string): boolean => {
	for (let start = 0; start < part.length; ) {
		const next = part.indexOf('\n', start);
		const end = next === -1 ? part.length : next;
		if (!/^\s*(?:#.*)?$|^%|^---\s*(?:#.*)?$|^\.\.\.\s*(?:#.*)?$/.test(part.slice(start, end))) return true;
		start = end + 1;
	}

	return false;
};

const templateOf = (text: string): string | null => /^(?:---[^\n]*\n)?(?:\s*#[^\n]*\n)*?# Source: ([^\r\n]+)/.exec(text.slice(0, 2000))?.[1]?.trim() ?? null;

const schema = CORE_SCHEMA.withTags(mergeTag);

const readOne = (part: string, problem: (level: 'error' | 'warning', message: string, lineInPart: number) => void): unknown => {
	// A part that begins with "..." closes the document before; what follows it is a document of its own.
	const text = part.startsWith('...') ? `   ${part.slice(3)}` : part;
	const asJson = readJson(text);
	if (asJson !== undefined) return asJson;
	const plain = readPlainYaml(text);
	if (plain !== undefined) return plain;
	try {
		return load(text, {schema});
	} catch (error) {
		if (isDuplicate(error)) {
			problem('warning', 'A key is given twice; the last one is used here, and Kubernetes may refuse it.', lineOf(error));
			try {
				return load(text, {schema, json: true});
			} catch (again) {
				problem('error', reasonOf(again), lineOf(again));
				return undefined;
			}
		}

		problem('error', reasonOf(error), lineOf(error));
		return undefined;
	}
};

/** JSON is YAML too, but `JSON.parse` is many times faster on what a cluster prints. */
const readJson = (text: string): unknown => {
	if (!/^\s*[{[]/.test(text)) return undefined;
	try {
		const value: unknown = JSON.parse(text);
		return isMapping(value) || Array.isArray(value) ? value : undefined;
	} catch {
		return undefined;
	}
};

const isDuplicate = (error: unknown): boolean => error instanceof YAMLException && error.reason === 'duplicated mapping key';

const reasonOf = (error: unknown): string => {
	if (error instanceof YAMLException) return `This is not valid YAML: ${error.reason}.`;
	return `This YAML could not be read: ${error instanceof Error ? error.message : String(error)}.`;
};

const lineOf = (error: unknown): number => (error instanceof YAMLException ? (error.mark?.line ?? 0) : 0);
