import type {ZodType} from 'zod';

import type {Answer, ChecklistDecision, FileFact, Finding} from '../journal/event.ts';
import type {Target} from '../runbook/plan.ts';

/**
A kind of action. Everything here is pure: what a task will do is data, computed before it is shown, and the very same data is executed.

To add one: a file in this folder that exports an `Action`, a row in `actions/table.ts`, and, when it needs more than one command, a
performer of the same name in `source/workers/`.
*/
export type Action<With = never> = {
	/** `helm/upgrade` */
	readonly uses: string;
	/** One sentence for `slipway schema` and the docs. */
	readonly describe: string;
	/** Made when it is first read (`z.lazy`), as are the shapes of reports: to make those of all actions at every start took 15 ms. */
	readonly schema: ZodType<With>;
	/** `reads`: changes nothing · `local`: writes into the run's folder or the backup folder only · `changes`: from here on things change. */
	readonly effect: Effect;
	/**
	What later tasks may take from it as `${{ tasks.ID.outputs.NAME }}`: each name with what it is, its unit, and when it is there if not always.
	All names that `judge` may give, and no others: `slipway validate` refuses those that do not stand here.
	*/
	readonly outputs: Readonly<Record<string, string>>;
	/** What it will do. Throws `Problem` when it cannot be done (a tool is missing, an earlier task gave no preview…). */
	readonly plan: (input: PlanInput<With>) => ActionPlan;
	/** How it ended, from its exit status and its report. Never guesses: garbage in the report is a failure that says so. */
	readonly judge: (ended: Ended) => Judgement;
	/** For an attempt whose end is not known: read-only commands that ask the world, and what their answers mean. */
	readonly probe?: (input: PlanInput<With>) => Probe;
	/** Keys of `with` that name an earlier task, with the actions that it may use: `{preview: ['helm/preview']}`. */
	readonly refersTo?: Readonly<Record<string, readonly string[]>>;
	/** What undoes it, offered when it failed: another action by name and its `with`. */
	readonly rollback?: (input: With, taskId: string) => {readonly uses: string; readonly name: string; readonly with: Readonly<Record<string, unknown>>};
};

/** An action whose settings are known only once its schema has read them. */
export type AnyAction = Omit<Action<never>, 'schema'> & {readonly schema: ZodType};

export type Effect = 'reads' | 'local' | 'changes';

export type PlanInput<With> = {
	readonly runId: string;
	/** The run's folder; evidence of this attempt goes to `evidenceFolder`. Both absolute. */
	readonly runFolder: string;
	readonly evidenceFolder: string;
	readonly runbookFolder: string;
	readonly taskId: string;
	readonly taskName: string;
	readonly attempt: number;
	/** What is stamped into the world so that a later probe knows its own: `slipway <run id> <task>.<attempt>`. */
	readonly stamp: string;
	/** How far the journal is, `221:0c77ab91`: written beside the stamp into the world, it is kept by somebody else. */
	readonly anchor: string;
	readonly with: With;
	readonly target: Target;
	/** Results of the tasks that succeeded before, by task id; in doubt and failed ones are absent. */
	readonly earlier: Readonly<Record<string, Earlier>>;
	/** Ids of the previews whose release was rolled back since: what they found live should run again, not what they showed. Absent: none. */
	readonly rolledBack?: readonly string[];
	/** Answers given so far, by task id. */
	readonly answers: Readonly<Record<string, GivenAnswer>>;
	/** What was said of items of this task's checklist, the last word last. Absent: nothing. */
	readonly decisions?: readonly ChecklistDecision[];
	/** Absolute path of a tool on the operator's PATH, or null when there is none. */
	readonly findTool: (name: string) => string | null;
	/** Value of the target's database password, if the target has one. Goes into environments only. */
	readonly databasePassword: string | null;
	readonly timeoutMs: number | null;
	/** When this plan is made. */
	readonly now: Date;
};

export type GivenAnswer = {readonly answer: Answer; readonly person?: string; readonly remark?: string; readonly reference?: string; readonly at: string; readonly by: string};

export type Earlier = {readonly uses: string | null; readonly attempt: number; readonly outputs: Readonly<Record<string, string>>; readonly evidence: readonly FileFact[]; readonly finishedAt: string};

export type ActionPlan = {
	/** What the operator sees before it runs, in order; all of it and nothing else is executed. */
	readonly commands: readonly Command[];
	readonly cwd: string;
	/** Added to the child's environment. Values may be secret; the journal gets the names. */
	readonly env: Readonly<Record<string, string>>;
	/** Files and folders that must still have these bytes when it starts. Paths relative to the run's folder or absolute. */
	readonly requires: readonly FileFact[];
	/**
	Absent: `commands` has exactly one command and that is the process.
	Present: the process is our worker, which performs `uses` with this JSON value and runs only what `commands` lists.
	*/
	readonly work?: unknown;
	/** What a person should see before starting: one line each. */
	readonly notes: readonly string[];
};

export type Command = {
	/** `$` in the plan: reads; `!`: changes the world. */
	readonly effect: 'reads' | 'local' | 'changes';
	readonly argv: readonly string[];
	/** For what is not a process, such as an HTTP request: shown instead of argv (`GET https://…`). */
	readonly shown?: string;
	/** What it reads, or where its output goes, as a shell writes it. */
	readonly redirect?: {readonly sign: '<' | '>'; readonly path: string};
	/** It is run then alone: `if that is cancelled`. */
	readonly when?: string;
};

export type Ended = {
	readonly exitCode: number | null;
	readonly signal: string | null;
	/** What the worker wrote to `report.json`; undefined when it wrote none (a direct command, or it died before). */
	readonly report: unknown;
	/** The last 64 KiB of stdout and stderr as text, already made safe and redacted. */
	readonly outTail: string;
	readonly errTail: string;
};

export type Judgement = {
	readonly outcome: 'succeeded' | 'failed';
	/** One line. */
	readonly summary: string;
	readonly outputs: Readonly<Record<string, string>>;
	readonly findings: readonly Finding[];
};

export type Probe = {
	readonly commands: readonly Command[];
	readonly env: Readonly<Record<string, string>>;
	/** Answers in the order of `commands`. */
	readonly read: (answers: readonly ProbeAnswer[]) => ProbeVerdict;
};

export type ProbeAnswer = {readonly exitCode: number | null; readonly stdout: string; readonly stderr: string};

/** `facts`: what the world says, one line each, as `label\tvalue`. */
export type ProbeVerdict = {readonly verdict: 'done' | 'not-done' | 'unknown'; readonly facts: readonly string[]; readonly likely: string};
