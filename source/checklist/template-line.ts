/**
Tells for each line of a rendered document the line of the chart's template from which it comes, both from 1; null when the template does
not show it (it includes another one, or builds its text). Rendered text has other line numbers than its template, so both are aligned:
equal lines, and lines of one key whose value the template computes. A line without a partner is taken for that of the nearest one above
it that is further out.
*/
export const alignTemplate = (template: string, rendered: string): ((renderedLine: number) => number | null) => {
	const from = linesOf(template);
	const to = linesOf(rendered);
	if (from.length * to.length > mostCells) return () => null;
	const partners = align(from, to);
	return renderedLine => {
		let indent = Number.POSITIVE_INFINITY;
		for (let index = renderedLine - 1; index >= 0; index -= 1) {
			const line = to[index];
			if (line === undefined || line.text === '' || line.indent >= indent) continue;
			const partner = partners[index];
			if (partner !== undefined && partner !== null) return partner + 1;
			indent = line.indent;
		}

		return null;
	};
};

/** A template of some thousand lines is left alone: the table below would be too large. */
const mostCells = 4_000_000;

type Line = {readonly text: string; readonly indent: number; readonly key: string | null; readonly isComputed: boolean};

const linesOf = (text: string): readonly Line[] =>
	text.split('\n').map(line => {
		const trimmed = line.trim();
		const isNothing = trimmed === '' || trimmed.startsWith('#') || trimmed === '---' || /^\{\{-?\s*(\/\*|if|else|end|range|with|define|include|template|\$)/.test(trimmed);
		return {text: isNothing ? '' : trimmed, indent: line.length - line.trimStart().length, key: /^(?:- )?["']?[\w./-]+["']?:/.exec(trimmed)?.[0] ?? null, isComputed: trimmed.includes('{{')};
	});

const likeness = (from: Line, to: Line): number => {
	if (from.text === '' || to.text === '') return 0;
	if (from.text === to.text) return 3;
	return from.isComputed && from.key !== null && from.key === to.key ? 2 : 0;
};

/** For each rendered line the index of its template line, or null: the alignment in order that is most alike. */
const align = (from: readonly Line[], to: readonly Line[]): readonly (number | null)[] => {
	const width = to.length + 1;
	const best = new Int32Array((from.length + 1) * width);
	const bestAt = (row: number, column: number): number => best[row * width + column] ?? 0;
	for (let row = from.length - 1; row >= 0; row -= 1) {
		for (let column = to.length - 1; column >= 0; column -= 1) {
			const alike = likeness(from[row] as Line, to[column] as Line);
			best[row * width + column] = Math.max(bestAt(row + 1, column), bestAt(row, column + 1), alike === 0 ? 0 : alike + bestAt(row + 1, column + 1));
		}
	}

	const partners: (number | null)[] = to.map(() => null);
	for (let row = 0, column = 0; row < from.length && column < to.length; ) {
		const alike = likeness(from[row] as Line, to[column] as Line);
		if (alike > 0 && bestAt(row, column) === alike + bestAt(row + 1, column + 1)) {
			partners[column] = row;
			row += 1;
			column += 1;
		} else if (bestAt(row + 1, column) >= bestAt(row, column + 1)) row += 1;
		else column += 1;
	}

	return partners;
};
