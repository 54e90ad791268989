import type {SafeText} from './safe-text.ts';
import {charactersOf, widthOf} from './width.ts';

/** The text in at most `columns` columns of a terminal; what is cut ends with an ellipsis. Never cuts a character in two. */
export const clip = (text: SafeText, columns: number, ellipsis = '…'): SafeText => {
	if (widthOf(text) <= columns) return text;
	const room = columns - widthOf(ellipsis);
	return (room < 0 ? '' : `${takeColumns(text, room)}${ellipsis}`) as SafeText;
};

/** As `clip`, but cut in the middle, for paths and hashes whose end tells more than what stands before. */
export const clipMiddle = (text: SafeText, columns: number, ellipsis = '…'): SafeText => {
	if (widthOf(text) <= columns) return text;
	const room = columns - widthOf(ellipsis);
	if (room < 2) return clip(text, columns, ellipsis);
	const ending = takeColumns(charactersOf(text).map(character => character.text).toReversed(), Math.floor(room / 2));
	return `${takeColumns(text, Math.ceil(room / 2))}${ellipsis}${charactersOf(ending).map(character => character.text).toReversed().join('')}` as SafeText;
};

/** The text with spaces behind it up to `columns` columns. A longer text stays as it is. */
export const pad = (text: SafeText, columns: number): SafeText => `${text}${' '.repeat(Math.max(0, columns - widthOf(text)))}` as SafeText;

const takeColumns = (text: string | readonly string[], columns: number): string => {
	let width = 0;
	let taken = '';
	for (const character of typeof text === 'string' ? charactersOf(text) : text.map(piece => ({text: piece, width: widthOf(piece)}))) {
		width += character.width;
		if (width > columns) break;
		taken += character.text;
	}

	return taken;
};
