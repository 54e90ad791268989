import type {ChecklistDecision, ChecklistWithdrawal, EventData, FileFact, Finding, RunResult, SignerMark} from '../journal/event.ts';
import type {Plan, PlannedTask, Remedy} from '../runbook/plan.ts';

/** A run as the fold over its journal up to some line. The same for a live run, a resumed one and a reviewed one. */
export type RunState = {
	readonly id: string;
	readonly plan: Plan;
	readonly createdAt: string;
	readonly createdBy: string;
	readonly slipway: string;
	readonly rehearsal: boolean;
	/** By task: the file of allowed signers as it was when the run began, where that is known. */
	readonly allowedSigners: Readonly<Record<string, FileFact>>;
	/** Lines folded so far, and the SHA-256 of the last one. */
	readonly lines: number;
	readonly head: string;
	readonly epoch: number;
	readonly lastAt: string;
	readonly session: Session | null;
	/** Who signs the checkpoints now, where that is known; and when it was no more a key of the operator's. */
	readonly signer: SignerMark | null;
	readonly signerChanged: SignerChange | null;
	/** By task id, remedies included. */
	readonly tasks: Readonly<Record<string, TaskState>>;
	/** The first event that changed something outside the run's folder. */
	readonly changedSince: string | null;
	/** The first event after which commands with ! of an action that changes nothing itself may have reached others: an upload, a scratch database. */
	readonly reachedSince: string | null;
	readonly ending: {readonly result: RunResult; readonly statement: string; readonly at: string; readonly by: string} | null;
};

/** `because`: null where the run was opened again with another key. */
export type SignerChange = {readonly from: SignerMark; readonly to: SignerMark; readonly because: string | null; readonly at: string; readonly by: string};

export type Session = EventData['session.opened'] & {readonly at: string; readonly by: string};

export type TaskState = {
	readonly task: PlannedTask | Remedy;
	readonly status: TaskStatus;
	readonly attempts: readonly Attempt[];
	readonly confirmation: Confirmation | null;
	readonly waiver: {readonly reason: string; readonly by: string; readonly at: string} | null;
	readonly approvals: readonly (EventData['approval.given'] & {readonly at: string; readonly by: string})[];
	readonly overrides: readonly (EventData['gate.overridden'] & {readonly at: string; readonly by: string})[];
	/** What was said of items of a checklist and what was taken back of it, the last word last; `standingDecisions` gives what counts. */
	readonly decisions: readonly (ChecklistDecision | ChecklistWithdrawal)[];
	/** The operator chose to leave it as it is after a failure. */
	readonly stopped: boolean;
	readonly reopenedBecause: string | null;
};

/** `failed`: of an action, or a confirmation answered no. `rolled-back`: done or failed, then undone. */
export type TaskStatus = 'to-do' | 'running' | 'done' | 'failed' | 'cancelled' | 'timed-out' | 'in-doubt' | 'waived' | 'skipped' | 'rolled-back';

export type Confirmation = Omit<EventData['task.confirmed'], 'task'> & {readonly at: string; readonly by: string};

export type Attempt = {
	readonly task: string;
	readonly number: number;
	readonly started: EventData['attempt.started'];
	readonly startedAt: string;
	readonly by: string;
	readonly epoch: number;
	readonly cancels: readonly (EventData['attempt.cancel-requested'] & {readonly at: string; readonly by: string})[];
	/** Since when what holds it is gone; null while it is there. */
	readonly unsupervisedAt: string | null;
	readonly end: AttemptEnd | null;
	readonly probes: readonly (EventData['attempt.probed'] & {readonly at: string})[];
};

export type AttemptEnd =
	| ({readonly kind: 'finished'; readonly at: string} & EventData['attempt.finished'])
	| {readonly kind: 'never-started'; readonly at: string; readonly because: string}
	| {readonly kind: 'in-doubt'; readonly at: string; readonly trace: string}
	| ({readonly kind: 'resolved'; readonly at: string; readonly by: string; readonly trace: string} & EventData['attempt.resolved']);

export type {ChecklistDecision, FileFact, Finding};
