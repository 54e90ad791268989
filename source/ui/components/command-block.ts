import type {Command} from '../../actions/action.ts';
import {commandLines, commandTextLines} from '../../text/command-line.ts';
import {safe, type SafeText} from '../../text/safe-text.ts';
import {widthOf} from '../../text/width.ts';
import {wrap} from '../../text/wrap.ts';
import type {Tone} from '../theme.ts';
import {rowOf, spaces, words, type Row} from './row.ts';

/** The exact commands, wrapped on their flags: `$` reads, `!` changes something. */
export const commandBlock = (commands: readonly Command[], {columns, clean}: {readonly columns: number; readonly clean: (text: string) => SafeText}): readonly Row[] =>
	commands.flatMap(({argv, shown, effect}) => {
		const lines = shown === undefined ? commandLines(argv.map(clean), columns - 2) : wrap(clean(shown), columns - 2);
		const {prompt, tone} = prompts[effect];
		return lines.map((line, index) => rowOf(words(index === 0 ? prompt : spaces(widthOf(prompt)), tone, true), words(safe` ${line}`)));
	});

/** The commands of an attempt as they were recorded. */
export const commandTexts = (texts: readonly string[], {columns, clean, effect}: {readonly columns: number; readonly clean: (text: string) => SafeText; readonly effect: Command['effect']}): readonly Row[] =>
	texts.flatMap(text => {
		const {prompt, tone} = prompts[effect];
		return commandTextLines(clean(text), columns - 2).map((line, index) => rowOf(words(index === 0 ? prompt : spaces(widthOf(prompt)), tone, true), words(safe` ${line}`)));
	});

const prompts: Readonly<Record<Command['effect'], {readonly prompt: SafeText; readonly tone: Tone}>> = {
	reads: {prompt: safe`$`, tone: 'quiet'},
	local: {prompt: safe`$`, tone: 'quiet'},
	changes: {prompt: safe`!`, tone: 'warning'},
};
