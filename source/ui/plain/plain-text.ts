import type {Row} from '../components/row.ts';
import type {Choice, Offers, Panel} from '../screens/run/panel.ts';
import {commands, type Command} from '../keys.ts';

/** Rows as lines of text, without colour, and without the blank ones at their ends. */
export const textOf = (rows: readonly Row[]): readonly string[] => {
	const lines = rows.map(({left, right = []}) => [left, right].map(spans => spans.map(({text}) => text).join('').trimEnd()).filter(part => part !== '').join('  '));
	while (lines.at(-1) === '') lines.pop();
	return lines;
};

/** What a panel says, line by line. */
export const panelLines = (panel: Panel, columns: number): readonly string[] => [`${panel.title}${panel.badge === null ? '' : `, ${panel.badge.text}`}`, '', ...textOf(panel.content(columns))];

/** What may be answered, one line each. Numbers for choices; the words of `offered` always. */
export const askLines = ({ask, next}: Panel): readonly string[] => {
	switch (ask.kind) {
		case 'choices':
			return [...ask.choices.map((choice, index) => `${index + 1}  ${choiceWords(choice)}`), next.text];
		case 'enter':
			return [next.text, 'Answer yes to start it.'];
		default:
			return [next.text];
	}
};

const choiceWords = ({name, about}: Choice): string => `${name.replace(/…$/, '')}: ${about}`;

/** Commands that a panel offers, by the word that is typed for them. */
export const offeredWords = (offers: Offers): ReadonlyMap<string, Command> => new Map((Object.keys(offers) as Command[]).map(command => [commands[command].word.replace(/…$/, ''), command]));
