import {editField, emptyField, type TextField} from '../../components/text-field.ts';
import type {Key} from '../../keys.ts';
import {moveByArrow, moveByKey} from '../../move.ts';
import type {ListedRun} from '../history/run-source.ts';
import type {Home, HomeChoice, ListedRunbook} from './home.ts';

/** What the operator looks at on the home screen. `selected` counts through all that is listed, from top to bottom. */
export type HomeState = {readonly selected: number; readonly filter: TextField; readonly isFiltering: boolean; readonly showsHelp: boolean};

export const freshHome: HomeState = {selected: 0, filter: emptyField, isFiltering: false, showsHelp: false};

/** All that is listed under a filter, in the order of the screen. Of the past only what is asked for is read. */
export type Listing = {
	readonly unfinished: readonly ListedRun[];
	readonly runbooks: readonly ListedRunbook[];
	readonly pastCount: number;
	readonly past: (from: number, count: number) => readonly ListedRun[];
};

export type Listed = {readonly kind: 'unfinished' | 'past'; readonly run: ListedRun} | {readonly kind: 'runbook'; readonly runbook: ListedRunbook};

/** Every word of the filter must be in it somewhere. */
export const listedIn = ({runs, runbooks}: Home, filter: string): Listing => {
	const wanted = filter.toLowerCase().split(/\s+/).filter(word => word !== '');
	return {
		unfinished: runs.unfinished(filter),
		runbooks: runbooks().filter(({file, name}) => wanted.every(word => `${file} ${name}`.toLowerCase().includes(word))),
		pastCount: runs.pastCount(filter),
		past: (from, count) => runs.past(filter, 'newest', from, count),
	};
};

export const countOf = ({unfinished, runbooks, pastCount}: Listing): number => unfinished.length + runbooks.length + pastCount;

export const itemAt = ({unfinished, runbooks, pastCount, past}: Listing, index: number): Listed | undefined => {
	const run = unfinished[index];
	if (run !== undefined) return {kind: 'unfinished', run};
	const runbook = runbooks[index - unfinished.length];
	if (runbook !== undefined) return {kind: 'runbook', runbook};
	const place = index - unfinished.length - runbooks.length;
	const ended = place >= 0 && place < pastCount ? past(place, 1)[0] : undefined;
	return ended === undefined ? undefined : {kind: 'past', run: ended};
};

export const pressHome = (state: HomeState, key: Key, listing: Listing, page: number): {readonly state: HomeState; readonly choice: HomeChoice | null} => {
	const last = Math.max(0, countOf(listing) - 1);
	const stay = (changes: Partial<HomeState>): ReturnType<typeof pressHome> => ({state: {...state, ...changes}, choice: null});
	const choose = (choice: HomeChoice | null): ReturnType<typeof pressHome> => ({state, choice});
	const select = (to: number): ReturnType<typeof pressHome> => stay({selected: Math.max(0, Math.min(last, to))});
	if (key.ctrl && key.text.toLowerCase() === 'c') return choose({kind: 'leave'});
	if (state.showsHelp) return stay({showsHelp: false});
	const arrow = moveByArrow(key.name, {at: state.selected, page});
	if (arrow !== null) return select(arrow);
	switch (key.name) {
		case 'enter':
			return choose(choiceOf(itemAt(listing, state.selected)));
		case 'escape':
			return stay({filter: emptyField, isFiltering: false, selected: 0});
		default:
	}

	if (state.isFiltering) {
		const filter = editField(state.filter, key);
		return filter === null ? stay({}) : stay({filter, selected: 0});
	}

	const selected = (): Listed | undefined => itemAt(listing, state.selected);
	const press = key.name === 'text' ? key.text : key.name;
	if (key.ctrl || key.meta) return stay({});
	const move = moveByKey(press, {at: state.selected, page, last});
	if (move !== null) return select(move);
	switch (press) {
		case 'r':
			return listing.unfinished.length === 0 ? stay({}) : choose(choiceOf(selected()?.kind === 'unfinished' ? selected() : itemAt(listing, 0)));
		case 'n':
			return listing.runbooks.length === 0 ? stay({}) : select(listing.unfinished.length);
		case 't': {
			const item = selected();
			return item === undefined || item.kind === 'runbook' ? stay({}) : choose({kind: 'timeline', run: item.run.id});
		}
		case 'h':
			return choose({kind: 'history', filter: state.filter.text});
		case '/':
			return stay({isFiltering: true});
		case '?':
			return stay({showsHelp: true});
		case 'q':
			return choose({kind: 'leave'});
		default:
			return stay({});
	}
};

const choiceOf = (listed: Listed | undefined): HomeChoice | null => {
	switch (listed?.kind) {
		case undefined:
			return null;
		case 'unfinished':
			return {kind: listed.run.isDriven ? 'watch' : 'resume', run: listed.run.id};
		case 'past':
			return {kind: 'show', run: listed.run.id};
		case 'runbook':
			return listed.runbook.isValid ? {kind: 'start', runbook: listed.runbook.path} : null;
	}
};
