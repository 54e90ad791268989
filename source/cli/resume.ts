import {createInterface} from 'node:readline/promises';
import process from 'node:process';

import {compareRunbook} from '../engine/compare-runbook.ts';
import {resumeRun} from '../engine/open-run.ts';
import {readRun} from '../engine/read-run.ts';
import {Problem} from '../errors.ts';
import type {EventData} from '../journal/event.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {Command, Io} from './command.ts';
import {consentOptions, consentsFrom} from './consents.ts';
import {drive} from './drive.ts';
import {findRun} from './find-run.ts';
import {thisMachine} from './machine.ts';

/** `slipway resume [RUN]` */
export const resume: Command = {
	usage: 'resume [RUN]',
	describe: 'Goes on with an interrupted run: shows what is known, follows what still runs, takes what has finished, asks where it is in doubt.',
	options: {
		'take-over': {type: 'string', value: 'REASON', describe: 'Take the run over from another operator; the reason is recorded'},
		...consentOptions,
	},
	positionals: {least: 0, most: 1},
	run: async ({values, positionals}, io) => {
		const consents = consentsFrom(values);
		if (!io.isTerminal && consents.yes === null)
			throw new Problem({code: 'no-terminal', what: 'There is no terminal to ask at.', why: 'A run asks before it does anything.', todo: 'Resume it at a terminal, or give --yes; `slipway show` only looks.'});
		const runId = findRun(io, positionals[0], 'unfinished');
		const machine = thisMachine(io);
		const changed = compareRunbook(readRun(io.env, runId).state, machine);
		if (changed !== null && io.isTerminal && !(await acceptsCopy(changed, io))) return 130;
		const engine = await resumeRun(machine, runId, values['take-over'] as string | undefined);
		return drive(engine, consents, io);
	},
};

/** Shows what has changed in the runbook's file. The copy that the run began with is what counts; leaving is the only other way. */
const acceptsCopy = async ({changes}: EventData['runbook.changed'], io: Io): Promise<boolean> => {
	io.out(`\nThe runbook's file is not the one that this run began with:\n\n${changes.map(change => `  ${makeSafe(change)}\n`).join('')}\nThe run goes on with its own copy. To use the new file, leave, end this run and start another one.\n\n`);
	const asked = createInterface({input: process.stdin, output: process.stdout});
	const closed = new Promise<string>(resolve => asked.once('close', () => resolve('n')));
	const answer = (await Promise.race([asked.question('Go on with the copy? [Y/n] '), closed])).trim().toLowerCase();
	asked.close();
	return answer === '' || answer === 'y' || answer === 'yes';
};
