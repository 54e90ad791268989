import process from 'node:process';

import {execa} from 'execa';

import type {ProbeAnswer} from '../actions/action.ts';
import {commandLine} from '../text/command-line.ts';
import type {Workplace} from './performer.ts';

/** Runs one command of the plan, having said it, and gives its answer whatever it is. Ends it when the attempt is cancelled. */
export type RunTool = (argv: readonly string[], options?: {readonly isQuiet?: boolean}) => Promise<ProbeAnswer>;

/** The largest answer that is read: a release of Helm with its chart. */
const largestBytes = 512 * 1024 * 1024;

/** `environment` is added to that of the worker. What a child writes to stderr goes to stdout of the attempt too, unless it is asked to be quiet. */
export const toolRunner = (place: Workplace, environment: Readonly<Record<string, string>>): RunTool => {
	// A repository that the operator's shell points at would be read instead of the one that the path lies in.
	const {GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...inherited} = process.env;
	return async (argv, {isQuiet = false} = {}) => {
		place.say(`$ ${commandLine(argv)}`);
		const [file = '', ...rest] = argv;
		const {exitCode, stdout, stderr, message, failed} = await execa(file, rest, {
			reject: false,
			stdin: 'ignore',
			extendEnv: false,
			env: {...inherited, ...environment},
			maxBuffer: largestBytes,
			// It stays in the group of the attempt, which the supervisor signals: KILL reaches it too. How long it may take to end is decided there.
			cancelSignal: place.signal,
			forceKillAfterDelay: false,
			stripFinalNewline: false,
		});
		// A program that could not be started has said nothing itself.
		const answer = {exitCode: exitCode ?? null, stdout: stdout ?? '', stderr: failed && exitCode === undefined && (stderr ?? '') === '' ? (message ?? '') : (stderr ?? '')};
		if (!isQuiet && answer.stderr.trim() !== '') for (const line of answer.stderr.trimEnd().split('\n')) place.say(line);
		return answer;
	};
};
