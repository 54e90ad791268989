/** The text of UTF-8 bytes; or, when they are none, the text as far as it can be shown and the offset in it of the first wrong byte. */
export const decodeText = (bytes: Uint8Array): {readonly text: string; readonly wrongAt: number | null} => {
	try {
		return {text: new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes), wrongAt: null};
	} catch {
		// As a stream: a character that begins in the good part and never ends is the wrong one.
		const good = new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes.subarray(0, goodLength(bytes)), {stream: true});
		return {text: new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes), wrongAt: good.length};
	}
};

/** How many bytes from the beginning are whole characters, found by halving. */
const goodLength = (bytes: Uint8Array): number => {
	let low = 0;
	let high = bytes.length;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (isGood(bytes.subarray(0, middle))) low = middle;
		else high = middle - 1;
	}

	return low;
};

/** A character that is cut off at the end is not wrong yet: the decoder waits for the rest of it. */
const isGood = (bytes: Uint8Array): boolean => {
	try {
		new TextDecoder('utf-8', {fatal: true}).decode(bytes, {stream: true});
		return true;
	} catch {
		return false;
	}
};
