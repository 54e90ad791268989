/**
One line of the journal, newline included, as UTF-8 (at most 64 KiB):

	{"v":1,"seq":7,"prev":"<64 hex>","epoch":1,"at":"2026-11-24T09:18:00.464Z","by":"op-a@ops1","type":"task.confirmed","data":{…}}

`prev` is the SHA-256 of the line before, newline included, so that `sha256sum` alone can check a file. Line 0 has the SHA-256 of
`slipway-journal/v1 <run-id> <SHA-256 of the runbook file>\n`.
*/
export type JournalLine = {
	readonly v: 1;
	readonly seq: number;
	readonly prev: string;
	readonly epoch: number;
	/** ISO 8601, UTC, milliseconds. A claim of the machine's clock, never used for order. */
	readonly at: string;
	/** `user@host`, a claim; only a signature proves it. */
	readonly by: string;
} & Event;

/** A fact. What a type means for the run stands in `run/reducer.ts`. */
export type Event = {
	[Type in keyof EventData]: {readonly type: Type; readonly data: EventData[Type]};
}[keyof EventData];

export type EventType = keyof EventData;

export type EventData = {
	'run.created': {
		readonly run: string;
		readonly runbook: {readonly name: string; readonly path: string; readonly sha256: string};
		/** SHA-256 of `plan.json`. */
		readonly plan: string;
		readonly target: {readonly name: string; readonly context?: string; readonly namespace?: string; readonly database?: string; readonly protected: boolean};
		readonly inputs: Readonly<Record<string, string | number | boolean>>;
		readonly slipway: string;
		readonly rehearsal: boolean;
		/** The files that say whose signatures are approvals, by the task that names them. Absent without such a task, and in older records: then nobody knows what was in them. */
		readonly allowedSigners?: Readonly<Record<string, FileFact>>;
	};
	'session.opened': {readonly pid: number; readonly host: string; readonly boot: string; readonly tty: string | null; readonly resumed: boolean; readonly takeOver?: string; /** Whose key signs the checkpoints from here on. Absent in older records. */ readonly signer?: SignerMark};
	'session.closed': {readonly reason: 'left' | 'ended' | 'signal'};
	/** Bytes after the last whole line were cut off and kept beside. */
	'journal.recovered': {readonly bytes: number; readonly sha256: string; readonly keptAs: string};
	/** The disk was full: `lost` is the type of the event that found no place. Nothing is started until the run is opened again; running actions go on. */
	'run.suspended': {readonly reason: 'disk-full'; readonly lost: EventType};
	/** The key that signed the checkpoints does not any more, and another one does. */
	'signer.changed': {readonly from: SignerMark; readonly to: SignerMark; readonly because: string};
	/** The runbook's file is not the one that the run began with; the run goes on with its copy. `sha256`: null when it is gone or can't be planned. */
	'runbook.changed': {readonly sha256: string | null; readonly changes: readonly string[]};
	/** The wall clock went backwards between two lines. */
	'clock.set-back': {readonly byMs: number};

	/** `attachments`: files that came with the answer, as they are kept in the run's folder. */
	'task.confirmed': {readonly task: string; readonly answer: Answer; readonly person?: string; readonly remark?: string; readonly reference?: string; readonly attachments?: readonly FileFact[]};
	/** An answer or an old success that no longer counts. */
	'task.reopened': {readonly task: string; readonly because: string};
	'task.waived': {readonly task: string; readonly reason: string};
	'task.refused': {readonly task: string; readonly gates: readonly string[]};
	/** What a person says of an item of the checklist that no machine can prove; of one finding alone when it is named. The last word about it counts. */
	'checklist.answered': {readonly task: string; readonly item: string; readonly finding?: FindingMark; readonly answer: Answer; readonly person: string; readonly reference?: string; readonly remark?: string; readonly seen: string};
	/** An open finding that is passed, or all of an item. `until`: its last day, UTC. */
	'checklist.waived': {readonly task: string; readonly item: string; readonly finding?: FindingMark; readonly reason: string; readonly until: string; readonly seen: string};
	/** What was said in this run of an item, or of one finding alone, no longer counts. */
	'checklist.withdrawn': {readonly task: string; readonly item: string; readonly finding?: FindingMark; readonly remark?: string; readonly seen: string};
	'gate.overridden': {readonly task: string; readonly gate: string; readonly reason: string; readonly typed?: string};
	'approval.given': {readonly task: string; readonly person: string; readonly proof: 'signed' | 'claimed'; readonly subject: string; readonly remark?: string; readonly signed?: ApprovalSignature};

	'attempt.started': {
		readonly task: string;
		readonly attempt: number;
		readonly effect: 'reads' | 'local' | 'changes';
		readonly argv: readonly string[];
		readonly cwd: string;
		/** Names only. */
		readonly env: readonly string[];
		/** What was on the screen when the operator accepted it; the same list the process works through. */
		readonly commands: readonly string[];
		/** Places in `commands` of those that change something. Absent where none does, and in older records: then it is not known which. */
		readonly changing?: readonly number[];
		/** `enter`, or the word that was typed, or `unattended`. */
		readonly consent: string;
		/** Files that must have these bytes; checked just before the start. */
		readonly requires: readonly FileFact[];
		readonly timeoutMs?: number;
	};
	'attempt.never-started': {readonly task: string; readonly attempt: number; readonly because: string};
	/** What holds it was killed: it goes on, but how it ends will not be written down. */
	'attempt.unsupervised': {readonly task: string; readonly attempt: number};
	'attempt.cancel-requested': {readonly task: string; readonly attempt: number; readonly signal: 'TERM' | 'KILL'; readonly because: 'operator' | 'timeout'};
	'attempt.finished': {
		readonly task: string;
		readonly attempt: number;
		readonly outcome: 'succeeded' | 'failed' | 'cancelled' | 'timed-out';
		/** One line for people: `412 passed`, `revision 42, 3 of 3 ready`. */
		readonly summary: string;
		readonly exitCode: number | null;
		readonly signal: string | null;
		readonly durationMs: number;
		/** `out` and `err` of the attempt. */
		readonly output: readonly FileFact[];
		readonly evidence: readonly FileFact[];
		/** What `${{ tasks.ID.outputs.NAME }}` gives. */
		readonly outputs: Readonly<Record<string, string>>;
		/** What a person should know: warnings, failures, in words. */
		readonly findings: readonly Finding[];
	};
	'attempt.in-doubt': {readonly task: string; readonly attempt: number; readonly trace: string};
	/** What the world said when the attempt's end was not known. `alive`: its processes that were found then. Absent in older records: nobody looked. */
	'attempt.probed': WorldAnswer & {readonly task: string; readonly attempt: number; readonly alive?: readonly LivingProcess[]};
	'attempt.resolved': {
		readonly task: string;
		readonly attempt: number;
		readonly as: 'succeeded' | 'failed';
		readonly reason: string;
		/** Nobody said it: the runbook calls the task idempotent, and it was run again. Absent where a person did. */
		readonly how?: 'runbook';
		/** What the world had said last, where that was no support. Absent where it said the same, where it was not asked, and for a failure also where it was unknown. */
		readonly world?: WorldAnswer;
		/** `out` and `err` as nothing wrote to them any more. Absent in older records, and where `unread` says why. */
		readonly output?: readonly FileFact[];
		/** What the attempt reported, where it did. */
		readonly evidence?: readonly FileFact[];
		/** Why what it left is in no hash. */
		readonly unread?: string;
	};
	/** The operator's choice after a failure: leave everything as it is. */
	'task.stopped': {readonly task: string};

	'run.ended': {readonly result: RunResult; readonly statement: string};
};

/**
What proves an approval: `ssh-keygen -Y verify -f allowedSigners -I person -n slipway-approval@v1 -s signature <request`. Without a list of allowed
signers it is known which key signed, not whose it is. `givenSigners`: the list was not named by the runbook but given with the signature, as
this file; what it says is the word of whoever gave it, and the approval a claim.
*/
export type ApprovalSignature = {readonly fingerprint: string; readonly expires: string; readonly request: FileFact; readonly signature: FileFact; readonly allowedSigners: FileFact | null; readonly givenSigners?: string};

/** A key that signs checkpoints: one in the operator's ssh-agent, or that of this user on this machine. `fingerprint`: `SHA256:…` */
export type SignerMark = {readonly kind: 'agent' | 'machine'; readonly fingerprint: string};

/** One finding of a checklist: its fingerprint, which is the same in every release, and for readers what it is about. `seen` beside it is the SHA-256 of the report that was looked at. */
export type FindingMark = {readonly fingerprint: string; readonly where: string};

/** A word about an item of a checklist as it stands in the record. */
export type ChecklistDecision = (({readonly kind: 'answer'} & EventData['checklist.answered']) | ({readonly kind: 'waiver'} & EventData['checklist.waived'])) & {readonly at: string; readonly by: string};

/** That words about an item were taken back, as it stands in the record. */
export type ChecklistWithdrawal = {readonly kind: 'withdrawal'} & EventData['checklist.withdrawn'] & {readonly at: string; readonly by: string};

/** What a probe found: a verdict, and `label<TAB>value` lines. */
export type WorldAnswer = {readonly verdict: 'done' | 'not-done' | 'unknown'; readonly facts: readonly string[]};

/** `pid`: null for one that lives, but is not named by the machine. */
export type LivingProcess = {readonly pid: number | null; readonly command: string};

export type Answer = 'yes' | 'no' | 'partially';
export type RunResult = 'succeeded' | 'rolled-back' | 'abandoned';

/** `path` is relative to the run's folder where it lies in it, else absolute. A folder's hash covers names and contents. */
export type FileFact = {readonly path: string; readonly sizeBytes: number; readonly sha256: string};

/** What an action saw. `danger` must be read before a confirmation; `warning` should be. */
export type Finding = {readonly level: 'danger' | 'warning' | 'note'; readonly what: string; readonly where?: string};
