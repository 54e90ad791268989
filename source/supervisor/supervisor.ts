/**
Starts, follows and cancels process trees that outlive this program. One attempt has one folder:

	spec.json shim.sh sup pid out err exit alive      (who writes them: source/README.md)

stdout goes to `out`, stderr to `err`, straight from the process.
*/
export interface Supervisor {
	/**
	Starts the process and returns once the shim is launched. The attempt's folder must exist and be empty of traces.
	Throws `Problem` when the folder can't be written; then nothing was started.
	*/
	start(spec: AttemptSpec): void;

	/** What the files and the process table say now. Changes nothing. */
	readTrace(folder: string): Trace;

	/** Sends a signal to the attempt's process group. Does nothing when it has ended. Throws `Problem` when it runs under another user. */
	cancel(folder: string, signal: 'TERM' | 'KILL'): void;

	/** Calls `listener` soon after the output grew or the trace changed, until `stop` is called or the trace is an end. */
	follow(folder: string, listener: (trace: Trace) => void): {readonly stop: () => void};

	/**
	Processes of this attempt that left its group, found by the marks in their environment; once the action is gone, all that are left. Shown to the
	operator, never killed silently.
	*/
	findStrays(spec: Pick<AttemptSpec, 'folder' | 'runId' | 'taskId' | 'attempt'>): readonly Stray[];

	/** Processes of any attempt of the run, for one whose record can't be read. */
	findOfRun(runId: string): readonly Stray[];
}

export type AttemptSpec = {
	readonly folder: string;
	readonly runId: string;
	readonly taskId: string;
	readonly attempt: number;
	readonly argv: readonly string[];
	readonly cwd: string;
	/** The whole environment of the child. Values are never written to disk by the supervisor; names are. */
	readonly env: Readonly<Record<string, string>>;
};

export type Trace =
	| {readonly kind: 'never-started'}
	| {readonly kind: 'starting'}
	/** `supervised: false`: the shim is gone, so the exit status will be lost. */
	| {readonly kind: 'running'; readonly pid: number; readonly supervised: boolean}
	/** `signal` without SIG: `TERM`. `endedAt`: when the end was written down, by the machine's clock. */
	| {readonly kind: 'finished'; readonly exitCode: number | null; readonly signal: string | null; readonly endedAt?: Date}
	/** It was started, it is gone, and nobody wrote down how it ended. */
	| {readonly kind: 'in-doubt'; readonly why: string};

/** `pid`: null for one that lives, but is not named by the machine. */
export type Stray = {readonly pid: number | null; readonly command: string};
