import type {Answer, FindingMark, RunResult} from '../journal/event.ts';

/** What the operator asks of a run. The engine answers each with events, or with a refusal that is a value. */
export type Request =
	/**
	Start the task's action, or start it again (a retry is a new attempt). `typed` is what the operator typed where a word is asked for, `seen` the
	`planDigest` of what was on the screen.
	*/
	| {readonly kind: 'start'; readonly task: string; readonly seen?: string; readonly typed?: string; readonly how?: Automatic}
	/** `attachments`: paths as they were typed. */
	| {readonly kind: 'confirm'; readonly task: string; readonly answer: Answer; readonly person?: string; readonly remark?: string; readonly reference?: string; readonly attachments?: readonly string[]}
	/** By word, or with a signature: then the person is whom the allowed signers name. */
	| {readonly kind: 'approve'; readonly task: string; readonly person?: string; readonly remark?: string; readonly signed?: SignedApproval}
	| {readonly kind: 'waive'; readonly task: string; readonly reason: string}
	/** Of a checklist: what a person says of an item, or of one finding. `seen`: SHA-256 of the report that was looked at. */
	| {readonly kind: 'answer-item'; readonly task: string; readonly item: string; readonly finding?: FindingMark; readonly seen: string; readonly answer: Answer; readonly person?: string; readonly reference?: string; readonly remark?: string}
	| {readonly kind: 'waive-item'; readonly task: string; readonly item: string; readonly finding?: FindingMark; readonly seen: string; readonly reason: string; readonly until: string}
	/** Takes back what was said in this run of an item, or of one finding alone. */
	| {readonly kind: 'withdraw-item'; readonly task: string; readonly item: string; readonly finding?: FindingMark; readonly seen: string; readonly remark?: string}
	| {readonly kind: 'override'; readonly task: string; readonly gate: string; readonly reason: string; readonly typed?: string}
	/** First TERM; sent again: KILL. */
	| {readonly kind: 'cancel'; readonly task: string}
	/** After a failure: leave everything as it is. */
	| {readonly kind: 'stop'; readonly task: string}
	| {readonly kind: 'resolve'; readonly task: string; readonly as: 'succeeded' | 'failed'; readonly reason: string}
	/** Ask the world again about an attempt in doubt. Changes nothing but the record. */
	| {readonly kind: 'probe'; readonly task: string}
	| {readonly kind: 'end'; readonly result: RunResult; readonly statement: string};

/** A request for an approval as it was signed, and its signature in OpenSSH's armour. `allowedSigners`: a file of the operator's, where the runbook names none. */
export type SignedApproval = {readonly text: string; readonly signature: string; readonly allowedSigners?: string};

/** Who pressed the key when no person did: the runbook (`retry:`, `idempotent:`), or the flags of a run without a terminal. Recorded as the consent. */
export type Automatic = 'runbook' | 'unattended';

/** Why a request was not done; nothing happened but the record of it. */
export type Refusal = {readonly code: string; readonly what: string; readonly todo: string; readonly gates: readonly Gate[]};

/** A condition of a start, met or not. `evidence` says what it was judged by, in one line. */
export type Gate = {
	readonly id: string;
	/** `backup verified, 14 min old` */
	readonly name: string;
	readonly state: 'open' | 'closed' | 'overridden' | 'unknown';
	readonly evidence: string;
	/** What the operator can do about a closed one. */
	readonly todo?: string;
};

/** What has to be given for a start: a key press, or a word to be typed. */
export type Consent = {readonly kind: 'enter'} | {readonly kind: 'typed'; readonly word: string};
