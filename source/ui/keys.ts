import {safe, type SafeText} from '../text/safe-text.ts';

/** A key as it reached us. `text`: what it writes, one character or a whole paste. */
export type Key = {
	readonly name: 'up' | 'down' | 'left' | 'right' | 'home' | 'end' | 'pageUp' | 'pageDown' | 'enter' | 'escape' | 'tab' | 'backspace' | 'delete' | 'text' | 'paste';
	readonly text: string;
	readonly ctrl: boolean;
	readonly meta: boolean;
	readonly shift: boolean;
};

/** What a key asks for, whatever the screen makes of it. */
export type Command = keyof typeof commands;

type CommandKey = {
	/** What is pressed: a character, or a name of `Key`. */
	readonly presses: readonly string[];
	/** How the footer and the help name the key; `upDown` and `leftRight` are drawn from the theme. */
	readonly shown: SafeText | 'upDown' | 'leftRight';
	/** The word beside it in the footer. */
	readonly word: SafeText;
	readonly help: SafeText;
	readonly group: Group;
};

export type Group = 'go' | 'answer' | 'look' | 'output' | 'difference' | 'checklist' | 'leave';

/**
Every key of the program. The footer and the help screen are drawn from it. Conventions are those of lazygit and k9s; no key does
anything that can't be taken back without asking first.
*/
export const commands = {
	tasks: {presses: ['up', 'down', 'k', 'j'], shown: 'upDown', word: safe`tasks`, help: safe`Look at the task before or after`, group: 'go'},
	choose: {presses: [], shown: 'upDown', word: safe`choose`, help: safe`Move in a list of choices`, group: 'go'},
	previous: {presses: ['['], shown: safe`[ ]`, word: safe`tasks`, help: safe`Look at the task before or after, also where the arrows choose`, group: 'go'},
	next: {presses: [']'], shown: safe`]`, word: safe`next task`, help: safe`Look at the task after`, group: 'go'},
	accept: {presses: ['enter'], shown: safe`enter`, word: safe`accept`, help: safe`Take what the line above the keys offers`, group: 'go'},
	back: {presses: ['escape'], shown: safe`esc`, word: safe`back`, help: safe`Back: out of a view, a field, or to the one next thing`, group: 'go'},
	fields: {presses: ['tab'], shown: safe`tab`, word: safe`next field`, help: safe`To the next field of a form`, group: 'go'},
	scroll: {presses: ['pageUp', 'pageDown'], shown: safe`pgup pgdn`, word: safe`scroll`, help: safe`Scroll what is on the right`, group: 'go'},

	yes: {presses: ['y'], shown: safe`y`, word: safe`yes`, help: safe`Answer yes: asks for a remark, then enter`, group: 'answer'},
	no: {presses: ['n'], shown: safe`n`, word: safe`no`, help: safe`Answer no`, group: 'answer'},
	partially: {presses: ['p'], shown: safe`p`, word: safe`partially`, help: safe`Answer partially, with a remark`, group: 'answer'},
	waive: {presses: ['w'], shown: safe`w`, word: safe`waive…`, help: safe`Leave a task out, with a reason that is recorded`, group: 'answer'},
	override: {presses: ['v'], shown: safe`v`, word: safe`override…`, help: safe`Go through a closed window, with a reason`, group: 'answer'},
	cancel: {presses: ['c'], shown: safe`c`, word: safe`cancel…`, help: safe`Cancel what is running: asks, and says what state it leaves`, group: 'answer'},
	repeat: {presses: ['r'], shown: safe`r`, word: safe`run again`, help: safe`Run a task again that is done or failed; the old attempt stays`, group: 'answer'},
	finish: {presses: ['x'], shown: safe`x`, word: safe`end the run…`, help: safe`End the run, with a closing statement`, group: 'answer'},

	output: {presses: ['o'], shown: safe`o`, word: safe`output`, help: safe`The output of this task, full screen`, group: 'look'},
	difference: {presses: ['d'], shown: safe`d`, word: safe`difference`, help: safe`What the preview says will change`, group: 'look'},
	checklist: {presses: ['l'], shown: safe`l`, word: safe`checklist`, help: safe`The Kubernetes checklist: what it found, item by item`, group: 'look'},
	commandLog: {presses: ['@'], shown: safe`@`, word: safe`commands`, help: safe`Every command that was run`, group: 'look'},
	events: {presses: ['e'], shown: safe`e`, word: safe`events`, help: safe`The journal, line by line`, group: 'look'},
	help: {presses: ['?'], shown: safe`?`, word: safe`help`, help: safe`These keys`, group: 'look'},

	follow: {presses: ['f'], shown: safe`f`, word: safe`follow`, help: safe`Stay at the end of the output as it grows`, group: 'output'},
	search: {presses: ['/'], shown: safe`/`, word: safe`search`, help: safe`Search; enter finds the next one`, group: 'output'},
	searchOn: {presses: ['n'], shown: safe`n N`, word: safe`next`, help: safe`The next or the previous place`, group: 'output'},
	searchBack: {presses: ['N'], shown: safe`N`, word: safe`previous`, help: safe`The previous place`, group: 'output'},
	first: {presses: ['home', 'g', '<'], shown: safe`g G`, word: safe`ends`, help: safe`To the first or the last line`, group: 'output'},
	last: {presses: ['end', 'G', '>'], shown: safe`G`, word: safe`last`, help: safe`To the last line`, group: 'output'},
	full: {presses: ['+'], shown: safe`+`, word: safe`full screen`, help: safe`The whole screen for the output, and back`, group: 'output'},

	changeOn: {presses: ['n'], shown: safe`n p`, word: safe`next change`, help: safe`The next or the previous change; after a search, the next place`, group: 'difference'},
	changeBack: {presses: ['p'], shown: safe`p`, word: safe`change before`, help: safe`The previous change`, group: 'difference'},
	toRead: {presses: ['enter'], shown: safe`enter`, word: safe`next to read`, help: safe`The next change that has to be read before you can confirm`, group: 'difference'},
	sideBySide: {presses: ['s'], shown: safe`s`, word: safe`side by side`, help: safe`Before and after beside each other, from 120 columns on`, group: 'difference'},
	sideways: {presses: ['left', 'right'], shown: 'leftRight', word: safe`sideways`, help: safe`The rest of long lines`, group: 'difference'},

	openItem: {presses: ['enter'], shown: safe`enter`, word: safe`open`, help: safe`Into the findings of the item, one by one; esc goes back to the items`, group: 'checklist'},
	toDo: {presses: ['[', ']'], shown: safe`[ ]`, word: safe`open items`, help: safe`The item before or after that somebody must act on`, group: 'checklist'},
	withdraw: {presses: ['u'], shown: safe`u`, word: safe`withdraw…`, help: safe`Take back what was said in this run of what is looked at`, group: 'checklist'},
	groups: {presses: ['left', 'right'], shown: 'leftRight', word: safe`groups`, help: safe`The group before or after. y, n, p answer and w waives what is looked at: the item, or the one finding`, group: 'checklist'},

	quit: {presses: ['q'], shown: safe`q`, word: safe`leave`, help: safe`Leave the run: asks; what runs goes on. Ctrl-C does the same`, group: 'leave'},
} as const satisfies Record<string, CommandKey>;

/** The name of a command key in the footer. */
export const shownKey = (command: Command, glyphs: {readonly upDown: SafeText; readonly leftRight: SafeText}): SafeText => {
	const {shown} = commands[command] as CommandKey;
	return shown === 'upDown' || shown === 'leftRight' ? glyphs[shown as 'upDown' | 'leftRight'] : shown;
};

/** Which of the commands that are offered now the key asks for. */
export const commandOf = (key: Key, offered: readonly Command[]): Command | null => {
	if (key.ctrl || key.meta) return null;
	const press = key.name === 'text' ? key.text : key.name;
	return offered.find(command => (commands[command].presses as readonly string[]).includes(press)) ?? null;
};

type InkKey = Readonly<Record<'upArrow' | 'downArrow' | 'leftArrow' | 'rightArrow' | 'pageUp' | 'pageDown' | 'home' | 'end' | 'return' | 'escape' | 'tab' | 'backspace' | 'delete' | 'ctrl' | 'meta' | 'shift', boolean>> & {
	readonly eventType?: 'press' | 'repeat' | 'release';
};

/**
Keys from what Ink read. What came in one piece (typed ahead over a slow line) is taken character by character; a paste does not come
this way but as one key, so that its lines press nothing.
*/
export const keysFrom = (input: string, key: InkKey): readonly Key[] => {
	if (key.eventType === 'release') return [];
	const modifiers = {ctrl: key.ctrl, meta: key.meta && !key.escape, shift: key.shift};
	for (const [flag, name] of named) {
		if (key[flag]) return [{name, text: '', ...modifiers}];
	}

	return [...input].map(text => plainKey(text, modifiers));
};

/** One character of what came in one piece: those below the space are what a terminal sends for tab, enter, backspace and ctrl with a letter. */
const plainKey = (text: string, modifiers: Pick<Key, 'ctrl' | 'meta' | 'shift'>): Key => {
	const name = characterNames[text];
	if (name !== undefined) return {name, text, ...modifiers};
	const code = text.charCodeAt(0);
	return code > 0 && code < 27 ? {name: 'text', ...modifiers, text: String.fromCharCode(code + 96), ctrl: true} : {name: 'text', text, ...modifiers};
};

const characterNames: Readonly<Record<string, Key['name']>> = {'\r': 'enter', '\n': 'enter', '\t': 'tab', '\b': 'backspace', '\u007F': 'backspace', '\u001B': 'escape'};

const named = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageUp'],
	['pageDown', 'pageDown'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'escape'],
	['tab', 'tab'],
	['backspace', 'backspace'],
	['delete', 'delete'],
] as const;
