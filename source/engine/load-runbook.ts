import {createHash} from 'node:crypto';
import {readFileSync, statSync} from 'node:fs';
import {resolve} from 'node:path';

import {actions} from '../actions/table.ts';
import {Problem} from '../errors.ts';
import {expandPlan, readSecrets, type PlanRequest, type SecretValues} from '../runbook/expand-plan.ts';
import {parseRunbook} from '../runbook/parse-runbook.ts';
import type {Plan} from '../runbook/plan.ts';
import {formatRunbookProblem, type RunbookProblem} from '../runbook/runbook-problem.ts';
import type {Runbook} from '../runbook/runbook.ts';
import type {Machine} from './machine.ts';
import {readCalendarFile} from './read-calendar.ts';

export type LoadedRunbook = {
	/** Absolute. */
	readonly path: string;
	readonly text: string;
	readonly sha256: string;
	readonly runbook: Runbook;
	readonly warnings: readonly RunbookProblem[];
};

const largestBytes = 4 * 1024 * 1024;

/** Reads and checks a runbook. Throws `Problem`: `runbook-unreadable`, `runbook-invalid` (all that is wrong, with lines). */
export const loadRunbook = (name: string, folder: string): LoadedRunbook => {
	const path = resolve(folder, name);
	return parseLoaded(path, name, readText(path));
};

/** The same for a text that was read before, such as the copy that a run keeps. */
export const parseLoaded = (path: string, name: string, text: string): LoadedRunbook => {
	const parsed = parseRunbook(text, {fileName: name, actions: Object.values(actions)});
	if (parsed.kind === 'problems') throw invalid(name, parsed.problems);
	return {path, text, sha256: createHash('sha256').update(text).digest('hex'), runbook: parsed.runbook, warnings: parsed.warnings};
};

export type Chosen = {
	/** Absent: the runbook's only target. */
	readonly targetName: string | undefined;
	readonly inputs: PlanRequest['inputs'];
};

/** Binds a runbook to a target and inputs. Throws `Problem` with all that is missing or wrong. */
export const planRunbook = (loaded: LoadedRunbook, chosen: Chosen, machine: Pick<Machine, 'environment'>, runId?: string): {readonly plan: Plan; readonly secretValues: SecretValues} => {
	const expanded = expandPlan({...requestFor(loaded, chosen, machine), ...(runId === undefined ? {} : {runId}), calendars: {read: readCalendarFile, year: new Date().getFullYear()}});
	if (expanded.kind === 'problems') throw together(expanded.problems);
	return expanded;
};

/** What stands nowhere on disk, read again for a run that goes on. Throws `Problem` when it is not given. */
export const readSecretsAgain = (loaded: LoadedRunbook, chosen: Chosen, machine: Pick<Machine, 'environment'>): SecretValues => {
	const {secretValues, problems} = readSecrets(requestFor(loaded, chosen, machine));
	if (problems.length > 0) throw together(problems);
	return secretValues;
};

const requestFor = ({runbook, sha256, path}: LoadedRunbook, {targetName, inputs}: Chosen, {environment}: Pick<Machine, 'environment'>): PlanRequest => ({
	runbook,
	sha256,
	path,
	targetName: targetName ?? onlyTarget(runbook),
	inputs,
	environment,
	actions: Object.values(actions),
});

const onlyTarget = ({targets}: Runbook): string => {
	const names = Object.keys(targets);
	const [only] = names;
	if (only !== undefined && names.length === 1) return only;
	throw new Problem({code: 'target-missing', what: 'It is not said where to run.', why: `The runbook has these targets: ${names.join(', ')}.`, todo: 'Name one with `--target`.'});
};

const readText = (path: string): string => {
	try {
		if (statSync(path).size > largestBytes) throw new Error(`it is larger than ${largestBytes / 1024 / 1024} MiB`);
		return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(readFileSync(path));
	} catch (cause) {
		throw new Problem({
			code: 'runbook-unreadable',
			what: `${path} can't be read.`,
			why: `${reasons[(cause as NodeJS.ErrnoException).code ?? ''] ?? (cause instanceof Error ? cause.message : String(cause))}.`,
			todo: 'Name a runbook, a file such as release.runbook.yaml; `slipway init` writes one to begin with.',
			cause,
		});
	}
};

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'There is no such file',
	EISDIR: 'It is a folder',
	EACCES: 'You may not read it',
	ERR_ENCODING_INVALID_ENCODED_DATA: 'It is not UTF-8 text',
};

const shownProblems = 5;

const invalid = (name: string, problems: readonly RunbookProblem[]): Problem =>
	new Problem({
		code: 'runbook-invalid',
		what: `${name} is not a runbook that can be run.`,
		why: `${problems.length === 1 ? 'One thing is' : `${problems.length} things are`} wrong with it:\n\n${problems.slice(0, shownProblems).map(problem => formatRunbookProblem(problem)).join('\n\n')}\n`,
		todo: problems.length > shownProblems ? `Mend them; \`slipway validate ${name}\` shows all.` : `Mend it; \`slipway validate ${name}\` looks again.`,
	});

const together = (problems: readonly Problem[]): Problem => {
	const [first] = problems;
	if (first !== undefined && problems.length === 1) return first;
	return new Problem({
		code: first?.code ?? 'run-unplannable',
		what: 'The run can not be planned.',
		why: problems.map(({what, why}) => `${what} ${why}`).join('\n  '),
		todo: [...new Set(problems.map(({todo}) => todo))].join('\n  '),
	});
};
