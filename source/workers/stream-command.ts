import {createWriteStream} from 'node:fs';
import process from 'node:process';
import {createInterface} from 'node:readline';
import type {Readable, Writable} from 'node:stream';
import {finished} from 'node:stream/promises';
import {setImmediate as nextTurn} from 'node:timers/promises';

import {execa} from 'execa';

export type StreamedCommand = {
	readonly argv: readonly string[];
	/** Added to the environment of the worker. */
	readonly environment: Readonly<Record<string, string>>;
	readonly signal: AbortSignal;
	/** What it reads; nothing when absent. */
	readonly stdin?: string | Readable;
	/** Where its stdout goes: an open file, a stream that stays open, or each line to a function. Nowhere when absent. */
	readonly stdout?: number | Writable | ((line: string) => void);
	readonly onErrorLine: (line: string) => void;
};

export type StreamedEnd = {readonly exitCode: number | null; readonly signal: string | null; /** Why it could not be started, or what went wrong around it. */ readonly trouble: string | null};

/**
Runs a command that takes long or writes much, and holds none of its output. It is ended when the attempt is cancelled. Resolves however it ends; when its input breaks off, that is trouble even if it ends with 0.
*/
export const streamCommand = async ({argv, environment, signal, stdin, stdout, onErrorLine}: StreamedCommand): Promise<StreamedEnd> => {
	const [file = '', ...rest] = argv;
	const child = execa(file, rest, {
		reject: false,
		buffer: false,
		stdin: stdin === undefined ? 'ignore' : 'pipe',
		stdout: typeof stdout === 'number' ? createWriteStream('', {fd: stdout, autoClose: false}) : stdout === undefined ? 'ignore' : 'pipe',
		stderr: 'pipe',
		env: {...process.env, ...environment},
		extendEnv: false,
		// As in tool-runner.ts: it stays in the group of the attempt.
		cancelSignal: signal,
		forceKillAfterDelay: false,
	});
	const lines = [eachLine(child.stderr, onErrorLine), typeof stdout === 'function' ? eachLine(child.stdout, stdout) : typeof stdout === 'object' ? passOn(child.stdout, stdout) : Promise.resolve()];
	let broken: string | null = null;
	const input = child.stdin;
	if (input !== null) {
		// A command that ends early closes its stdin; its exit status says why.
		input.on('error', () => {});
		if (typeof stdin === 'string') input.end(stdin);
		else if (stdin !== undefined) {
			stdin.on('error', error => {
				broken = error.message;
				child.kill('SIGTERM');
			});
			stdin.pipe(input);
		}
	}

	const {exitCode, signal: endedBy, message, failed} = await child;
	await Promise.all(lines);
	// A cancel reaches the whole group at once: what was ended by it is not told before we have seen it ourselves.
	if (endedBy !== undefined) await nextTurn();
	const notStarted = failed && exitCode === undefined && endedBy === undefined ? (message ?? 'It could not be started.') : null;
	return {exitCode: exitCode ?? null, signal: endedBy ?? null, trouble: broken ?? notStarted};
};

const eachLine = async (stream: Readable | null, take: (line: string) => void): Promise<void> => {
	if (stream === null) return;
	for await (const line of createInterface({input: stream, crlfDelay: Number.POSITIVE_INFINITY})) take(line);
};

/** What reads it may end before; then this ends too, and so does the command, which has nowhere to write. */
const passOn = async (stream: Readable | null, to: Writable): Promise<void> => {
	if (stream === null) return;
	const stop = (): void => void stream.destroy();
	to.once('close', stop);
	stream.pipe(to, {end: false});
	await finished(stream, {cleanup: true}).catch(() => {});
	to.off('close', stop);
};
