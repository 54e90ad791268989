import {taskOf} from '../../../run/walk.ts';
import {formatSeconds} from '../../../text/format-time.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {widthOf} from '../../../text/width.ts';
import {commandTexts} from '../../components/command-block.ts';
import {tableRows, type Cell} from '../../components/table.ts';
import {blank, marked, paragraph, rowOf, spaces, words, type Row} from '../../components/row.ts';
import {eventWords} from '../../event-words.ts';
import {commands, shownKey, type Command, type Group} from '../../keys.ts';
import {partialLook, statusLooks} from '../../theme.ts';
import type {RunContext, ViewName} from './panel.ts';
import {endLook, endWords} from './task-parts.ts';

export const viewTitles: Readonly<Record<ViewName, SafeText>> = {
	help: safe`Keys`,
	commandLog: safe`Commands that were run`,
	events: safe`Journal`,
	output: safe`Output`,
	difference: safe`Difference`,
	checklist: safe`Checklist`,
};

/** The rows of a view that is a list; an output, a difference and a checklist are read line by line instead. */
export const viewRows = (context: RunContext, name: Exclude<ViewName, 'output' | 'difference' | 'checklist'>, columns: number): readonly Row[] => {
	switch (name) {
		case 'help':
			return helpRows(context, columns);
		case 'commandLog':
			return commandLogRows(context, columns);
		case 'events':
			return eventRows(context, columns);
	}
};

const groups: readonly (readonly [Group, SafeText])[] = [
	['go', safe`Go`],
	['answer', safe`Answer`],
	['look', safe`Look`],
	['output', safe`In an output`],
	['difference', safe`In a difference`],
	['checklist', safe`In a checklist`],
	['leave', safe`Leave`],
];

/** Rows that only repeat another key. */
const unlisted: ReadonlySet<Command> = new Set(['choose', 'next', 'searchBack', 'last', 'changeBack']);

const helpRows = ({theme}: RunContext, columns: number): readonly Row[] => {
	const keyColumns = 12;
	return [
		...groups.flatMap(([group, title]) => [
			rowOf(words(title, 'plain', true)),
			...(Object.keys(commands) as Command[])
				.filter(command => commands[command].group === group && !unlisted.has(command))
				.flatMap(command => {
					const key = shownKey(command, theme.glyphs);
					const [first, ...rest] = paragraph(commands[command].help, columns - keyColumns - 2);
					return [rowOf(words(safe`  ${key}${spaces(Math.max(1, keyColumns - widthOf(key)))}`, 'accent'), ...(first?.left ?? [])), ...rest.map(row => rowOf(words(spaces(keyColumns + 2)), ...row.left))];
				}),
			blank,
		]),
		rowOf(words(safe`Marks`, 'plain', true)),
		...[...Object.values(statusLooks), partialLook].map(({glyph, word, tone}) => rowOf(words(safe`  `), words(theme.glyphs[glyph], tone), words(safe`${spaces(Math.max(1, keyColumns - widthOf(theme.glyphs[glyph])))}${word}`))),
		rowOf(words(safe`  $`, 'quiet', true), words(safe`${spaces(keyColumns - 1)}a command that reads, or writes its own files only`)),
		rowOf(words(safe`  !`, 'warning', true), words(safe`${spaces(keyColumns - 1)}a command that changes the target`)),
	];
};

const commandLogRows = (context: RunContext, columns: number): readonly Row[] => {
	const {state, lines, theme, clean} = context;
	const started = lines.filter(line => line.type === 'attempt.started');
	if (started.length === 0) return paragraph(safe`No command was run yet.`, columns, {tone: 'quiet'});
	return started.flatMap(line => {
		const task = taskOf(state, line.data.task);
		const end = task.attempts.find(({number}) => number === line.data.attempt)?.end ?? null;
		const {glyph, tone} = endLook(end);
		const time = makeSafe(formatSeconds(new Date(line.at)));
		return [
			...marked(words(theme.glyphs[glyph], tone), safe`${time} ${clean(task.task.name)}, ${clean(endWords(end))}`, columns),
			...commandTexts(line.data, {columns: columns - 2, clean}).map(row => ({left: [words(safe`  `), ...row.left]})),
			blank,
		];
	});
};

const eventRows = ({state, lines, clean}: RunContext, columns: number): readonly Row[] =>
	tableRows(
		lines.map((line): readonly Cell[] => {
			const {what, about, tone} = eventWords(state, line);
			return [{text: safe`${line.seq + 1}`, tone: 'quiet'}, {text: makeSafe(formatSeconds(new Date(line.at))), tone: 'quiet'}, {text: clean(what), tone}, {text: clean(about)}];
		}),
		{columns, grows: 3, optional: [0]},
	);
