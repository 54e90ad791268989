import {useWindowSize} from 'ink';
import {useSyncExternalStore} from 'react';

import {Screen} from '../components/screen.tsx';
import {useKeys} from '../hooks/use-keys.ts';
import type {Theme} from '../theme.ts';
import type {TimelineSession} from './timeline/timeline-session.ts';

export type TimelineScreenProps = {readonly session: TimelineSession; readonly theme: Theme};

/** A run, line by line, with what was known at each. */
export const TimelineScreen = ({session, theme}: TimelineScreenProps) => {
	useSyncExternalStore(session.subscribe, session.version);
	const size = useWindowSize();
	useKeys(session.press);
	return <Screen laid={session.draw(size)} size={size} theme={theme} />;
};
