import {statSync, watch} from 'node:fs';
import type {FSWatcher} from 'node:fs';
import {join} from 'node:path';

import type {Trace} from './supervisor.ts';
import {isEnd} from './trace.ts';

/** The size of the output is looked at this often. Watching `out` instead would cost the child something at each of its writes. */
const pollMs = 100;

/** Files and processes are looked at after this many polls without news: only a death by kill -9 changes a trace without changing a file. */
const quietPolls = 5;

const watchedFiles = ['pid', 'exit'] as const;

/**
Calls `listener` with the first trace on the next turn, then whenever the output grew or the trace changed; for the last time with the end.
The files that change twice in an attempt's life (`pid`, `exit`) are watched, so that an end is noticed at once; the poll is the truth
that does not depend on it. Holds no program open.
*/
export const followAttempt = (folder: string, readTrace: () => Trace, listener: (trace: Trace) => void): {readonly stop: () => void} => {
	let lastSizes = '';
	let lastTrace = '';
	let quiet = 0;
	let isStopped = false;

	const readSizes = (): string => `${sizeOf(join(folder, 'out'))} ${sizeOf(join(folder, 'err'))}`;

	const look = (): void => {
		if (isStopped) {
			return;
		}

		// Before the trace: output that came before the end is then never missed.
		const sizes = readSizes();
		const trace = readTrace();
		const traceText = JSON.stringify(trace);
		quiet = 0;
		if (isEnd(trace)) {
			stop();
		}

		if (sizes !== lastSizes || traceText !== lastTrace) {
			lastSizes = sizes;
			lastTrace = traceText;
			listener(trace);
		}
	};

	const lookIfNeeded = (): void => {
		quiet++;
		if (quiet >= quietPolls || watchers.length < watchedFiles.length || readSizes() !== lastSizes) {
			look();
		}
	};

	const watchers = watchedFiles.flatMap(name => watchFile(join(folder, name), look));
	const poll = setInterval(lookIfNeeded, pollMs);
	poll.unref();
	const first = setImmediate(look);
	first.unref();

	const stop = (): void => {
		isStopped = true;
		clearInterval(poll);
		clearImmediate(first);
		for (const watcher of watchers) {
			watcher.close();
		}
	};

	return {stop};
};

const sizeOf = (path: string): number => statSync(path, {throwIfNoEntry: false})?.size ?? 0;

const watchFile = (path: string, look: () => void): FSWatcher[] => {
	try {
		const watcher = watch(path, {persistent: false}, look);
		watcher.on('error', () => {
			watcher.close();
		});
		return [watcher];
	} catch {
		// No watch left on this machine (ENOSPC), or the file is gone: the poll is enough.
		return [];
	}
};
