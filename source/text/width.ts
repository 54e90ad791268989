import stringWidth from 'string-width';

import {isPlainText} from './plain-text.ts';

/** Columns that the text takes on a terminal: 1 for most characters, 2 for East Asian and emoji, 0 for marks that join the one before. */
export const widthOf = (text: string): number => (isPlainText(text) ? text.length : stringWidth(text));

/** What a reader takes for single characters, with their widths. */
export const charactersOf = (text: string): readonly {readonly text: string; readonly width: number}[] =>
	isPlainText(text) ? Array.from(text, character => ({text: character, width: 1})) : Array.from(segmenter().segment(text), ({segment}) => ({text: segment, width: stringWidth(segment)}));

let made: Intl.Segmenter | undefined;

/** Made when it is first needed: it takes tens of milliseconds to load. */
const segmenter = (): Intl.Segmenter => (made ??= new Intl.Segmenter());
