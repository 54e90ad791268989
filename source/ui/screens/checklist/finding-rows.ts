import {basename} from 'node:path';

import type {Verdict} from '../../../checklist/item.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {factList} from '../../components/gate-list.ts';
import {paragraph, rowOf, spaces, words, type Row} from '../../components/row.ts';
import type {Glyphs, Theme, Tone} from '../../theme.ts';
import type {ChecklistFinding} from './checklist-model.ts';
import {whereOf} from './checklist-state.ts';

export type ChecklistParts = {readonly clean: (text: string) => SafeText; readonly theme: Theme};

/** How each verdict looks: its glyph, its word, its tone. */
export const verdictLooks: Readonly<Record<Verdict, {readonly glyph: Exclude<keyof Glyphs, 'spinner'>; readonly word: SafeText; readonly tone: Tone}>> = {
	fail: {glyph: 'failed', word: safe`fail`, tone: 'danger'},
	warn: {glyph: 'attention', word: safe`warn`, tone: 'warning'},
	unknown: {glyph: 'inDoubt', word: safe`could not be read`, tone: 'warning'},
	attest: {glyph: 'toDo', word: safe`to answer`, tone: 'accent'},
	unconfigured: {glyph: 'waits', word: safe`without a list`, tone: 'warning'},
	waived: {glyph: 'waived', word: safe`waived`, tone: 'warning'},
	pass: {glyph: 'done', word: safe`pass`, tone: 'good'},
	na: {glyph: 'skipped', word: safe`does not apply`, tone: 'quiet'},
};

/** A finding in one line: what it is about, and its code. */
export const findingLine = ({finding, verdict, said}: ChecklistFinding, isSelected: boolean, {clean, theme}: ChecklistParts): Row => {
	const {glyph, tone} = verdictLooks[verdict];
	return {
		left: [words(isSelected ? safe`${theme.glyphs.choice} ` : safe`  `, 'accent', true), words(theme.glyphs[glyph], tone, true), words(safe` ${finding.object === null ? safe`what is checked as a whole` : clean(whereOf(finding))}`, isSelected ? 'accent' : 'plain', isSelected)],
		right: [words(said === null ? clean(finding.code) : saidWord(said), said === null ? 'quiet' : 'accent')],
	};
};

const saidWord = (said: NonNullable<ChecklistFinding['said']>): SafeText => (said.kind === 'withdrawal' ? safe`withdrawn now` : said.kind === 'waiver' ? safe`waived now` : safe`${makeSafe(said.answer)} now`);

/** All that is known of a finding: what is wrong, where, what to change, and what a person said. */
export const findingDetails = ({finding, said}: ChecklistFinding, columns: number, {clean, theme}: ChecklistParts): readonly Row[] => {
	const {message, field, file, line, template, templateLine, fix, waiver, expiredWaiver, answer} = finding;
	const fact = (label: SafeText, value: string | null): readonly {readonly label: SafeText; readonly value: SafeText}[] => (value === null || value === '' ? [] : [{label, value: clean(value)}]);
	return [
		...paragraph(clean(message), columns, {indent}),
		...factList(
			[
				...fact(safe`field`, field),
				...fact(safe`template`, template === null ? null : `${template}${templateLine === null ? '' : `:${templateLine}`}`),
				...fact(safe`file`, file === null ? null : `${basename(file)}${line === null ? '' : `:${line}`}`),
				...fact(safe`answer`, answer === null ? null : `${answer.answer}, ${[answer.person, answer.on, answer.reference, answer.remark].filter(part => part !== '').join(', ')}`),
				...fact(safe`waived`, waiver === null ? null : waiverWords(waiver)),
				...fact(safe`ended`, expiredWaiver === null ? null : waiverWords(expiredWaiver)),
				...(said === null ? [] : [{label: safe`said now`, value: clean(saidWords(said)), tone: 'accent' as const}]),
			],
			columns,
			indent,
		),
		...(fix === null ? [] : clean(fix.trimEnd()).split('\n').map(text => rowOf(words(safe`${spaces(indent)}${theme.glyphs.vertical} `, 'quiet'), words(text as SafeText, 'accent')))),
	];
};

const indent = 4;

const waiverWords = ({reason, by, until, from}: NonNullable<ChecklistFinding['finding']['waiver']>): string => `${reason}${by === '' ? '' : `, ${by}`}${until === null ? '' : `, until ${until}`} (${from})`;

/** What was said, by whom; it counts once the checklist is checked again. */
export const saidWords = (said: NonNullable<ChecklistFinding['said']>): string => {
	if (said.kind === 'withdrawal') return `withdrawn by ${said.by}${said.remark === undefined ? '' : `: ${said.remark}`}`;
	return said.kind === 'waiver' ? `waived by ${said.by} until ${said.until}: ${said.reason}` : [`${said.answer}, ${said.person}`, said.reference ?? '', said.remark ?? ''].filter(part => part !== '').join(', ');
};
