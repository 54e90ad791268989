import {closeSync, existsSync, fstatSync, openSync, readSync} from 'node:fs';

import {countNewlines, decodeLine, decodeLines, longestLine} from './output-line.ts';

/** A page ends with the line that reaches this size. */
export const pageBytes = 64 * 1024;

/** Whole lines of a file, `from` inclusive, `to` exclusive. Longer than two `pageBytes` only when it is one very long line. */
export type FilePage = {readonly from: number; readonly to: number; readonly lineCount: number};

/** One growing file of output, read once from its start to its end to learn where its lines are. Keeps none of its text. */
export type OutputFile = {
	/** Reads on by at most one page; gives the pages of whole lines that came to an end. Nothing when it is at the end of the file. */
	readonly readOn: () => {readonly pages: readonly FilePage[]; readonly readBytes: number};
	/** The file is shorter than what was read of it: start again. */
	readonly hasShrunk: () => boolean;
	readonly readLines: (page: FilePage) => readonly string[];
	/** The last line while it has no newline yet; `null` when there is none. */
	readonly readOpenLine: () => string | null;
	readonly hasOpenLine: () => boolean;
	readonly lastChangeAt: () => Date | null;
	readonly close: () => void;
};

export const openOutputFile = (path: string): OutputFile => {
	let file: number | null = null;
	let isClosed = false;
	/** Where the first line that has not ended begins, and up to where its newline was looked for. */
	let lineStart = 0;
	let scanned = 0;
	const chunk = Buffer.allocUnsafe(pageBytes);

	const descriptor = (): number | null => {
		if (file === null && !isClosed && existsSync(path)) {
			file = openSync(path, 'r');
		}

		return file;
	};

	const readRange = (from: number, to: number): Buffer => {
		const open = descriptor();
		if (open === null || to <= from) {
			return Buffer.alloc(0);
		}

		const bytes = Buffer.allocUnsafe(to - from);
		return bytes.subarray(0, readSync(open, bytes, 0, bytes.length, from));
	};

	/** The text of one line without reading all of a very long one: its end if a carriage return is there, else its beginning. */
	const readLine = (from: number, to: number): string => {
		if (to - from <= pageBytes) {
			return decodeLine(readRange(from, to));
		}

		const end = readRange(to - pageBytes, to);
		const progress = end.subarray(0, -1).lastIndexOf(0x0D);
		return decodeLine(progress === -1 ? readRange(from, from + 4 * longestLine) : end.subarray(progress + 1));
	};

	return {
		readOn() {
			const open = descriptor();
			const readBytes = open === null ? 0 : readSync(open, chunk, 0, chunk.length, scanned);
			const {count, first, last} = countNewlines(chunk, readBytes);
			const pages: FilePage[] = [];
			if (count > 0) {
				const isLong = scanned - lineStart > pageBytes;
				const split = isLong ? scanned + first + 1 : lineStart;
				const end = scanned + last + 1;
				pages.push(...isLong ? [{from: lineStart, to: split, lineCount: 1}] : []);
				pages.push(...end > split ? [{from: split, to: end, lineCount: isLong ? count - 1 : count}] : []);
				lineStart = end;
			}

			scanned += readBytes;
			return {pages, readBytes};
		},
		hasShrunk() {
			const open = descriptor();
			return open !== null && fstatSync(open).size < scanned;
		},
		readLines: page => page.lineCount === 1 ? [readLine(page.from, page.to - 1)] : decodeLines(readRange(page.from, page.to)),
		readOpenLine: () => scanned > lineStart ? readLine(lineStart, scanned) : null,
		hasOpenLine: () => scanned > lineStart,
		lastChangeAt() {
			const open = descriptor();
			return open === null || scanned === 0 ? null : fstatSync(open).mtime;
		},
		close() {
			isClosed = true;
			if (file !== null) {
				closeSync(file);
				file = null;
			}
		},
	};
};
