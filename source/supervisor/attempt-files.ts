import {closeSync, constants, fdatasyncSync, fsyncSync, openSync, readFileSync, readSync, statSync, writeSync} from 'node:fs';
import {constants as osConstants} from 'node:os';
import {join} from 'node:path';

import {parseIdentity} from './identity.ts';
import type {Identity} from './identity.ts';
import type {Ending, Slot} from './trace.ts';

/** What `exit` and `pid` hold until they are overwritten in place: 64 bytes, so that a full disk can't refuse the answer. */
export const pendingSlot = `${'pending'.padEnd(63)}\n`;

/** Makes a file that did not exist, readable by the operator only, and flushes it. Throws when it exists (`EEXIST`) or can't be written. */
export const createDurably = (path: string, text: string): void => {
	const file = openSync(path, 'wx', 0o600);
	try {
		const bytes = Buffer.from(text);
		for (let done = 0; done < bytes.length;) {
			done += writeSync(file, bytes, done);
		}

		fdatasyncSync(file);
	} finally {
		closeSync(file);
	}
};

/** Makes a file for others to write into, readable by the operator only. It is on disk when its folder is flushed. */
export const createEmpty = (path: string): void => {
	closeSync(openSync(path, 'wx', 0o600));
};

/** Flushes the names in a folder. */
export const syncFolder = (folder: string): void => {
	const file = openSync(folder, 'r');
	try {
		fsyncSync(file);
	} finally {
		closeSync(file);
	}
};

/** `4711 8812345 0b1c…`, padded to 64 bytes. */
export const readPid = (folder: string): Slot<Identity> => readSlot(join(folder, 'pid'), parseIdentity);

/** `exit 0`, `exit 143 Terminated` (a signal) or `exit 143` (an exit status), padded to 64 bytes. */
export const readExit = (folder: string): Slot<Ending> => readSlot(join(folder, 'exit'), (text, path) => {
	const match = /^exit (\d{1,3})(?: (.*?))?\s*$/.exec(text);
	if (match === null) {
		return null;
	}

	const code = Number(match[1]);
	const signal = diedOfSignal(code, match[2] ?? '') ? signalName(code - 128) : null;
	return {exitCode: signal === null ? code : null, signal, endedAt: statSync(path).mtime};
});

/** Identity of the shim: the first line of `sup`. */
export const readShim = (folder: string): Identity | null => {
	try {
		return parseIdentity(readFileSync(join(folder, 'sup'), 'latin1').split('\n', 1)[0]!);
	} catch {
		return null;
	}
};

/** Some process has the FIFO open for writing. A read says EAGAIN when there is a writer and gives 0 bytes when there is none (pipe(7)). */
export const isFifoHeld = (folder: string): boolean => {
	let fifo: number;
	try {
		fifo = openSync(join(folder, 'alive'), constants.O_RDONLY | constants.O_NONBLOCK);
	} catch {
		return false;
	}

	try {
		return readSync(fifo, Buffer.alloc(1)) > 0;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EAGAIN';
	} finally {
		closeSync(fifo);
	}
};

const readSlot = <Value>(path: string, parse: (text: string, path: string) => Value | null): Slot<Value> => {
	let text: string;
	try {
		text = readFileSync(path, 'latin1');
	} catch (error) {
		return {kind: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'damaged'};
	}

	if (text === pendingSlot || text === '') {
		return {kind: 'pending'};
	}

	const value = text.length === pendingSlot.length ? parse(text, path) : null;
	return value === null ? {kind: 'damaged'} : {kind: 'written', value};
};

const silentSignals: readonly number[] = [osConstants.signals.SIGINT, osConstants.signals.SIGPIPE];

const diedOfSignal = (code: number, said: string): boolean =>
	code > 128 && signalName(code - 128) !== null && (said !== '' || silentSignals.includes(code - 128));

const signalName = (signal: number): string | null =>
	Object.entries(osConstants.signals).find(([, number]) => number === signal)?.[0].replace(/^SIG/, '') ?? null;
