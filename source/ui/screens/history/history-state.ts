import {editField, emptyField, type TextField} from '../../components/text-field.ts';
import type {Key} from '../../keys.ts';
import {moveByArrow, moveByKey} from '../../move.ts';
import type {HistoryChoice} from './history.ts';
import type {ListedRun, RunSort} from './run-source.ts';

/** What is looked at in the history. `marked`: the run that the next one is compared with. */
export type HistoryState = {
	readonly selected: number;
	readonly filter: TextField;
	readonly isFiltering: boolean;
	readonly order: RunSort;
	readonly view: 'runs' | 'figures' | 'help';
	/** Over how many days the figures are. */
	readonly days: number;
	readonly marked: {readonly id: string; readonly name: string} | null;
};

export const freshHistory: HistoryState = {selected: 0, filter: emptyField, isFiltering: false, order: 'newest', view: 'runs', days: 90, marked: null};

const orders: readonly RunSort[] = ['newest', 'oldest', 'longest', 'release', 'target', 'operator', 'result', 'waivers'];
const spans: readonly number[] = [30, 90, 365];

/** What a key needs to know of what is on the screen. */
export type HistorySight = {readonly count: number; readonly page: number; readonly selected: () => ListedRun | undefined};

export const pressHistory = (state: HistoryState, key: Key, {count, page, selected}: HistorySight): {readonly state: HistoryState; readonly choice: HistoryChoice | null} => {
	const stay = (changes: Partial<HistoryState>): ReturnType<typeof pressHistory> => ({state: {...state, ...changes}, choice: null});
	const choose = (choice: HistoryChoice): ReturnType<typeof pressHistory> => ({state, choice});
	const select = (to: number): ReturnType<typeof pressHistory> => stay({selected: Math.max(0, Math.min(count - 1, to))});
	const press = key.name === 'text' ? key.text : key.name;
	if (key.ctrl && press.toLowerCase() === 'c') return choose({kind: 'leave'});
	if (state.view === 'help') return stay({view: 'runs'});
	if (state.view === 'figures') return pressFigures(state, press);
	const arrow = moveByArrow(key.name, {at: state.selected, page});
	if (arrow !== null) return select(arrow);
	switch (key.name) {
		case 'enter': {
			const run = selected();
			return run === undefined ? stay({}) : choose({kind: 'show', run: run.id});
		}

		case 'escape':
			if (state.isFiltering || state.filter.text !== '') return stay({filter: emptyField, isFiltering: false, selected: 0});
			return state.marked === null ? choose({kind: 'leave'}) : stay({marked: null});
		default:
	}

	if (state.isFiltering) {
		const filter = editField(state.filter, key);
		return filter === null ? stay({}) : stay({filter, selected: 0});
	}

	if (key.ctrl || key.meta) return stay({});
	const move = moveByKey(press, {at: state.selected, page, last: count - 1});
	if (move !== null) return select(move);
	switch (press) {
		case 's':
			return stay({order: orders[(orders.indexOf(state.order) + 1) % orders.length] ?? 'newest', selected: 0});
		case 't': {
			const run = selected();
			return run === undefined ? stay({}) : choose({kind: 'timeline', run: run.id});
		}

		case 'c':
			return compare(state, selected());
		case 'f':
			return stay({view: 'figures'});
		case '/':
			return stay({isFiltering: true});
		case '?':
			return stay({view: 'help'});
		case 'q':
			return choose({kind: 'leave'});
		default:
			return stay({});
	}
};

const compare = (state: HistoryState, run: ListedRun | undefined): ReturnType<typeof pressHistory> => {
	if (run === undefined) return {state, choice: null};
	if (state.marked === null) return {state: {...state, marked: {id: run.id, name: run.name}}, choice: null};
	if (state.marked.id === run.id) return {state: {...state, marked: null}, choice: null};
	return {state: {...state, marked: null}, choice: {kind: 'compare', run: state.marked.id, with: run.id}};
};

const pressFigures = (state: HistoryState, press: string): ReturnType<typeof pressHistory> => {
	const place = spans.indexOf(state.days);
	if (press === 'left' || press === 'right') return {state: {...state, days: spans[Math.max(0, Math.min(spans.length - 1, place + (press === 'left' ? -1 : 1)))] ?? state.days}, choice: null};
	return {state: ['escape', 'f', 'q', 'enter'].includes(press) ? {...state, view: 'runs'} : state, choice: null};
};
