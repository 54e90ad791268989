import type {SafeText} from './safe-text.ts';
import {charactersOf, widthOf} from './width.ts';

/**
The text in lines of at most `columns` columns, broken between words; a word that is too long for a line is broken where the line ends.
Newlines stay, and so do the spaces a line begins with, also on the lines that it is broken into. At least one line.
*/
export const wrap = (text: SafeText, columns: number): readonly SafeText[] => text.split('\n').flatMap(line => wrapLine(line, Math.max(1, columns)));

const wrapLine = (line: string, columns: number): readonly SafeText[] => {
	if (widthOf(line) <= columns) return [line as SafeText];
	const inset = /^ */.exec(line)?.[0] ?? '';
	// Where little more than the inset fits, the text needs the room.
	if (inset.length * 3 > columns) return wrapWords(line.trimStart(), columns).map(part => part as SafeText);
	return wrapWords(line.slice(inset.length), columns - inset.length).map(part => `${inset}${part}` as SafeText);
};

const wrapWords = (text: string, columns: number): readonly string[] => {
	const lines: string[] = [];
	let current = '';
	let width = 0;
	for (const word of text.match(/ *[^ ]+/g) ?? []) {
		const wordWidth = widthOf(word);
		if (width > 0 && width + wordWidth > columns) {
			lines.push(current);
			[current, width] = ['', 0];
		}

		for (const {text: character, width: characterWidth} of charactersOf(width === 0 && lines.length > 0 ? word.trimStart() : word)) {
			if (width + characterWidth > columns && width > 0) {
				lines.push(current);
				[current, width] = ['', 0];
			}

			current += character;
			width += characterWidth;
		}
	}

	return [...lines, current];
};
