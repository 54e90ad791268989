import type {Action, ActionPlan, Earlier, Effect, GivenAnswer, PlanInput} from '../actions/action.ts';
import {bindSecrets, planRun, planScript} from '../actions/run-command.ts';
import {actions} from '../actions/table.ts';
import {Bug, Problem} from '../errors.ts';
import type {Planned} from '../run/decide.ts';
import {shortHead} from '../run/short-head.ts';
import {standingDecisions} from '../run/standing-decisions.ts';
import type {RunState} from '../run/state.ts';
import {lastSuccess, taskOf, tasksBefore, walkOf} from '../run/walk.ts';
import {bindTask, checkSettings, type SecretValues} from '../runbook/expand-plan.ts';
import type {PlannedTask} from '../runbook/plan.ts';
import {attemptFolderOf, evidenceFolderOf} from '../stores/run-folder.ts';
import {commandText} from '../text/command-text.ts';
import type {Machine} from './machine.ts';

/** What planning knows of the machine. Nothing of it changes during a session. */
export type PlanningFacts = {
	readonly runFolder: string;
	readonly attemptFolder: (taskId: string, attempt: number) => string;
	readonly evidenceFolder: (taskId: string, attempt: number) => string;
	readonly findTool: (name: string) => string | null;
	readonly databasePassword: string | null;
	/** Values of the secret inputs. */
	readonly secrets: Readonly<Record<string, string>>;
	/** What every child gets: the operator's environment without what would steer helm, kubectl or pg_dump elsewhere, with the target's kubeconfig. */
	readonly childEnvironment: Readonly<Record<string, string>>;
	/** `[node, worker.mjs]` */
	readonly workerArgv: readonly string[];
	/** `[node, zx's program]` */
	readonly scriptArgv: readonly string[];
};

export const planningFacts = (machine: Machine, runFolder: string, {inputs, databasePassword}: SecretValues, childEnvironment: Readonly<Record<string, string>>): PlanningFacts => ({
	runFolder,
	attemptFolder: (taskId, attempt) => attemptFolderOf(runFolder, taskId, attempt),
	evidenceFolder: (taskId, attempt) => evidenceFolderOf(runFolder, taskId, attempt),
	findTool: machine.findTool,
	databasePassword,
	secrets: inputs,
	childEnvironment,
	workerArgv: machine.workerArgv,
	scriptArgv: machine.scriptArgv,
});

/** What starting the task would do now, the world not looked at yet; null for a task that runs nothing. */
export const planTask = (state: RunState, taskId: string, facts: PlanningFacts, now: Date): (Exclude<Planned, {problem: Problem}> & {readonly worldGates: readonly []}) | {readonly problem: Problem} | null => {
	const {task} = taskOf(state, taskId);
	if (task.kind === 'confirm' || task.kind === 'window' || task.kind === 'approval') return null;
	try {
		const {effect, plan} = planAction(state, taskId, facts, now);
		const attempt = taskOf(state, taskId).attempts.length + 1;
		const command = plan.commands[0];
		if (command === undefined) throw new Bug(`${taskId} plans no command.`);
		return {
			effect,
			plan: effect === 'changes' ? {...plan, requires: [...plan.requires, ...backups(state, taskId)]} : plan,
			argv: plan.work === undefined ? command.argv : [...facts.workerArgv, facts.attemptFolder(taskId, attempt)],
			shown: plan.commands.map(commandText),
			worldGates: [],
			timeoutMs: task.timeoutMs ?? null,
		};
	} catch (error) {
		if (error instanceof Problem) return {problem: error};
		throw error;
	}
};

const planAction = (state: RunState, taskId: string, facts: PlanningFacts, now: Date): {readonly effect: Effect; readonly plan: ActionPlan} => {
	const task = boundTask(state, taskId);
	switch (task.kind) {
		case 'run':
			return {effect: task.effect, plan: planRun(task, planInput(state, taskId, facts, now, undefined), facts.secrets)};
		case 'script':
			return {effect: task.effect, plan: planScript(task, planInput(state, taskId, facts, now, undefined), facts.secrets, facts.scriptArgv)};
		case 'uses': {
			const action = actionOf(task.uses);
			const plan = action.plan(planInput(state, taskId, facts, now, action.schema.parse(task.with)));
			return {effect: action.effect, plan: {...plan, env: bindSecrets(plan.env, facts.secrets)}};
		}
		default:
			throw new Bug(`${taskId} runs nothing.`);
	}
};

/** The task with what earlier ones gave. Throws `Problem` when that is not there, or does not fit its action. */
export const boundTask = (state: RunState, taskId: string): PlannedTask => {
	const task = bindTask(taskOf(state, taskId).task, outputsBefore(state));
	if (task.kind === 'uses') checkSettings(task, Object.values(actions));
	return task;
};

/** The action of that name. The runbook was checked against the same table, so a missing one is ours to mend. */
export const actionOf = (uses: string): Action<unknown> => {
	const action = actions[uses];
	if (action === undefined) throw new Bug(`There is no action ${uses}.`);
	return action as Action<unknown>;
};

export const planInput = <With,>(state: RunState, taskId: string, facts: PlanningFacts, now: Date, settings: With): PlanInput<With> => {
	const {task, attempts} = taskOf(state, taskId);
	const attempt = attempts.length + 1;
	return {
		runId: state.id,
		runFolder: facts.runFolder,
		evidenceFolder: facts.evidenceFolder(taskId, attempt),
		runbookFolder: state.plan.runbook.folder,
		taskId,
		taskName: task.name,
		attempt,
		stamp: stampOf(state.id, taskId, attempt),
		anchor: shortHead(state),
		with: settings,
		target: state.plan.target,
		earlier: earlierResults(state),
		rolledBack: rolledBackPreviews(state),
		answers: Object.fromEntries(walkOf(state).flatMap(({task: {id}, confirmation}): [string, GivenAnswer][] => (confirmation === null ? [] : [[id, confirmation]]))),
		decisions: standingDecisions(taskOf(state, taskId).decisions),
		findTool: facts.findTool,
		databasePassword: facts.databasePassword,
		timeoutMs: task.timeoutMs ?? null,
		now,
	};
};

export const stampOf = (runId: string, taskId: string, attempt: number): string => `slipway ${runId} ${taskId}.${attempt}`;

const rolledBackPreviews = (state: RunState): readonly string[] =>
	walkOf(state).flatMap(({task, status}) => (status === 'rolled-back' && task.kind === 'uses' && typeof task.with['preview'] === 'string' ? [task.with['preview']] : []));

const earlierResults = (state: RunState): Record<string, Earlier> =>
	Object.fromEntries(
		walkOf(state).flatMap((task): [string, Earlier][] => {
			const success = lastSuccess(task);
			if (success?.end?.kind !== 'finished') return [];
			const {outputs, evidence, at} = success.end;
			return [[task.task.id, {uses: task.task.kind === 'uses' ? task.task.uses : null, attempt: success.number, outputs, evidence, finishedAt: at}]];
		}),
	);

const outputsBefore = (state: RunState): Record<string, Readonly<Record<string, string>>> =>
	Object.fromEntries(Object.entries(earlierResults(state)).map(([id, {outputs}]) => [id, outputs]));

/** What must still be whole before anything changes: every backup that was made before. */
const backups = (state: RunState, taskId: string): ActionPlan['requires'] =>
	tasksBefore(state, taskId).flatMap(task => {
		const end = lastSuccess(task)?.end;
		return task.task.kind === 'uses' && task.task.uses === 'postgres/backup' && task.status === 'done' && end?.kind === 'finished' ? end.evidence : [];
	});
