import {parseArgs} from 'node:util';

import {distance} from 'fastest-levenshtein';

import {Problem} from '../errors.ts';

/** The options of a command, by their long name. `value` names what a string option takes (`--target NAME`). */
export type OptionTable = Readonly<Record<string, {readonly type: 'string' | 'boolean'; readonly multiple?: boolean; readonly short?: string; readonly value?: string; readonly describe: string}>>;

export type Arguments = {readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>; readonly positionals: readonly string[]};

/**
Reads a command's arguments. An unknown option is a `Problem` that names the nearest known one: a misspelt flag must stop everything
before anything runs.
*/
export const parseArguments = (command: string, argv: readonly string[], options: OptionTable, positionals: {readonly least: number; readonly most: number}): Arguments => {
	const known = {...options, help: {type: 'boolean', short: 'h', describe: 'Show this help'}} satisfies OptionTable;
	const parsed = parseArgs({args: [...argv], options: known, allowPositionals: true, strict: false, tokens: true});
	for (const token of parsed.tokens) {
		if (token.kind !== 'option') continue;
		const option = (known as OptionTable)[token.name];
		if (option === undefined) throw unknownOption(command, token.rawName, Object.keys(known));
		if (option.type === 'string' && (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))))
			throw usage(command, `${token.rawName} needs a value.`, `Give it as \`${token.rawName} ${option.value ?? 'VALUE'}\`.`);
		if (option.type === 'boolean' && token.value !== undefined) throw usage(command, `${token.rawName} takes no value.`, `Write \`${token.rawName}\` alone.`);
	}

	const help = parsed.values['help'] === true;
	const count = parsed.positionals.length;
	if (!help && count < positionals.least) throw usage(command, 'An argument is missing.', `See \`slipway ${command} --help\`.`);
	if (!help && count > positionals.most) throw usage(command, `${parsed.positionals[positionals.most]} is one argument too many.`, `See \`slipway ${command} --help\`.`);
	return {values: parsed.values, positionals: parsed.positionals};
};

/** The nearest of the known words, when it is near enough to be meant. */
export const nearest = (word: string, known: readonly string[]): string | null => {
	const [best] = known.map(candidate => ({candidate, far: distance(word, candidate)})).toSorted((a, b) => a.far - b.far);
	return best !== undefined && best.far <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : null;
};

const unknownOption = (command: string, rawName: string, known: readonly string[]): Problem => {
	const near = nearest(rawName.replace(/^-+/, ''), known);
	return usage(command, `${rawName} is not an option of \`slipway ${command}\`.`, near === null ? `See \`slipway ${command} --help\`.` : `Did you mean --${near}?`);
};

const usage = (command: string, what: string, todo: string): Problem => new Problem({code: 'usage', what, why: 'Nothing was run.', todo: todo === '' ? `See \`slipway ${command} --help\`.` : todo});
