import process from 'node:process';

import type {Answers, Option, Question, Start} from './screens/start/start.ts';
import {StartScreen} from './screens/start-screen.tsx';
import {showUntil} from './show-until.ts';
import {themeFrom} from './theme.ts';

/** Asks at the terminal for what a run needs, and puts the terminal back; null when the operator leaves. */
export const runStart = async (start: Start): Promise<Answers | null> => {
	let answers: Answers | null = null;
	await showUntil(leave => (
		<StartScreen
			start={start}
			theme={themeFrom(process.env)}
			onDone={done => {
				if (done.kind === 'begin') answers = done.answers;
				leave();
			}}
		/>
	));
	return answers;
};

export type {Answers, Option, Question, Start};
