import assert from 'node:assert/strict';

import {render} from 'ink';
import {createElement} from 'react';

import type {Key} from '../../source/ui/keys.ts';
import {PaperOutput} from '../../source/ui/gallery/paper-output.ts';
import {PaperKeyboard, PaperScreen} from '../../source/ui/gallery/paper-terminal.ts';
import type {PaperEngine} from '../../source/ui/gallery/paper-engine.ts';
import {openRunSession, type RunSession} from '../../source/ui/screens/run/run-session.ts';
import {RunScreen} from '../../source/ui/screens/run-screen.tsx';
import {themeFrom} from '../../source/ui/theme.ts';
import {nothingUsual} from '../../source/run/durations.ts';
import type {Request} from '../../source/run/request.ts';
import {makeSafe} from '../../source/text/safe-text.ts';
import {withoutColour} from './golden.ts';

export const keys = {enter: '\r', escape: '\u001B', up: '\u001B[A', down: '\u001B[B', pageDown: '\u001B[6~', pageUp: '\u001B[5~', tab: '\t', ctrlC: '\u0003', backspace: '\u007F'} as const;

/** The run screen on a terminal of paper, driven by what a keyboard would send. */
export class AScreen {
	readonly engine: PaperEngine;
	readonly output: PaperOutput;
	readonly screen: PaperScreen;
	readonly #keyboard = new PaperKeyboard();
	readonly #app: ReturnType<typeof render>;
	readonly session: RunSession;
	left = 0;

	constructor(engine: PaperEngine, {columns = 80, rows = 24, output = new PaperOutput([]), settleMs = 0}: {columns?: number; rows?: number; output?: PaperOutput; settleMs?: number} = {}) {
		this.engine = engine;
		this.output = output;
		this.screen = new PaperScreen(columns, rows);
		const theme = themeFrom({LANG: 'C.UTF-8'});
		this.session = openRunSession({engine, theme, clean: makeSafe, clock: engine.clock, openOutput: () => output, readFile: engine.readFile, usual: nothingUsual, onLeave: () => void this.left++, settleMs});
		this.#app = render(createElement(RunScreen, {session: this.session, theme}), {
			stdout: this.screen as unknown as NodeJS.WriteStream,
			stdin: this.#keyboard as unknown as NodeJS.ReadStream,
			debug: true,
			exitOnCtrlC: false,
			patchConsole: false,
			interactive: true,
		});
	}

	get text(): string {
		return withoutColour(this.screen.frame);
	}

	/** Sends keys one by one, each drawn before the next. */
	async press(...sent: readonly string[]): Promise<this> {
		for (const piece of sent) {
			this.#keyboard.type(piece);
			// A lone escape is held back for a moment, as it may begin a sequence.
			if (piece === keys.escape) await new Promise(next => setTimeout(next, 40));
			await this.drawn();
		}

		return this;
	}

	async drawn(): Promise<void> {
		for (let turn = 0; turn < 3; turn++) await new Promise(next => setImmediate(next));
		await this.#app.waitUntilRenderFlush();
	}

	async shows(wanted: string | RegExp, deadlineMs = 3000): Promise<this> {
		const end = Date.now() + deadlineMs;
		while (!(typeof wanted === 'string' ? this.text.includes(wanted) : wanted.test(this.text))) {
			assert.ok(Date.now() < end, `The screen does not show ${String(wanted)}:\n${this.text}`);
			await this.drawn();
			await new Promise(next => setTimeout(next, 5));
		}

		return this;
	}

	[Symbol.dispose](): void {
		this.#app.unmount();
		this.#app.cleanup();
		this.session.close();
	}
}

export const key = (name: Key['name'], text = '', more: Partial<Key> = {}): Key => ({name, text, ctrl: false, meta: false, shift: false, ...more});
export const letter = (text: string): Key => key('text', text);

/** A request as it was meant; a start must name what was on the screen. */
export const meant = (request: Request | undefined): Omit<Request, 'seen'> | undefined => {
	if (request?.kind !== 'start') return request;
	const {seen, ...rest} = request;
	assert.match(seen ?? '', /^[0-9a-f]{64}$/);
	return rest;
};
