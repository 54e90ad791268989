import {join} from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';

import {addPage, lineCountOf, pageOf} from './output-index.ts';
import type {OutputStream, Page} from './output-index.ts';
import {openOutputFile} from './output-file.ts';
import type {OutputFile} from './output-file.ts';
import {searchLines} from './output-search.ts';
import type {Direction, OutputLine} from './output-search.ts';
import type {SafeText} from '../text/safe-text.ts';

/** How often the files are looked at, and how often at most the listeners are called. */
const pollMs = 100;
const noticeMs = 50;

/** Reading gives way to keys and drawing after this long. */
const turnMs = 8;

/** Decoded pages that are kept, for scrolling. */
const keptPages = 16;

/**
The output of an attempt, line by line, however much there is: text is read from the files when it is asked for, memory holds only where
the lines are. Lines of `out` and `err` are in the order in which this reader saw them; read later, all of `out` comes before `err`.
*/
export type OutputLog = {
	/** Another number whenever the lines are other lines. Fits `useSyncExternalStore`. */
	readonly version: () => number;
	/** Called at most every 50 ms. */
	readonly subscribe: (listener: () => void) => () => void;
	/** Lines known so far, the unfinished last ones included. */
	readonly lineCount: () => number;
	/** Up to `count` lines from line `first` (0 is the oldest). */
	readonly lines: (first: number, count: number) => readonly OutputLine[];
	/**
	The nearest line from `from` on (itself included) that contains `text`, whatever the case of letters; `null` when there is none. Looks
	through the files piece by piece without holding up the screen; rejects with the signal's reason when it is aborted.
	*/
	readonly search: (text: string, from: number, direction: Direction, signal?: AbortSignal) => Promise<number | null>;
	/** When something was last written; `null` when nothing was. */
	readonly lastOutputAt: () => Date | null;
	/** Reads all that is there now. Without it the lines come with the next polls. */
	readonly readAll: () => Promise<void>;
	readonly close: () => void;
};

/** `clean` makes text fit for the screen, line by line. The files need not exist yet. Holds no program open. */
export const openOutputLog = (folder: string, clean: (text: string) => SafeText): OutputLog => {
	const open = (): Record<OutputStream, OutputFile> =>
		({out: openOutputFile(join(folder, 'out')), err: openOutputFile(join(folder, 'err'))});

	let files = open();
	let pages: Page[] = [];
	let version = 0;
	let isClosed = false;
	let reading: Promise<void> | null = null;
	let notice: NodeJS.Timeout | null = null;
	const kept = new Map<string, readonly OutputLine[]>();
	const listeners = new Set<() => void>();

	const hasChanged = (): void => {
		version++;
		notice ??= setTimeout(() => {
			notice = null;
			for (const listener of listeners) {
				listener();
			}
		}, noticeMs).unref();
	};

	const startAgain = (): void => {
		closeFiles(files);
		files = open();
		pages = [];
		kept.clear();
		hasChanged();
	};

	const readToEnd = async (): Promise<void> => {
		if (files.out.hasShrunk() || files.err.hasShrunk()) {
			startAgain();
		}

		let turnEndsAt = performance.now() + turnMs;
		for (let hasMore = true; hasMore && !isClosed;) {
			hasMore = false;
			for (const stream of ['out', 'err'] as const) {
				const {pages: ended, readBytes} = files[stream].readOn();
				for (const page of ended) {
					addPage(pages, stream, page);
				}

				hasMore ||= readBytes > 0;
			}

			if (hasMore) {
				hasChanged();
			}

			if (performance.now() > turnEndsAt) {
				await nextTurn();
				turnEndsAt = performance.now() + turnMs;
			}
		}
	};

	const readAll = (): Promise<void> => {
		reading ??= readToEnd().finally(() => {
			reading = null;
		});
		return reading;
	};

	const openLines = (): readonly OutputLine[] => (['out', 'err'] as const).flatMap(stream => {
		const text = files[stream].readOpenLine();
		return text === null ? [] : [{stream, text: clean(text)}];
	});

	const decodePage = ({stream, ...page}: Page): readonly OutputLine[] =>
		files[stream].readLines(page).map(text => ({stream, text: clean(text)}));

	const linesOf = (page: Page): readonly OutputLine[] => {
		const key = `${page.stream} ${page.from} ${page.to}`;
		const lines = kept.get(key) ?? decodePage(page);
		// Deleted and set again: a map gives its keys in the order of insertion, so the first is the one not used for longest.
		kept.delete(key);
		kept.set(key, lines);
		if (kept.size > keptPages) {
			kept.delete(kept.keys().next().value!);
		}

		return lines;
	};

	const lines = (first: number, count: number): readonly OutputLine[] => {
		const from = Math.max(0, first);
		const ended = lineCountOf(pages);
		const found: OutputLine[] = [];
		for (let at = pageOf(pages, from); found.length < count && from < ended && at < pages.length; at++) {
			const page = pages[at]!;
			const start = Math.max(0, from - page.firstLine);
			found.push(...linesOf(page).slice(start, start + count - found.length));
		}

		const start = Math.max(0, from - ended);
		return found.length < count ? [...found, ...openLines().slice(start, start + count - found.length)] : found;
	};

	// Output that can't be read now may be readable at the next look; who must know calls `readAll`.
	const look = (): void => {
		readAll().catch(() => {});
	};

	const poll = setInterval(look, pollMs).unref();
	look();

	return {
		version: () => version,
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		lineCount: () => lineCountOf(pages) + openLineCount(files),
		lines,
		search: (text, from, direction, signal) => searchLines({pages, decodePage, openLines}, {text, from, direction, signal}),
		lastOutputAt: () => latest(files.out.lastChangeAt(), files.err.lastChangeAt()),
		readAll,
		close() {
			isClosed = true;
			clearInterval(poll);
			clearTimeout(notice ?? undefined);
			listeners.clear();
			closeFiles(files);
		},
	};
};

const openLineCount = (files: Record<OutputStream, OutputFile>): number =>
	Number(files.out.hasOpenLine()) + Number(files.err.hasOpenLine());

const closeFiles = (files: Record<OutputStream, OutputFile>): void => {
	files.out.close();
	files.err.close();
};

const latest = (one: Date | null, other: Date | null): Date | null =>
	one === null || (other !== null && other > one) ? other : one;
