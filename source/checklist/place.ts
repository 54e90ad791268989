import type {Document} from './documents.ts';
import type {Seen} from './item.ts';
import {positionOf, type Position} from './position.ts';
import {alignTemplate} from './template-line.ts';
import type {Path} from './values.ts';

/** Where a finding stands, for people and tools. */
export type Place = {
	/** File, `-` for standard input, or what the objects were read from. */
	readonly source: string;
	/** The chart's template that Helm rendered it from; null when it was not rendered. */
	readonly template: string | null;
	/** Line of the template, where it can be told. */
	readonly templateLine: number | null;
	/** Line and column in `source`; null for what was read from a cluster. */
	readonly position: Position | null;
	/** `spec.template.spec.containers[0].readinessProbe` */
	readonly field: string;
};

/** Null for a finding about no object. Reads positions of its document on first use. */
export const placeOf = ({object, path}: Pick<Seen, 'object' | 'path'>): Place | null => {
	if (object === null) return null;
	const {document} = object;
	const position = object.isLive ? null : positionOf(document, [...object.path, ...path]);
	return {source: document.source.name, template: document.template, templateLine: position === null ? null : lineInTemplate(document, position.line - document.line + 1), position, field: fieldName(path)};
};

const aligned = new WeakMap<Document, (line: number) => number | null>();

const lineInTemplate = (document: Document, line: number): number | null => {
	const template = document.template === null ? undefined : document.source.templates?.get(document.template);
	if (template === undefined) return null;
	const toTemplate = aligned.get(document) ?? alignTemplate(template, document.text);
	aligned.set(document, toTemplate);
	return toTemplate(line);
};

export const fieldName = (path: Path): string =>
	path.map((step, index) => (typeof step === 'number' ? `[${step}]` : /^[\w-]+$/.test(step) ? `${index === 0 ? '' : '.'}${step}` : `["${step}"]`)).join('');

/** `web.yaml:12`, `user/templates/deployment.yaml:7`, `cluster uat`. */
export const placeText = (place: Place): string => (place.template !== null ? `${place.template}${place.templateLine === null ? '' : `:${place.templateLine}`}` : place.position === null ? place.source : `${place.source}:${place.position.line}`);
