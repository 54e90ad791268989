import {safe, type SafeText} from '../text/safe-text.ts';
import {charactersOf} from '../text/width.ts';
import type {Lapse} from '../run/approvals.ts';
import type {TaskState, TaskStatus} from '../run/state.ts';
import {isPartial} from '../run/walk.ts';

/** What a colour means. Words and glyphs always say the same, so that nothing is lost without colour. */
export type Tone = 'plain' | 'quiet' | 'good' | 'warning' | 'danger' | 'accent';

/** How a tone is drawn. Names of the 16 colours that every terminal lets its user choose. */
export type Style = {readonly color?: 'green' | 'yellow' | 'red' | 'cyan'; readonly bold?: boolean; readonly dimColor?: boolean};

export type Theme = {
	readonly styles: Readonly<Record<Tone, Style>>;
	readonly glyphs: Glyphs;
	/** Text in characters that the terminal can show; as long as it can, the text itself. */
	readonly spell: (text: SafeText) => SafeText;
};

/** Each stands beside a word that says the same. One column wide, but for the ASCII boxes. */
export type Glyphs = Readonly<
	Record<
		| 'done' | 'failed' | 'running' | 'here' | 'toDo' | 'waits' | 'inDoubt' | 'waived' | 'partial' | 'skipped' | 'cancelled' | 'rolledBack'
		| 'attention' | 'choice' | 'vertical' | 'rule' | 'ellipsis' | 'dot' | 'arrow' | 'full' | 'empty' | 'upDown' | 'leftRight' | 'minus' | 'more' | 'cross' | 'enter',
		SafeText
	>
> & {
	/** Drawn one after the other where something runs. */
	readonly spinner: readonly SafeText[];
};

/** Chosen from the environment: `NO_COLOR`, `SLIPWAY_ASCII=1`, and locales that are not UTF-8. */
export const themeFrom = (environment: Readonly<Record<string, string | undefined>>): Theme => ({
	styles: environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '' ? withoutColour : coloured,
	...(environment['SLIPWAY_ASCII'] === '1' || !speaksUtf8(environment) ? {glyphs: ascii, spell: spellInAscii} : {glyphs: unicode, spell: text => text}),
});

/** What is not ASCII is replaced, column by column, so that nothing shifts. */
const spellInAscii = (text: SafeText): SafeText =>
	// eslint-disable-next-line no-control-regex
	/^[\u0000-\u007F]*$/.test(text) ? text : (charactersOf(text).map(({text: character, width}) => (character <= '\u007F' ? character : (spellings[character] ?? '?'.repeat(width)))).join('') as SafeText);

const spellings: Readonly<Record<string, string>> = {'…': '...', '→': '->', '·': '-', '–': '-', '—': '-', '’': "'", '‘': "'", '“': '"', '”': '"', '×': 'x', '✓': '+', '✗': 'x', '│': '|', '─': '-'};

/** The first of the three that is set counts (POSIX, locale). None set: most systems are UTF-8 now. */
const speaksUtf8 = (environment: Readonly<Record<string, string | undefined>>): boolean => {
	const locale = [environment['LC_ALL'], environment['LC_CTYPE'], environment['LANG']].find(value => value !== undefined && value !== '');
	return locale === undefined || /utf-?8/i.test(locale) || environment['TERM_PROGRAM'] === 'vscode';
};

const coloured: Theme['styles'] = {
	plain: {},
	quiet: {dimColor: true},
	good: {color: 'green'},
	warning: {color: 'yellow'},
	danger: {color: 'red', bold: true},
	accent: {color: 'cyan'},
};

const withoutColour: Theme['styles'] = {
	plain: {},
	quiet: {dimColor: true},
	good: {},
	warning: {bold: true},
	danger: {bold: true},
	accent: {bold: true},
};

const unicode: Glyphs = {
	done: safe`✓`,
	failed: safe`✗`,
	running: safe`●`,
	here: safe`▸`,
	toDo: safe`○`,
	waits: safe`◌`,
	inDoubt: safe`?`,
	waived: safe`~`,
	partial: safe`½`,
	skipped: safe`–`,
	cancelled: safe`⊘`,
	rolledBack: safe`↶`,
	attention: safe`!`,
	choice: safe`▸`,
	vertical: safe`│`,
	rule: safe`─`,
	ellipsis: safe`…`,
	dot: safe`·`,
	arrow: safe`→`,
	full: safe`█`,
	empty: safe`░`,
	upDown: safe`↑↓`,
	leftRight: safe`←→`,
	minus: safe`−`,
	more: safe`↓`,
	cross: safe`×`,
	enter: safe`enter`,
	spinner: [safe`◐`, safe`◓`, safe`◑`, safe`◒`],
};

const ascii: Glyphs = {
	done: safe`[x]`,
	failed: safe`[!]`,
	running: safe`[*]`,
	here: safe`>`,
	toDo: safe`[ ]`,
	waits: safe`[.]`,
	inDoubt: safe`[?]`,
	waived: safe`[~]`,
	partial: safe`[%]`,
	skipped: safe`[-]`,
	cancelled: safe`[/]`,
	rolledBack: safe`[<]`,
	attention: safe`(!)`,
	choice: safe`>`,
	vertical: safe`|`,
	rule: safe`-`,
	ellipsis: safe`...`,
	dot: safe`-`,
	arrow: safe`->`,
	full: safe`#`,
	empty: safe`.`,
	upDown: safe`up/down`,
	leftRight: safe`left/right`,
	minus: safe`-`,
	more: safe`v`,
	cross: safe`x`,
	enter: safe`enter`,
	spinner: [safe`[|]`, safe`[/]`, safe`[-]`, safe`[\\]`],
};

export type Look = {readonly glyph: Exclude<keyof Glyphs, 'spinner'>; readonly word: SafeText; readonly tone: Tone};

/** How each status of a task looks: its glyph, its word, its tone. */
export const statusLooks: Readonly<Record<TaskStatus, Look>> = {
	'to-do': {glyph: 'toDo', word: safe`to do`, tone: 'quiet'},
	running: {glyph: 'running', word: safe`running`, tone: 'accent'},
	done: {glyph: 'done', word: safe`done`, tone: 'good'},
	failed: {glyph: 'failed', word: safe`failed`, tone: 'danger'},
	cancelled: {glyph: 'cancelled', word: safe`cancelled`, tone: 'warning'},
	'timed-out': {glyph: 'failed', word: safe`timed out`, tone: 'danger'},
	'in-doubt': {glyph: 'inDoubt', word: safe`in doubt`, tone: 'warning'},
	waived: {glyph: 'waived', word: safe`waived`, tone: 'warning'},
	skipped: {glyph: 'skipped', word: safe`skipped`, tone: 'quiet'},
	'rolled-back': {glyph: 'rolledBack', word: safe`rolled back`, tone: 'warning'},
};

/** Done, but for what the answer says is missing. */
export const partialLook: Look = {glyph: 'partial', word: safe`partially`, tone: 'warning'};

export const lookOf = (task: TaskState): Look => (isPartial(task) ? partialLook : statusLooks[task.status]);

/** The same for an approval that was given and counts no more. */
export const lapseLooks: Readonly<Record<Lapse, Look>> = {
	expired: {glyph: 'attention', word: safe`expired`, tone: 'warning'},
	lost: {glyph: 'attention', word: safe`lost`, tone: 'warning'},
};
