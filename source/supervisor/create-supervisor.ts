import {existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';

import type {ProcessTable} from './identity.ts';
import {createProcTable} from './proc-table.ts';
import {readFacts} from './read-facts.ts';
import {followAttempt} from './follow-attempt.ts';
import {shimText} from './shim.ts';
import {attemptVariables, startAttempt} from './start-attempt.ts';
import type {Shim} from './start-attempt.ts';
import type {Supervisor, Trace} from './supervisor.ts';
import {classifyTrace} from './trace.ts';
import {Problem} from '../errors.ts';

/** How long a cancellation waits for an action that is just being started. */
const cancelWaitMs = 5000;

/** The supervisor for this machine. Throws `Problem` (`supervisor-tool-missing`) when the machine has not what it needs. */
export const createSupervisor = (): Supervisor => createShellSupervisor();

const createShellSupervisor = (): Supervisor => {
	const [setsid, dd] = [findTool('setsid'), findTool('dd')];
	return supervisorOf(createProcTable(), {
		fileName: 'shim.sh',
		text: shimText,
		argvFor: (path, argv) => ['/bin/sh', path, 'watch', setsid, dd, ...argv],
		mkfifo: findTool('mkfifo'),
	});
};

const supervisorOf = (table: ProcessTable, shim: Shim): Supervisor => {
	const readTrace = (folder: string): Trace => classifyTrace(readFacts(folder, table));

	const cancel = (folder: string, signal: 'TERM' | 'KILL', untilMs = performance.now() + cancelWaitMs): void => {
		const facts = readFacts(folder, table);
		if (facts.pid.kind === 'written' && facts.action === 'alive') {
			signalGroup(facts.pid.value.pid, signal);
		} else if (classifyTrace(facts).kind === 'starting' && performance.now() < untilMs) {
			setTimeout(cancel, 5, folder, signal, untilMs).unref();
		}
	};

	return {
		start(spec) {
			startAttempt(spec, shim);
		},
		readTrace,
		cancel: (folder, signal) => {
			cancel(folder, signal);
		},
		follow: (folder, listener) => followAttempt(folder, () => readTrace(folder), listener),
		findStrays(spec) {
			return table.findByEnvironment(attemptVariables(spec));
		},
	};
};

/** The action leads a group of its own, so its pid names the group. */
const signalGroup = (leader: number, signal: 'TERM' | 'KILL'): void => {
	try {
		process.kill(-leader, `SIG${signal}`);
	} catch (error) {
		// It ended between the look and the signal.
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
			throw error;
		}
	}
};

/** Asked for by absolute path, as the action's environment may have another PATH, or none. */
const findTool = (name: string): string => {
	const folders = ['/usr/bin', '/bin', ...(process.env['PATH'] ?? '').split(delimiter).filter(folder => folder.startsWith('/'))];
	const found = folders.map(folder => join(folder, name)).find(path => existsSync(path));
	if (found === undefined) {
		throw new Problem({
			code: 'supervisor-tool-missing',
			what: 'No action can be started on this machine.',
			why: `The program ${name} is missing; it is needed to run actions that outlive the terminal.`,
			todo: `Install ${name} (on Linux it is part of coreutils or util-linux).`,
		});
	}

	return found;
};
