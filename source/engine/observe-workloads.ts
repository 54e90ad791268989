import {spawn, type ChildProcess} from 'node:child_process';
import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Writable} from 'node:stream';

import {socketWord, type Observation} from '../actions/helm/observation.ts';
import {progressFrom, progressKinds, type Progress} from '../actions/helm/progress.ts';
import {notReadYet, watchResource} from './watch-resource.ts';

/** What a cluster says of the workloads while something works on them. It reads only, and what it can't read is unknown. */
export type WorkloadObserver = {
	/** Null until everything was read once, and when it can't be read; then `unknown` says why. */
	readonly progress: () => Progress | null;
	readonly unknown: () => string | null;
	readonly subscribe: (listener: () => void) => () => void;
	readonly close: () => void;
};

/** Changes that come closer together than this are told as one. */
const settleMs = 150;

/**
Watches the workloads over a `kubectl proxy` whose socket lies in a folder of this user alone, and which lets nothing through but to read.
It ends with `close`, and also when this process dies.
*/
export const observeWorkloads = (observation: Observation, environment: Readonly<Record<string, string>>): WorkloadObserver => {
	const folder = mkdtempSync(join(tmpdir(), 'slipway-'));
	const socketPath = join(folder, 'api');
	const listeners = new Set<() => void>();
	let failure: string | null = null;
	let known: Progress | null = null;
	let timer: NodeJS.Timeout | undefined;

	const tell = (): void => {
		known = null;
		timer ??= setTimeout(() => {
			timer = undefined;
			for (const listener of listeners) listener();
		}, settleMs);
	};

	const proxy = startProxy(observation.argv.map(word => (word === socketWord ? socketPath : word)), folder, environment);
	let said = '';
	proxy.stderr?.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-4096)));
	proxy.on('error', error => {
		failure = error.message;
		tell();
	});
	proxy.on('exit', code => {
		failure = said.trim().split('\n').at(-1) || `kubectl proxy ended with exit status ${code ?? 'unknown'}`;
		tell();
	});
	const watches = observation.namespaces.flatMap(namespace =>
		progressKinds.map(({api, resource, kind, isOptional = false}) => ({...watchResource({socketPath, path: `/${api}/namespaces/${namespace}/${resource}`}, kind, tell), isOptional})),
	);

	/** A refusal says more than what only was not read yet. */
	const unknown = (): string | null => {
		const reasons = watches.flatMap(({isOptional, unknown: why}) => (isOptional ? [] : (why() ?? [])));
		return failure ?? reasons.find(why => why !== notReadYet) ?? reasons[0] ?? null;
	};
	return {
		unknown,
		progress: () => (unknown() !== null ? null : (known ??= progressFrom(watches.flatMap(watch => watch.objects()), observation))),
		subscribe: listener => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		close: () => {
			clearTimeout(timer);
			listeners.clear();
			for (const watch of watches) watch.close();
			proxy.removeAllListeners();
			(proxy.stdio[3] as Writable | null)?.destroy();
			proxy.stderr?.destroy();
		},
	};
};

/**
The proxy ends when its descriptor 3 does, whatever becomes of this process; its folder goes with it. The guard is ended before the shell
forgets the proxy's number, so that it never signals another process.
*/
const guardScript = `"$@" 3<&- & proxy=$!
(cat <&3 >/dev/null; kill "$proxy" 2>/dev/null) & guard=$!
wait "$proxy"
status=$?
kill "$guard" 2>/dev/null
rm -f "$0/api"
rmdir "$0"
exit $status`;

const startProxy = (argv: readonly string[], folder: string, environment: Readonly<Record<string, string>>): ChildProcess => {
	const child = spawn('/bin/sh', ['-c', guardScript, folder, ...argv], {env: environment, stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true});
	// It must not keep the program from ending.
	child.unref();
	(child.stderr as unknown as {unref?: () => void} | null)?.unref?.();
	(child.stdio[3] as unknown as {unref?: () => void} | null)?.unref?.();
	(child.stdio[3] as Writable | null)?.on('error', () => {});
	return child;
};
