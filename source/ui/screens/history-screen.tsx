import {useWindowSize} from 'ink';
import {useEffect, useReducer, useRef, useState} from 'react';

import {makeSafe} from '../../text/safe-text.ts';
import {Screen} from '../components/screen.tsx';
import {useKeys} from '../hooks/use-keys.ts';
import type {Key} from '../keys.ts';
import type {Theme} from '../theme.ts';
import type {History, HistoryChoice} from './history/history.ts';
import {freshHistory, pressHistory, type HistoryState} from './history/history-state.ts';
import {historyRows, layHistory} from './history/lay-history.ts';

const budgetMs = 40;

export type HistoryScreenProps = {
	readonly history: History;
	readonly theme: Theme;
	/** When it is drawn; names days. */
	readonly now: Date;
	/** How it was left the last time. */
	readonly from?: HistoryState;
	readonly onChoose: (choice: HistoryChoice, state: HistoryState) => void;
	/** Pressed before the first frame. */
	readonly keys?: readonly Key[];
};

/** All past runs: searched, sorted, counted. */
export const HistoryScreen = ({history, theme, now, from = freshHistory, onChoose, keys = []}: HistoryScreenProps) => {
	const [first] = useState(() => keys.reduce((looking, key) => pressOn(history, looking, key, 10).looking, lookAt(history, from, history.runs.look(budgetMs))));
	const looking = useRef(first);
	const [, drawAgain] = useReducer((count: number) => count + 1, 0);
	const size = useWindowSize();
	useEffect(() => {
		if (looking.current.unread === 0) return;
		let timer = setTimeout(look, 0);
		function look(): void {
			looking.current = lookAt(history, looking.current.state, history.runs.look(budgetMs));
			drawAgain();
			if (looking.current.unread > 0) timer = setTimeout(look, 0);
		}

		return () => clearTimeout(timer);
	}, [history]);
	useKeys(key => {
		const pressed = pressOn(history, looking.current, key, historyRows(size.rows));
		looking.current = pressed.looking;
		drawAgain();
		if (pressed.choice !== null) onChoose(pressed.choice, pressed.looking.state);
	});
	return <Screen laid={layHistory({history, ...looking.current, theme, clean: makeSafe, now}, size)} size={size} theme={theme} />;
};

type Looking = {readonly state: HistoryState; readonly count: number; readonly unread: number};

const lookAt = (history: History, state: HistoryState, unread: number): Looking => {
	const count = history.runs.pastCount(state.filter.text);
	return {state: {...state, selected: Math.max(0, Math.min(count - 1, state.selected))}, count, unread};
};

const pressOn = (history: History, {state, count, unread}: Looking, key: Key, page: number): {readonly looking: Looking; readonly choice: HistoryChoice | null} => {
	const pressed = pressHistory(state, key, {count, page, selected: () => (count === 0 ? undefined : history.runs.past(state.filter.text, state.order, state.selected, 1)[0])});
	const isSame = pressed.state.filter.text === state.filter.text;
	return {looking: isSame ? {state: pressed.state, count, unread} : lookAt(history, pressed.state, unread), choice: pressed.choice};
};
