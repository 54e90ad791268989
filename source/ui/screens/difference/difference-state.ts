import {editField, emptyField, type TextField} from '../../components/text-field.ts';
import type {Command, Key} from '../../keys.ts';
import type {DifferenceModel, Item} from './difference-model.ts';
import type {ItemPage} from './item-page.ts';
import {findIn, type Found} from './search-difference.ts';

/** What of a difference is looked at, and which of its objects were opened. It stays when the view is left and opened again. */
export type DifferenceState = {
	/** Id of an item; one that the model does not have stands for the first that has to be read. */
	readonly selected: string;
	/** The first row of the object that is seen. */
	readonly top: number;
	/** Characters of its lines that lie out of sight on the left. */
	readonly left: number;
	readonly isSideBySide: boolean;
	readonly opened: ReadonlySet<string>;
	readonly search: DifferenceSearch | null;
};

export type DifferenceSearch = {readonly field: TextField; readonly isTyping: boolean; readonly wanted: string; readonly found: Found | null};

export const freshDifference: DifferenceState = {selected: '', top: 0, left: 0, isSideBySide: false, opened: new Set(), search: null};

/** What a key needs to know: what there is, how many rows of an object are in sight, and how an object is laid out. */
export type DifferenceSight = {readonly model: DifferenceModel; readonly rows: number; readonly pageOf: (item: Item) => ItemPage};

export const differenceCommands: readonly Command[] = ['back', 'tasks', 'changeOn', 'changeBack', 'searchBack', 'toRead', 'search', 'sideBySide', 'sideways', 'scroll', 'first', 'last', 'full', 'help', 'quit', 'commandLog', 'events'];

/** The item that is looked at; null when there is none at all. */
export const selectedItem = ({selected, opened}: DifferenceState, {items, dangers}: DifferenceModel): Item | null => {
	const first = dangers.find(danger => !opened.has(danger)) ?? dangers[0];
	return items.find(({id}) => id === selected) ?? items.find(({id}) => id === first) ?? items[1] ?? items[0] ?? null;
};

/** What of the dangers was not opened yet. */
export const unreadIn = ({opened}: DifferenceState, {dangers}: DifferenceModel): readonly string[] => dangers.filter(id => !opened.has(id));

/** Looks at an item; what is looked at counts as opened. */
export const openItem = (state: DifferenceState, item: Item | null | undefined, top = 0): DifferenceState => {
	if (item === null || item === undefined) return state;
	return {...state, selected: item.id, top, left: item.id === state.selected ? state.left : 0, opened: state.opened.has(item.id) ? state.opened : new Set([...state.opened, item.id])};
};

/** What a command does to what is looked at. Pure. */
export const steer = (state: DifferenceState, command: Command, key: Key, sight: DifferenceSight): DifferenceState => {
	const {model, rows} = sight;
	const item = selectedItem(state, model);
	if (item === null) return state;
	const end = Math.max(0, sight.pageOf(item).count - rows);
	switch (command) {
		case 'tasks':
			return openItem(state, model.items[model.items.indexOf(item) + (key.name === 'up' || key.text === 'k' ? -1 : 1)]);
		case 'changeOn':
			return state.search === null ? nextChange(state, item, sight) : searchOn(state, true, sight);
		case 'changeBack':
		case 'searchBack':
			return state.search === null ? changeBefore(state, item, sight) : searchOn(state, false, sight);
		case 'toRead':
			return openItem(state, model.items.find(({id}) => unreadIn(state, model).includes(id)));
		case 'scroll':
			return {...state, top: Math.max(0, Math.min(end, state.top + (key.name === 'pageUp' ? -1 : 1) * Math.max(1, rows - 1)))};
		case 'first':
			return {...state, top: 0};
		case 'last':
			return {...state, top: end};
		case 'sideways':
			return {...state, left: Math.max(0, state.left + (key.name === 'left' ? -sidewaysStep : sidewaysStep))};
		case 'sideBySide':
			return {...state, isSideBySide: !state.isSideBySide, top: 0};
		case 'search':
			return {...state, search: {field: emptyField, isTyping: true, wanted: '', found: null}};
		default:
			return state;
	}
};

/** Rows that stay in sight above a change. */
const contextRows = 2;
const sidewaysStep = 16;

/** The next change that is not in sight yet: of this object, else the next object. */
const nextChange = (state: DifferenceState, item: Item, {model, rows, pageOf}: DifferenceSight): DifferenceState => {
	const {changes, count} = pageOf(item);
	const row = state.top + rows >= count ? undefined : changes.find(at => at > state.top + contextRows && at >= rows);
	if (row !== undefined) return {...state, top: Math.min(Math.max(0, count - rows), row - contextRows)};
	return openItem(state, model.items[model.items.indexOf(item) + 1]);
};

/** The change before what is in sight: of this object, else the object before, at its last one. */
const changeBefore = (state: DifferenceState, item: Item, {model, rows, pageOf}: DifferenceSight): DifferenceState => {
	const row = pageOf(item).changes.findLast(at => at < state.top + contextRows);
	if (state.top > 0) return {...state, top: row === undefined ? 0 : Math.max(0, row - contextRows)};
	const before = model.items[model.items.indexOf(item) - 1];
	if (before === undefined) return state;
	const {changes, count} = pageOf(before);
	const last = changes.at(-1) ?? 0;
	return openItem(state, before, last < rows ? 0 : Math.min(Math.max(0, count - rows), last - contextRows));
};

/** While a search is written, keys are its letters. */
export const typeSearch = (state: DifferenceState, key: Key, sight: DifferenceSight): DifferenceState => {
	const {search} = state;
	if (search === null) return state;
	if (key.name === 'escape' || (key.name === 'enter' && search.field.text === '')) return {...state, search: null};
	if (key.name === 'enter') return searchOn({...state, search: {...search, isTyping: false, wanted: search.field.text, found: null}}, true, sight);
	const field = editField(search.field, key);
	return field === null ? state : {...state, search: {...search, field}};
};

const searchOn = (state: DifferenceState, isForwards: boolean, {model, rows, pageOf}: DifferenceSight): DifferenceState => {
	const {search} = state;
	const here = selectedItem(state, model);
	if (search === null || here === null) return state;
	// A search that begins takes the object that is looked at from its name on.
	const from = search.found ?? {item: model.items.indexOf(here), line: isForwards ? -2 : Number.POSITIVE_INFINITY};
	const found = findIn(model, search.wanted, from, isForwards);
	const item = found === null ? undefined : model.items[found.item];
	const searched: DifferenceState = {...state, search: {...search, found}};
	if (found === null || item === undefined) return searched;
	const {rowOfLine, count} = pageOf(item);
	const row = found.line < 0 ? 0 : rowOfLine(found.line);
	return openItem(searched, item, row < rows ? 0 : Math.max(0, Math.min(count - rows, row - Math.floor(rows / 2))));
};
