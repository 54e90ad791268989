import type {Gate} from '../../run/request.ts';
import type {SafeText} from '../../text/safe-text.ts';
import {safe} from '../../text/safe-text.ts';
import {widthOf} from '../../text/width.ts';
import type {Theme, Tone} from '../theme.ts';
import {marked, spansWidth, words, type Row} from './row.ts';

/** Every gate with what it was judged by, met or not; below one that is not met, what can be done. */
export const gateList = (gates: readonly Gate[], {columns, theme, clean}: {readonly columns: number; readonly theme: Theme; readonly clean: (text: string) => SafeText}): readonly Row[] =>
	gates.flatMap(gate => {
		const {glyph, tone} = looks[gate.state];
		const mark = words(theme.glyphs[glyph], tone);
		const name = clean(gate.state === 'overridden' ? `${gate.name}, overridden` : gate.name);
		const evidence = clean(gate.evidence);
		const isMet = gate.state === 'open' || gate.state === 'overridden';
		const inset = widthOf(mark.text) + 1;
		const fits = inset + widthOf(name) + widthOf(evidence) + 2 <= columns;
		const nameTone = isMet ? 'plain' : tone;
		return [
			...(fits
				? [{left: [mark, words(safe` ${name}`, nameTone)], right: [words(evidence, 'quiet')]}]
				: [...marked(mark, name, columns, {tone: nameTone}), ...marked(words(safe``), evidence, columns, {tone: 'quiet', indent: inset - 1})]),
			...(isMet || gate.todo === undefined ? [] : marked(words(safe``), clean(gate.todo), columns, {indent: inset - 1})),
		];
	});

const looks: Readonly<Record<Gate['state'], {readonly glyph: 'done' | 'failed' | 'waived' | 'waits'; readonly tone: Tone}>> = {
	open: {glyph: 'done', tone: 'good'},
	closed: {glyph: 'failed', tone: 'danger'},
	overridden: {glyph: 'waived', tone: 'warning'},
	unknown: {glyph: 'waits', tone: 'warning'},
};

/** `label   value` lines, the values below each other; long values go on below themselves. */
export const factList = (facts: readonly {readonly label: SafeText; readonly value: SafeText; readonly tone?: Tone}[], columns: number, indent = 2): readonly Row[] => {
	const labelColumns = Math.min(14, Math.max(0, ...facts.map(({label}) => widthOf(label)))) + 2;
	return facts.flatMap(({label, value, tone = 'plain'}) => {
		const head = words(safe`${label}${' '.repeat(Math.max(1, labelColumns - widthOf(label))) as SafeText}`, 'quiet');
		const [first, ...rest] = marked(words(safe``), value, columns - indent - labelColumns + 1, {tone});
		const inset = ' '.repeat(indent) as SafeText;
		return [
			{left: [words(inset), head, ...trimMark(first)]},
			...rest.map(row => ({left: [words(safe`${inset}${' '.repeat(Math.max(labelColumns, spansWidth([head]))) as SafeText}`), ...trimMark(row)]})),
		];
	});
};

/** `marked` puts a space behind its mark; without a mark there is none to show. */
const trimMark = (row: Row | undefined): Row['left'] => (row?.left ?? []).map(span => ({...span, text: span.text.replace(/^ /, '') as SafeText}));
