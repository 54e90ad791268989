import process from 'node:process';

import type {Home, HomeChoice} from './screens/home/home.ts';
import {HomeScreen} from './screens/home-screen.tsx';
import {showUntil} from './show-until.ts';
import {themeFrom} from './theme.ts';

/** Shows the home screen at the terminal until something is chosen, and puts the terminal back. What is chosen is up to the caller. */
export const runHome = async (home: Home): Promise<HomeChoice> => {
	let chosen: HomeChoice = {kind: 'leave'};
	await showUntil(leave => (
		<HomeScreen
			home={home}
			theme={themeFrom(process.env)}
			now={new Date()}
			onChoose={choice => {
				chosen = choice;
				leave();
			}}
		/>
	));
	return chosen;
};

export type {Home, HomeChoice};
