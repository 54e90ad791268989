import type {SafeText} from '../../../text/safe-text.ts';
import type {Text} from './timeline.ts';

/** A text that is in memory, read line by line as an output is. */
export const textLines = (lines: readonly SafeText[]): Text => ({
	lineCount: () => lines.length,
	lines: (first, count) => lines.slice(first, first + count).map(text => ({stream: 'out', text})),
	search: async (text, from, direction) => {
		const wanted = text.toLowerCase();
		const index = direction === 'forwards' ? lines.findIndex((line, place) => place >= from && line.toLowerCase().includes(wanted)) : lines.findLastIndex((line, place) => place <= from && line.toLowerCase().includes(wanted));
		return index === -1 ? null : index;
	},
	subscribe: () => () => {},
	close: () => {},
});
