import type {ApprovalSpec, Scalar, TaskSpec, WindowSpec} from './runbook.ts';

/**
What a run will do, expanded from a runbook, a target and inputs, and frozen before step 1 (`plan.json` in the run's folder).
Inputs and target are bound; `${{ tasks.ID.outputs.NAME }}` is bound when the task starts.
Secret values are not in it: they stand as `${{ inputs.NAME }}` and reach children by environment.
*/
export type Plan = {
	readonly runbook: {readonly name: string; readonly path: string; readonly folder: string; readonly sha256: string};
	readonly target: Target;
	/** Secret inputs are left out here; `secrets` names them. */
	readonly inputs: Readonly<Record<string, Scalar>>;
	readonly secrets: readonly string[];
	readonly steps: readonly PlannedStep[];
	/** Tasks outside the walk that undo another one; offered when it failed. Id: `<task>.rollback`. */
	readonly remedies: readonly Remedy[];
};

/** Where a run acts. All paths are absolute. Passed explicitly to every child. */
export type Target = {
	readonly name: string;
	readonly kubeconfig?: string;
	readonly context?: string;
	readonly namespace?: string;
	/** Without its password. */
	readonly database?: string;
	readonly protected: boolean;
	readonly variables: Readonly<Record<string, Scalar>>;
};

export type PlannedStep = {readonly id: string; readonly name: string; readonly about?: string; readonly tasks: readonly PlannedTask[]};

/** A task with its expressions bound. `skipped` says why its `if:` left it out; `undefined` when it is in. */
export type PlannedTask = TaskSpec & {readonly stepId: string; readonly skipped?: string};

export type {ApprovalSpec, WindowSpec};

export type Remedy = PlannedTask & {readonly remedyFor: string};

/** All tasks in the order in which they are walked. */
export const tasksOf = (plan: Plan): readonly PlannedTask[] => plan.steps.flatMap(step => step.tasks);
