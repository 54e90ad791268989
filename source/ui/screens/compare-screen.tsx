import {useWindowSize} from 'ink';
import {useRef, useState} from 'react';

import {makeSafe} from '../../text/safe-text.ts';
import {Screen} from '../components/screen.tsx';
import {useKeys} from '../hooks/use-keys.ts';
import type {Key} from '../keys.ts';
import type {Theme} from '../theme.ts';
import {freshCompare, layCompare, pressCompare, type CompareState, type Comparison} from './compare/lay-compare.ts';

export type CompareScreenProps = {
	readonly comparison: Comparison;
	readonly theme: Theme;
	readonly onLeave: () => void;
	/** Pressed before the first frame. */
	readonly keys?: readonly Key[];
};

/** Two runs beside each other. */
export const CompareScreen = ({comparison, theme, onLeave, keys = []}: CompareScreenProps) => {
	const [state, setState] = useState<CompareState>(() => keys.reduce((before, key) => pressCompare(before, key, {rows: 10, count: 10}) ?? before, freshCompare));
	/** Keys that come in one piece are pressed before the next drawing. */
	const pressed = useRef(state);
	const page = useRef({rows: 1, count: 0});
	const size = useWindowSize();
	useKeys(key => {
		const next = pressCompare(pressed.current, key, page.current);
		if (next === null) return onLeave();
		pressed.current = next;
		setState(next);
	});
	const {laid, page: seen} = layCompare({comparison, state, theme, clean: makeSafe}, size);
	page.current = seen;
	return <Screen laid={laid} size={size} theme={theme} />;
};
