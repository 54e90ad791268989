/** How far a journal had come at some moment. Everything in it can be computed from the journal. */
export type Checkpoint = {
	readonly run: string;
	readonly lines: number;
	readonly bytes: number;
	/** SHA-256 of the last line, newline included. */
	readonly head: string;
	/** SHA-256 of the first `bytes` bytes of the journal. */
	readonly prefix: string;
};

/** What a signature on a checkpoint is for; the same key can't be tricked into signing one as something else. */
export const checkpointNamespace = 'slipway-checkpoint@v1';

/**
The text that is signed, exactly these bytes:

	slipway-journal/v1
	run 01KB3V6Q0000000000000000AA
	lines 1000
	bytes 323390
	head d0926c23…
	prefix 28edec27…
*/
export const encodeCheckpoint = ({run, lines, bytes, head, prefix}: Checkpoint): string => `slipway-journal/v1\nrun ${run}\nlines ${lines}\nbytes ${bytes}\nhead ${head}\nprefix ${prefix}\n`;

/** `null` when the text is not, byte for byte, a checkpoint. */
export const parseCheckpoint = (text: string): Checkpoint | null => {
	const match = /^slipway-journal\/v1\nrun ([\w-]+)\nlines (0|[1-9]\d*)\nbytes (0|[1-9]\d*)\nhead ([0-9a-f]{64})\nprefix ([0-9a-f]{64})\n$/.exec(text);
	if (match === null) return null;
	const [, run = '', lines = '', bytes = '', head = '', prefix = ''] = match;
	const checkpoint = {run, lines: Number(lines), bytes: Number(bytes), head, prefix};
	return Number.isSafeInteger(checkpoint.lines) && Number.isSafeInteger(checkpoint.bytes) ? checkpoint : null;
};

/** For people: `1000:d0926c23`. Pasted into a chat it is an anchor already. */
export const shortCheckpoint = ({lines, head}: Pick<Checkpoint, 'lines' | 'head'>): string => `${lines}:${head.slice(0, 8)}`;
