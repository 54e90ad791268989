import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {widthOf} from '../../../text/width.ts';
import {spansWidth, words, type Row, type Span} from '../../components/row.ts';
import {commands, shownKey, type Command} from '../../keys.ts';
import type {Panel, RunContext} from './panel.ts';
import {isBeforeLastField, type ScreenState} from './screen-state.ts';

/** The keys that work now, the most needed first, and the journal's length and short head: an anchor to paste into a chat. */
export const footerRow = (context: RunContext, screen: ScreenState, panel: Panel, columns: number): Row => {
	const {theme, state} = context;
	const right = state.lines === 0 ? [] : [words(safe`journal ${state.lines}${state.head === '' ? safe`` : safe`:${makeSafe(state.head.slice(0, 8))}`} `, 'quiet')];
	const room = columns - (columns < 60 ? 0 : spansWidth(right) + 1);
	const hints = hintsFor(context, screen, panel);
	const help = hints.find(({command}) => command === 'help');
	const spans: Span[] = [words(safe` `)];
	const dot = safe` ${theme.glyphs.dot} `;
	const widthIn = (hint: Hint): number => widthOf(hint.key) + 1 + widthOf(hint.word) + widthOf(dot);
	let left = room - 2 - (help === undefined ? 0 : widthIn(help));
	for (const hint of hints) {
		if (hint !== help && widthIn(hint) > left) continue;
		if (hint !== help) left -= widthIn(hint);
		if (spans.length > 1) spans.push(words(dot, 'quiet'));
		spans.push(words(hint.key, 'accent'), words(safe` ${hint.word}`, 'quiet'));
	}

	return {left: spans, right: columns < 60 ? [] : right};
};

type Hint = {readonly command: Command; readonly key: SafeText; readonly word: SafeText};

const hintsFor = ({theme, readOnly}: RunContext, screen: ScreenState, panel: Panel): readonly Hint[] => {
	const hint = (command: Command, word: SafeText = commands[command].word): Hint => ({command, key: shownKey(command, theme.glyphs), word});
	if (screen.view !== null && screen.dialog === null) {
		if (screen.view.search?.isTyping === true) return [hint('accept', safe`search`), hint('back')];
		if (screen.view.name === 'difference') return differenceHints(screen, hint);
		if (screen.view.name === 'checklist') return checklistHints(screen, hint);
		const scrolling = [hint('back'), hint('scroll'), hint('first')];
		return screen.view.name === 'output' ? [hint('back'), hint('follow'), hint('search'), ...(screen.view.search === null ? [] : [hint('searchOn')]), hint('scroll'), hint('first'), hint('full'), hint('help')] : [...scrolling, hint('help')];
	}

	if (panel.ask.kind === 'form' && readOnly !== null) return [hint('back', safe`leave it`)];
	if (panel.ask.kind === 'form') return [hint('accept', isBeforeLastField(screen, panel) ? safe`next` : safe`record it`), ...(panel.ask.fields.length > 1 ? [hint('fields')] : []), hint('back', safe`leave it`)];
	if (screen.dialog !== null) return [hint('choose'), hint('accept', safe`take it`), hint('back', safe`leave it`)];
	if (panel.ask.kind === 'word' && screen.isTyping) return [hint('back', safe`keys`), hint('tasks'), hint('commandLog'), hint('help')];
	const offers = Object.keys(panel.offers) as Command[];
	const first = urgent.filter(command => offers.includes(command)).map(command => hint(command));
	const later = offers.filter(command => !urgent.includes(command)).map(command => hint(command));
	const answersByLetter = panel.offers.yes !== undefined;
	const start = panel.ask.kind === 'enter' ? [hint('accept', safe`go on`)] : panel.ask.kind === 'choices' ? [hint('choose'), hint('accept', safe`take it`)] : panel.ask.kind === 'word' ? [hint('accept', safe`type`)] : [];
	const back = screen.looking !== null || screen.preparing !== null ? [hint('back')] : [];
	return [...(answersByLetter ? [] : start), ...back, ...first, panel.ask.kind === 'choices' ? hint('previous') : hint('tasks'), hint('commandLog'), ...later, hint('events'), hint('quit'), hint('help')];
};

const differenceHints = ({difference}: ScreenState, hint: (command: Command, word?: SafeText) => Hint): readonly Hint[] => {
	if (difference.search?.isTyping === true) return [hint('accept', safe`search`), hint('back')];
	if (difference.search !== null) return [hint('back', safe`end search`), hint('searchOn'), hint('tasks', safe`object`), hint('help')];
	return [hint('tasks', safe`object`), hint('changeOn', safe`change`), hint('toRead'), hint('search'), hint('sideBySide'), hint('scroll'), hint('sideways'), hint('back'), hint('help')];
};

const checklistHints = ({checklist}: ScreenState, hint: (command: Command, word?: SafeText) => Hint): readonly Hint[] => [
	hint('tasks', checklist.finding === null ? safe`item` : safe`finding`),
	...(checklist.finding === null ? [hint('openItem')] : []),
	hint('yes', safe`n p answer`),
	hint('waive', safe`waive`),
	hint('toDo'),
	hint('back'),
	hint('repeat', safe`check again`),
	hint('withdraw'),
	hint('groups'),
	hint('scroll'),
	hint('help'),
];

/** Keys that belong to the one next thing. */
const urgent: readonly Command[] = ['yes', 'no', 'partially', 'output', 'difference', 'checklist', 'cancel', 'override'];
