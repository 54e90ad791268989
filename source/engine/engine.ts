import type {ActionPlan, Effect} from '../actions/action.ts';
import type {Problem} from '../errors.ts';
import type {JournalLine} from '../journal/event.ts';
import type {Consent, Gate, Refusal, Request} from '../run/request.ts';
import type {RunState} from '../run/state.ts';
import type {Successor} from './find-successor.ts';
import type {WorkloadObserver} from './observe-workloads.ts';

/** The one door to a run. `ui` and `cli` read `snapshot` and send requests; nothing else writes events. */
export interface Engine {
	/** The state after the last line that is on disk. A new object whenever it changed. */
	readonly snapshot: () => RunState;
	readonly subscribe: (listener: () => void) => () => void;
	/** Resolves when what the request led to is on disk (an action goes on afterwards). */
	readonly send: (request: Request) => Promise<Reply>;
	/** What starting the task would do now; computed afresh, changes nothing. */
	readonly preview: (taskId: string) => Preview;
	/** Where an attempt's folder is: output is in `out` and `err` there. */
	readonly attemptFolder: (taskId: string, attempt: number) => string;
	/** What the task works on, or has worked on without success, as the cluster says it; null where there is nothing to see. Whoever asks closes it. Absent where nothing can be asked. */
	readonly observe?: (taskId: string) => WorkloadObserver | null;
	readonly lines: () => readonly JournalLine[];
	/** The moment that is shown, where a run is looked at as it was; absent: now. */
	readonly shownAt?: Date;
	/** Takes the run's secrets out of text, as far as they are known here. */
	readonly redact: (text: string) => string;
	/** `null` while this process may write; else why it only follows. */
	readonly readOnly: string | null;
	/** Resolves when what an end led to by itself, such as a `retry:`, is on disk too. Absent where nothing is driven. */
	readonly settled?: () => Promise<void>;
	/** Leaves the run; running actions go on. */
	readonly close: (reason: 'left' | 'ended' | 'signal') => Promise<void>;
	/** After it was left because of a signal: who has sent that to take the run over. Absent where nothing is driven. */
	readonly successor?: () => Promise<Successor | null>;
}

export type Reply = {readonly done: true} | {readonly done: false; readonly refusal: Refusal};

export type Preview = {
	readonly gates: readonly Gate[];
	readonly consent: Consent;
	/** For actions only. A `Problem` when it can't be planned. */
	readonly action: {readonly effect: Effect; readonly plan: ActionPlan} | {readonly problem: Problem} | null;
};
