import type {RunResult} from '../../../journal/event.ts';

/** What the home screen lists: plain values, read from disk by who opens it. */
export type Home = {
	/** `op-a@ops1` */
	readonly who: string;
	/** Open runs, the most urgent first. */
	readonly unfinished: readonly ListedRun[];
	readonly runbooks: readonly ListedRunbook[];
	/** Ended runs, the latest first. */
	readonly past: readonly ListedRun[];
};

export type ListedRun = {
	readonly id: string;
	readonly name: string;
	readonly from: string | null;
	readonly to: string | null;
	readonly target: string;
	/** How it stands, or how it ended; `unreadable`: its journal is damaged. */
	readonly standing: 'running' | 'in-doubt' | 'failed' | 'open' | RunResult | 'unreadable';
	/** In a few words: `upgrade running`, `stopped at 4 Back up`. Empty for ended runs. */
	readonly where: string;
	readonly startedAt: Date;
	/** From its start to its end, or until now. */
	readonly durationMs: number;
	readonly by: string;
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
export type HomeChoice = {readonly kind: 'resume'; readonly run: string} | {readonly kind: 'show'; readonly run: string} | {readonly kind: 'start'; readonly runbook: string} | {readonly kind: 'leave'};
