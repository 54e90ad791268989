import process from 'node:process';

import {render} from 'ink';

import type {Home, HomeChoice} from './screens/home/home.ts';
import {HomeScreen} from './screens/home-screen.tsx';
import {themeFrom} from './theme.ts';

/** Shows the home screen at the terminal until something is chosen, and puts the terminal back. What is chosen is up to the caller. */
export const runHome = async (home: Home): Promise<HomeChoice> => {
	let chosen: HomeChoice = {kind: 'leave'};
	const leave = (): void => app.unmount();
	const app = render(
		<HomeScreen
			home={home}
			theme={themeFrom(process.env)}
			now={new Date()}
			onChoose={choice => {
				chosen = choice;
				leave();
			}}
		/>,
		{alternateScreen: true, incrementalRendering: true, exitOnCtrlC: false},
	);
	const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
	for (const name of signals) process.on(name, leave);
	try {
		await app.waitUntilExit();
		return chosen;
	} finally {
		for (const name of signals) process.off(name, leave);
	}
};

export type {Home, HomeChoice};
