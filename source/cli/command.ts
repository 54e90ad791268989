import type {Arguments, OptionTable} from './arguments.ts';

/** One command of the program. Exit status: 0 done, 1 failed, 2 could not start (usage, refusal), 130 interrupted. */
export type Command = {
	/** After `slipway `: `run RUNBOOK` */
	readonly usage: string;
	readonly describe: string;
	readonly options: OptionTable;
	readonly positionals: {readonly least: number; readonly most: number};
	readonly run: (args: Arguments, io: Io) => Promise<number> | number;
};

/** What a command touches of the terminal and the environment. */
export type Io = {
	readonly out: (text: string) => void;
	readonly err: (text: string) => void;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	/** Both the keyboard and the screen are a terminal. */
	readonly isTerminal: boolean;
	readonly columns: number;
};
