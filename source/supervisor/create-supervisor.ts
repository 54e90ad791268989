import {existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';

import {cancelAttempt} from './cancel-attempt.ts';
import {findOfRun, findStrays} from './find-strays.ts';
import {followAttempt} from './follow-attempt.ts';
import type {ProcessTable} from './identity.ts';
import {nodeShimText} from './node-shim.ts';
import {createProcTable} from './proc-table.ts';
import {createPsTable} from './ps-table.ts';
import {readFacts} from './read-facts.ts';
import {shimText} from './shim.ts';
import {startAttempt} from './start-attempt.ts';
import type {Shim} from './start-attempt.ts';
import type {Supervisor, Trace} from './supervisor.ts';
import {classifyTrace} from './trace.ts';
import {Problem} from '../errors.ts';

/** The supervisor for this machine. Throws `Problem` (`supervisor-tool-missing`) when the machine has not what it needs. */
export const createSupervisor = (): Supervisor =>
	existsSync('/proc/self/stat') && findTool('setsid') !== null && findTool('dd') !== null ? createShellSupervisor() : createNodeSupervisor();

/** A POSIX sh holds each attempt; the processes are read from /proc. Linux. */
export const createShellSupervisor = (): Supervisor => {
	const [setsid, dd] = [needTool('setsid'), needTool('dd')];
	return supervisorOf(createProcTable(), {
		fileName: 'shim.sh',
		text: shimText,
		argvFor: (path, argv) => ['/bin/sh', path, 'watch', setsid, dd, ...argv],
		mkfifo: needTool('mkfifo'),
	});
};

/** A Node holds each attempt; the processes are asked of ps(1). macOS, and wherever /proc or setsid(1) is missing. */
export const createNodeSupervisor = (): Supervisor => {
	const table = createPsTable();
	return supervisorOf(table, {
		fileName: 'shim.mjs',
		text: nodeShimText,
		argvFor: (path, argv) => [process.execPath, path, table.boot, ...argv],
		environmentFor: ({NODE_OPTIONS, ...env}) => NODE_OPTIONS === undefined ? env : {...env, SLIPWAY_NODE_OPTIONS: NODE_OPTIONS},
		mkfifo: needTool('mkfifo'),
	});
};

const supervisorOf = (table: ProcessTable, shim: Shim): Supervisor => {
	const readTrace = (folder: string): Trace => classifyTrace(readFacts(folder, table));
	return {
		readTrace,
		start(spec) {
			startAttempt(spec, shim);
		},
		cancel(folder, signal) {
			cancelAttempt(folder, table, signal);
		},
		follow: (folder, listener) => followAttempt(folder, () => readTrace(folder), listener),
		findStrays: spec => findStrays(spec, table),
		findOfRun: runId => findOfRun(runId, table),
	};
};

const needTool = (name: string): string => {
	const found = findTool(name);
	if (found === null) {
		throw new Problem({
			code: 'supervisor-tool-missing',
			what: 'No action can be started on this machine.',
			why: `The program ${name} is missing; it is needed to run actions that outlive the terminal.`,
			todo: `Install ${name} (on Linux it is part of coreutils or util-linux).`,
		});
	}

	return found;
};

/** By absolute path, as the action's environment may have another PATH, or none. */
const findTool = (name: string): string | null =>
	['/usr/bin', '/bin', ...(process.env['PATH'] ?? '').split(delimiter).filter(folder => folder.startsWith('/'))]
		.map(folder => join(folder, name))
		.find(path => existsSync(path)) ?? null;
