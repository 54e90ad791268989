/** A line before and a line after beside each other; null where the other side has more. A hunk's head stands alone. */
export type LinePair = {readonly kind: 'hunk'; readonly text: string} | {readonly kind: 'lines'; readonly before: string | null; readonly after: string | null; readonly isChanged: boolean};

/** Lines of a unified diff as pairs: what goes and what comes at the same place stand in one row. */
export const pairLines = (lines: readonly string[]): readonly LinePair[] => {
	const pairs: LinePair[] = [];
	let gone: string[] = [];
	let come: string[] = [];
	const flush = (): void => {
		for (let index = 0; index < Math.max(gone.length, come.length); index += 1) pairs.push({kind: 'lines', before: gone[index] ?? null, after: come[index] ?? null, isChanged: true});
		gone = [];
		come = [];
	};
	for (const line of lines) {
		const text = line.slice(1);
		if (line.startsWith('-')) {
			// What goes after what came is another change.
			if (come.length > 0) flush();
			gone.push(text);
		} else if (line.startsWith('+')) come.push(text);
		else {
			flush();
			pairs.push(line.startsWith('@@') ? {kind: 'hunk', text: line} : {kind: 'lines', before: text, after: text, isChanged: false});
		}
	}

	flush();
	return pairs;
};
