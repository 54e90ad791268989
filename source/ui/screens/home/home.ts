import type {RunSource} from '../history/run-source.ts';

/** What the home screen lists: plain values, read from disk by who opens it. */
export type Home = {
	/** `op-a@ops1` */
	readonly who: string;
	readonly runbooks: readonly ListedRunbook[];
	readonly runs: RunSource;
	/** What has to be said once: why the last choice could not be carried out. */
	readonly notice?: {readonly what: string; readonly todo: string};
};

export type ListedRunbook = {
	readonly path: string;
	/** `digit.runbook.yaml` */
	readonly file: string;
	readonly name: string;
	/** `6 steps, 23 tasks`, or what is wrong with it. */
	readonly about: string;
	readonly isValid: boolean;
};

/** What the operator chose there. */
export type HomeChoice = RunChoice | {readonly kind: 'start'; readonly runbook: string} | {readonly kind: 'history'; readonly filter: string} | {readonly kind: 'leave'};

/** What can be done with a run. `watch`: somebody drives it. `timeline`: step through what happened. */
export type RunChoice = {readonly kind: 'resume' | 'watch' | 'show' | 'timeline'; readonly run: string};
