import {EVENT_ID, getScalarValue, parseEvents, type Event} from 'js-yaml';

import type {Document} from './documents.ts';
import type {Path} from './values.ts';

export type Position = {readonly line: number; readonly column: number};

/**
Where a path of a document stands in its source, line and column from 1; of a key the key, of a list's entry the entry. When the path is
not written there (a missing field), the nearest level above it that is. Parses the document once, on the first question.
*/
export const positionOf = (document: Document, path: Path): Position => {
	const {root, lineStarts} = placesOf(document);
	let place = root;
	let offset = place.offset;
	for (const step of path) {
		const next: Place | undefined = place.children.get(String(step));
		if (next === undefined) break;
		place = next;
		offset = place.offset;
	}

	const line = lastAtOrBefore(lineStarts, offset);
	return {line: document.line + line, column: offset - (lineStarts[line] ?? 0) + 1};
};

/** Index of the last number of a rising list that is not above `limit`. */
const lastAtOrBefore = (list: readonly number[], limit: number): number => {
	let low = 0;
	let high = list.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((list[middle] ?? 0) <= limit) low = middle;
		else high = middle - 1;
	}

	return low;
};

type Place = {readonly offset: number; readonly children: Map<string, Place>};
type Places = {readonly root: Place; readonly lineStarts: readonly number[]};

const known = new WeakMap<Document, Places>();

const placesOf = (document: Document): Places => {
	const found = known.get(document);
	if (found !== undefined) return found;
	const lineStarts = [0];
	for (let end = document.text.indexOf('\n'); end !== -1; end = document.text.indexOf('\n', end + 1)) lineStarts.push(end + 1);
	const root = readPlaces(document.text.startsWith('...') ? `   ${document.text.slice(3)}` : document.text);
	const places = {root, lineStarts};
	known.set(document, places);
	return places;
};

const readPlaces = (text: string): Place => {
	const anchors = new Map<string, Place>();
	const events = parseEvents(text, {});
	let next = 0;
	const read = (offset: number | null): Place => {
		const event = events[next++] as Event;
		switch (event.type) {
			case EVENT_ID.MAPPING: {
				const place: Place = {offset: offset ?? event.start, children: new Map()};
				remember(event, place);
				while (events[next]?.type !== EVENT_ID.POP) {
					const key = events[next] as Event;
					const name = key.type === EVENT_ID.SCALAR ? getScalarValue(text, key) : '';
					const start = startOf(key, text);
					read(null);
					place.children.set(name, read(start));
				}

				next += 1;
				for (const [name, child] of place.children.get('<<')?.children ?? []) if (!place.children.has(name)) place.children.set(name, child);
				return place;
			}

			case EVENT_ID.SEQUENCE: {
				const place: Place = {offset: offset ?? event.start, children: new Map()};
				remember(event, place);
				for (let index = 0; events[next]?.type !== EVENT_ID.POP; index += 1) place.children.set(String(index), read(null));
				next += 1;
				return place;
			}

			case EVENT_ID.ALIAS: {
				const target = anchors.get(text.slice(event.anchorStart, event.anchorEnd));
				return {offset: offset ?? event.anchorStart, children: target?.children ?? new Map()};
			}

			default: {
				const place: Place = {offset: offset ?? startOf(event, text), children: new Map()};
				remember(event, place);
				return place;
			}
		}
	};

	const remember = (event: Event, place: Place): void => {
		if ('anchorStart' in event && event.anchorStart >= 0) anchors.set(text.slice(event.anchorStart, event.anchorEnd), place);
	};

	while (events[next]?.type === EVENT_ID.DOCUMENT) next += 1;
	return events[next] === undefined ? {offset: 0, children: new Map()} : read(null);
};

const startOf = (event: Event, text: string): number => {
	if (event.type === EVENT_ID.SCALAR) {
		const start = event.valueStart;
		return text[start - 1] === '"' || text[start - 1] === "'" ? start - 1 : Math.max(0, start);
	}

	if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) return event.start;
	return event.type === EVENT_ID.ALIAS ? event.anchorStart : 0;
};
