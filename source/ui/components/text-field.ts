import {makeSafe, safe, type SafeText} from '../../text/safe-text.ts';
import {charactersOf, widthOf} from '../../text/width.ts';
import type {Key} from '../keys.ts';
import {words, type Row} from './row.ts';

/** A line that is being written. `at`: how many characters (as a reader counts them) stand before the cursor. */
export type TextField = {readonly text: SafeText; readonly at: number};

export const emptyField: TextField = {text: safe``, at: 0};

/** The field after a key; null when the key is not one of a field's. The keys are those of a shell: readline's emacs mode. */
export const editField = (field: TextField, key: Key): TextField | null => {
	if (key.name === 'text' && !key.ctrl && !key.meta) return insert(field, key.text);
	if (key.name === 'paste') return insert(field, key.text.trim());
	const edit = edits[nameOf(key)];
	return edit === undefined ? null : edit(field);
};

const nameOf = ({name, text, ctrl, meta}: Key): string => `${ctrl ? 'ctrl-' : meta ? 'meta-' : ''}${name === 'text' ? text.toLowerCase() : name}`;

/** The field in `columns` columns: what is around the cursor, and where the cursor is in it. */
export const fieldRow = (before: Row['left'], {text, at}: TextField, columns: number, hint: SafeText = safe``): Row => {
	const inset = before.reduce((width, span) => width + widthOf(span.text), 0);
	const room = Math.max(1, columns - inset - 1);
	const characters = charactersOf(text);
	const cursor = characters.slice(0, at).reduce((width, character) => width + character.width, 0);
	// The view begins late enough for the cursor to be in it.
	let skipped = 0;
	let from = 0;
	while (cursor - skipped > room) skipped += characters[from++]?.width ?? 1;
	let width = 0;
	const shown = characters.slice(from).filter(character => (width += character.width) <= room);
	const written = shown.map(character => character.text).join('') as SafeText;
	return {left: [...before, text === '' ? words(hint, 'quiet') : words(written)], cursor: inset + cursor - skipped};
};

const insert = ({text, at}: TextField, typed: string): TextField => {
	const added = makeSafe(typed.replaceAll(/\s*[\r\n]+\s*/g, ' '));
	const characters = partsOf(text);
	const head = [...characters.slice(0, at), added].join('');
	return {text: makeSafe(head + characters.slice(at).join('')), at: partsOf(head as SafeText).length};
};

const move = (to: (field: TextField) => number) => (field: TextField): TextField => ({...field, at: Math.max(0, Math.min(partsOf(field.text).length, to(field)))});

const remove = (range: (field: TextField) => readonly [number, number]) => (field: TextField): TextField => {
	const characters = partsOf(field.text);
	const [from, to] = range(field).map(place => Math.max(0, Math.min(characters.length, place))) as [number, number];
	return {text: [...characters.slice(0, from), ...characters.slice(to)].join('') as SafeText, at: from};
};

const partsOf = (text: SafeText): readonly string[] => charactersOf(text).map(character => character.text);

const wordStart = ({text, at}: TextField): number => {
	const characters = partsOf(text);
	let place = at;
	while (place > 0 && characters[place - 1] === ' ') place--;
	while (place > 0 && characters[place - 1] !== ' ') place--;
	return place;
};

const wordEnd = ({text, at}: TextField): number => {
	const characters = partsOf(text);
	let place = at;
	while (place < characters.length && characters[place] === ' ') place++;
	while (place < characters.length && characters[place] !== ' ') place++;
	return place;
};

const left = move(({at}) => at - 1);
const right = move(({at}) => at + 1);
const start = move(() => 0);
const end = move(() => Number.POSITIVE_INFINITY);
const back = remove(({at}) => [at - 1, at]);
const forward = remove(({at}) => [at, at + 1]);
const wordBack = remove(field => [wordStart(field), field.at]);

const edits: Readonly<Record<string, (field: TextField) => TextField>> = {
	left,
	right,
	home: start,
	end,
	backspace: back,
	delete: forward,
	'ctrl-a': start,
	'ctrl-e': end,
	'ctrl-b': left,
	'ctrl-f': right,
	'ctrl-h': back,
	'ctrl-d': forward,
	'ctrl-u': remove(({at}) => [0, at]),
	'ctrl-k': remove(({at}) => [at, Number.POSITIVE_INFINITY]),
	'ctrl-w': wordBack,
	'meta-backspace': wordBack,
	'ctrl-backspace': wordBack,
	'meta-b': move(wordStart),
	'meta-f': move(wordEnd),
	'ctrl-left': move(wordStart),
	'ctrl-right': move(wordEnd),
	'meta-left': move(wordStart),
	'meta-right': move(wordEnd),
	'meta-d': remove(field => [field.at, wordEnd(field)]),
};
