import process from 'node:process';
import {setFlagsFromString} from 'node:v8';

import {render} from 'ink';

import type {Engine} from '../engine/engine.ts';
import {nothingUsual, type Usual} from '../run/durations.ts';
import {openOutputLog} from '../supervisor/output.ts';
import {redactUrls, safeRedactor} from '../text/redact.ts';
import type {SafeText} from '../text/safe-text.ts';
import {leaveOnSignal} from './leave-on-signal.ts';
import {leaveRun} from './leave-run.ts';
import {readBytes} from './read-bytes.ts';
import {openRunSession} from './screens/run/run-session.ts';
import {RunScreen} from './screens/run-screen.tsx';
import {themeFrom} from './theme.ts';

/** An enter that was meant for the panel before comes within this time of the next one. */
const settleMs = 400;

export type AppParts = {
	readonly engine: Engine;
	/** The gate for text from outside, with the run's secrets. Without it only passwords in URLs are taken out. */
	readonly clean?: (text: string) => SafeText;
	/** How long good runs took before. Asked once the first screen stands, as it may take a while. */
	readonly readUsual?: () => Usual;
};

/**
Drives a run at the terminal, full screen, until it is left; then puts the terminal back and says on it how things stand. Gives the exit
status: 0 the run succeeded, 1 it ended otherwise, 130 it was left open (129, 143 by a signal); 0 where it was only looked at. What is running
goes on.
*/
export const runApp = async ({engine, clean = safeRedactor(redactUrls), readUsual = () => nothingUsual}: AppParts): Promise<number> => {
	const theme = themeFrom(process.env);
	/** A follower or a reader of an ended run leaves nothing open. */
	const onlyLooks = engine.readOnly !== null || engine.snapshot().ending !== null;
	let leave = (): void => {};
	let usual = nothingUsual;
	const session = openRunSession({
		engine,
		theme,
		clean,
		clock: () => new Date(),
		openOutput: folder => openOutputLog(folder, clean),
		readFile: readBytes,
		get usual() {
			return usual;
		},
		onLeave: () => leave(),
		settleMs,
	});
	const signals = leaveOnSignal(() => leave());

	// As in show-until.ts.
	process.stdout.write('\r');
	const screen = () => <RunScreen session={session} theme={theme} />;
	const app = render(screen(), {alternateScreen: true, incrementalRendering: true, exitOnCtrlC: false, interactive: true, maxFps: 60});
	leave = () => app.unmount();
	const reading = setImmediate(() => {
		// V8 would go on doubling the room for new objects, to 128 MB; a frame needs 1 MB of it.
		setFlagsFromString('--semi-space-growth-factor=1');
		usual = readUsual();
		app.rerender(screen());
	});
	let failure: unknown = null;
	try {
		await app.waitUntilExit();
	} catch (error) {
		failure = error;
	}

	clearImmediate(reading);
	session.close();
	const caught = signals.caught();
	const {told, status} = await leaveRun(engine, {theme, clean, caught});
	signals.stop();
	// Ink's own words about an error went with the other screen.
	if (failure !== null) process.stderr.write(`slipway: ${clean(failure instanceof Error ? (failure.stack ?? failure.message) : String(failure))}\n`);
	// A terminal that is gone can't be written to.
	if (caught?.signal !== 'SIGHUP' && !onlyLooks) process.stdout.write(`${told}\n`);
	if (failure !== null) return 1;
	return onlyLooks && caught === null ? 0 : status;
};
