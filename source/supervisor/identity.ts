/**
Which process it was, not only its number: numbers are used again. `start` is when it started, in the units of the process table that
gave it; `boot` names the boot of the machine.
*/
export type Identity = {readonly pid: number; readonly start: number; readonly boot: string};

/** What the machine says about processes. Two kinds: `procTable` (Linux) and `psTable` (elsewhere). */
export interface ProcessTable {
	readonly boot: string;
	/** The very same process still runs. A zombie does not. */
	readonly isAlive: (identity: Identity) => boolean;
	/** Processes whose environment has all these variables. */
	readonly findByEnvironment: (variables: Readonly<Record<string, string>>) => readonly MarkedProcess[];
	/** Processes that have this file open for writing, as far as the machine tells. */
	readonly findByOpenFile: (path: string) => readonly MarkedProcess[];
}

export type MarkedProcess = {readonly pid: number; readonly group: number; readonly command: string};

/**
`4711 8812345 0b1c…` → its identity; `null` when the text is none. 0 and 1 are none: no action has them, and a signal to the group 0 reaches
this program, one to the group 1 every process there is (kill(2)).
*/
export const parseIdentity = (text: string): Identity | null => {
	const match = /^(\d+) (\d+) ([\w-]+)\s*$/.exec(text);
	const pid = Number(match?.[1]);
	return match === null || pid < 2 ? null : {pid, start: Number(match[2]), boot: match[3]!};
};
