import {distance} from 'fastest-levenshtein';

/** The nearest of the known words, or null when none is near enough to be meant. */
export const nearestWord = (word: string, known: Iterable<string>): string | null => {
	let best: string | null = null;
	let least = Math.max(2, Math.floor(word.length / 3)) + 1;
	for (const candidate of known) {
		const far = distance(word.toLowerCase(), candidate.toLowerCase());
		// A word of three letters is two edits from anything.
		if (far < least && far < Math.max(word.length, 2)) {
			best = candidate;
			least = far;
		}
	}

	return best;
};
