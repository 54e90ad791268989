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
	// A plain loop: its time does not depend on how long the lines are, as one `indexOf` for each line would.
	let count = 0;
	let last = -1;
	for (let index = 0; index < length; index++) {
		if (bytes[index] === 0x0A) {
			count++;
			last = index;
		}
	}

	return {count, first: count === 0 ? -1 : bytes.indexOf(0x0A), last};
};

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
