import {spawn, type ChildProcess} from 'node:child_process';
import {createInterface} from 'node:readline';

import {Problem} from '../errors.ts';
import {sandboxMessage, type SandboxFacts, type SandboxMessage, type SandboxOrder} from './sandbox-message.ts';

export type Sandbox = SandboxFacts & {readonly pid: number; readonly close: () => Promise<void>};

export type SandboxStart = {
	readonly order: SandboxOrder;
	/** The sandbox's program: `[node, sandbox.mjs]`. */
	readonly argv: readonly string[];
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** A part of it is there after `tookMs`; null for a remark. */
	readonly onProgress: (text: string, tookMs: number | null) => void;
};

/**
Brings up a sandbox in a process of its own, which ends with this one, however this one ends. Throws `Problem` when a part of it can't
be had; then nothing is left of it.
*/
export const startSandbox = async ({order, argv: [program = '', ...args], environment, onProgress}: SandboxStart): Promise<Sandbox> => {
	// In a group of its own: a Ctrl-C at the terminal is meant for the program.
	const child = spawn(program, [...args, 'serve', JSON.stringify(order)], {env: environment, stdio: ['pipe', 'pipe', 'pipe'], detached: true});
	const ended = new Promise<void>(resolve => child.once('close', () => resolve()).once('error', () => resolve()));
	const close = async (): Promise<void> => closeChild(child, ended);
	const words: string[] = [];
	child.stderr?.setEncoding('utf8').on('data', (text: string) => words.push(text));
	child.stdin?.on('error', () => {});
	try {
		const facts = await awaitReady(child, onProgress, () => words.join('').trim());
		return {...facts, pid: child.pid ?? 0, close};
	} catch (error) {
		await close();
		throw error;
	}
};

const awaitReady = async (child: ChildProcess, onProgress: SandboxStart['onProgress'], lastWords: () => string): Promise<SandboxFacts> => {
	for await (const line of createInterface({input: child.stdout!})) {
		const message = readMessage(line);
		switch (message?.kind) {
			case 'progress':
				onProgress(message.text, message.tookMs);
				break;
			case 'ready':
				return {folder: message.folder, environment: message.environment};
			case 'problem':
				throw new Problem(message);
			default:
		}
	}

	throw sandboxEnded(lastWords());
};

const readMessage = (line: string): SandboxMessage | null => {
	try {
		return sandboxMessage.parse(JSON.parse(line));
	} catch {
		return null;
	}
};

const sandboxEnded = (lastWords: string): Problem =>
	new Problem({
		code: 'sandbox-ended',
		what: 'The sandbox does not come up.',
		why: lastWords === '' ? 'Its process has ended without a word.' : `Its process has ended: ${lastWords.split('\n').find(line => /^\w*Error\b/.test(line)) ?? lastWords.split('\n').at(-1)}`,
		todo: 'See `slipway doctor` for what this machine has; start again.',
	});

const closePatienceMs = 4000;

const closeChild = async (child: ChildProcess, ended: Promise<void>): Promise<void> => {
	child.stdin?.end();
	child.stdout?.resume();
	const timer = setTimeout(() => child.kill('SIGKILL'), closePatienceMs);
	await ended;
	clearTimeout(timer);
};
