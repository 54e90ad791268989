import {Problem} from '../errors.ts';
import {errorCode} from './file-system.ts';

/** Why a run can't be recorded, or not any more. The sentences of this subject stand together here. */

export const poisoned = (why: string, cause?: unknown): Problem =>
	new Problem({
		code: 'journal-poisoned',
		what: 'The record of this run can no longer be written.',
		why,
		todo: `Nothing more is started; running actions go on. ${remedies[errorCode(cause)] ?? 'Mend the cause'}, then open the run again with \`slipway resume\`.`,
		cause,
	});

export const makeWritable = 'Make its file system writable again (`dmesg` tells why it is not)';

const remedies: Readonly<Record<string, string>> = {
	EROFS: makeWritable,
	EIO: 'The disk fails, `dmesg` tells how: keep a copy of the run elsewhere, mend the disk',
};

export const suspended = (runFolder: string, cause: unknown): Problem =>
	new Problem({
		code: 'journal-suspended',
		what: 'The disk is full: what was asked for last is not recorded, and was not done.',
		why: `There is no room for one more line in ${runFolder}.`,
		todo: 'Nothing more is started; running actions go on. Free some space on it, then open the run again with `slipway resume`.',
		cause,
	});

export const noRoom = (folder: string, lacking: string, cause: unknown): Problem =>
	new Problem({
		code: 'disk-full',
		what: 'The disk is too full for a run.',
		why: `There is no room in ${folder} for ${lacking}.`,
		todo: 'Free some space there and try again. `slipway show` works meanwhile.',
		cause,
	});

export const corrupt = (path: string, why: string): Problem =>
	new Problem({
		code: 'journal-corrupt',
		what: 'The record of this run is damaged, so nothing may be added to it.',
		why: `${path}: ${why}`,
		todo: 'Look at what is left with `slipway show`, and keep the folder as it is for whoever looks into it. See `slipway verify`.',
	});

export const unwritable = (path: string, cause: unknown): Problem =>
	new Problem({
		code: 'journal-unwritable',
		what: 'The record of this run can not be opened for writing.',
		why: `${path}: ${cause instanceof Error ? cause.message : String(cause)}.`,
		todo: 'Mend that and try again. `slipway show` works meanwhile.',
		cause,
	});
