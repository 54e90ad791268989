import {mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {setTimeout as wait} from 'node:timers/promises';

import type {AttemptSpec, Supervisor, Trace} from '../../source/supervisor/supervisor.ts';

/** A folder, with a space in its name, that is gone after the test, with the attempts in it that still run when the test fails. */
export const aFolder = (context: Pick<TestContext, 'after'>): string => {
	const folder = mkdtempSync(join(tmpdir(), 'slipway supervisor-'));
	context.after(() => {
		for (const attempt of readdirSync(folder).map(name => join(folder, name))) {
			killGroupsOf(attempt);
		}

		rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

/**
Only processes that carry the mark of this very attempt: a number in a file may be a stranger's by now, or an invented one, and
`kill(-1)` would end everything on the machine.
*/
const killGroupsOf = (attempt: string): void => {
	for (const pid of ['sup', 'pid'].map(name => Number.parseInt(readText(join(attempt, name)), 10))) {
		if (pid > 1 && readText(`/proc/${pid}/environ`).split('\0').includes(`SLIPWAY_ATTEMPT_FOLDER=${attempt}`)) {
			killGroup(pid);
		}
	}
};

const killGroup = (leader: number): void => {
	try {
		process.kill(-leader, 'SIGKILL');
	} catch {
		// Gone in the meantime.
	}
};

let attempts = 0;

/** An attempt in a folder of its own. `witness` in `within` gets one line from each process that uses `witnessed`. */
export const anAttempt = (within: string, argv: readonly string[], facts: Partial<AttemptSpec> = {}): AttemptSpec => {
	const attempt = ++attempts;
	const folder = join(within, `task.${attempt}`);
	mkdirSync(folder);
	return {folder, runId: `run-${process.pid}`, taskId: 'task', attempt, argv, cwd: within, env: {PATH: '/usr/bin:/bin', WITNESS: join(folder, 'witness')}, ...facts};
};

/** A shell script that first leaves a line in its witness file. */
export const witnessed = (script: string): readonly string[] => ['/bin/sh', '-c', `echo ran >>"$WITNESS"; ${script}`];

export const timesRun = (spec: AttemptSpec): number => linesOf(join(spec.folder, 'witness')).length;

export const linesOf = (path: string): string[] => readText(path).split('\n').slice(0, -1);

/** Empty when there is no such file. */
export const readText = (path: string): string => {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
};

/** The first value that is not null or undefined, asked for again and again. */
export const until = async <Value>(ask: () => Value | null | undefined | false, what: string, withinMs = 10_000): Promise<Value> => {
	for (const deadline = performance.now() + withinMs; performance.now() < deadline; await wait(2)) {
		const value = ask();
		if (value !== null && value !== undefined && value !== false) {
			return value;
		}
	}

	throw new Error(`waited in vain until ${what}`);
};

export const untilKind = async <Kind extends Trace['kind']>(supervisor: Supervisor, folder: string, kind: Kind): Promise<Extract<Trace, {kind: Kind}>> =>
	until(() => {
		const trace = supervisor.readTrace(folder);
		return trace.kind === kind && trace as Extract<Trace, {kind: Kind}>;
	}, `the trace is ${kind}`);

export const isEnded = (trace: Trace): boolean => trace.kind !== 'starting' && trace.kind !== 'running';

export const untilEnd = async (supervisor: Supervisor, folder: string): Promise<Trace> => until(() => {
	const trace = supervisor.readTrace(folder);
	return isEnded(trace) && trace;
}, 'the attempt has ended');

/** Neither gone nor a zombie. */
export const isAlive = (pid: number): boolean => {
	const stat = readText(`/proc/${pid}/stat`);
	return stat !== '' && !/\) [ZX] /.test(stat);
};
