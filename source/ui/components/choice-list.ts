import {safe, type SafeText} from '../../text/safe-text.ts';
import {widthOf} from '../../text/width.ts';
import type {Theme} from '../theme.ts';
import {marked, rowOf, spaces, words, type Row} from './row.ts';

/** A choice and what it does. The harmless one stands first and is preselected. */
export type ListedChoice = {readonly name: SafeText; readonly about: SafeText};

/** Choices with what each does beside it; where that does not fit, below the selected one, or nowhere where rows are short. */
export const choiceList = (listed: readonly ListedChoice[], selected: number, {columns, theme, isShort}: {readonly columns: number; readonly theme: Theme; readonly isShort: boolean}): readonly Row[] => {
	const choices = listed.map(({name, about}) => ({name: theme.spell(name), about: theme.spell(about)}));
	const pointer = widthOf(theme.glyphs.choice) + 1;
	const nameColumns = Math.max(...choices.map(({name}) => widthOf(name))) + 3;
	const isWide = choices.every(({about}) => pointer + nameColumns + widthOf(about) <= columns);
	return choices.flatMap(({name, about}, index) => {
		const isSelected = index === selected;
		const head = [words(isSelected ? safe`${theme.glyphs.choice} ` : spaces(pointer), 'accent', true), words(name, isSelected ? 'accent' : 'plain', isSelected)];
		if (isWide) return [rowOf(...head, words(safe`${spaces(nameColumns - widthOf(name))}${about}`, 'quiet'))];
		return [rowOf(...head), ...(isSelected && !isShort ? marked(words(safe``), about, columns, {tone: 'quiet', indent: pointer + 1}) : [])];
	});
};
