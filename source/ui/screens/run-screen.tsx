import {useAnimation, useWindowSize} from 'ink';
import {useSyncExternalStore} from 'react';

import {Screen} from '../components/screen.tsx';
import {useKeys} from '../hooks/use-keys.ts';
import type {Theme} from '../theme.ts';
import type {RunSession} from './run/run-session.ts';

/** How often what runs is drawn again by itself, and how often the clocks of what waits are. */
const livelyMs = 250;
const idleMs = 5000;

export type RunScreenProps = {
	readonly session: RunSession;
	readonly theme: Theme;
};

/** A run: the steps on the left, the one thing on the right, the one next thing below. */
export const RunScreen = ({session, theme}: RunScreenProps) => {
	useSyncExternalStore(session.subscribe, session.version);
	const {frame} = useAnimation({interval: session.isLively() ? livelyMs : idleMs});
	const size = useWindowSize();
	useKeys(session.press);
	return <Screen laid={session.draw(size, frame)} size={size} theme={theme} />;
};
