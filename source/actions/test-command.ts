import {resolve} from 'node:path';

import * as z from 'zod';

import {durationShape} from '../runbook/duration.ts';
import type {Action} from './action.ts';
import {commandArgv, ownFacts} from './run-command.ts';
import {previewActions} from './helm/previewed.ts';
import {bindingOf, describeBinding, type Binding} from './test/binding.ts';
import {judgeTests, testOutputWords} from './test/judge-tests.ts';

const someTexts = z.lazy(() => z.union([z.string().min(1).transform(text => [text]), z.array(z.string().min(1)).min(1)]));
const scalar = z.lazy(() => z.union([z.string(), z.number(), z.boolean()]).transform(String));

/**
	id: postman
	run: newman run smoke.json --reporters junit
	junit: newman/*.xml          # or a list; relative to `cwd`
	timeout: 5m

is short for `uses: test/command` with `run` and `junit` in `with`. `tap: stdout` reads the command's own output.
*/
const settings = z.lazy(() => z.strictObject({
	run: z.union([z.string().min(1), z.array(scalar).min(1)]).describe('Text goes to a shell; a list is run as it is'),
	shell: z.enum(['sh', 'bash']).optional(),
	cwd: z.string().min(1).optional().describe("Relative to the runbook's folder"),
	env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), scalar).default({}),
	effect: z.literal('reads', 'A test counts as reading: leave `effect` out, or use a `run` without a report for what changes something.').optional(),
	junit: someTexts.optional().describe('JUnit XML reports that the command writes, as file names or patterns'),
	tap: z.string().min(1).optional().describe('A TAP file that the command writes, or `stdout`'),
	preview: z.string().optional().describe('Id of the preview whose result is tested'),
	'max-age': durationShape.optional().describe('How long the result counts before something is changed'),
}));

export type TestSettings = z.infer<typeof settings>;

/** What the worker is given. It runs in the command's folder; patterns are relative to it. */
export type TestWork = {readonly argv: readonly string[]; readonly junit: readonly string[]; readonly tap: string | null; readonly binding: Binding};

/** Runs tests, and takes their word only for what their reports list. */
export const testCommand: Action<TestSettings> & {readonly refersTo: Readonly<Record<string, readonly string[]>>} = {
	uses: 'test/command',
	describe: 'Runs a test command and reads its JUnit or TAP report: failed tests, no tests, an old report or a killed command never pass.',
	schema: settings as unknown as z.ZodType<TestSettings>,
	refersTo: {preview: previewActions},
	effect: 'reads',
	outputs: testOutputWords,
	plan: input => {
		const {run, shell, cwd, env, junit = [], tap, preview, 'max-age': maxAgeMs} = input.with;
		const argv = commandArgv({run, shell}, input);
		const {SLIPWAY_OUTPUT: _, ...facts} = ownFacts(input);
		const binding = bindingOf(input, preview, maxAgeMs);
		const bound = describeBinding(binding);
		return {
			commands: [{effect: 'reads', argv}],
			cwd: resolve(input.runbookFolder, cwd ?? '.'),
			env: {...facts, ...env},
			requires: [],
			work: {argv, junit, tap: tap ?? null, binding} satisfies TestWork,
			notes: [
				junit.length + (tap === undefined ? 0 : 1) === 0 ? 'No report is read: the exit status alone counts.' : `Tests are counted from ${[...junit, ...(tap === undefined ? [] : [tap === 'stdout' ? 'the output (TAP)' : tap])].join(', ')}.`,
				...(bound === '' ? [] : [`It counts for ${bound}.`]),
			],
		};
	},
	judge: judgeTests,
};
