import {Problem} from '../errors.ts';

/** `NAME=VALUE` options as a record. Throws `Problem` for one without `=` or given twice. */
export const parseInputs = (given: readonly string[]): Record<string, string> => {
	const inputs: Record<string, string> = {};
	for (const text of given) {
		const split = text.indexOf('=');
		const name = text.slice(0, split);
		if (split < 1) throw wrong(`--input ${text} is not NAME=VALUE.`, 'Write it as `--input version=2.9.2`.');
		if (name in inputs) throw wrong(`The input ${name} is given twice.`, 'Give it once.');
		inputs[name] = text.slice(split + 1);
	}

	return inputs;
};

const wrong = (what: string, todo: string): Problem => new Problem({code: 'usage', what, why: 'Nothing was run.', todo});
