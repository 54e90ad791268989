import {Problem} from '../errors.ts';

/** Why a journal takes no more lines. The sentences of this subject stand together here. */

export const poisoned = (why: string, cause?: unknown): Problem =>
	new Problem({
		code: 'journal-poisoned',
		what: 'The record of this run can no longer be written.',
		why,
		todo: 'Nothing more is started; running actions go on. Mend the cause, then open the run again with `slipway resume`.',
		cause,
	});

export const suspended = (runFolder: string, cause: unknown): Problem =>
	new Problem({
		code: 'journal-suspended',
		what: 'The disk is full: what was asked for last is not recorded, and was not done.',
		why: `There is no room for one more line in ${runFolder}.`,
		todo: 'Nothing more is started; running actions go on. Free some space there, then open the run again with `slipway resume`.',
		cause,
	});

export const noRoom = (runFolder: string, cause: unknown): Problem =>
	new Problem({
		code: 'disk-full',
		what: 'The disk is too full to go on with this run.',
		why: `There is no room for the reserve of 64 KiB in ${runFolder}, which lets the record be ended properly when the disk fills up.`,
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
