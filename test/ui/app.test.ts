import assert from 'node:assert/strict';
import {join} from 'node:path';
import process from 'node:process';
import {test} from 'node:test';

import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const app = join(import.meta.dirname, 'fixtures/paper-app.ts');

/** The app over a run on paper, in a pseudo-terminal whose screen can be read. */
class APaperApp {
	readonly #screen = new xterm.Terminal({cols: 80, rows: 24, allowProposedApi: true});
	readonly pty: ReturnType<typeof pty.spawn>;
	readonly exited: Promise<number>;
	raw = '';

	constructor(...args: readonly string[]) {
		const {CI: _, CONTINUOUS_INTEGRATION: __, ...own} = process.env;
		this.pty = pty.spawn(process.execPath, ['--import', 'tsx', app, ...args], {cols: 80, rows: 24, env: {...(own as Record<string, string>), TERM: 'xterm-256color', LANG: 'C.UTF-8'}});
		this.pty.onData(data => {
			this.raw += data;
			this.#screen.write(data);
		});
		this.exited = new Promise(done => this.pty.onExit(({exitCode}) => done(exitCode)));
	}

	get isAlternate(): boolean {
		return this.#screen.buffer.active.type === 'alternate';
	}

	get text(): string {
		const {active} = this.#screen.buffer;
		return Array.from({length: this.#screen.rows}, (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '').join('\n');
	}

	resize(columns: number, rows: number): void {
		this.pty.resize(columns, rows);
		this.#screen.resize(columns, rows);
	}

	async shows(wanted: string | RegExp): Promise<void> {
		const end = Date.now() + 20_000;
		while (!(typeof wanted === 'string' ? this.text.includes(wanted) : wanted.test(this.text))) {
			assert.ok(Date.now() < end, `The screen does not show ${String(wanted)}:\n${this.text}`);
			await new Promise(next => setTimeout(next, 20));
		}
	}

	/** The first frame is there before the keys are the program's: until then ctrl-c is a signal. */
	async takesKeys(): Promise<void> {
		const before = this.text.split('\n').at(-2) ?? '';
		while (!this.text.includes('Esc goes back.')) {
			this.pty.write('?');
			await new Promise(next => setTimeout(next, 100));
		}

		this.pty.write('\u001B');
		await this.shows(before);
	}

	[Symbol.dispose](): void {
		try {
			this.pty.kill('SIGKILL');
		} catch {}
	}
}

test('the app takes the other screen, asks at ctrl-c, leaves at the second, and says how to come back', async () => {
	using terminal = new APaperApp('unit', 'running');
	await terminal.shows('It goes on if this terminal closes');
	assert.ok(terminal.isAlternate);
	await terminal.takesKeys();
	terminal.pty.write('\u0003');
	await terminal.shows('Leave the run?');
	terminal.pty.write('\u0003');
	assert.equal(await terminal.exited, 130);
	await terminal.shows('closed: left');
	assert.ok(!terminal.isAlternate);
	assert.match(terminal.text, /Unit tests is running and goes on\.\n {2}Go on: slipway resume 01JDK7/);
	assert.ok(terminal.raw.lastIndexOf('\u001B[?25h') > terminal.raw.lastIndexOf('\u001B[?25l'), 'the cursor is shown again');
});

test('the app follows the size of the terminal', async () => {
	using terminal = new APaperApp('qa');
	await terminal.shows('│ QA sign-off');
	terminal.resize(40, 20);
	await terminal.shows('2/6 Test');
	terminal.resize(120, 30);
	// A frame comes in pieces: the line below the header is there before the footer is.
	await terminal.shows(/─{120}[^]*\? help +journal \d+:[0-9a-f]{8} ?$/);
});

test('a field has the terminal\'s cursor', async () => {
	using terminal = new APaperApp('qa');
	await terminal.shows('QA sign-off');
	terminal.pty.write('yop-c');
	await terminal.shows('Checked by  op-c');
	assert.ok(terminal.raw.lastIndexOf('\u001B[?25h') > terminal.raw.lastIndexOf('\u001B[?25l'), 'the cursor is shown');
});

for (const [signal, status] of [['SIGTERM', 143], ['SIGHUP', 129], ['SIGINT', 130]] as const) {
	test(`${signal} leaves the run, with the terminal put back`, async () => {
		using terminal = new APaperApp('unit', 'running');
		await terminal.shows('It goes on if this terminal closes');
		process.kill(terminal.pty.pid, signal);
		assert.equal(await terminal.exited, status);
		await terminal.shows('closed: signal');
		assert.ok(!terminal.isAlternate);
	});
}

test('an error of ours is printed on the screen that stays, and the run is left', async () => {
	using terminal = new APaperApp('unit', 'broken');
	await terminal.shows('Enter starts it');
	terminal.pty.write('\u001B[B');
	assert.equal(await terminal.exited, 1);
	await terminal.shows('slipway: Error: the preview broke');
	await terminal.shows('closed: left');
	assert.ok(!terminal.isAlternate);
	assert.ok(!terminal.raw.includes('\u001B]0;title'), 'nothing of it acts upon the terminal');
});
