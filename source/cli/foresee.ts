import type {Command, Effect} from '../actions/action.ts';
import {actions} from '../actions/table.ts';
import {childEnvironment} from '../engine/child-environment.ts';
import type {Machine} from '../engine/machine.ts';
import {actionOf, planningFacts, planTask} from '../engine/plan-task.ts';
import type {Problem} from '../errors.ts';
import {emptyRun} from '../run/reducer.ts';
import type {SecretValues} from '../runbook/expand-plan.ts';
import {needsOf} from '../runbook/needs.ts';
import {tasksOf, type Plan, type PlannedTask} from '../runbook/plan.ts';
import {runFolderPath, stateFolder} from '../stores/run-folder.ts';

/** What a task would do, as far as it can be told before the run. */
export type Foreseen =
	| {readonly kind: 'skipped'; readonly why: string}
	/** A person answers; nothing is run. */
	| {readonly kind: 'asks'}
	| {readonly kind: 'commands'; readonly effect: Effect; readonly describe: string | null; readonly commands: readonly Command[]; readonly cwd: string; readonly notes: readonly string[]}
	/** Its commands depend on what earlier tasks find. */
	| {readonly kind: 'later'; readonly effect: Effect; readonly describe: string | null; readonly needs: readonly string[]}
	/** It could not start here, as things are. */
	| {readonly kind: 'refused'; readonly effect: Effect; readonly describe: string | null; readonly problem: Problem};

/** The name that stands for the run in paths: there is none yet. */
export const runName = 'RUN';

/** Asks every task for its commands, as a run does before each start; nothing is started and no folder is made. */
export const foresee = (plan: Plan, secretValues: SecretValues, machine: Machine): ReadonlyMap<string, Foreseen> => {
	const state = emptyRun(runName, plan);
	const facts = planningFacts(machine, runFolderPath(stateFolder(machine.environment), runName), secretValues, childEnvironment(machine.environment, plan.target, null));
	return new Map([...tasksOf(plan), ...plan.remedies].map(task => [task.id, foreseeTask(task)]));

	function foreseeTask(task: PlannedTask): Foreseen {
		if (task.skipped !== undefined) return {kind: 'skipped', why: task.skipped};
		const planned = planTask(state, task.id, facts, machine.now());
		if (planned === null) return {kind: 'asks'};
		const describe = task.kind === 'uses' ? actionOf(task.uses).describe : null;
		if (!('problem' in planned)) return {kind: 'commands', effect: planned.effect, describe, commands: planned.plan.commands, cwd: planned.plan.cwd, notes: planned.plan.notes};
		const needs = needsOf(task, Object.values(actions));
		return needs.length > 0 ? {kind: 'later', effect: effectOf(task), describe, needs} : {kind: 'refused', effect: effectOf(task), describe, problem: planned.problem};
	}
};

const effectOf = (task: PlannedTask): Effect => {
	if (task.kind === 'uses') return actionOf(task.uses).effect;
	return task.kind === 'run' || task.kind === 'script' ? task.effect : 'reads';
};
