import {useWindowSize} from 'ink';
import {useReducer, useRef, useState} from 'react';

import {makeSafe} from '../../text/safe-text.ts';
import {Screen} from '../components/screen.tsx';
import {useKeys} from '../hooks/use-keys.ts';
import type {Key} from '../keys.ts';
import type {Theme} from '../theme.ts';
import {layStart} from './start/lay-start.ts';
import type {Start} from './start/start.ts';
import {freshStart, pressStart, type StartPressed} from './start/start-state.ts';

export type StartScreenProps = {
	readonly start: Start;
	readonly theme: Theme;
	readonly onDone: (done: Exclude<StartPressed['done'], null>) => void;
	/** Pressed before the first frame. */
	readonly keys?: readonly Key[];
};

/** Asks for what a run needs before it begins. */
export const StartScreen = ({start, theme, onDone, keys = []}: StartScreenProps) => {
	const [first] = useState(() => keys.reduce((state, key) => pressStart(start, state, key).state, freshStart(start)));
	const state = useRef(first);
	const [, drawAgain] = useReducer((count: number) => count + 1, 0);
	const size = useWindowSize();
	useKeys(key => {
		const pressed = pressStart(start, state.current, key);
		state.current = pressed.state;
		drawAgain();
		if (pressed.done !== null) onDone(pressed.done);
	});
	return <Screen laid={layStart({start, state: state.current, theme, clean: makeSafe}, size)} size={size} theme={theme} />;
};
