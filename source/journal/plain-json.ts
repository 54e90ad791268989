/**
Whether the bytes from `from` up to `to` are JSON of the plainest kind: exactly what `JSON.stringify` would write for what they mean, in ASCII,
with integers only, no `\u`, no key twice, no key that looks like a number. Most lines are. It takes a fraction of the time of `JSON.parse`,
which makes verifying a long journal bearable. `false` says nothing: the careful way has to look.
*/
export const isPlainJson = (bytes: Uint8Array, from: number, to: number): boolean => skipValue(bytes, from, to, 0) === to;

/** Deeper values are left to the careful way. */
const deepest = 16;

/** Where the value that begins at `at` ends; -1 when it is not plain. */
const skipValue = (bytes: Uint8Array, at: number, to: number, depth: number): number => {
	switch (bytes[at]) {
		case 0x22:
			return skipString(bytes, at, to);
		case 0x7b:
			return depth > deepest ? -1 : skipObject(bytes, at, to, depth + 1);
		case 0x5b:
			return depth > deepest ? -1 : skipArray(bytes, at, to, depth + 1);
		case 0x74:
			return skipWord(bytes, at, to, 'true');
		case 0x66:
			return skipWord(bytes, at, to, 'false');
		case 0x6e:
			return skipWord(bytes, at, to, 'null');
		default:
			return skipInteger(bytes, at, to);
	}
};

const skipString = (bytes: Uint8Array, at: number, to: number): number => {
	for (let index = at + 1; index < to; index++) {
		const byte = bytes[index]!;
		if (byte === 0x22) return index + 1;
		if (byte < 0x20 || byte > 0x7e) return -1;
		if (byte === 0x5c && !isShortEscape(bytes[++index])) return -1;
	}

	return -1;
};

/** `\"`, `\\`, `\b`, `\f`, `\n`, `\r`, `\t`: those that `JSON.stringify` writes. */
const isShortEscape = (byte: number | undefined): boolean => byte === 0x22 || byte === 0x5c || byte === 0x62 || byte === 0x66 || byte === 0x6e || byte === 0x72 || byte === 0x74;

const skipObject = (bytes: Uint8Array, at: number, to: number, depth: number): number => {
	if (bytes[at + 1] === 0x7d) return at + 2;
	const keys: number[] = [];
	let index = at + 1;
	while (index < to) {
		const keyEnd = bytes[index] === 0x22 ? skipString(bytes, index, to) : -1;
		if (keyEnd === -1 || bytes[keyEnd] !== 0x3a || isDigit(bytes[index + 1]) || !isNewKey(bytes, index, keyEnd, keys)) return -1;
		keys.push(index, keyEnd);
		index = skipValue(bytes, keyEnd + 1, to, depth);
		if (index === -1) return -1;
		if (bytes[index] === 0x7d) return index + 1;
		if (bytes[index] !== 0x2c) return -1;
		index++;
	}

	return -1;
};

/** An object of more keys is left to the careful way, which finds them in less than quadratic time. */
const mostKeys = 40;

const isNewKey = (bytes: Uint8Array, from: number, to: number, keys: readonly number[]): boolean => {
	if (keys.length > 2 * mostKeys) return false;
	for (let index = 0; index < keys.length; index += 2) {
		const other = keys[index]!;
		if (keys[index + 1]! - other === to - from && isSame(bytes, from, other, to - from)) return false;
	}

	return true;
};

const isSame = (bytes: Uint8Array, a: number, b: number, length: number): boolean => {
	for (let index = 0; index < length; index++) if (bytes[a + index] !== bytes[b + index]) return false;
	return true;
};

const skipArray = (bytes: Uint8Array, at: number, to: number, depth: number): number => {
	if (bytes[at + 1] === 0x5d) return at + 2;
	let index = at + 1;
	while (index < to) {
		index = skipValue(bytes, index, to, depth);
		if (index === -1) return -1;
		if (bytes[index] === 0x5d) return index + 1;
		if (bytes[index] !== 0x2c) return -1;
		index++;
	}

	return -1;
};

const skipWord = (bytes: Uint8Array, at: number, to: number, word: string): number => {
	if (at + word.length > to) return -1;
	for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word.charCodeAt(index)) return -1;
	return at + word.length;
};

/** At most 15 digits, so that no double rounds it; no `-0`, no leading zero, no fraction, no exponent. */
const skipInteger = (bytes: Uint8Array, at: number, to: number): number => {
	const first = bytes[at] === 0x2d ? at + 1 : at;
	let index = first;
	while (index < to && isDigit(bytes[index])) index++;
	const digits = index - first;
	if (digits === 0 || digits > 15 || (bytes[first] === 0x30 && (digits > 1 || first > at))) return -1;
	return index;
};

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
