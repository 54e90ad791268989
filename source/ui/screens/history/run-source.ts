import type {RunResult} from '../../../journal/event.ts';

/** Where the screens get their runs from: only those that are seen are read, as there may be 100,000. */
export type RunSource = {
	/** Looks for what is new, for about so long. Gives how many runs are still to be read. */
	readonly look: (budgetMs: number) => number;
	/** Open runs that match, the newest first. */
	readonly unfinished: (filter: string) => readonly ListedRun[];
	/** Ended runs, rehearsals that were left, and what can't be read. */
	readonly pastCount: (filter: string) => number;
	readonly past: (filter: string, order: RunSort, from: number, count: number) => readonly ListedRun[];
	/** Of the last so many days. `late` is counted at once, `figures` from each run. */
	readonly late: (days: number) => Pick<RunFigures, 'releases' | 'rolledBack'>;
	readonly figures: (days: number) => RunFigures;
};

export type RunSort = 'newest' | 'oldest' | 'longest' | 'release' | 'target' | 'operator' | 'result' | 'waivers';

/** Releases that changed something, and what became of them. Milliseconds; null: nothing says. */
export type RunFigures = {
	readonly releases: number;
	readonly rolledBack: number;
	readonly abandoned: number;
	readonly perWeek: number;
	readonly usualMs: number | null;
	readonly restoreMs: number | null;
	/** `monday`: `2026-11-23` */
	readonly weeks: readonly {readonly monday: string; readonly releases: number; readonly failed: number}[];
};

export type ListedRun = {
	readonly id: string;
	readonly name: string;
	readonly from: string | null;
	readonly to: string | null;
	readonly target: string;
	/** How it stands, or how it ended; `left`: a rehearsal without an end, `unreadable`: its journal is damaged. */
	readonly standing: 'running' | 'in-doubt' | 'failed' | 'open' | 'left' | RunResult | 'unreadable';
	/** In a few words: `Upgrade user running`, `open at 4 Back up`; of a journal that can't be read, why. Empty for ended runs. */
	readonly where: string;
	readonly startedAt: Date;
	/** From its start to its end, or until now. */
	readonly durationMs: number;
	/** Who drives it now, else who began it. */
	readonly by: string;
	/** Somebody has it open at this moment. */
	readonly isDriven: boolean;
	readonly waivers: number;
	readonly rehearsal: boolean;
};
