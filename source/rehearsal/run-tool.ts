import {spawn} from 'node:child_process';

export type ToolRun = {
	readonly cwd: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Aborted: the tool and its children are killed. */
	readonly signal: AbortSignal;
	readonly account?: Account | null;
};

/** The user that a program runs as where we are root and it refuses to. */
export type Account = {readonly name: string; readonly uid: number; readonly gid: number};

/** Runs a program to its end and gives its stdout. Throws `ToolFailed`, or why the signal was aborted. */
export const runTool = ([file, ...args]: readonly [string, ...string[]], {cwd, env, signal, account = null}: ToolRun): Promise<string> =>
	new Promise((resolve, reject) => {
		signal.throwIfAborted();
		const child = spawn(file, args, {cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...(account === null ? {} : {uid: account.uid, gid: account.gid})});
		const said = {stdout: '', stderr: ''};
		for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
		const kill = (): void => killGroup(child.pid);
		signal.addEventListener('abort', kill);
		child.once('error', error => reject(new ToolFailed(file, error.message)));
		child.once('close', (exitCode, killedBy) => {
			signal.removeEventListener('abort', kill);
			if (exitCode === 0) resolve(said.stdout);
			else reject(signal.aborted ? signal.reason : new ToolFailed(file, said.stderr.trim() || said.stdout.trim() || `ended by ${killedBy ?? `exit status ${exitCode}`}`));
		});
	});

/** `says` is the tool's own last word. */
export class ToolFailed extends Error {
	readonly says: string;

	constructor(file: string, says: string) {
		super(`${file}: ${says}`);
		this.says = says;
	}
}

/** Kills a process that was started in a group of its own, with all that it started in it. */
export const killGroup = (pid: number | undefined): void => {
	if (pid === undefined || pid <= 1) return;
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// It has just ended.
	}
};
