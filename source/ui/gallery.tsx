import {render} from 'ink';

import {nothingUsual} from '../run/durations.ts';
import {makeSafe} from '../text/safe-text.ts';
import {exhibits, keyNamed, type CompareExhibit, type Exhibit, type HistoryExhibit, type HomeExhibit, type RunExhibit, type StartExhibit, type TimelineExhibit} from './gallery/exhibits.ts';
import {homeNow} from './gallery/home-on-paper.ts';
import {PaperOutput} from './gallery/paper-output.ts';
import {PaperKeyboard, PaperScreen} from './gallery/paper-terminal.ts';
import type {Size} from './components/frame.ts';
import {CompareScreen} from './screens/compare-screen.tsx';
import {HistoryScreen} from './screens/history-screen.tsx';
import {HomeScreen} from './screens/home-screen.tsx';
import {openRunSession, type RunSession} from './screens/run/run-session.ts';
import {RunScreen} from './screens/run-screen.tsx';
import {StartScreen} from './screens/start-screen.tsx';
import {openTimelineSession} from './screens/timeline/timeline-session.ts';
import {TimelineScreen} from './screens/timeline-screen.tsx';
import {themeFrom} from './theme.ts';

/** A gallery's frame is for one size and one environment (`NO_COLOR`, `SLIPWAY_ASCII`). */
export type Hanging = Size & {readonly environment: Readonly<Record<string, string | undefined>>};

/** Every screen in every state, drawn by Ink as on a terminal of that size. With colours where the process itself has them. */
export const drawExhibit = async (exhibit: Exhibit, hanging: Hanging): Promise<string> => ('home' in exhibit ? drawHome(exhibit, hanging) : 'history' in exhibit ? drawHistory(exhibit, hanging) : 'timeline' in exhibit ? drawTimeline(exhibit, hanging) : 'comparison' in exhibit ? drawCompare(exhibit, hanging) : 'start' in exhibit ? drawStart(exhibit, hanging) : drawRun(exhibit, hanging));

const drawStart = async ({start, keys = []}: StartExhibit, {columns, rows, environment}: Hanging): Promise<string> =>
	drawOnPaper(<StartScreen start={start} theme={themeFrom(environment)} onDone={() => {}} keys={keys.map(keyNamed)} />, {columns, rows});

const drawHome = async ({home, keys = []}: HomeExhibit, {columns, rows, environment}: Hanging): Promise<string> =>
	drawOnPaper(<HomeScreen home={home} theme={themeFrom(environment)} now={homeNow} onChoose={() => {}} keys={keys.map(keyNamed)} />, {columns, rows});

const drawHistory = async ({history, keys = []}: HistoryExhibit, {columns, rows, environment}: Hanging): Promise<string> =>
	drawOnPaper(<HistoryScreen history={history} theme={themeFrom(environment)} now={homeNow} onChoose={() => {}} keys={keys.map(keyNamed)} />, {columns, rows});

const drawCompare = async ({comparison, keys = []}: CompareExhibit, {columns, rows, environment}: Hanging): Promise<string> =>
	drawOnPaper(<CompareScreen comparison={comparison()} theme={themeFrom(environment)} onLeave={() => {}} keys={keys.map(keyNamed)} />, {columns, rows});

const drawTimeline = async ({timeline, keys = []}: TimelineExhibit, {columns, rows, environment}: Hanging): Promise<string> => {
	const theme = themeFrom(environment);
	const session = openTimelineSession({timeline: timeline(), theme, clean: makeSafe, onChoose: () => {}});
	await pressAll(session, keys, {columns, rows});
	return drawOnPaper(<TimelineScreen session={session} theme={theme} />, {columns, rows}, () => session.close());
};

const drawRun = async (exhibit: RunExhibit, {columns, rows, environment}: Hanging): Promise<string> => {
	const engine = exhibit.run();
	const theme = themeFrom(environment);
	const output = exhibit.output?.() ?? new PaperOutput([]);
	const session = openRunSession({
		engine,
		theme,
		clean: makeSafe,
		clock: engine.clock,
		openOutput: () => output,
		readFile: engine.readFile,
		usual: exhibit.usualMs === undefined ? nothingUsual : {taskMs: () => exhibit.usualMs ?? null, deployMs: exhibit.usualMs, rollbackMs: exhibit.usualMs / 2},
		onLeave: () => {},
		settleMs: 0,
	});
	await pressAll(session, exhibit.keys ?? [], {columns, rows});
	// However long it takes to draw, spinners stand still.
	return drawOnPaper(<RunScreen session={{...session, draw: drawn => session.draw(drawn, 0)}} theme={theme} />, {columns, rows}, () => session.close());
};

/** Each key on the screen that the one before has left. */
const pressAll = async (session: Pick<RunSession, 'press' | 'draw'>, keys: readonly string[], size: Size): Promise<void> => {
	for (const name of keys) {
		session.draw(size, 0);
		session.press(keyNamed(name));
		// What the key asked of the engine, of the output or of a text is answered in the next turns.
		for (let turn = 0; turn < 10; turn++) await Promise.resolve();
	}
};

/** One frame of any screen. */
export const drawOnPaper = async (element: Parameters<typeof render>[0], {columns, rows}: Size, close: () => void = () => {}): Promise<string> => {
	const screen = new PaperScreen(columns, rows);
	const app = render(element, {
		stdout: screen as unknown as NodeJS.WriteStream,
		stdin: new PaperKeyboard() as unknown as NodeJS.ReadStream,
		debug: true,
		exitOnCtrlC: false,
		patchConsole: false,
		interactive: true,
	});
	await app.waitUntilRenderFlush();
	const {frame} = screen;
	app.unmount();
	app.cleanup();
	close();
	return frame;
};

export {exhibits};
