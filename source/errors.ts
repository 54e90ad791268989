/**
An error that a person can mend. Whole sentences, present tense, no blame: what happened, why, what to do.
`code` is stable and lower-case (`runbook-invalid`); `cause` keeps the original error.
*/
export class Problem extends Error {
	override readonly name = 'Problem';
	readonly code: string;
	readonly what: string;
	readonly why: string;
	readonly todo: string;

	constructor(facts: {readonly code: string; readonly what: string; readonly why: string; readonly todo: string; readonly cause?: unknown}) {
		super(`${facts.what} ${facts.why} ${facts.todo}`, {cause: facts.cause});
		this.code = facts.code;
		this.what = facts.what;
		this.why = facts.why;
		this.todo = facts.todo;
	}
}

/** A state that the code excludes. Only we can mend it. */
export class Bug extends Error {
	override readonly name = 'Bug';
}
