import process from 'node:process';

import {render} from 'ink';
import type {ReactElement} from 'react';

import {leaveOnSignal} from './leave-on-signal.ts';

/** Shows a screen on the terminal's other buffer until it asks to be left, or a signal does, and puts the terminal back. */
export const showUntil = async (screen: (leave: () => void) => ReactElement): Promise<void> => {
	const leave = (): void => app.unmount();
	// A frame is drawn from where the cursor is, and after keys that were typed ahead that is not the first column.
	process.stdout.write('\r');
	const app = render(screen(leave), {alternateScreen: true, incrementalRendering: true, exitOnCtrlC: false, interactive: true});
	const signals = leaveOnSignal(leave);
	try {
		await app.waitUntilExit();
	} finally {
		signals.stop();
	}
};
