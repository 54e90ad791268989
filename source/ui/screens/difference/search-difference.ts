import type {DifferenceModel, Item} from './difference-model.ts';

/** An item by its place in the model, and a line of its diff, from 0; -1: its name or what is said of it. */
export type Found = {readonly item: number; readonly line: number};

/** The next place after `from` that has the text, in whatever case; goes on at the other end. Null when there is none. */
export const findIn = ({items}: DifferenceModel, text: string, from: Found, isForwards: boolean): Found | null => {
	const wanted = text.toLowerCase();
	if (wanted === '') return null;
	for (let step = 0; step <= items.length; step += 1) {
		const place = (((from.item + (isForwards ? step : -step)) % items.length) + items.length) % items.length;
		const item = items[place];
		if (item === undefined) return null;
		const lines = linesWith(item, wanted);
		const isStart = step === 0;
		const line = isForwards ? lines.find(one => !isStart || one > from.line) : lines.findLast(one => !isStart || one < from.line);
		if (line !== undefined) return {item: place, line};
	}

	return null;
};

const linesWith = (item: Item, wanted: string): readonly number[] => {
	const {change, difference} = item;
	const said = change === null ? [difference.release, ...difference.images.map(({image}) => image), ...difference.findings.map(({what}) => what)] : [`${change.kind}/${change.name}`, change.namespace, change.template ?? '', ...change.findings.map(({what}) => what)];
	const isNamed = said.some(words => words.toLowerCase().includes(wanted));
	return [...(isNamed ? [-1] : []), ...(change === null ? [] : diffLinesWith(change.diff, wanted))];
};

const diffLinesWith = (diff: string, wanted: string): readonly number[] => {
	const text = diff.toLowerCase();
	const lines: number[] = [];
	let line = 0;
	let counted = 0;
	for (let at = text.indexOf(wanted); at !== -1; ) {
		for (let end = text.indexOf('\n', counted); end !== -1 && end < at; end = text.indexOf('\n', counted)) {
			line += 1;
			counted = end + 1;
		}

		lines.push(line);
		const next = text.indexOf('\n', at);
		at = next === -1 ? -1 : text.indexOf(wanted, next + 1);
	}

	return lines;
};
