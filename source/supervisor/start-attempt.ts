import {spawn, spawnSync} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {createHash} from 'node:crypto';
import {closeSync, openSync, statSync} from 'node:fs';
import {join, resolve} from 'node:path';

import {createDurably, createEmpty, pendingSlot, syncFolder} from './attempt-files.ts';
import {attemptVariables} from './attempt-variables.ts';
import {cwdMissing, folderUnwritable, folderUsed, notLaunched} from './attempt-problems.ts';
import type {AttemptSpec} from './supervisor.ts';
import {Bug} from '../errors.ts';

/** The program that holds an attempt: its text, which is copied into the attempt's folder, and the argv that runs it. */
export type Shim = {
	readonly fileName: string;
	readonly text: string;
	readonly argvFor: (shimPath: string, argv: readonly string[]) => readonly [string, ...string[]];
	/** What the shim itself must not obey is renamed here and given back to the action by the shim. */
	readonly environmentFor?: (env: AttemptSpec['env']) => AttemptSpec['env'];
	readonly mkfifo: string;
};

/**
Writes and flushes everything that the attempt needs, then launches the shim in a session of its own. Throws `Problem` when something is
missing; then nothing was started. The FIFO is open in the shim from its first moment, so "nobody holds it" proves that no shim is on its way.
*/
export const startAttempt = (spec: AttemptSpec, shim: Shim): ChildProcess => {
	if (spec.argv.length === 0) {
		throw new Bug(`attempt without a command: ${spec.taskId}.${spec.attempt}`);
	}

	if (!statSync(spec.cwd, {throwIfNoEntry: false})?.isDirectory()) {
		throw cwdMissing(spec);
	}

	writeAttempt(spec, shim);
	return launch(spec, shim);
};

const writeAttempt = (spec: AttemptSpec, shim: Shim): void => {
	const inFolder = (name: string): string => join(spec.folder, name);
	try {
		// First, and only if it does not exist: of two starters in one folder the second stops here.
		createDurably(inFolder('spec.json'), specText(spec, shim));
		createDurably(inFolder(shim.fileName), shim.text);
		createDurably(inFolder('exit'), pendingSlot);
		createDurably(inFolder('pid'), pendingSlot);
		for (const name of ['out', 'err', 'sup']) {
			createEmpty(inFolder(name));
		}

		makeFifo(shim.mkfifo, inFolder('alive'));
		syncFolder(spec.folder);
	} catch (error) {
		throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? folderUsed(spec, error) : folderUnwritable(spec, error);
	}
};

const launch = (spec: AttemptSpec, shim: Shim): ChildProcess => {
	let fifo: number | undefined;
	try {
		// For reading too: opening a FIFO only for writing would wait for a reader.
		fifo = openSync(join(spec.folder, 'alive'), 'r+');
		const [command, ...argv] = shim.argvFor(join(spec.folder, shim.fileName), spec.argv);
		const child = spawn(command, argv, {
			cwd: spec.cwd,
			env: {...shim.environmentFor?.(spec.env) ?? spec.env, ...attemptVariables(spec), SLIPWAY_ATTEMPT_FOLDER: resolve(spec.folder)},
			detached: true,
			stdio: ['ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', fifo],
		});
		// A launch that failed is seen from the missing pid; without a listener the event would end this program.
		child.on('error', () => {});
		child.unref();
		if (child.pid === undefined) {
			throw new Error(`${command} could not be started`);
		}

		return child;
	} catch (error) {
		throw notLaunched(spec, error);
	} finally {
		if (fifo !== undefined) {
			closeSync(fifo);
		}
	}
};

const specText = (spec: AttemptSpec, shim: Shim): string => `${JSON.stringify({
	v: 1,
	run: spec.runId,
	task: spec.taskId,
	attempt: spec.attempt,
	argv: spec.argv,
	cwd: spec.cwd,
	env: Object.keys(spec.env).sort(),
	shim: {file: shim.fileName, sha256: createHash('sha256').update(shim.text).digest('hex')},
}, undefined, '\t')}\n`;

const makeFifo = (mkfifo: string, path: string): void => {
	const made = spawnSync(mkfifo, ['-m', '600', path], {encoding: 'utf8', env: {LC_ALL: 'C'}});
	if (made.status !== 0) {
		throw made.error ?? new Error(made.stderr.trim());
	}
};
