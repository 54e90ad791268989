import {setImmediate as nextTurn} from 'node:timers/promises';

import {lineCountOf, pageOf} from './output-index.ts';
import type {OutputStream, Page} from './output-index.ts';
import type {SafeText} from '../text/safe-text.ts';

export type OutputLine = {readonly stream: OutputStream; readonly text: SafeText};

export type Direction = 'forwards' | 'backwards';

/** `openLines`: the last lines that have no newline yet; they come after all pages. */
export type Searched = {
	readonly pages: readonly Page[];
	readonly decodePage: (page: Page) => readonly OutputLine[];
	readonly openLines: () => readonly OutputLine[];
};

export type Search = {readonly text: string; readonly from: number; readonly direction: Direction; readonly signal?: AbortSignal | undefined};

/** Searching gives way to keys and drawing after this long. */
const turnMs = 8;

/** Number of the nearest line that contains the text, `null` when there is none. Looks at what is shown: a colour inside a word hides nothing. */
export const searchLines = async ({pages, decodePage, openLines}: Searched, {text, from, direction, signal}: Search): Promise<number | null> => {
	const wanted = text.toLowerCase();
	const step = direction === 'forwards' ? 1 : -1;

	const nearest = (lines: readonly OutputLine[], firstLine: number): number | null => {
		const isFound = (line: OutputLine, index: number): boolean =>
			(firstLine + index - from) * step >= 0 && line.text.toLowerCase().includes(wanted);
		const index = direction === 'forwards' ? lines.findIndex(isFound) : lines.findLastIndex(isFound);
		return index === -1 ? null : firstLine + index;
	};

	const inOpenLines = direction === 'backwards' ? nearest(openLines(), lineCountOf(pages)) : null;
	if (inOpenLines !== null) {
		return inOpenLines;
	}

	let turnEndsAt = performance.now() + turnMs;
	for (let at = pageOf(pages, from); at >= 0 && at < pages.length; at += step) {
		const found = nearest(decodePage(pages[at]!), pages[at]!.firstLine);
		if (found !== null) {
			return found;
		}

		if (performance.now() > turnEndsAt) {
			await nextTurn();
			signal?.throwIfAborted();
			turnEndsAt = performance.now() + turnMs;
		}
	}

	return direction === 'forwards' ? nearest(openLines(), lineCountOf(pages)) : null;
};
