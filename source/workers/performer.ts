/**
What runs inside a supervised process when an action needs more than one command. It executes the commands that the plan lists, in
order, writes what a person may want to read to stdout (each command first, as `$ helm status …`), evidence into `evidenceFolder`,
and its findings to `report.json` in the attempt's folder as its last act. Exit status 0: done, 1: failed, 2: could not be tried.
*/
export type Performer = (work: never, place: Workplace) => Promise<Report>;

export type Workplace = {
	readonly attemptFolder: string;
	readonly evidenceFolder: string;
	/** Cancelled on SIGTERM; children are ended with it. */
	readonly signal: AbortSignal;
	/** One line to stdout. */
	readonly say: (line: string) => void;
};

/** `report.json`. `data` is what the action's `judge` reads; `evidence` are absolute paths of the files it left. */
export type Report = {readonly ok: boolean; readonly data: unknown; readonly evidence: readonly string[]};
