import process from 'node:process';

import {render} from 'ink';

import type {Answers, Option, Question, Start} from './screens/start/start.ts';
import {StartScreen} from './screens/start-screen.tsx';
import {themeFrom} from './theme.ts';

/** Asks at the terminal for what a run needs, and puts the terminal back; null when the operator leaves. */
export const runStart = async (start: Start): Promise<Answers | null> => {
	let answers: Answers | null = null;
	const leave = (): void => app.unmount();
	const app = render(
		<StartScreen
			start={start}
			theme={themeFrom(process.env)}
			onDone={done => {
				if (done.kind === 'begin') answers = done.answers;
				leave();
			}}
		/>,
		{alternateScreen: true, incrementalRendering: true, exitOnCtrlC: false},
	);
	const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
	for (const name of signals) process.on(name, leave);
	try {
		await app.waitUntilExit();
		return answers;
	} finally {
		for (const name of signals) process.off(name, leave);
	}
};

export type {Answers, Option, Question, Start};
