import {useWindowSize} from 'ink';
import {useEffect, useReducer, useRef, useState} from 'react';

import {makeSafe} from '../../text/safe-text.ts';
import {Screen} from '../components/screen.tsx';
import {useKeys} from '../hooks/use-keys.ts';
import type {Key} from '../keys.ts';
import type {Theme} from '../theme.ts';
import type {RunFigures} from './history/run-source.ts';
import type {Home, HomeChoice} from './home/home.ts';
import {countOf, freshHome, listedIn, pressHome, type HomeState, type Listing} from './home/home-state.ts';
import {figureDays, layHome} from './home/lay-home.ts';

/** How often it is looked whether something has changed, and for how long at a time while there are many runs to read. */
const lookMs = 2000;
const budgetMs = 40;

export type HomeScreenProps = {
	readonly home: Home;
	readonly theme: Theme;
	/** When it is drawn; names days. */
	readonly now: Date;
	readonly onChoose: (choice: HomeChoice) => void;
	/** Pressed before the first frame. */
	readonly keys?: readonly Key[];
};

/** Unfinished runs first, then what can be started, then past runs. */
export const HomeScreen = ({home, theme, now, onChoose, keys = []}: HomeScreenProps) => {
	const [first] = useState(() => keys.reduce((looking, key) => pressOn(home, looking, key, 10).looking, lookAt(home, {state: freshHome, ...home.look(budgetMs), isNoticeRead: false})));
	const looking = useRef(first);
	const [, drawAgain] = useReducer((count: number) => count + 1, 0);
	const size = useWindowSize();
	useEffect(() => {
		let timer = setTimeout(look, looking.current.more ? 0 : lookMs);
		function look(): void {
			looking.current = lookAt(home, {...looking.current, ...home.look(budgetMs)});
			drawAgain();
			timer = setTimeout(look, looking.current.more ? 0 : lookMs);
		}

		return () => clearTimeout(timer);
	}, [home]);
	useKeys(key => {
		const pressed = pressOn(home, looking.current, key, Math.max(1, size.rows - 10));
		looking.current = pressed.looking;
		drawAgain();
		if (pressed.choice !== null) onChoose(pressed.choice);
	});
	const {state, listing, figures, unread, isNoticeRead} = looking.current;
	const {notice, ...rest} = home;
	return <Screen laid={layHome({home: isNoticeRead || notice === undefined ? rest : home, state, listing, figures, unread, theme, clean: makeSafe, now}, size)} size={size} theme={theme} />;
};

type Looking = {readonly state: HomeState; readonly listing: Listing; readonly figures: Pick<RunFigures, 'releases' | 'rolledBack'>; readonly unread: number; readonly more: boolean; readonly isNoticeRead: boolean};

const lookAt = (home: Home, {state, unread, more, isNoticeRead}: Omit<Looking, 'listing' | 'figures'>): Looking => {
	const listing = listedIn(home, state.filter.text);
	return {state: {...state, selected: Math.min(state.selected, Math.max(0, countOf(listing) - 1))}, listing, figures: home.runs.late(figureDays), unread, more, isNoticeRead};
};

/** The list is made again only when the filter changed. */
const pressOn = (home: Home, looking: Looking, key: Key, page: number): {readonly looking: Looking; readonly choice: HomeChoice | null} => {
	const {state, choice} = pressHome(looking.state, key, looking.listing, page);
	const isSame = state.filter.text === looking.state.filter.text;
	return {looking: {...looking, state, isNoticeRead: true, ...(isSame ? {} : {listing: listedIn(home, state.filter.text)})}, choice};
};
