import assert from 'node:assert/strict';
import {join, resolve} from 'node:path';
import process from 'node:process';

import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

export const program = resolve(import.meta.dirname, '../../dist/slipway.mjs');

/** The bundled program in a real pseudo-terminal of its own, with a screen that can be read. */
export class ATerminal {
	readonly #pty: ReturnType<typeof pty.spawn>;
	readonly #screen: InstanceType<typeof xterm.Terminal>;
	readonly exited: Promise<number>;
	#exitCode: number | null = null;

	constructor({args, env = {}, columns = 80, rows = 24, cwd = process.cwd()}: {args: readonly string[]; env?: Record<string, string>; columns?: number; rows?: number; cwd?: string}) {
		const {CI: _, CONTINUOUS_INTEGRATION: __, ...own} = process.env;
		this.#screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
		this.#pty = pty.spawn(process.execPath, [program, ...args], {cols: columns, rows, cwd, env: {...(own as Record<string, string>), TERM: 'xterm-256color', ...env}});
		this.#pty.onData(data => this.#screen.write(data));
		this.exited = new Promise(done => {
			this.#pty.onExit(({exitCode}) => {
				this.#exitCode = exitCode;
				done(exitCode);
			});
		});
	}

	get pid(): number {
		return this.#pty.pid;
	}

	/** The lines of the screen, right-trimmed. */
	get lines(): readonly string[] {
		const {active} = this.#screen.buffer;
		return Array.from({length: this.#screen.rows}, (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '');
	}

	get text(): string {
		return this.lines.join('\n');
	}

	get isAlternate(): boolean {
		return this.#screen.buffer.active.type === 'alternate';
	}

	type(keys: string): this {
		this.#pty.write(keys);
		return this;
	}

	/** Types keys again and again until the screen shows what they lead to: a key that comes before a panel has settled does nothing. */
	async presses(typed: string, wanted: string | RegExp, deadlineMs = 20_000): Promise<this> {
		const end = Date.now() + deadlineMs;
		for (;;) {
			this.type(typed);
			const isShown = await this.shows(wanted, 2000).then(() => true, () => false);
			if (isShown) return this;
			if (Date.now() > end || this.#exitCode !== null) return this.shows(wanted, 0);
		}
	}

	/** Whether anything on the screen has a colour. */
	get hasColour(): boolean {
		const {active} = this.#screen.buffer;
		return Array.from({length: this.#screen.rows}, (_, row) => active.getLine(active.viewportY + row)).some(line => line !== undefined && Array.from({length: this.#screen.cols}, (_, column) => line.getCell(column)).some(cell => cell !== undefined && (!cell.isFgDefault() || !cell.isBgDefault())));
	}

	resize(columns: number, rows: number): this {
		this.#pty.resize(columns, rows);
		this.#screen.resize(columns, rows);
		return this;
	}

	/** Resolves once the screen shows it; rejects with the screen after the deadline. */
	async shows(wanted: string | RegExp, deadlineMs = 20_000): Promise<this> {
		const end = Date.now() + deadlineMs;
		for (;;) {
			if (typeof wanted === 'string' ? this.text.includes(wanted) : wanted.test(this.text)) return this;
			if (Date.now() > end || this.#exitCode !== null) {
				assert.fail(`The screen does not show ${String(wanted)}${this.#exitCode === null ? '' : `; the program ended with ${this.#exitCode}`}:\n${this.text}`);
			}

			await new Promise(next => setTimeout(next, 25));
		}
	}

	async ends(deadlineMs = 20_000): Promise<number> {
		const late = new Promise<never>((_, reject) => {
			setTimeout(() => reject(new Error(`The program does not end:\n${this.text}`)), deadlineMs).unref();
		});
		const status = await Promise.race([this.exited, late]);
		// What it wrote last may still be on its way to the screen.
		await new Promise<void>(drawn => this.#screen.write('', drawn));
		return status;
	}

	kill(signal: NodeJS.Signals): void {
		process.kill(this.pid, signal);
	}

	[Symbol.dispose](): void {
		if (this.#exitCode === null) this.#pty.kill('SIGKILL');
	}
}

export const keys = {enter: '\r', escape: '\u001B', up: '\u001B[A', down: '\u001B[B', ctrlC: '\u0003', tab: '\t'} as const;

export const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);
