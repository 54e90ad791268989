import {statSync, watch} from 'node:fs';
import type {FSWatcher} from 'node:fs';
import {join} from 'node:path';

import type {Trace} from './supervisor.ts';
import {isEnd} from './trace.ts';

/** Output is looked at this often. Watching `out` instead would cost the child something at each of its writes. */
const pollMs = 100;

/**
Calls `listener` with the first trace on the next turn, then whenever the output grew or the trace changed; for the last time with the end.
The files that change twice in an attempt's life (`pid`, `exit`) are watched, so that an end is noticed at once; the poll is the truth
that does not depend on it. Holds no program open.
*/
export const followAttempt = (folder: string, readTrace: () => Trace, listener: (trace: Trace) => void): {readonly stop: () => void} => {
	let last = '';
	let isStopped = false;

	const look = (): void => {
		if (isStopped) {
			return;
		}

		// Before the trace: output that came before the end is then never missed.
		const sizes = `${sizeOf(join(folder, 'out'))} ${sizeOf(join(folder, 'err'))}`;
		const trace = readTrace();
		const now = `${sizes} ${JSON.stringify(trace)}`;
		if (isEnd(trace)) {
			stop();
		}

		if (now !== last) {
			last = now;
			listener(trace);
		}
	};

	const watchers = ['pid', 'exit'].flatMap(name => watchFile(join(folder, name), look));
	const poll = setInterval(look, pollMs);
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
