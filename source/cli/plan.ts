import {loadRunbook, planRunbook} from '../engine/load-runbook.ts';
import {formatRunbookProblem} from '../runbook/runbook-problem.ts';
import {makeSafe} from '../text/safe-text.ts';
import {safeRedactor, redactor} from '../text/redact.ts';
import type {Command} from './command.ts';
import {foresee} from './foresee.ts';
import {parseInputs} from './inputs.ts';
import {thisMachine} from './machine.ts';
import {planJson} from './plan-json.ts';
import {planLines} from './plan-lines.ts';

/** `slipway plan RUNBOOK`: exit status 0 planned, 1 a task could not start on this machine, 2 there is no plan. */
export const plan: Command = {
	usage: 'plan RUNBOOK [--target NAME] [--input NAME=VALUE]… [--json]',
	describe: 'Prints what a run would do, step by step: what each task reads or changes, what it asks, what is left out and why. Starts nothing and changes nothing.',
	options: {
		target: {type: 'string', short: 't', value: 'NAME', describe: 'Where it would run: one of the targets of the runbook'},
		input: {type: 'string', short: 'i', multiple: true, value: 'NAME=VALUE', describe: 'An input of the runbook; a secret one is better set as SLIPWAY_INPUT_NAME'},
		json: {type: 'boolean', describe: 'One JSON object, for other programs'},
	},
	positionals: {least: 1, most: 1},
	run: ({values, positionals}, io) => {
		const machine = thisMachine(io);
		const loaded = loadRunbook(positionals[0] ?? '', io.cwd);
		const inputs = parseInputs((values['input'] ?? []) as readonly string[]);
		const {plan: planned, secretValues} = planRunbook(loaded, {targetName: values['target'] as string | undefined, inputs}, machine);
		const foreseen = foresee(planned, secretValues, machine);
		const {inputs: secrets, databasePassword} = secretValues;
		const redact = safeRedactor(redactor([...Object.values(secrets), ...(databasePassword === null ? [] : [databasePassword])]));
		if (values['json'] === true) {
			io.out(`${JSON.stringify(planJson(planned, foreseen), (_, value: unknown) => (typeof value === 'string' ? redact(value) : value), 2)}\n`);
		} else {
			for (const warning of loaded.warnings) io.err(makeSafe(`${formatRunbookProblem({...warning, what: `warning: ${warning.what}`}, io.columns)}\n\n`));
			io.out(`${planLines(planned, foreseen, io.columns).map(line => redact(line)).join('\n')}\n`);
		}

		return [...foreseen.values()].some(({kind}) => kind === 'refused') ? 1 : 0;
	},
};
