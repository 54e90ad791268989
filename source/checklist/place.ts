import type {Seen} from './item.ts';
import {positionOf, type Position} from './position.ts';
import type {Path} from './values.ts';

/** Where a finding stands, for people and tools. */
export type Place = {
	/** File, `-` for standard input, or what the objects were read from. */
	readonly source: string;
	/** The chart's template that Helm rendered it from; null when it was not rendered. */
	readonly template: string | null;
	/** Line and column in `source`; null for what was read from a cluster. */
	readonly position: Position | null;
	/** `spec.template.spec.containers[0].readinessProbe` */
	readonly field: string;
};

/** Null for a finding about no object. Reads positions of its document on first use. */
export const placeOf = ({object, path}: Pick<Seen, 'object' | 'path'>): Place | null =>
	object === null
		? null
		: {
				source: object.document.source.name,
				template: object.document.template,
				position: object.isLive ? null : positionOf(object.document, [...object.path, ...path]),
				field: fieldName(path),
			};

export const fieldName = (path: Path): string =>
	path.map((step, index) => (typeof step === 'number' ? `[${step}]` : /^[\w-]+$/.test(step) ? `${index === 0 ? '' : '.'}${step}` : `["${step}"]`)).join('');

/** `web.yaml:12`, `user/templates/deployment.yaml`, `cluster uat`. */
export const placeText = (place: Place): string => place.template ?? (place.position === null ? place.source : `${place.source}:${place.position.line}`);
