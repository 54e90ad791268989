import {distance} from 'fastest-levenshtein';

import {parseDatabase} from './database-url.ts';
import {hasExpression} from './expressions.ts';
import {nearestWord} from './nearest-word.ts';
import {inputFault} from './read-input.ts';
import type {RunbookProblem} from './runbook-problem.ts';
import type {Runbook} from './runbook.ts';
import {describeValue, listOf} from './shape-problems.ts';
import {targetKeys} from './shape.ts';
import type {YamlSource} from './yaml-source.ts';

type Checked = {readonly problems: readonly RunbookProblem[]; readonly warnings: readonly RunbookProblem[]};

/** What a shape can't say of inputs and targets: that an input fits itself, and that a target can be reached without guessing. */
export const checkMeaning = (source: YamlSource, runbook: Pick<Runbook, 'inputs' | 'targets'>): Checked => {
	const targets = checkTargets(source, runbook);
	return {problems: [...checkInputs(source, runbook), ...targets.problems], warnings: targets.warnings};
};

const checkInputs = (source: YamlSource, {inputs}: Pick<Runbook, 'inputs'>): readonly RunbookProblem[] =>
	Object.entries(inputs).flatMap(([name, input]): readonly RunbookProblem[] => {
		const path = ['inputs', name];
		if (input.type === 'choice' && input.options === undefined) return [source.problemAt(path, {what: `The choice \`${name}\` has no \`options\``, expected: 'a list of the allowed values'})];
		if (input.type !== 'choice' && input.options !== undefined) return [source.problemAt([...path, 'options'], {what: `\`options\` is for a choice, and \`${name}\` is a ${input.type}`, expected: '`type: choice`'}, 'key')];
		if (input.pattern !== undefined && input.type !== 'string') return [source.problemAt([...path, 'pattern'], {what: `\`pattern\` is for a string, and \`${name}\` is a ${input.type}`}, 'key')];
		const fault = input.pattern === undefined ? null : patternFault(input.pattern);
		if (fault !== null) return [source.problemAt([...path, 'pattern'], {what: `The pattern is no regular expression (${fault})`})];
		if (input.default === undefined) return [];
		if (input.type === 'secret') return [source.problemAt([...path, 'default'], {what: `The secret \`${name}\` would stand in the runbook for everybody`, expected: 'no default'}, 'key')];
		if (typeof input.default === 'string' && hasExpression(input.default)) return [];
		const wrong = inputFault(input, input.default);
		return wrong === null ? [] : [source.problemAt([...path, 'default'], {what: `The default of \`${name}\` does not fit it`, expected: wrong, found: describeValue(input.default), nearest: nearestWord(String(input.default), input.options ?? [])})];
	});

const patternFault = (pattern: string): string | null => {
	try {
		new RegExp(pattern, 'u');
		return null;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
};

const checkTargets = (source: YamlSource, {targets}: Pick<Runbook, 'targets'>): Checked => {
	const problems: RunbookProblem[] = [];
	const warnings: RunbookProblem[] = [];
	for (const [name, target] of Object.entries(targets)) {
		const path = ['targets', name];
		for (const key of Object.keys(target.variables)) {
			const near = targetKeys.find(known => distance(key.toLowerCase(), known) <= 2);
			if (near !== undefined) problems.push(source.problemAt([...path, key], {what: `\`${key}\` is not a key of a target, and too like one to be a value of your own`, expected: listOf(targetKeys), nearest: near}, 'key'));
			else if (key === 'name') problems.push(source.problemAt([...path, key], {what: '`name` is what the target is called already', expected: 'another name for this value'}, 'key'));
			else if (!/^[a-z][a-z0-9_-]*$/.test(key)) problems.push(source.problemAt([...path, key], {what: `\`${key}\` can't be the name of a value`, expected: 'small letters, digits, dashes and underscores'}, 'key'));
		}

		if (typeof target.database !== 'string') continue;
		const database = parseDatabase(target.database);
		if ('fault' in database) problems.push(source.problemAt([...path, 'database'], {what: 'This is no address of a database', expected: database.fault}));
		else if (database.password !== null) warnings.push(source.problemAt([...path, 'database'], {what: 'A password stands in the runbook', expected: '`database: {env: NAME}`'}));
	}

	return {problems, warnings};
};
