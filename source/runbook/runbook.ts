/**
A runbook as its author wrote it, after its shape was checked: durations are in milliseconds, everything else is as in the file.
`${{ }}` expressions are still text; `expandPlan` binds them.
*/
export type Runbook = {
	readonly name: string;
	readonly about?: string;
	readonly inputs: Readonly<Record<string, InputSpec>>;
	readonly targets: Readonly<Record<string, TargetSpec>>;
	readonly steps: readonly StepSpec[];
};

export type InputSpec = {
	readonly type: 'string' | 'number' | 'boolean' | 'choice' | 'secret';
	readonly describe?: string;
	readonly required: boolean;
	readonly default?: Scalar;
	/** The allowed values of a `choice`. */
	readonly options?: readonly string[];
	/** A regular expression that the whole value of a `string` must match. */
	readonly pattern?: string;
};

/**
`{env: NAME}` is read from the environment of Slipway when the run starts. The password of a `database` counts as a secret; all other
values are shown, so what must not be seen is a secret input instead.
*/
export type FromEnvironment = {readonly env: string};

export type TargetSpec = {
	/** A path, relative to the runbook's folder. Absent: `$KUBECONFIG`, else `~/.kube/config`, made explicit when the run starts. */
	readonly kubeconfig?: string | FromEnvironment;
	readonly context?: string | FromEnvironment;
	readonly namespace?: string | FromEnvironment;
	/** `postgresql://user@host:port/name`; a password in it counts as a secret. */
	readonly database?: string | FromEnvironment;
	/** The target's name must be typed before anything changes there. */
	readonly protected: boolean;
	/** All other keys: what `${{ target.NAME }}` gives. */
	readonly variables: Readonly<Record<string, Scalar | FromEnvironment>>;
};

export type StepSpec = {readonly id: string; readonly name: string; readonly about?: string; readonly tasks: readonly TaskSpec[]};

type TaskCommon = {
	readonly id: string;
	readonly name: string;
	/** Markdown. */
	readonly about?: string;
	/** A GitHub Actions expression without `${{ }}`. */
	readonly if?: string;
	readonly required: boolean;
	readonly timeoutMs?: number;
	/** How many more attempts may follow a failed one by themselves. 0: none. */
	readonly retry: number;
	/** May be repeated by itself when its end is not known. */
	readonly idempotent: boolean;
	/** What undoes this task when it failed: a shell command. `helm/upgrade` brings its own. */
	readonly rollback?: string;
};

export type TaskSpec = TaskCommon &
	(
		| {readonly kind: 'uses'; readonly uses: string; readonly with: Readonly<Record<string, unknown>>}
		| {
				readonly kind: 'run';
				/** A string goes to `sh -c`, an array is an argv. */
				readonly run: string | readonly string[];
				readonly shell?: 'sh' | 'bash';
				/** Relative to the runbook's folder. */
				readonly cwd?: string;
				readonly env: Readonly<Record<string, string>>;
				/** `changes` (the default) or `reads`: whether it changes something outside the run's folder. */
				readonly effect: 'reads' | 'changes';
				/** A read-only command for an end that is not known: exit 0 it was done, 1 it was not, other: unknown. */
				readonly probe?: string;
		  }
		| {readonly kind: 'script'; readonly script: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>>; readonly effect: 'reads' | 'changes'}
		| {
				readonly kind: 'confirm';
				readonly confirm: string;
				readonly person: boolean;
				readonly reference: boolean;
				/** Id of an earlier action whose results stand with the question. */
				readonly shows?: string;
		  }
		| {readonly kind: 'window'; readonly window: WindowSpec}
		| {readonly kind: 'approval'; readonly approval: ApprovalSpec}
	);

export type TaskKind = TaskSpec['kind'];

export type WindowSpec = {
	/** An IANA name, `Asia/Kolkata`. */
	readonly timezone: string;
	/** `Mon-Thu 10:00-17:00`; the end may lie past midnight (`22:00-02:00`). */
	readonly allow: readonly string[];
	readonly freezes: readonly Freeze[];
	/** iCalendar files whose events are freezes too, relative to the runbook's folder. A plan has none: `expandPlan` reads them into `freezes`. */
	readonly calendars?: readonly string[];
};

/** Both days belong to the freeze. ISO 8601 dates in the window's time zone. */
export type Freeze = {readonly from: string; readonly to: string; readonly reason: string};

export type ApprovalSpec = {
	readonly by: number;
	readonly maxAgeMs?: number;
	/** Relative to the runbook's folder; absolute in a plan. */
	readonly allowedSigners?: string;
};

export type Scalar = string | number | boolean;
