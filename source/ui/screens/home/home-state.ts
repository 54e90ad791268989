import {editField, emptyField, type TextField} from '../../components/text-field.ts';
import type {Key} from '../../keys.ts';
import type {Home, HomeChoice, ListedRun, ListedRunbook} from './home.ts';

/** What the operator looks at on the home screen. `selected` counts through all that is listed, from top to bottom. */
export type HomeState = {readonly selected: number; readonly filter: TextField; readonly isFiltering: boolean; readonly showsHelp: boolean};

export const freshHome: HomeState = {selected: 0, filter: emptyField, isFiltering: false, showsHelp: false};

export type Listed = {readonly kind: 'unfinished' | 'past'; readonly run: ListedRun} | {readonly kind: 'runbook'; readonly runbook: ListedRunbook};

/** All that is listed under the filter, in the order of the screen. Every word of the filter must be in it somewhere. */
export const listedIn = (home: Home, filter: string): readonly Listed[] => {
	const all: readonly Listed[] = [
		...home.unfinished.map(run => ({kind: 'unfinished', run}) as const),
		...home.runbooks.map(runbook => ({kind: 'runbook', runbook}) as const),
		...home.past.map(run => ({kind: 'past', run}) as const),
	];
	const wanted = filter.toLowerCase().split(/\s+/).filter(word => word !== '');
	return wanted.length === 0 ? all : all.filter(listed => {
		const text = textOf(listed);
		return wanted.every(word => text.includes(word));
	});
};

const textOf = (listed: Listed): string => {
	if (listed.kind === 'runbook') return `${listed.runbook.file} ${listed.runbook.name}`.toLowerCase();
	const {id, name, from, to, target, standing, where, by} = listed.run;
	return `${id} ${name} ${from ?? ''} ${to ?? ''} ${target} ${standing} ${where} ${by}`.toLowerCase();
};

export const pressHome = (state: HomeState, key: Key, listed: readonly Listed[], page: number): {readonly state: HomeState; readonly choice: HomeChoice | null} => {
	const last = Math.max(0, listed.length - 1);
	const stay = (changes: Partial<HomeState>): ReturnType<typeof pressHome> => ({state: {...state, ...changes}, choice: null});
	const select = (to: number): ReturnType<typeof pressHome> => stay({selected: Math.max(0, Math.min(last, to))});
	if (key.ctrl && key.text.toLowerCase() === 'c') return {state, choice: {kind: 'leave'}};
	if (state.showsHelp) return stay({showsHelp: false});
	switch (key.name) {
		case 'up':
			return select(state.selected - 1);
		case 'down':
			return select(state.selected + 1);
		case 'pageUp':
			return select(state.selected - page);
		case 'pageDown':
			return select(state.selected + page);
		case 'enter':
			return {state, choice: choiceOf(listed[state.selected])};
		case 'escape':
			return stay({filter: emptyField, isFiltering: false, selected: 0});
		default:
	}

	if (state.isFiltering) {
		const filter = editField(state.filter, key);
		return filter === null ? stay({}) : stay({filter, selected: 0});
	}

	const unfinished = listed.findIndex(({kind}) => kind === 'unfinished');
	const runbook = listed.findIndex(({kind}) => kind === 'runbook');
	switch (key.name === 'text' ? key.text : key.name) {
		case 'k':
			return select(state.selected - 1);
		case 'j':
			return select(state.selected + 1);
		case 'home':
		case 'g':
		case '<':
			return select(0);
		case 'end':
		case 'G':
		case '>':
			return select(last);
		case 'r':
			return unfinished === -1 ? stay({}) : {state, choice: choiceOf(listed[state.selected]?.kind === 'unfinished' ? listed[state.selected] : listed[unfinished])};
		case 'n':
			return runbook === -1 ? stay({}) : select(runbook);
		case '/':
			return stay({isFiltering: true});
		case '?':
			return stay({showsHelp: true});
		case 'q':
			return {state, choice: {kind: 'leave'}};
		default:
			return stay({});
	}
};

const choiceOf = (listed: Listed | undefined): HomeChoice | null => {
	switch (listed?.kind) {
		case undefined:
			return null;
		case 'unfinished':
			return {kind: listed.run.standing === 'unreadable' ? 'show' : 'resume', run: listed.run.id};
		case 'past':
			return {kind: 'show', run: listed.run.id};
		case 'runbook':
			return listed.runbook.isValid ? {kind: 'start', runbook: listed.runbook.path} : null;
	}
};
