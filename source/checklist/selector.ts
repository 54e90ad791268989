import {isMapping, listAt, textAt, textMapAt, textOf} from './values.ts';

export type Labels = ReadonlyMap<string, string>;

/** A label selector, read. Empty selects everything; what has none (null) selects nothing. */
export type Selector = {readonly pairs: readonly (readonly [string, string])[]; readonly expressions: readonly Expression[]};

type Expression = {readonly key: string; readonly operator: string; readonly values: readonly string[]};

/** A `labelSelector` with `matchLabels` and `matchExpressions`; null when the field is missing. */
export const selectorOf = (value: unknown): Selector | null => {
	if (!isMapping(value)) return null;
	const expressions = listAt(value, 'matchExpressions').map(expression => ({
		key: textAt(expression, 'key') ?? '',
		operator: textAt(expression, 'operator') ?? '',
		values: listAt(expression, 'values').map(one => textOf(one) ?? ''),
	}));
	return {pairs: [...textMapAt(value, 'matchLabels')], expressions};
};

/** The plain mapping of a Service or a ReplicationController. Empty selects nothing there. */
export const plainSelectorOf = (value: unknown): Selector | null => {
	const pairs = isMapping(value) ? [...textMapAt(value)] : [];
	return pairs.length === 0 ? null : {pairs, expressions: []};
};

export const isEmptySelector = (selector: Selector): boolean => selector.pairs.length === 0 && selector.expressions.length === 0;

export const selects = (selector: Selector | null, labels: Labels): boolean =>
	selector !== null && selector.pairs.every(([key, value]) => labels.get(key) === value) && selector.expressions.every(expression => agrees(expression, labels));

const agrees = ({key, operator, values}: Expression, labels: Labels): boolean => {
	const value = labels.get(key);
	switch (operator) {
		case 'In':
			return value !== undefined && values.includes(value);
		case 'NotIn':
			return value === undefined || !values.includes(value);
		case 'Exists':
			return value !== undefined;
		case 'DoesNotExist':
			return value === undefined;
		default:
			return false;
	}
};

/**
Finds the selectors that select some labels without trying each: every selector waits under its rarest pair. Keeps many thousands of
pods, Services and policies linear.
*/
export class SelectorIndex<Item> {
	readonly #waiting = new Map<string, {readonly item: Item; readonly selector: Selector}[]>();

	constructor(items: readonly Item[], selectorFor: (item: Item) => Selector | null) {
		const entries = items.flatMap(item => {
			const selector = selectorFor(item);
			return selector === null ? [] : [{item, selector}];
		});
		const counts = new Map<string, number>();
		for (const {selector} of entries) for (const pair of selector.pairs) counts.set(keyOf(pair), (counts.get(keyOf(pair)) ?? 0) + 1);
		for (const entry of entries) {
			let rarest = '';
			for (const pair of entry.selector.pairs) if (rarest === '' || (counts.get(keyOf(pair)) ?? 0) < (counts.get(rarest) ?? 0)) rarest = keyOf(pair);
			const list = this.#waiting.get(rarest);
			if (list === undefined) this.#waiting.set(rarest, [entry]);
			else list.push(entry);
		}
	}

	/** What selects these labels. */
	selecting(labels: Labels): readonly Item[] {
		const found: Item[] = [];
		const look = (key: string): void => {
			for (const {item, selector} of this.#waiting.get(key) ?? []) if (selects(selector, labels)) found.push(item);
		};

		look('');
		for (const pair of labels) look(keyOf(pair));
		return found;
	}
}

const keyOf = ([key, value]: readonly [string, string]): string => `${key}=${value}`;
