import {isAbsolute, join, resolve} from 'node:path';

import {Problem} from '../errors.ts';
import type {TaskSpec} from '../runbook/runbook.ts';
import type {ActionPlan, Ended, Judgement, PlanInput, Probe} from './action.ts';
import {readOutputs} from './run-outputs.ts';

type RunTask = Extract<TaskSpec, {kind: 'run'}>;
type ScriptTask = Extract<TaskSpec, {kind: 'script'}>;

/** Secret inputs by name; they reach the child by its environment alone. */
export type Secrets = Readonly<Record<string, string>>;

/** A command of the runbook's author: text for a shell, or an argv. Throws `Problem` when its program is not there. */
export const planRun = (task: RunTask, input: PlanInput<unknown>, secrets: Secrets = {}): ActionPlan => {
	return {
		commands: [{effect: task.effect, argv: commandArgv(task, input)}],
		cwd: task.cwd === undefined ? input.runbookFolder : resolve(input.runbookFolder, task.cwd),
		env: {...ownFacts(input), ...bindSecrets(task.env, secrets)},
		requires: [],
		notes: [],
	};
};

/**
A zx module of the runbook's author, in a Node of its own. `program` is `[node, zx's command line program]`. The module's output goes to a file, so
it is never coloured.
*/
export const planScript = (task: ScriptTask, input: PlanInput<unknown>, secrets: Secrets, program: readonly string[]): ActionPlan => {
	const script = isAbsolute(task.script) ? task.script : join(input.runbookFolder, task.script);
	return {
		commands: [{effect: task.effect, argv: [...program, script, ...task.args]}],
		cwd: input.runbookFolder,
		env: {NO_COLOR: '1', FORCE_COLOR: '0', ...ownFacts(input), ...bindSecrets(task.env, secrets)},
		requires: [],
		notes: [],
	};
};

/** Exit status 0 and nothing else is a success. `outputsText` is what the command wrote to `$SLIPWAY_OUTPUT`. */
export const judgeRun = (ended: Ended, outputsText = ''): Judgement => {
	const {outputs, findings} = readOutputs(outputsText);
	const succeeded = ended.exitCode === 0 && ended.signal === null;
	return {outcome: succeeded ? 'succeeded' : 'failed', summary: succeeded ? 'exit status 0' : describeFailure(ended), outputs, findings};
};

/** The read-only command that the task names for an end that is not known: exit status 0 it was done, 1 it was not. */
export const probeRun = (task: RunTask, input: PlanInput<unknown>, secrets: Secrets = {}): Probe | null => {
	if (task.probe === undefined) return null;
	return {
		commands: [{effect: 'reads', argv: ['sh', '-c', task.probe]}],
		env: {...ownFacts(input), ...bindSecrets(task.env, secrets)},
		read: ([answer]) => {
			const exitCode = answer?.exitCode ?? null;
			const facts = [`Probe\texit status ${exitCode ?? 'unknown'}`, ...lastLines(`${answer?.stdout ?? ''}\n${answer?.stderr ?? ''}`, 3).map(line => `\t${line}`)];
			if (exitCode === 0) return {verdict: 'done', facts, likely: 'The probe says that it was done.'};
			if (exitCode === 1) return {verdict: 'not-done', facts, likely: 'The probe says that it was not done.'};
			return {verdict: 'unknown', facts, likely: 'The probe gives no answer.'};
		},
	};
};

/** The argv of a command as text for a shell or as a list. Throws `Problem` when its program is not there. */
export const commandArgv = (command: {readonly run: string | readonly string[]; readonly shell?: 'sh' | 'bash' | undefined}, {taskId, findTool}: Pick<PlanInput<unknown>, 'taskId' | 'findTool'>): readonly string[] => {
	const argv = argvOf(command);
	const program = argv[0] ?? '';
	if (!program.includes('/') && findTool(program) === null)
		throw new Problem({
			code: 'tool-missing',
			what: `${program} is not there.`,
			why: `The task ${taskId} runs it, and no folder of PATH has it.`,
			todo: `Install ${program}, or add its folder to PATH, and start Slipway again.`,
		});
	return argv;
};

/** `sh -c TEXT`; bash stops at the first failure, also inside a pipeline. */
const argvOf = ({run, shell}: Parameters<typeof commandArgv>[0]): readonly string[] => {
	if (typeof run !== 'string') return run;
	return shell === 'bash' ? ['bash', '-euo', 'pipefail', '-c', run] : ['sh', '-c', run];
};

/** What a script may want to know of its own attempt. The target is in every child's environment already. */
export const ownFacts = ({runId, runFolder, taskId, attempt, databasePassword}: PlanInput<unknown>): Record<string, string> => ({
	SLIPWAY_RUN: runId,
	SLIPWAY_TASK: taskId,
	SLIPWAY_ATTEMPT: String(attempt),
	SLIPWAY_OUTPUT: join(runFolder, 'attempts', `${taskId}.${attempt}`, 'outputs'),
	...(databasePassword === null ? {} : {PGPASSWORD: databasePassword}),
});

/** Secret inputs take the place of their `${{ inputs.NAME }}`. */
export const bindSecrets = (env: Readonly<Record<string, string>>, secrets: Secrets): Record<string, string> =>
	Object.fromEntries(
		Object.entries(env).map(([name, value]) => [name, value.replaceAll(/\$\{\{\s*inputs\.([\w-]+)\s*\}\}/g, (whole, input: string) => secrets[input] ?? whole)]),
	);

const describeFailure = ({exitCode, signal, errTail, outTail}: Ended): string => {
	const last = lastLines(errTail, 1)[0] ?? lastLines(outTail, 1)[0];
	const how = signal !== null ? `ended by ${signal}` : exitCode === null ? 'ended without an exit status' : `exit status ${exitCode}${meaningOf[exitCode] ?? ''}`;
	return last === undefined ? how : `${how}: ${last}`;
};

const meaningOf: Readonly<Record<number, string>> = {126: ' (may not be executed)', 127: ' (command not found)'};

const lastLines = (text: string, count: number): readonly string[] =>
	text
		.split('\n')
		.map(line => line.trim())
		.filter(line => line !== '')
		.slice(-count);
