import {safe, type SafeText} from '../../text/safe-text.ts';
import {widthOf} from '../../text/width.ts';
import type {Theme} from '../theme.ts';
import {blank, rowOf, spaces, words, type Row} from './row.ts';

/** Keys with a word for each. */
export const hintRow = (hints: readonly (readonly [SafeText, SafeText])[], theme: Theme): Row =>
	rowOf(words(safe` `), ...hints.flatMap(([key, word], index) => [...(index === 0 ? [] : [words(safe` ${theme.glyphs.dot} `, 'quiet')]), words(key, 'accent'), words(safe` ${word}`, 'quiet')]));

/** Keys with a sentence for each, one a row. */
export const keyRows = (keys: readonly (readonly [SafeText, SafeText])[]): readonly Row[] => [blank, ...keys.map(([key, help]) => rowOf(words(safe`  ${key}${spaces(11 - widthOf(key))}`, 'accent'), words(help)))];
