import process from 'node:process';

import {HistoryScreen} from './screens/history-screen.tsx';
import type {History, HistoryChoice} from './screens/history/history.ts';
import {freshHistory, type HistoryState} from './screens/history/history-state.ts';
import {showUntil} from './show-until.ts';
import {themeFrom} from './theme.ts';

/** Shows the history at the terminal until something is chosen, and puts the terminal back. Gives also how it was left, to come back to. */
export const runHistory = async (history: History, from: HistoryState = freshHistory): Promise<{readonly choice: HistoryChoice; readonly state: HistoryState}> => {
	let left: {readonly choice: HistoryChoice; readonly state: HistoryState} = {choice: {kind: 'leave'}, state: from};
	await showUntil(leave => (
		<HistoryScreen
			history={history}
			theme={themeFrom(process.env)}
			now={new Date()}
			from={from}
			onChoose={(choice, state) => {
				left = {choice, state};
				leave();
			}}
		/>
	));
	return left;
};

export {freshHistory, type History, type HistoryChoice, type HistoryState};
