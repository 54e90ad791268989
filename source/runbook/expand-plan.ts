import {dirname, resolve} from 'node:path';

import {Problem} from '../errors.ts';
import type {ActionShape} from './action-shape.ts';
import {bindInputs, type BoundInputs} from './bind-inputs.ts';
import {bindTarget} from './bind-target.ts';
import {readFreezes} from './calendar.ts';
import {evaluate, ExpressionFault, parseExpression, type Lookup} from './expressions.ts';
import {needsOf} from './needs.ts';
import type {Plan, PlannedStep, PlannedTask, Target} from './plan.ts';
import {remediesOf} from './remedies.ts';
import type {Runbook, Scalar, TaskSpec} from './runbook.ts';
import {describeIssues} from './shape-problems.ts';
import {bindTexts, isOpen, textOf} from './task-texts.ts';

export {bindTask} from './bind-task.ts';

export type PlanRequest = {
	readonly runbook: Runbook;
	/** Of the runbook's file. */
	readonly sha256: string;
	/** Of the runbook's file, absolute. */
	readonly path: string;
	readonly targetName: string;
	/** As given by flags or typed; secrets too. */
	readonly inputs: Readonly<Record<string, Scalar>>;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly actions: readonly ActionShape[];
	/** Absent: `${{ run.id }}` stays for `bindTask`. */
	readonly runId?: string;
	/** `read`: the text of an iCalendar file, by its absolute path; throws `Problem`. `year`: this one, for events that repeat. */
	readonly calendars?: {readonly read: (path: string) => string; readonly year: number};
};

/** What must never be written down: values of the secret inputs, and the password of the target's database. */
export type SecretValues = {readonly inputs: Readonly<Record<string, string>>; readonly databasePassword: string | null};

export type Expanded = {readonly kind: 'plan'; readonly plan: Plan; readonly secretValues: SecretValues} | {readonly kind: 'problems'; readonly problems: readonly Problem[]};

/** A runbook bound to a target and inputs, to be frozen before the first step. All problems are given at once. */
export const expandPlan = (request: PlanRequest): Expanded => {
	const folder = dirname(request.path);
	const {runbook, actions} = request;
	const inputs = bindInputs(runbook, request.inputs, request.environment);
	const {target, databasePassword, problems: targetProblems} = bindTarget(runbook, request.targetName, folder, request.environment);
	const early = [...targetProblems, ...inputs.problems];
	if (target === null || early.length > 0) return {kind: 'problems', problems: early};

	const problems: Problem[] = [];
	const steps = runbook.steps.map((step): PlannedStep => {
		const tasks = step.tasks.flatMap((task): PlannedTask[] => {
			try {
				return [expandTask(task, step.id, {request, folder, target, inputs})];
			} catch (error) {
				if (!(error instanceof Problem) && !(error instanceof ExpressionFault)) throw error;
				problems.push(error instanceof Problem ? error : cannotPlan(task.id, error.message));
				return [];
			}
		});
		return {...step, name: nameOf(step.name, lookupFor(request, target, inputs), problems), tasks};
	});
	const all = steps.flatMap(step => step.tasks);
	problems.push(...needsLeftOut(all, actions));
	if (problems.length > 0) return {kind: 'problems', problems};
	const plan: Plan = {
		runbook: {name: runbook.name, path: request.path, folder, sha256: request.sha256},
		target,
		inputs: inputs.values,
		secrets: Object.keys(inputs.secrets),
		steps,
		remedies: remediesOf(all, actions),
	};
	return {kind: 'plan', plan, secretValues: {inputs: inputs.secrets, databasePassword}};
};

/** The secrets of a run that goes on: they are in no file of ours, so they are read again. */
export const readSecrets = (request: Pick<PlanRequest, 'runbook' | 'path' | 'targetName' | 'inputs' | 'environment'>): {readonly secretValues: SecretValues; readonly problems: readonly Problem[]} => {
	const {secrets, problems} = bindInputs(request.runbook, request.inputs, request.environment);
	const target = bindTarget(request.runbook, request.targetName, dirname(request.path), request.environment);
	const secretNames = Object.entries(request.runbook.inputs).flatMap(([name, {type}]) => (type === 'secret' ? [name] : []));
	return {
		secretValues: {inputs: secrets, databasePassword: target.databasePassword},
		problems: [...problems.filter(({what}) => secretNames.some(name => what.includes(` ${name} `))), ...target.problems],
	};
};

type Binding = {readonly request: PlanRequest; readonly folder: string; readonly target: Target; readonly inputs: BoundInputs};

const expandTask = (task: TaskSpec, stepId: string, {request, folder, target, inputs}: Binding): PlannedTask => {
	const lookup = lookupFor(request, target, inputs);
	const left = task.if === undefined ? null : conditionFault(task.if, path => (path[0] === 'target' ? (lookupTarget(target, path[1] ?? '') ?? null) : (lookup(path) ?? null)));
	if (left !== null) return {...task, name: nameOfSkipped(task, lookup), stepId, skipped: left};
	const bound = withAbsolutePaths(bindTexts(task, lookup), folder);
	if (bound.kind === 'uses') checkSettings(bound, request.actions);
	return {...withFreezes(bound, request, folder), stepId};
};

/** What is known before the first step; a secret that was given is not, so that it stays for the task's start. */
const lookupFor =
	(request: PlanRequest, target: Target, inputs: BoundInputs): Lookup =>
	([context, name = '']) => {
		switch (context) {
			case 'inputs':
				if (Object.hasOwn(inputs.secrets, name)) return undefined;
				return Object.hasOwn(inputs.values, name) ? inputs.values[name] : request.runbook.inputs[name]?.type === 'secret' ? '' : null;
			case 'target': {
				const value = lookupTarget(target, name);
				if (value === undefined) throw new ExpressionFault(`the target ${target.name} has no ${name}`, 0);
				return value;
			}

			case 'run':
				return request.runId;
			default:
				return undefined;
		}
	};

const lookupTarget = (target: Target, name: string): Scalar | undefined => {
	switch (name) {
		case 'name':
		case 'protected':
		case 'kubeconfig':
		case 'context':
		case 'namespace':
		case 'database':
			return target[name];
		default:
			return Object.hasOwn(target.variables, name) ? target.variables[name] : undefined;
	}
};

/** Why the task is left out, or null when its condition is met. What counts as false: false, 0, an empty text, nothing. */
const conditionFault = (condition: string, lookup: Lookup): string | null => {
	const value = evaluate(parseExpression(condition), lookup);
	return value === false || value === 0 || value === '' || value === null ? `\`${condition}\` is not so` : null;
};

const withAbsolutePaths = (task: TaskSpec, folder: string): TaskSpec => {
	if (task.kind === 'run') return {...task, cwd: resolve(folder, task.cwd ?? '.')};
	if (task.kind === 'approval' && task.approval.allowedSigners !== undefined) return {...task, approval: {...task.approval, allowedSigners: resolve(folder, task.approval.allowedSigners)}};
	return task.kind === 'script' ? {...task, script: resolve(folder, task.script)} : task;
};

/**
That the settings of a `uses` task fit its action, as far as they are known: for the plan, and once more at the start of a task whose
settings waited for outputs. Throws `Problem`.
*/
export const checkSettings = (task: TaskSpec & {readonly kind: 'uses'}, actions: readonly ActionShape[]): void => {
	const action = actions.find(({uses}) => uses === task.uses);
	if (action === undefined) throw cannotPlan(task.id, `there is no action ${task.uses}`);
	if (isOpen(task.with)) return;
	const checked = action.schema.safeParse(task.with);
	if (!checked.success) throw cannotPlan(task.id, describeIssues(checked.error.issues, task.with).join('; '));
};

const withFreezes = (task: TaskSpec, {calendars: files}: PlanRequest, folder: string): TaskSpec => {
	if (task.kind !== 'window' || task.window.calendars === undefined) return task;
	const {calendars, ...window} = task.window;
	const read = calendars.flatMap(name => {
		const path = resolve(folder, name);
		if (files === undefined) throw cannotPlan(task.id, `${path} can't be read here`);
		return readFreezes(files.read(path), {path, timezone: window.timezone, year: files.year});
	});
	return {...task, window: {...window, freezes: [...window.freezes, ...read]}};
};

/** What a task that is left out would be called; it may name what this target has not. */
const nameOfSkipped = (task: TaskSpec, lookup: Lookup): string => {
	try {
		return textOf(task.name, lookup);
	} catch (error) {
		if (error instanceof ExpressionFault) return task.name;
		throw error;
	}
};

const nameOf = (name: string, lookup: Lookup, problems: Problem[]): string => {
	try {
		return textOf(name, lookup);
	} catch (error) {
		if (!(error instanceof ExpressionFault)) throw error;
		problems.push(cannotPlan(name, error.message));
		return name;
	}
};

/** A task that is done needs what a task that is left out would have found: better said now than in the middle of the release. */
const needsLeftOut = (tasks: readonly PlannedTask[], actions: readonly ActionShape[]): readonly Problem[] => {
	const skipped = new Map(tasks.flatMap(task => (task.skipped === undefined ? [] : [[task.id, task.skipped] as const])));
	return tasks
		.filter(task => task.skipped === undefined)
		.flatMap(task => needsOf(task, actions).flatMap(id => (skipped.has(id) ? [cannotPlan(task.id, `it needs ${id}, which is left out because ${skipped.get(id) ?? ''}`)] : [])));
};

const cannotPlan = (taskId: string, why: string): Problem =>
	new Problem({code: 'task-unplannable', what: `The task ${taskId} can't be planned.`, why: `${why.slice(0, 1).toUpperCase()}${why.slice(1)}.`, todo: 'Mend the runbook, or give other inputs.'});
