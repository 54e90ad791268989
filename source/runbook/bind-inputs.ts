import {Problem} from '../errors.ts';
import {nearestWord} from './nearest-word.ts';
import {inputFault, readInput} from './read-input.ts';
import type {InputSpec, Runbook, Scalar} from './runbook.ts';

export type BoundInputs = {readonly values: Readonly<Record<string, Scalar>>; readonly secrets: Readonly<Record<string, string>>; readonly problems: readonly Problem[]};

/**
The inputs of a run in their types: those given, else the environment's `SLIPWAY_INPUT_<NAME>` (capitals, dashes as underscores), else
the default. An empty text counts as not given.
*/
export const bindInputs = (runbook: Runbook, given: Readonly<Record<string, Scalar>>, environment: Readonly<Record<string, string | undefined>>): BoundInputs => {
	const values: Record<string, Scalar> = {};
	const secrets: Record<string, string> = {};
	const problems = Object.keys(given)
		.filter(name => !Object.hasOwn(runbook.inputs, name))
		.map(name => unknownInput(name, Object.keys(runbook.inputs)));
	for (const [name, input] of Object.entries(runbook.inputs)) {
		const raw = [Object.hasOwn(given, name) ? given[name] : undefined, environment[inputVariable(name)], input.default].find(value => value !== undefined && value !== '');
		if (raw === undefined) {
			if (input.required) problems.push(missingInput(name, input));
			continue;
		}

		const value = readInput(input, raw);
		const fault = inputFault(input, value);
		if (fault !== null) problems.push(wrongInput(name, input, raw, fault));
		else if (input.type === 'secret') secrets[name] = String(value);
		else values[name] = value;
	}

	return {values, secrets, problems};
};

/** `admin-token` → `SLIPWAY_INPUT_ADMIN_TOKEN` */
export const inputVariable = (name: string): string => `SLIPWAY_INPUT_${name.toUpperCase().replaceAll('-', '_')}`;

const unknownInput = (name: string, known: readonly string[]): Problem => {
	const near = nearestWord(name, known);
	return new Problem({
		code: 'input-unknown',
		what: `${name} is not an input of this runbook.`,
		why: known.length === 0 ? 'It has none.' : `It has: ${known.join(', ')}.`,
		todo: near === null ? 'Leave it out.' : `Did you mean ${near}?`,
	});
};

const missingInput = (name: string, input: InputSpec): Problem =>
	new Problem({
		code: 'input-missing',
		what: `The input ${name} is not given.`,
		why: `${input.describe === undefined ? 'The runbook requires it' : `It is required: ${input.describe}`}${input.options === undefined ? '' : ` (${input.options.join(', ')})`}.`,
		todo: input.type === 'secret' ? `Set ${inputVariable(name)} in the environment.` : `Give it as \`--input ${name}=…\`, or set ${inputVariable(name)}.`,
	});

const wrongInput = (name: string, input: InputSpec, raw: Scalar, fault: string): Problem => {
	const near = input.options === undefined ? null : nearestWord(String(raw), input.options);
	return new Problem({
		code: 'input-wrong',
		what: `The input ${name} can't be ${input.type === 'secret' ? 'what was given' : JSON.stringify(raw)}.`,
		why: `It has to be ${fault}.`,
		todo: near === null ? 'Give it again.' : `Did you mean ${near}?`,
	});
};
