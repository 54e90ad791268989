/** Longest line that is shown, in characters. */
export const longestLine = 4096;

/**
What a terminal would show of one line (without its newline): what follows the last carriage return that has text after it, so that of a
progress bar only its latest state is left. Longer lines are cut and end with an ellipsis. Bytes that are no UTF-8 become U+FFFD.
*/
export const decodeLine = (bytes: Buffer): string => clip(afterLastReturn(bytes.toString('utf8')));

/** The lines of a piece of output that ends with a newline. */
export const decodeLines = (bytes: Buffer): string[] => {
	const lines: string[] = [];
	for (let start = 0; start < bytes.length;) {
		const newline = bytes.indexOf(0x0A, start);
		const end = newline === -1 ? bytes.length : newline;
		lines.push(decodeLine(bytes.subarray(start, end)));
		start = end + 1;
	}

	return lines;
};

/** How many newlines there are, and where the first and the last are (-1: none). */
export const countNewlines = (bytes: Uint8Array, length: number): {readonly count: number; readonly first: number; readonly last: number} => {
	// Four bytes at once: its time hardly depends on how long the lines are, as one `indexOf` for each line would.
	const words = bytes.byteOffset % 4 === 0 ? new Int32Array(bytes.buffer, bytes.byteOffset, length >> 2) : new Int32Array(0);
	let count = newlinesBetween(bytes, 4 * words.length, length);
	for (let index = 0; index < words.length; index++) {
		const word = words[index]! ^ 0x0A0A0A0A;
		if (((word - 0x01010101) & ~word & 0x80808080) !== 0) {
			count += countZeroBytes(word);
		}
	}

	return count === 0 ? {count, first: -1, last: -1} : {count, first: bytes.indexOf(0x0A), last: bytes.lastIndexOf(0x0A, length - 1)};
};

const newlinesBetween = (bytes: Uint8Array, from: number, to: number): number => {
	let count = 0;
	for (let index = from; index < to; index++) {
		count += Number(bytes[index] === 0x0A);
	}

	return count;
};

/** Each byte that is zero leaves its highest bit; the multiplication adds up the four. Warren, Hacker's Delight, 6-1. */
const countZeroBytes = (word: number): number => Math.imul(~(((word & 0x7F7F7F7F) + 0x7F7F7F7F) | word | 0x7F7F7F7F) >>> 7, 0x01010101) >>> 24;

const afterLastReturn = (text: string): string => {
	let end = text.length;
	while (end > 0 && text[end - 1] === '\r') {
		end--;
	}

	return text.slice(end === 0 ? 0 : text.lastIndexOf('\r', end - 1) + 1, end);
};

const clip = (text: string): string => {
	if (text.length <= longestLine) {
		return text;
	}

	const isInPair = (text.charCodeAt(longestLine - 2) & 0xFC00) === 0xD800;
	return `${text.slice(0, isInPair ? longestLine - 2 : longestLine - 1)}…`;
};
