import {editField, emptyField, type TextField} from '../../components/text-field.ts';
import type {Key} from '../../keys.ts';
import {moveByKey} from '../../move.ts';

/** Where in a run it is looked, and what of it is open. */
export type TimelineState = {
	/** The line of the journal that is looked at. */
	readonly at: number;
	/** How far the detail of the line is scrolled. */
	readonly scroll: number;
	readonly search: TimelineSearch | null;
	readonly opened: OpenedText | null;
	readonly showsHelp: boolean;
};

export type TimelineSearch = {readonly field: TextField; readonly isTyping: boolean; readonly found: boolean};

/** An output or a file over the whole width. */
export type OpenedText = {readonly title: string; readonly standing: string; readonly isAsRecorded: boolean; readonly top: number; readonly found: number | null; readonly search: TimelineSearch | null};

export type TimelineSight = {readonly count: number; readonly page: number; readonly detail: {readonly rows: number; readonly count: number}; readonly text: {readonly rows: number; readonly count: number}};

export type TimelineAction =
	| {readonly kind: 'output'}
	| {readonly kind: 'file'; readonly index: number}
	| {readonly kind: 'find'; readonly text: string; readonly from: number; readonly direction: 'forwards' | 'backwards'}
	| {readonly kind: 'close'}
	| {readonly kind: 'look'}
	| {readonly kind: 'leave'};

export type Pressed = {readonly state: TimelineState; readonly action: TimelineAction | null};

/** The last line first: how it ended, and back from there. */
export const freshTimeline = (count: number, at = count - 1): TimelineState => ({at: Math.max(0, Math.min(count - 1, at)), scroll: 0, search: null, opened: null, showsHelp: false});

/** What a key does; pure. */
export const pressTimeline = (state: TimelineState, key: Key, sight: TimelineSight): Pressed => {
	const press = key.name === 'text' ? key.text : key.name;
	if (key.ctrl && press.toLowerCase() === 'c') return {state, action: {kind: 'leave'}};
	if (state.showsHelp) return stay({...state, showsHelp: false});
	return state.opened === null ? pressLines(state, key, press, sight) : pressText(state, state.opened, key, press, sight);
};

const stay = (state: TimelineState): Pressed => ({state, action: null});

const pressLines = (state: TimelineState, key: Key, press: string, sight: TimelineSight): Pressed => {
	if (state.search?.isTyping === true) return typeSearch(state.search, key, search => ({...state, search}), text => ({kind: 'find', text, from: state.at, direction: 'forwards'}), state);
	const goTo = (at: number): Pressed => stay({...state, at: Math.max(0, Math.min(sight.count - 1, at)), scroll: 0});
	const scrollTo = (scroll: number): Pressed => stay({...state, scroll: Math.max(0, Math.min(Math.max(0, sight.detail.count - sight.detail.rows), scroll))});
	if (key.ctrl || key.meta) return stay(state);
	const move = moveByKey(press, {at: state.at, page: sight.page, last: sight.count - 1});
	if (move !== null) return goTo(move);
	switch (press) {
		case 'right':
		case 'l':
			return scrollTo(state.scroll + 1);
		case 'left':
			return scrollTo(state.scroll - 1);
		case 'o':
			return {state, action: {kind: 'output'}};
		case '/':
			return stay({...state, search: {field: emptyField, isTyping: true, found: true}});
		case 'n':
		case 'N':
			return state.search === null ? stay(state) : {state, action: {kind: 'find', text: state.search.field.text, from: state.at + (press === 'n' ? 1 : -1), direction: press === 'n' ? 'forwards' : 'backwards'}};
		case 'enter':
			return {state, action: {kind: 'look'}};
		case '?':
			return stay({...state, showsHelp: true});
		case 'escape':
			return state.search === null ? {state, action: {kind: 'leave'}} : stay({...state, search: null});
		case 'q':
			return {state, action: {kind: 'leave'}};
		default:
			return /^[1-9]$/.test(press) ? {state, action: {kind: 'file', index: Number(press) - 1}} : stay(state);
	}
};

const pressText = (state: TimelineState, opened: OpenedText, key: Key, press: string, {text: {rows, count}}: TimelineSight): Pressed => {
	const put = (changes: Partial<OpenedText>): TimelineState => ({...state, opened: {...opened, ...changes}});
	if (opened.search?.isTyping === true) return typeSearch(opened.search, key, search => put({search}), text => ({kind: 'find', text, from: opened.top, direction: 'forwards'}), state);
	const goTo = (top: number): Pressed => stay(put({top: Math.max(0, Math.min(Math.max(0, count - rows), top))}));
	if (key.ctrl || key.meta) return stay(state);
	const move = moveByKey(press, {at: opened.top, page: rows, last: count});
	if (move !== null) return goTo(move);
	switch (press) {
		case '/':
			return stay(put({search: {field: emptyField, isTyping: true, found: true}}));
		case 'n':
		case 'N':
			return opened.search === null ? stay(state) : {state, action: {kind: 'find', text: opened.search.field.text, from: (opened.found ?? opened.top) + (press === 'n' ? 1 : -1), direction: press === 'n' ? 'forwards' : 'backwards'}};
		case 'escape':
			return opened.search === null ? {state, action: {kind: 'close'}} : stay(put({search: null, found: null}));
		case 'q':
		case 'o':
			return {state, action: {kind: 'close'}};
		default:
			return stay(state);
	}
};

const typeSearch = (search: TimelineSearch, key: Key, put: (search: TimelineSearch | null) => TimelineState, find: (text: string) => TimelineAction, state: TimelineState): Pressed => {
	if (key.name === 'escape') return stay(put(null));
	if (key.name === 'enter') return search.field.text === '' ? stay(put(null)) : {state: put({...search, isTyping: false}), action: find(search.field.text)};
	const field = editField(search.field, key);
	return field === null ? stay(state) : stay(put({...search, field}));
};
