import type {Plan, PlannedTask, Remedy} from '../runbook/plan.ts';
import type {Foreseen} from './foresee.ts';

/**
A plan for other programs: the frozen plan as a run would keep it, each task with what it would do.

	{"runbook": {…}, "target": {…}, "inputs": {…}, "secrets": ["token"], "steps": [{"id": "know", "tasks": [{"id": "preview", …,
	  "foreseen": {"kind": "commands", "effect": "local", "commands": [{"effect": "reads", "argv": ["helm", …]}], "cwd": "…"}}]}], "remedies": […]}
*/
export const planJson = (plan: Plan, foreseen: ReadonlyMap<string, Foreseen>): unknown => {
	const withForeseen = (task: PlannedTask | Remedy): unknown => ({...task, foreseen: plain(foreseen.get(task.id))});
	return {...plan, steps: plan.steps.map(step => ({...step, tasks: step.tasks.map(withForeseen)})), remedies: plan.remedies.map(withForeseen)};
};

const plain = (foreseen: Foreseen | undefined): unknown =>
	foreseen?.kind === 'refused' ? {...foreseen, problem: {code: foreseen.problem.code, what: foreseen.problem.what, why: foreseen.problem.why, todo: foreseen.problem.todo}} : foreseen;
