/** A random number generator that gives the same numbers for the same seed (mulberry32). */
export const randomFrom = (seed: number): ((below: number) => number) => {
	let state = seed;
	return below => {
		state = (state + 0x6D_2B_79_F5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
	};
};

/** Pieces that terminals act upon, whole and broken, beside harmless ones. */
const pieces = [
	'\u001B', '\u001B[', '\u001B]', '\u001BP', '\u001B_', '\u001B^', '\u001BX', '\u001B\\', '\u009B', '\u009D', '\u0090', '\u009C', '\u0007', '\r', '\n', '\t', '\b', '\0', '\u007F', '\u0085',
	'31m', '0;title', '52;c;', '8;;http://x', '2J', ';', '?', '1', 'A', ' ', 'm', 'word', 'ä', '界', '👩‍👩‍👧', 'é', '⚠\uFE0F', '\u202E', '\u2066', '\u200B', '\u200D', '\u2028', '\uFEFF',
	'\u{E0041}', '\uD800', '\uDC00', '\u00AD', '\u3164', '<U+', '>',
] as const;

export const hostileText = (random: (below: number) => number, length: number): string => Array.from({length}, () => pieces[random(pieces.length)]).join('');
