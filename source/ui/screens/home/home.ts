import type {RunSource} from '../history/run-source.ts';

/** What the home screen lists: plain values, read from disk by who opens it. */
export type Home = {
	/** `op-a@ops1` */
	readonly who: string;
	/** Looks for what is new, for about so long. `unread`: how many runs are still to be read; `more`: there is more to be looked for at once. */
	readonly look: (budgetMs: number) => {readonly unread: number; readonly more: boolean};
	readonly runbooks: () => readonly ListedRunbook[];
	readonly runs: RunSource;
	/** What has to be said once: why the last choice could not be carried out. */
	readonly notice?: {readonly what: string; readonly todo: string};
};

export type ListedRunbook = {
	readonly path: string;
	/** `digit.runbook.yaml` */
	readonly file: string;
	readonly name: string;
	/** `6 steps, 23 tasks`, or what is wrong with it; empty until it was read. */
	readonly about: string;
	readonly isValid: boolean;
};

/** What the operator chose there. */
export type HomeChoice = RunChoice | {readonly kind: 'start'; readonly runbook: string} | {readonly kind: 'history'; readonly filter: string} | {readonly kind: 'leave'};

/** What can be done with a run. `watch`: somebody drives it. `timeline`: step through what happened. */
export type RunChoice = {readonly kind: 'resume' | 'watch' | 'show' | 'timeline'; readonly run: string};
