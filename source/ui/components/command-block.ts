import type {Command} from '../../actions/action.ts';
import type {EventData} from '../../journal/event.ts';
import {pad} from '../../text/clip.ts';
import {commandLine, commandLines} from '../../text/command-line.ts';
import {commandText} from '../../text/command-text.ts';
import {folded, foldCommands, type Legend} from '../../text/fold-commands.ts';
import {safe, type SafeText} from '../../text/safe-text.ts';
import {widthOf} from '../../text/width.ts';
import {wrap} from '../../text/wrap.ts';
import type {Tone} from '../theme.ts';
import {blank, rowOf, spaces, words, type Row} from './row.ts';

type Clean = (text: string) => SafeText;

/** The exact commands, wrapped on their flags: `$` reads, `!` changes something. What many of them share stands above them, once. */
export const commandBlock = (commands: readonly Command[], {columns, clean}: {readonly columns: number; readonly clean: Clean}): readonly Row[] => {
	const {legends, commands: argvs} = foldCommands(commands.map(({argv, shown}) => (shown === undefined ? argv : [])));
	const rows = commands.flatMap((command, index) => {
		const lines = command.shown === undefined ? commandLines(clean(commandText({...command, argv: argvs[index] ?? []})), columns - 2) : wrap(clean(command.shown), columns - 2);
		return promptedRows(lines, command.effect);
	});
	return legends.length === 0 ? rows : [...legends.flatMap(legend => legendRows(legend, columns, clean)), blank, ...rows];
};

/** The commands of an attempt as they were recorded. Where it was not recorded which of them change something, all may. */
export const commandTexts = ({commands, effect, changing}: RecordedCommands, {columns, clean}: {readonly columns: number; readonly clean: Clean}): readonly Row[] =>
	commands.flatMap((text, index) => promptedRows(commandLines(clean(text), columns - 2), changing === undefined ? effect : changing.includes(index) ? 'changes' : 'reads'));

type RecordedCommands = Pick<EventData['attempt.started'], 'commands' | 'effect' | 'changing'>;

const promptedRows = (lines: readonly SafeText[], effect: Command['effect']): readonly Row[] => {
	const {prompt, tone} = prompts[effect];
	return lines.map((line, index) => rowOf(words(index === 0 ? prompt : spaces(widthOf(prompt)), tone, true), words(safe` ${line}`)));
};

const legendRows = ({name, path, words: shared}: Legend, columns: number, clean: Clean): readonly Row[] => {
	const inset = widthOf(clean(name)) + 2;
	const program = rowOf(words(safe`${clean(name)}  `), words(clean(path), 'quiet'));
	const lines = shared === null ? [] : wrap(clean(commandLine(shared)), columns - inset);
	return [program, ...lines.map((line, index) => rowOf(words(index === 0 ? pad(clean(folded), inset) : spaces(inset)), words(line, 'quiet')))];
};

const prompts: Readonly<Record<Command['effect'], {readonly prompt: SafeText; readonly tone: Tone}>> = {
	reads: {prompt: safe`$`, tone: 'quiet'},
	local: {prompt: safe`$`, tone: 'quiet'},
	changes: {prompt: safe`!`, tone: 'warning'},
};
