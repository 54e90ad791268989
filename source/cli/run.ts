import {setImmediate as nextTurn} from 'node:timers/promises';

import {loadRunbook} from '../engine/load-runbook.ts';
import {startRun} from '../engine/open-run.ts';
import {Problem} from '../errors.ts';
import {formatRunbookProblem} from '../runbook/runbook-problem.ts';
import {makeSafe} from '../text/safe-text.ts';
import {askForRest} from './ask-for-rest.ts';
import type {Command} from './command.ts';
import {consentOptions, consentsFrom} from './consents.ts';
import {drive, isPlain} from './drive.ts';
import {parseInputs} from './inputs.ts';
import {thisMachine} from './machine.ts';

/** `slipway run RUNBOOK` */
export const run: Command = {
	usage: 'run RUNBOOK [--target NAME] [--input NAME=VALUE]…',
	describe: 'Runs a guided deploy. Nothing happens that you did not see and accept.',
	options: {
		target: {type: 'string', short: 't', value: 'NAME', describe: 'Where to run: one of the targets of the runbook'},
		input: {type: 'string', short: 'i', multiple: true, value: 'NAME=VALUE', describe: 'An input of the runbook; a secret one is better set as SLIPWAY_INPUT_NAME'},
		...consentOptions,
	},
	positionals: {least: 1, most: 1},
	run: async ({values, positionals}, io) => {
		const consents = consentsFrom(values);
		if (!io.isTerminal && consents.yes === null)
			throw new Problem({
				code: 'no-terminal',
				what: 'There is no terminal to ask at.',
				why: 'A run asks before it does anything; standard input or output is not a terminal.',
				todo: 'Run it at a terminal, or give --yes to answer its confirmations by a flag.',
			});
		const machine = thisMachine(io);
		if (io.isTerminal && !isPlain(consents, io)) {
			// What lays out the screen is compiled by another thread while the runbook is read: 10 ms sooner.
			void import('../ui/app.tsx');
			await nextTurn();
		}

		const loaded = loadRunbook(positionals[0] ?? '', io.cwd);
		for (const warning of loaded.warnings) io.err(`${makeSafe(formatRunbookProblem(warning))}\n`);
		const given = {targetName: values['target'] as string | undefined, inputs: parseInputs((values['input'] ?? []) as readonly string[])};
		const chosen = io.isTerminal ? await askForRest(loaded, given, machine, isPlain(consents, io)) : given;
		if (chosen === null) return 130;
		const engine = await startRun(machine, {...chosen, loaded, rehearsal: false});
		return drive(engine, consents, io);
	},
};
