import {pageBytes} from './output-file.ts';
import type {FilePage} from './output-file.ts';

export type OutputStream = 'out' | 'err';

export type Page = FilePage & {readonly stream: OutputStream; readonly firstLine: number};

/** Where each line of the output is: a page for about 64 KiB of it, some 16,000 for 1 GB. Pages are in the order in which they came. */
export type OutputIndex = {readonly pages: readonly Page[]; readonly lineCount: number};

/** Adds a page at the end. A small one joins the page before it, so that a slow drip of lines does not make a page of each. Changes `pages`. */
export const addPage = (pages: Page[], stream: OutputStream, page: FilePage): void => {
	const last = pages.at(-1);
	if (last !== undefined && last.stream === stream && last.to === page.from && page.to - last.from <= pageBytes) {
		pages[pages.length - 1] = {...last, to: page.to, lineCount: last.lineCount + page.lineCount};
	} else {
		pages.push({...page, stream, firstLine: lineCountOf(pages)});
	}
};

export const lineCountOf = (pages: readonly Page[]): number => {
	const last = pages.at(-1);
	return last === undefined ? 0 : last.firstLine + last.lineCount;
};

/** Index of the page that has this line. Pages before it begin at or before the line. */
export const pageOf = (pages: readonly Page[], line: number): number => {
	let low = 0;
	let high = pages.length - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (pages[middle]!.firstLine <= line) {
			low = middle;
		} else {
			high = middle - 1;
		}
	}

	return low;
};
