import {editField, emptyField} from '../../components/text-field.ts';
import {commandOf, type Command, type Key} from '../../keys.ts';
import {checklistCommands, decidable, decisionDialog, selectedEntry, steerChecklist, type ChecklistSight, type ItemWord} from '../checklist/checklist-state.ts';
import {differenceCommands, steer, typeSearch, type DifferenceSight, type DifferenceState} from '../difference/difference-state.ts';
import type {Action, Ask, Panel} from './panel.ts';
import type {Notice, ScreenState, View} from './screen-state.ts';

/** What a key needs to know beside the screen. */
export type Surroundings = {
	readonly panel: Panel;
	/** The tasks in the order in which the arrows walk through them. */
	readonly order: readonly string[];
	readonly shownTask: string | null;
	readonly currentTask: string | null;
	/** Rows of the view or of the panel's content that are seen, and how many there are. */
	readonly page: {readonly rows: number; readonly count: number};
	/** What of the difference is in sight; null when none is shown. */
	readonly difference: (DifferenceSight & {readonly isWide: boolean}) | null;
	/** What of the checklist is in sight; null when none is shown. */
	readonly checklist: ChecklistSight | null;
	/** The run has ended, or is only followed: leaving needs no question. */
	readonly mayLeave: boolean;
};

export type Pressed = {readonly screen: ScreenState; readonly action: Action | SearchFor | null};

/** A search through the output; it may take long, so it is not done here. */
export type SearchFor = {readonly kind: 'search'; readonly text: string; readonly from: number; readonly direction: 'forwards' | 'backwards'};

/** What a key does. Pure: the same screen, key and surroundings give the same result. */
export const press = (screen: ScreenState, key: Key, around: Surroundings): Pressed => {
	const quiet = screen.notice === null ? screen : {...screen, notice: null};
	if (key.ctrl && key.name === 'text' && key.text.toLowerCase() === 'c') return askToLeave(quiet, around);
	if (quiet.isBusy) return stay(quiet);
	if (quiet.dialog !== null) return around.panel.ask.kind === 'form' ? pressForm(quiet, key, around.panel.ask) : pressChoices(quiet, key, around);
	if (quiet.view !== null) return pressView(quiet, quiet.view, key, around);
	if (around.panel.ask.kind === 'word' && quiet.isTyping) return pressWord(quiet, key, around, around.panel.ask);
	return pressPanel(quiet, key, around);
};

/** The commands that every panel has. */
export const everywhere: readonly Command[] = ['accept', 'back', 'tasks', 'previous', 'next', 'scroll', 'commandLog', 'events', 'help', 'quit', 'finish'];

const inView: readonly Command[] = ['back', 'tasks', 'scroll', 'first', 'last', 'help', 'full', 'quit', 'commandLog', 'events', 'output'];
const inOutput: readonly Command[] = ['follow', 'search', 'searchOn', 'searchBack', ...inView];

const stay = (screen: ScreenState): Pressed => ({screen, action: null});

const askToLeave = (screen: ScreenState, {mayLeave}: Surroundings): Pressed => {
	if (mayLeave || screen.dialog?.dialog.kind === 'quit') return {screen, action: {kind: 'leave'}};
	return stay({...screen, dialog: {dialog: {kind: 'quit'}, fields: {}, at: 0}, view: null});
};

const pressPanel = (screen: ScreenState, key: Key, around: Surroundings): Pressed => {
	const {panel} = around;
	if (panel.ask.kind === 'choices' && (isMove(key) || key.name === 'enter')) return pressChoices(screen, key, around);
	const offered = Object.keys(panel.offers) as Command[];
	const command = commandOf(key, [...offered, ...everywhere]);
	const offer = command === null ? undefined : panel.offers[command];
	if (offer !== undefined) return {screen, action: offer};
	switch (command) {
		case 'accept':
			if (panel.ask.kind === 'enter') return hasUnread(screen, around) ? stay({...screen, scroll: scrolled(screen.scroll, pageDown, around)}) : {screen, action: panel.ask.does};
			return stay(panel.ask.kind === 'word' ? {...screen, isTyping: true} : screen);
		case 'back':
			return stay(screen.preparing !== null ? {...screen, preparing: null} : {...screen, looking: null, scroll: 0});
		case 'tasks':
			return look(screen, around, key.name === 'up' || key.text === 'k' ? -1 : 1);
		case 'previous':
		case 'next':
			return look(screen, around, command === 'previous' ? -1 : 1);
		case 'scroll':
			return stay({...screen, scroll: scrolled(screen.scroll, key, around)});
		case 'commandLog':
		case 'events':
		case 'help':
			return {screen, action: {kind: 'view', view: command}};
		case 'finish':
			return around.mayLeave ? stay(screen) : {screen, action: {kind: 'open', dialog: {kind: 'finish'}}};
		case 'quit':
			return askToLeave(screen, around);
		default:
			return stay(screen);
	}
};

/** Through the tasks one by one; from the one next thing, back to it. */
const look = (screen: ScreenState, {order, shownTask, currentTask}: Surroundings, by: number): Pressed => {
	const from = shownTask === null ? order.length : order.indexOf(shownTask);
	const to = order[Math.max(0, Math.min(order.length - 1, from + by))];
	return stay({...screen, preparing: null, looking: to === undefined || to === currentTask ? null : to});
};

const isMove = (key: Key): boolean => key.name === 'up' || key.name === 'down' || (key.name === 'text' && !key.ctrl && !key.meta && (key.text === 'j' || key.text === 'k'));

const pressChoices = (screen: ScreenState, key: Key, around: Surroundings): Pressed => {
	const {ask} = around.panel;
	if (ask.kind !== 'choices') return stay(screen);
	const last = ask.choices.length - 1;
	if (isMove(key)) return stay({...screen, choice: Math.max(0, Math.min(last, screen.choice + (key.name === 'up' || key.text === 'k' ? -1 : 1)))});
	if (key.name === 'pageUp' || key.name === 'pageDown') return stay({...screen, scroll: scrolled(screen.scroll, key, around)});
	if (key.name === 'enter') return {screen, action: ask.choices[Math.min(screen.choice, last)]?.does ?? null};
	return key.name === 'escape' ? stay({...screen, dialog: null}) : stay(screen);
};

const pressWord = (screen: ScreenState, key: Key, around: Surroundings, ask: Ask & {kind: 'word'}): Pressed => {
	const isEmpty = screen.word.text === '';
	if (key.name === 'enter') {
		if (hasUnread(screen, around)) return stay({...screen, scroll: scrolled(screen.scroll, pageDown, around)});
		if (screen.word.text === ask.word) return {screen, action: ask.does(screen.word.text)};
		return stay({...screen, notice: {what: isEmpty ? 'Nothing was started.' : `That is not ${ask.word}. Nothing was started.`, todo: `Type ${ask.word} to start.`}});
	}

	if (key.name === 'escape') return stay(isEmpty ? {...screen, isTyping: false, preparing: null} : {...screen, word: emptyField});
	if (key.name === 'up' || key.name === 'down' || key.name === 'pageUp' || key.name === 'pageDown') return pressPanel(screen, key, around);
	if (isEmpty && key.name === 'text' && (key.text === '?' || key.text === '@')) return pressPanel(screen, key, around);
	// While the line says what is unread, a word could not be seen.
	const word = hasUnread(screen, around) ? null : editField(screen.word, key);
	return stay(word === null ? screen : {...screen, word});
};

const pressForm = (screen: ScreenState, key: Key, ask: Ask & {kind: 'form'}): Pressed => {
	const open = screen.dialog;
	if (open === null) return stay(screen);
	const count = ask.fields.length;
	const goTo = (at: number): Pressed => stay({...screen, dialog: {...open, at: ((at % count) + count) % count}});
	if (key.name === 'escape') return stay({...screen, dialog: null});
	if (key.name === 'tab') return goTo(open.at + (key.shift ? -1 : 1));
	if (key.name === 'down') return goTo(Math.min(count - 1, open.at + 1));
	if (key.name === 'up') return goTo(Math.max(0, open.at - 1));
	if (key.name === 'enter') return open.at < count - 1 ? goTo(open.at + 1) : submit(screen, ask);
	const field = ask.fields[open.at];
	const edited = field === undefined ? null : editField(open.fields[field.id] ?? emptyField, key);
	return stay(field === undefined || edited === null ? screen : {...screen, dialog: {...open, fields: {...open.fields, [field.id]: edited}}});
};

const submit = (screen: ScreenState, ask: Ask & {kind: 'form'}): Pressed => {
	const open = screen.dialog;
	if (open === null) return stay(screen);
	const valueOf = (id: string): string => open.fields[id]?.text.trim() ?? '';
	const wrong = ask.fields.findIndex(({id, isRequired, word}) => (isRequired && valueOf(id) === '') || (word !== undefined && valueOf(id) !== word));
	const field = ask.fields[wrong];
	if (field === undefined) return {screen, action: ask.does(Object.fromEntries(ask.fields.map(({id}) => [id, valueOf(id)])))};
	return stay({...screen, dialog: {...open, at: wrong}, notice: {what: 'Nothing is recorded yet.', todo: `${field.label}: ${field.hint}.`}});
};

const pressView = (screen: ScreenState, view: View, key: Key, around: Surroundings): Pressed => {
	if (view.name === 'difference' && around.difference !== null) return pressDifference(screen, view, key, around.difference);
	if (view.name === 'checklist' && around.checklist !== null) return pressChecklist(screen, view, key, around.checklist);
	if (view.search?.isTyping === true) return pressSearch(screen, view, key, around);
	const put = (changes: Partial<View>): Pressed => stay({...screen, view: {...view, ...changes}});
	const isOutput = view.name === 'output';
	const command = commandOf(key, isOutput ? inOutput : inView);
	const {rows, count} = around.page;
	const end = Math.max(0, count - rows);
	const top = view.top ?? end;
	switch (command) {
		case 'back':
			return view.search === null ? stay({...screen, view: null}) : put({search: null});
		case 'quit':
			return stay({...screen, view: null});
		case 'tasks':
			return put({top: clampTop(top + (key.name === 'up' || key.text === 'k' ? -1 : 1), end, isOutput)});
		case 'scroll':
			return put({top: clampTop(top + (key.name === 'pageUp' ? -rows : rows), end, isOutput)});
		case 'first':
			return put({top: 0});
		case 'last':
		case 'follow':
			return put({top: isOutput ? null : end});
		case 'full':
			return put({isFull: !view.isFull});
		case 'search':
			return put({search: {field: emptyField, isTyping: true, wanted: '', found: null, state: 'typing'}});
		case 'searchOn':
			return searchFrom(screen, view, 'forwards', (view.search?.found ?? top - 1) + 1);
		case 'searchBack':
			return searchFrom(screen, view, 'backwards', (view.search?.found ?? top) - 1);
		case 'help':
		case 'commandLog':
		case 'events':
		case 'output':
			return command === view.name ? stay({...screen, view: null}) : {screen, action: {kind: 'view', view: command}};
		default:
			return stay(screen);
	}
};

const pressDifference = (screen: ScreenState, view: View, key: Key, sight: NonNullable<Surroundings['difference']>): Pressed => {
	const put = (difference: DifferenceState): Pressed => stay({...screen, difference});
	if (screen.difference.search?.isTyping === true) return put(typeSearch(screen.difference, key, sight));
	const command = commandOf(key, differenceCommands);
	switch (command) {
		case null:
			return stay(screen);
		case 'back':
			return screen.difference.search === null ? stay({...screen, view: null}) : put({...screen.difference, search: null});
		case 'sideBySide':
			return sight.isWide ? put(steer(screen.difference, command, key, sight)) : stay({...screen, notice: {what: 'There is no room for two sides.', todo: 'Widen the terminal to 120 columns.'}});
		default:
			return pressAround(screen, view, command) ?? put(steer(screen.difference, command, key, sight));
	}
};

const pressChecklist = (screen: ScreenState, view: View, key: Key, sight: ChecklistSight): Pressed => {
	const command = commandOf(key, checklistCommands);
	const entry = selectedEntry(screen.checklist, sight.model);
	switch (command) {
		case null:
			return stay(screen);
		case 'back':
			return stay(screen.checklist.finding === null ? {...screen, view: null} : {...screen, checklist: steerChecklist(screen.checklist, command, key, sight)});
		case 'repeat':
			return sight.mayDecide ? {screen: {...screen, view: null}, action: {kind: 'prepare', task: sight.model.task}} : stay(screen);
		case 'yes':
		case 'no':
		case 'partially':
		case 'waive':
		case 'withdraw': {
			if (entry === null || !sight.mayDecide) return stay(screen);
			if (!decidable(screen.checklist, entry)[command]) return stay({...screen, notice: undecidable[command]});
			return {screen, action: {kind: 'open', dialog: decisionDialog(screen.checklist, sight.model, entry, command)}};
		}

		default:
			return pressAround(screen, view, command) ?? stay({...screen, checklist: steerChecklist(screen.checklist, command, key, sight)});
	}
};

/** What is the same in both browsers: how they are left and widened, and what lies behind them; null for what is their own. */
const pressAround = (screen: ScreenState, view: View, command: Command): Pressed | null => {
	switch (command) {
		case 'quit':
			return stay({...screen, view: null});
		case 'full':
			return stay({...screen, view: {...view, isFull: !view.isFull}});
		case 'help':
		case 'commandLog':
		case 'events':
			return {screen, action: {kind: 'view', view: command}};
		default:
			return null;
	}
};

const proved: Notice = {what: 'This is proved, not asked.', todo: 'Mend it and preview again, or waive it with w.'};

/** Why something can't be said of what is looked at. */
const undecidable: Readonly<Record<ItemWord, Notice>> = {
	yes: proved,
	no: proved,
	partially: proved,
	waive: {what: 'Nothing is open here.', todo: 'Waive what fails or warns.'},
	withdraw: {what: 'Nothing was said of this in this run.', todo: 'What was said of a whole item is withdrawn there: esc. What a file says is taken out of that file.'},
};

/** The end of an output is null, so that it is followed from there. */
const clampTop = (top: number, end: number, isOutput: boolean): number | null => (top >= end && isOutput ? null : Math.max(0, Math.min(end, top)));

const pressSearch = (screen: ScreenState, view: View, key: Key, {page}: Surroundings): Pressed => {
	const {search} = view;
	if (search === null) return stay(screen);
	if (key.name === 'escape') return stay({...screen, view: {...view, search: null}});
	if (key.name === 'enter') {
		if (search.field.text === '') return stay({...screen, view: {...view, search: null}});
		const asked: View = {...view, search: {...search, isTyping: false, wanted: search.field.text}};
		// From the end the nearest place is the one before it; elsewhere, the next one.
		return view.top === null ? searchFrom(screen, asked, 'backwards', page.count - 1) : searchFrom(screen, asked, 'forwards', view.top);
	}

	const field = editField(search.field, key);
	return stay(field === null ? screen : {...screen, view: {...view, search: {...search, field}}});
};

const searchFrom = (screen: ScreenState, view: View, direction: 'forwards' | 'backwards', from: number): Pressed => {
	const {search} = view;
	if (search === null || search.wanted === '') return stay(screen);
	return {screen: {...screen, view: {...view, search: {...search, state: 'looking'}}}, action: {kind: 'search', text: search.wanted, from, direction}};
};

const pageDown: Key = {name: 'pageDown', text: '', ctrl: false, meta: false, shift: false};

/** Whether there is more of the panel than was on the screen: what was not seen can't be accepted. */
const hasUnread = (screen: ScreenState, {page}: Surroundings): boolean => screen.scroll + page.rows < page.count;

const scrolled = (scroll: number, key: Key, {page}: Surroundings): number =>
	Math.max(0, Math.min(Math.max(0, page.count - page.rows), scroll + (key.name === 'pageUp' ? -1 : 1) * Math.max(1, page.rows - 1)));
