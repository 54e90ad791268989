/**
Which process it was, not only its number: numbers are used again. `start` is when it started, in the units of the process table that
gave it; `boot` names the boot of the machine.
*/
export type Identity = {readonly pid: number; readonly start: number; readonly boot: string};

/** What the machine says about processes. Two kinds: `procTable` (Linux) and `psTable` (elsewhere). */
export interface ProcessTable {
	readonly boot: string;
	/** The process with this number now; `null` when there is none or it is a zombie. */
	readonly identify: (pid: number) => Identity | null;
	readonly isAlive: (identity: Identity) => boolean;
	/** Processes whose environment has all these variables. */
	readonly findByEnvironment: (variables: Readonly<Record<string, string>>) => readonly {readonly pid: number; readonly command: string}[];
	/** The process group of a living process, `null` when it is gone. */
	readonly groupOf: (pid: number) => number | null;
}

/** `4711 8812345 0b1c…` → its identity; `null` when the text is none. */
export const parseIdentity = (text: string): Identity | null => {
	const match = /^(\d+) (\d+) ([\w-]+)\s*$/.exec(text);
	return match === null ? null : {pid: Number(match[1]), start: Number(match[2]), boot: match[3]!};
};
