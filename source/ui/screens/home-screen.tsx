import {useWindowSize} from 'ink';
import {useReducer, useRef, useState} from 'react';

import {makeSafe} from '../../text/safe-text.ts';
import {Screen} from '../components/screen.tsx';
import {useKeys} from '../hooks/use-keys.ts';
import type {Key} from '../keys.ts';
import type {Theme} from '../theme.ts';
import type {Home, HomeChoice} from './home/home.ts';
import {freshHome, listedIn, pressHome, type HomeState, type Listed} from './home/home-state.ts';
import {layHome} from './home/lay-home.ts';

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
	const [first] = useState(() => keys.reduce((looking, key) => pressOn(home, looking, key, 10).looking, {state: freshHome, items: listedIn(home, '')}));
	const looking = useRef(first);
	const [, drawAgain] = useReducer((count: number) => count + 1, 0);
	const size = useWindowSize();
	useKeys(key => {
		const pressed = pressOn(home, looking.current, key, Math.max(1, size.rows - 10));
		looking.current = pressed.looking;
		drawAgain();
		if (pressed.choice !== null) onChoose(pressed.choice);
	});
	const {state, items} = looking.current;
	return <Screen laid={layHome({home, state, listed: items, theme, clean: makeSafe, now}, size)} size={size} theme={theme} />;
};

type Looking = {readonly state: HomeState; readonly items: readonly Listed[]};

/** The list is made again only when the filter changed: it may have 100,000 runs. */
const pressOn = (home: Home, {state, items}: Looking, key: Key, page: number): {readonly looking: Looking; readonly choice: HomeChoice | null} => {
	const pressed = pressHome(state, key, items, page);
	const isSame = pressed.state.filter.text === state.filter.text;
	return {looking: {state: pressed.state, items: isSame ? items : listedIn(home, pressed.state.filter.text)}, choice: pressed.choice};
};
