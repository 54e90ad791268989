import {pad} from '../../../text/clip.ts';
import {safe, type SafeText} from '../../../text/safe-text.ts';
import {widthOf} from '../../../text/width.ts';
import {layFrame, type Laid, type Size} from '../../components/frame.ts';
import {hintRow} from '../../components/hint-row.ts';
import {blank, paragraph, rowOf, spaces, words, type Row, type Span} from '../../components/row.ts';
import {fieldRow} from '../../components/text-field.ts';
import type {Theme} from '../../theme.ts';
import type {Question, Start} from './start.ts';
import type {StartState} from './start-state.ts';

export type StartParts = {readonly start: Start; readonly state: StartState; readonly theme: Theme; readonly clean: (text: string) => SafeText};

/** The form before a run: where, and with which inputs. */
export const layStart = (parts: StartParts, size: Size): Laid => {
	const {start, state, clean, theme} = parts;
	return layFrame(
		{
			header: [
				{left: [words(safe` ${clean(start.name)}`, 'plain', true)], right: [words(safe`${clean(start.who)} `, 'quiet')]},
				{left: [words(safe` ${clean(start.file)}`, 'quiet')], right: [words(safe`${clean(start.about)} `, 'quiet')]},
			],
			body: ({columns, rows}) => inSight(bodyRows(parts, columns), rows),
			next: columns =>
				state.problem === null
					? paragraph(safe`Enter begins the run: its plan is frozen and its record begins. Nothing is executed yet.`, columns - 2, {indent: 1, bold: true})
					: paragraph(safe`${theme.glyphs.attention} ${clean(state.problem)}`, columns - 2, {indent: 1, tone: 'warning', bold: true}),
			footer: footer(parts, size.columns),
		},
		size,
		theme,
	);
};

const bodyRows = ({start, state, theme, clean}: StartParts, columns: number): readonly Row[] => {
	const labelWidth = Math.min(Math.floor(columns / 3), Math.max(8, ...start.questions.map(({label}) => widthOf(clean(label)))));
	return [
		blank,
		...start.questions.flatMap((question, index): readonly Row[] => {
			const isHere = index === state.at;
			const label: readonly Span[] = [words(isHere ? safe`${theme.glyphs.choice} ` : spaces(widthOf(theme.glyphs.choice) + 1), 'accent', true), words(pad(clean(question.label), labelWidth + 2), isHere ? 'accent' : 'plain', isHere)];
			const indent = widthOf(theme.glyphs.choice) + 1 + labelWidth + 2;
			return [...answerRows({start, state, theme, clean}, question, isHere, label, columns), ...hintRows(question, state, columns, indent, clean), blank];
		}),
	];
};

const answerRows = ({state, theme, clean}: StartParts, question: Question, isHere: boolean, label: readonly Span[], columns: number): readonly Row[] => {
	const field = state.fields[question.id] ?? {text: safe``, at: 0};
	if (question.kind === 'choice') {
		const option = question.options.find(({value}) => value === field.text);
		const shown = field.text === '' ? words(question.isRequired ? safe`choose` : safe`none`, 'quiet') : words(field.text, option?.isDangerous === true ? 'danger' : 'plain', true);
		return [rowOf(...label, ...(isHere ? [shown, words(safe`  ${theme.glyphs.leftRight}`, 'accent')] : [shown]))];
	}

	const empty = question.isRequired ? safe`needed` : safe`may be left empty`;
	const shown = question.kind === 'secret' ? {text: clean('*'.repeat([...field.text].length)), at: field.at} : field;
	if (isHere) return [fieldRow(label, shown, columns, empty)];
	return [rowOf(...label, shown.text === '' ? words(empty, 'quiet') : words(shown.text))];
};

const hintRows = (question: Question, state: StartState, columns: number, indent: number, clean: StartParts['clean']): readonly Row[] => {
	const option = question.kind === 'choice' ? question.options.find(({value}) => value === state.fields[question.id]?.text) : undefined;
	const hints = [option?.hint ?? '', question.hint].filter(hint => hint !== '');
	return hints.flatMap(hint => paragraph(clean(hint), columns, {indent, tone: 'quiet'}));
};

/** Where the form is longer than the screen, the cursor, or else the beginning, stays in sight. */
const inSight = (rows: readonly Row[], count: number): readonly Row[] => {
	const at = rows.findIndex(({cursor}) => cursor !== undefined);
	const from = Math.max(0, Math.min(rows.length - count, at - Math.floor(count / 2)));
	return rows.slice(from, from + count);
};

const footer = ({start, state, theme}: StartParts, columns: number): Row => {
	const isChoice = start.questions[state.at]?.kind === 'choice';
	const hints: readonly (readonly [SafeText, SafeText])[] = [
		[theme.glyphs.enter, safe`begin`],
		...(isChoice ? [[theme.glyphs.leftRight, safe`choose`] as const] : []),
		...(start.questions.length > 1 && columns >= 40 ? [[safe`tab`, safe`next`] as const] : []),
		[safe`esc`, safe`leave`],
	];
	return hintRow(hints, theme);
};
