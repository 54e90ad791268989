import type {Supervisor} from '../supervisor/supervisor.ts';

/** What a run needs to know of the machine, the process and the operator that drive it. */
export type Machine = {
	/** `user@host` */
	readonly by: string;
	readonly host: string;
	/** Names the boot of the machine. */
	readonly boot: string;
	readonly tty: string | null;
	readonly pid: number;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Paths on a command line are relative to it. */
	readonly folder: string;
	readonly now: () => Date;
	readonly supervisor: Supervisor;
	/** Absolute path of a tool on the operator's PATH, or null. */
	readonly findTool: (name: string) => string | null;
	/** `[node, worker.mjs]` */
	readonly workerArgv: readonly string[];
	/** `[node, zx's program]` */
	readonly scriptArgv: readonly string[];
	/** Its version. */
	readonly slipway: string;
};
