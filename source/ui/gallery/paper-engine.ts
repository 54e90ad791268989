import type {ActionPlan, Effect} from '../../actions/action.ts';
import type {Progress} from '../../actions/helm/progress.ts';
import type {Engine, Preview, Reply} from '../../engine/engine.ts';
import type {WorkloadObserver} from '../../engine/observe-workloads.ts';
import type {Problem} from '../../errors.ts';
import type {Event, EventData, JournalLine} from '../../journal/event.ts';
import {decide, decideFinish, type Planned} from '../../run/decide.ts';
import {consentFor, gatesBefore} from '../../run/gates.ts';
import {emptyRun, reduce} from '../../run/reducer.ts';
import type {Gate, Request} from '../../run/request.ts';
import type {RunState} from '../../run/state.ts';
import {taskOf} from '../../run/walk.ts';
import type {Plan} from '../../runbook/plan.ts';
import {commandText} from '../../text/command-text.ts';
import type {PaperFile} from './difference-on-paper.ts';
import {redactUrls} from '../../text/redact.ts';

/** What a task would do, for a run without a world. */
export type PaperAction = {readonly effect: Effect; readonly plan: ActionPlan; readonly gates?: readonly Gate[]} | {readonly problem: Problem};

/**
A run on paper: the real rules and the real fold, but nothing is started and nothing written. What the world would do is said by calling
`finish`, `doubt`, `advance`. For the gallery and for tests of the screens.
*/
export class PaperEngine implements Engine {
	#state: RunState;
	readonly #lines: JournalLine[] = [];
	readonly #listeners = new Set<() => void>();
	readonly #actions: Readonly<Record<string, PaperAction>>;
	readonly #by: string;
	#now: Date;
	readOnly: string | null = null;
	/** Requests in the order in which they came, refused ones too. */
	readonly requests: Request[] = [];
	closedFor: string | null = null;
	/** Evidence that can be read. */
	files: readonly PaperFile[] = [];
	/** What the cluster says of what runs. */
	seen: Progress | string | null = null;

	constructor({plan, actions, now, by = 'op-a@ops1', rehearsal = false}: {readonly plan: Plan; readonly actions: Readonly<Record<string, PaperAction>>; readonly now: Date; readonly by?: string; readonly rehearsal?: boolean}) {
		this.#state = emptyRun('01JDK7', plan);
		this.#actions = actions;
		this.#now = now;
		this.#by = by;
		const {path, name, sha256} = plan.runbook;
		this.apply({type: 'run.created', data: {run: '01JDK7', runbook: {name, path, sha256}, plan: 'b'.repeat(64), target: plan.target, inputs: plan.inputs, slipway: '0.1.0', rehearsal}});
	}

	readonly snapshot = (): RunState => this.#state;
	readonly lines = (): readonly JournalLine[] => this.#lines;
	readonly redact = redactUrls;
	readonly clock = (): Date => this.#now;
	readonly observe = (): WorkloadObserver | null => {
		const {seen} = this;
		if (seen === null) return null;
		return {progress: () => (typeof seen === 'string' ? null : seen), unknown: () => (typeof seen === 'string' ? seen : null), subscribe: () => () => {}, close: () => void this.closedObservers++};
	};
	closedObservers = 0;
	readonly readFile = (path: string): Uint8Array | null => this.files.find(({fact}) => path.endsWith(`/${fact.path}`))?.bytes ?? null;
	readonly attemptFolder = (taskId: string, attempt: number): string => `/runs/01JDK7/attempts/${taskId}.${attempt}`;

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	};

	readonly preview = (taskId: string): Preview => {
		const action = this.#actions[taskId] ?? null;
		const now = this.#now;
		if (action === null || 'problem' in action) return {gates: gatesBefore(this.#state, taskId, 'reads', now), consent: {kind: 'enter'}, action};
		return {gates: [...gatesBefore(this.#state, taskId, action.effect, now), ...(action.gates ?? [])], consent: consentFor(this.#state, action.effect), action};
	};

	readonly send = async (request: Request): Promise<Reply> => this.ask(request);

	readonly close = async (reason: 'left' | 'ended' | 'signal'): Promise<void> => {
		this.closedFor = reason;
	};

	/** As `send`, at once. */
	ask(request: Request): Reply {
		this.requests.push(request);
		const decision = decide(this.#state, request, {now: this.#now, by: this.#by, planned: request.kind === 'start' ? this.#planned(request.task) : null});
		for (const event of decision.events) this.apply(event);
		return decision.refusal === null ? {done: true} : {done: false, refusal: decision.refusal};
	}

	apply(event: Event): this {
		const line: JournalLine = {v: 1, seq: this.#state.lines, prev: '', epoch: 1, at: this.#now.toISOString(), by: this.#by, ...event};
		this.#lines.push(line);
		// A head that differs from line to line; nothing on paper is verified.
		this.#state = reduce(this.#state, line, ((this.#state.lines + 1) * 0x9E_37_79_B1).toString(16).padEnd(64, '51d0e7fa'));
		for (const listener of this.#listeners) listener();
		return this;
	}

	/** Lets time pass. */
	advance(ms: number): this {
		this.#now = new Date(this.#now.getTime() + ms);
		for (const listener of this.#listeners) listener();
		return this;
	}

	/** Sends what must not be refused. */
	sent(request: Request): this {
		const reply = this.ask(request);
		if (!reply.done) throw new Error(`refused: ${reply.refusal.what}`);
		return this;
	}

	finish(taskId: string, changes: Partial<EventData['attempt.finished']> = {}): this {
		const attempt = taskOf(this.#state, taskId).attempts.at(-1);
		const finished: EventData['attempt.finished'] = {
			task: taskId,
			attempt: attempt?.number ?? 1,
			outcome: 'succeeded',
			summary: 'done',
			exitCode: 0,
			signal: null,
			durationMs: this.#now.getTime() - Date.parse(attempt?.startedAt ?? ''),
			output: [],
			evidence: [],
			outputs: {},
			findings: [],
			...changes,
		};
		for (const event of decideFinish(this.#state, finished)) this.apply(event);
		return this;
	}

	/** The attempt is gone and nobody wrote down how it ended. */
	doubt(taskId: string, trace: string, probe?: Pick<EventData['attempt.probed'], 'verdict' | 'facts' | 'alive'>): this {
		const attempt = taskOf(this.#state, taskId).attempts.length;
		this.apply({type: 'attempt.in-doubt', data: {task: taskId, attempt, trace}});
		return probe === undefined ? this : this.apply({type: 'attempt.probed', data: {task: taskId, attempt, ...probe}});
	}

	#planned(taskId: string): Planned | null {
		const action = this.#actions[taskId];
		if (action === undefined || 'problem' in action) return action ?? null;
		const {effect, plan, gates = []} = action;
		return {effect, plan, argv: plan.commands[0]?.argv ?? [], shown: plan.commands.map(commandText), worldGates: gates, timeoutMs: null};
	}
}
