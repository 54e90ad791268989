import {resumeRun} from '../engine/open-run.ts';
import {Problem} from '../errors.ts';
import type {Command} from './command.ts';
import {drive} from './drive.ts';
import {findRun} from './find-run.ts';
import {thisMachine} from './machine.ts';

/** `slipway resume [RUN]` */
export const resume: Command = {
	usage: 'resume [RUN]',
	describe: 'Goes on with an interrupted run: shows what is known, follows what still runs, takes what has finished, asks where it is in doubt.',
	options: {
		'take-over': {type: 'string', value: 'REASON', describe: 'Take the run over from another operator; the reason is recorded'},
		yes: {type: 'boolean', short: 'y', describe: 'Without a terminal: answer confirmations yes; recorded as answered by a flag'},
		'confirm-target': {type: 'string', value: 'NAME', describe: 'Without a terminal: what would be typed on a protected target'},
	},
	positionals: {least: 0, most: 1},
	run: async ({values, positionals}, io) => {
		const consents = {yes: values['yes'] === true, typed: values['confirm-target'] as string | undefined};
		if (!io.isTerminal && !consents.yes)
			throw new Problem({code: 'no-terminal', what: 'There is no terminal to ask at.', why: 'A run asks before it does anything.', todo: 'Resume it at a terminal, or give --yes; `slipway show` only looks.'});
		const runId = findRun(io, positionals[0], 'unfinished');
		const engine = await resumeRun(thisMachine(io), runId, values['take-over'] as string | undefined);
		return drive(engine, consents, io);
	},
};
