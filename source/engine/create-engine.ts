import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {Problem} from '../errors.ts';
import type {Event, JournalLine, LivingProcess} from '../journal/event.ts';
import {decide, decideCancel, decideFinish, mayRepeat, type Facts, type Remains, type Planned} from '../run/decide.ts';
import {attemptsBeside, attemptsInTheWay, doubtsToLookAt, isRepeatable, livingGate, livingNote} from '../run/doubt.ts';
import {consentFor, gatesBefore} from '../run/gates.ts';
import {reduce} from '../run/reducer.ts';
import type {Gate, Refusal, Request} from '../run/request.ts';
import type {Attempt, RunState} from '../run/state.ts';
import {openAttempts, taskOf} from '../run/walk.ts';
import {makeFolderDurably} from '../stores/files.ts';
import type {JournalStore} from '../stores/journal-store.ts';
import {keepAttachments, type Attachment} from '../stores/keep-attachments.ts';
import {evidenceFolderOf} from '../stores/run-folder.ts';
import type {Supervisor, Trace} from '../supervisor/supervisor.ts';
import type {ActingRun} from './acting-before.ts';
import {checkApproval} from './check-approval.ts';
import {checkFiles} from './check-files.ts';
import type {Engine, Preview, Reply} from './engine.ts';
import {findLiving} from './find-living.ts';
import type {Successor} from './find-successor.ts';
import {observeTask} from './observe-task.ts';
import {planTask, type PlanningFacts} from './plan-task.ts';
import {probeWorld} from './probe-world.ts';
import {readAttachments} from './read-attachments.ts';
import {readEnd} from './read-end.ts';
import {readRemains} from './read-remains.ts';

export type EngineParts = {
	readonly store: JournalStore;
	/** The fold over the lines that the store has. */
	readonly state: RunState;
	readonly supervisor: Supervisor;
	readonly facts: PlanningFacts;
	/** Other runs that left something running on the target. */
	readonly actingBefore: readonly ActingRun[];
	/** The file that the operator means by a typed path. */
	readonly pathOf: (typed: string) => string;
	/** `user@host` */
	readonly by: string;
	readonly now: () => Date;
	readonly redact: (text: string) => string;
	/** Called after each confirmation and outcome, and at the end: signs the head of the journal. */
	readonly checkpoint: () => void;
	/** Resolves when nothing is being signed any more. */
	readonly signed: () => Promise<void>;
	/** Called once when the run is left. */
	readonly release: () => void;
	readonly successor: () => Promise<Successor | null>;
};

/** What a person says is signed at once. */
const signs: ReadonlySet<Request['kind']> = new Set(['confirm', 'approve', 'waive', 'answer-item', 'waive-item', 'withdraw-item', 'resolve', 'end']);

/** How often it is looked whether what is left of an attempt in doubt is gone. */
const goneLookMs = 1000;

/** How long a process may take to end after TERM when its time-out is over, before it gets KILL. */
const graceMs = 15_000;

/**
The engine of a run that this process drives. Everything that changes passes one queue, so that two requests never see the same state.
A failed write to the journal ends it: nothing more is started, and `readOnly` says why.
*/
export const createEngine = (parts: EngineParts): Engine & {readonly resume: () => Promise<void>; readonly tell: (event: Event) => void} => {
	const {store, supervisor, facts, now} = parts;
	let state = parts.state;
	/** Why nothing more is done, and what to do about it. */
	let stopped: Pick<Refusal, 'what' | 'todo'> | null = null;
	let queue: Promise<unknown> = Promise.resolve();
	const listeners = new Set<() => void>();
	const followed = new Map<string, {readonly stop: () => void}>();
	const looks = new Map<string, Look>();
	/** What is asked of the world may take long; who leaves does not wait for it. */
	const leaving = new AbortController();

	const notify = (): void => {
		for (const listener of listeners) listener();
	};

	const append = (event: Event): void => {
		try {
			const at = now();
			const backMs = Date.parse(state.lastAt) - at.getTime();
			const lines = backMs > 1000 ? [store.append({type: 'clock.set-back', data: {byMs: backMs}}, at), store.append(event, at)] : [store.append(event, at)];
			for (const line of lines) state = reduce(state, line, store.head);
		} catch (error) {
			// One that no line would hold was never written: the journal is as it was, and the run goes on.
			if (!(error instanceof Problem && error.code === 'event-too-large')) stopped = error instanceof Problem ? {what: error.what, todo: `${error.todo} ${error.why}`} : {what: String(error), todo: openAgain};
			throw error;
		} finally {
			notify();
		}
	};

	const inTurn = <Result,>(work: () => Promise<Result>): Promise<Result> => {
		const result = queue.then(work);
		queue = result.catch(() => {});
		return result;
	};

	const planned = (taskId: string): ReturnType<typeof planTask> => planTask(state, taskId, facts, now());

	const withWorldGates = async (taskId: string): Promise<Planned | null> => {
		const plan = planned(taskId);
		if (plan === null || 'problem' in plan) return plan;
		const others = plan.effect === 'changes' ? parts.actingBefore.flatMap(run => run.gates()) : [];
		const gates = [...others, ...attemptsInTheWay(state, taskId, plan.effect).flatMap(attempt => livingGate(state, attempt, living(attempt))), ...(await checkFiles(plan.plan.requires, facts.runFolder))];
		const notes = attemptsBeside(state, taskId).flatMap(attempt => livingNote(attempt, living(attempt)));
		looks.set(taskId, {at: now().getTime(), gates, notes});
		return {...plan, worldGates: gates};
	};

	const living = (attempt: Attempt): readonly LivingProcess[] => findLiving(supervisor, state.id, attempt, facts, parts.redact);

	const remainsOf = async (attempt: Attempt): Promise<Remains> => {
		const alive = living(attempt);
		return {alive, ...(alive.length > 0 ? {} : await readRemains(attempt, facts))};
	};

	const send = async (request: Request): Promise<Reply> => {
		if (stopped !== null) return {done: false, refusal: {code: 'read-only', ...stopped, gates: []}};
		const attachments = request.kind === 'confirm' && request.attachments !== undefined ? await readAttachments(request.attachments.map(parts.pathOf), answerFolder(request.task)) : null;
		const asked: Facts = {
			now: now(),
			by: parts.by,
			planned: request.kind === 'start' && state.tasks[request.task] !== undefined ? await withWorldGates(request.task) : null,
			...(request.kind === 'approve' && request.signed !== undefined ? {signature: checkApproval(state, request.task, request.signed, facts.runFolder)} : {}),
			...(attachments === null ? {} : {attachments: attachments.map(({fact}) => fact)}),
			...(request.kind === 'resolve' && state.tasks[request.task]?.status === 'in-doubt' ? {remains: await remainsOf(lastAttempt(request.task))} : {}),
		};
		const decision = decide(state, request, asked);
		const unprepared = decision.refusal !== null ? null : request.kind === 'start' ? prepareFolder(request.task) : keep(attachments ?? []);
		if (unprepared !== null) return {done: false, refusal: unprepared};
		for (const event of decision.events) append(event);
		if (decision.refusal !== null) return {done: false, refusal: decision.refusal};
		await carryOut(request, asked.planned);
		if (signs.has(request.kind)) parts.checkpoint();
		return {done: true};
	};

	/**
	The attempt's folder is on disk before the journal says that it was started: an empty one proves that nothing was launched, while a missing one
	was removed and proves nothing.
	*/
	const prepareFolder = (taskId: string): Refusal | null => {
		const path = facts.attemptFolder(taskId, taskOf(state, taskId).attempts.length + 1);
		try {
			makeFolderDurably(path);
			return null;
		} catch (error) {
			return {code: 'attempt-folder', what: `Nothing was started: ${path} can't be made (${describe(error)}).`, todo: 'Free some space there, or make it writable, and start again.', gates: []};
		}
	};

	/** Where the files of the next answer lie: no answer shares its folder with another. Relative to the run's folder. */
	const answerFolder = (taskId: string): string => evidenceFolderOf('', taskId, store.lines.filter(line => line.type === 'task.confirmed' && line.data.task === taskId).length + 1);

	/** What comes with an answer is on disk before the journal names it. */
	const keep = (attachments: readonly Attachment[]): Refusal | null => {
		try {
			keepAttachments(facts.runFolder, attachments);
			return null;
		} catch (error) {
			return {code: 'attachment-not-kept', what: `Nothing is recorded: what comes with the answer can't be kept in ${facts.runFolder} (${describe(error)}).`, todo: 'Free some space there, or make it writable, and record it again.', gates: []};
		}
	};

	const carryOut = async (request: Request, plan: Planned | null): Promise<void> => {
		if (request.kind === 'start' && plan !== null && !('problem' in plan)) launch(request.task, plan);
		if (request.kind === 'cancel') signal(request.task);
		if (request.kind === 'probe') await lookAtDoubt(request.task);
	};

	const launch = (taskId: string, plan: Exclude<Planned, {problem: Problem}>): void => {
		const attempt = lastAttempt(taskId);
		const folder = facts.attemptFolder(taskId, attempt.number);
		try {
			if (plan.plan.work !== undefined) {
				const evidenceFolder = facts.evidenceFolder(taskId, attempt.number);
				mkdirSync(evidenceFolder, {recursive: true, mode: 0o700});
				const {task} = taskOf(state, taskId);
				const uses = task.kind === 'uses' ? task.uses : task.kind;
				writeFileSync(join(folder, 'work.json'), JSON.stringify({uses, work: plan.plan.work, evidenceFolder}), {mode: 0o600});
			}

			supervisor.start({
				folder,
				runId: state.id,
				taskId,
				attempt: attempt.number,
				argv: plan.argv,
				cwd: plan.plan.cwd,
				env: {...facts.childEnvironment, ...plan.plan.env},
			});
		} catch (error) {
			append({type: 'attempt.never-started', data: {task: taskId, attempt: attempt.number, because: describe(error)}});
			return;
		}

		follow(attempt);
	};

	const lastAttempt = (taskId: string): Attempt => {
		const attempt = taskOf(state, taskId).attempts.at(-1);
		if (attempt === undefined) throw new RangeError(`${taskId} has no attempt.`);
		return attempt;
	};

	const signal = (taskId: string): void => {
		const attempt = lastAttempt(taskId);
		supervisor.cancel(facts.attemptFolder(taskId, attempt.number), attempt.cancels.at(-1)?.signal ?? 'TERM');
	};

	const follow = (attempt: Attempt): void => {
		const key = `${attempt.task}.${attempt.number}`;
		const timers = watchTime(attempt);
		const watch = supervisor.follow(facts.attemptFolder(attempt.task, attempt.number), trace => {
			if (trace.kind === 'running' && !trace.supervised) void inTurn(async () => recordUnsupervised(attempt)).catch(() => {});
			if (trace.kind === 'running' || trace.kind === 'starting') return;
			stop();
			void inTurn(() => endOrDoubt(attempt, trace)).catch(() => {});
		});
		const stop = (): void => {
			watch.stop();
			timers();
			followed.delete(key);
		};
		followed.set(key, {stop});
	};

	const recordUnsupervised = ({task, number}: Attempt): void => {
		const attempt = lastAttempt(task);
		if (attempt.number !== number || attempt.end !== null || attempt.unsupervisedAt !== null || stopped !== null) return;
		append({type: 'attempt.unsupervised', data: {task, attempt: number}});
	};

	/** TERM when the time is over, KILL when that was not enough. */
	const watchTime = (attempt: Attempt): (() => void) => {
		const {timeoutMs} = attempt.started;
		if (timeoutMs === undefined) return () => {};
		const leftMs = Math.max(0, Date.parse(attempt.startedAt) + timeoutMs - now().getTime());
		const end = (): void =>
			void inTurn(async () => {
				const decision = decideCancel(state, attempt.task, 'timeout');
				if (decision.refusal !== null) return;
				for (const event of decision.events) append(event);
				signal(attempt.task);
			}).catch(() => {});
		const timers = [setTimeout(end, leftMs), setTimeout(end, leftMs + graceMs)];
		return () => timers.forEach(clearTimeout);
	};

	/** An end that can't be read, for the disk refuses, or that no line would hold, must not look as if the action still ran. */
	const endOrDoubt = async (attempt: Attempt, trace: Trace): Promise<void> => {
		try {
			await takeEnd(attempt, trace);
		} catch (error) {
			// It may have been followed by the next one already.
			if (stopped !== null || lastAttempt(attempt.task).number !== attempt.number || lastAttempt(attempt.task).end !== null) throw error;
			append({type: 'attempt.in-doubt', data: {task: attempt.task, attempt: attempt.number, trace: `It has ended, but what it left can't be read or recorded: ${parts.redact(describe(error))}`}});
			await lookAtDoubt(attempt.task);
		}
	};

	const takeEnd = async (attempt: Attempt, trace: Trace): Promise<void> => {
		const {task} = attempt;
		const number = attempt.number;
		if (lastAttempt(task).number !== number || lastAttempt(task).end !== null || stopped !== null) return;
		if (trace.kind === 'never-started') {
			append({type: 'attempt.never-started', data: {task, attempt: number, because: 'The process was never started.'}});
		} else if (trace.kind === 'in-doubt') {
			append({type: 'attempt.in-doubt', data: {task, attempt: number, trace: trace.why}});
			await lookAtDoubt(task);
		} else if (trace.kind === 'finished') {
			const strays = living(attempt);
			const finished = await readEnd({state, attempt: lastAttempt(task), trace, strays, facts, now: now(), redact: parts.redact});
			for (const event of decideFinish(state, finished)) append(event);
			parts.checkpoint();
			// Beside what is left of it only a person starts another one, who is told of it before.
			if (strays.length === 0) await repeatIfMay(task);
		}
	};

	const repeatIfMay = async (task: string): Promise<void> => {
		if (mayRepeat(taskOf(state, task))) await send({kind: 'start', task, how: 'runbook'});
	};

	/** Asks the world, and looks for what still runs. An attempt of which something lives is not over: what comes next waits. */
	const lookAtDoubt = async (taskId: string): Promise<void> => {
		const attempt = lastAttempt(taskId);
		const answer = await probeWorld(state, taskId, facts, {now: now(), redact: parts.redact, signal: leaving.signal});
		if (leaving.signal.aborted) return;
		const alive = living(attempt);
		append({type: 'attempt.probed', data: {task: taskId, attempt: attempt.number, ...answer, alive}});
		if (alive.length > 0) awaitGone(attempt);
		else await repeatIfIdempotent(attempt);
	};

	/** Looks again once nothing of the attempt lives. */
	const awaitGone = (attempt: Attempt): void => {
		const key = `${attempt.task}.${attempt.number}`;
		if (followed.has(key)) return;
		const stop = (): void => {
			clearInterval(timer);
			followed.delete(key);
		};
		const look = async (): Promise<void> => {
			if (!followed.has(key) || living(attempt).length > 0) return;
			stop();
			if (isInDoubt(attempt) && stopped === null) await lookAtDoubt(attempt.task);
		};
		const timer = setInterval(() => void inTurn(look).catch(() => {}), goneLookMs);
		timer.unref();
		followed.set(key, {stop});
	};

	const isInDoubt = ({task, number}: Attempt): boolean => taskOf(state, task).status === 'in-doubt' && lastAttempt(task).number === number;

	const repeatIfIdempotent = async (attempt: Attempt): Promise<void> => {
		const {task, number} = attempt;
		if (!isRepeatable(taskOf(state, task))) return;
		append({type: 'attempt.resolved', data: {task, attempt: number, as: 'failed', reason: 'The runbook calls it idempotent: it may run again.', how: 'runbook', ...(await readRemains(attempt, facts))}});
		await repeatIfMay(task);
	};

	const preview = (taskId: string): Preview => {
		const plan = planned(taskId);
		if (plan === null) return {gates: gatesBefore(state, taskId, 'reads', now()), consent: {kind: 'enter'}, action: null};
		if ('problem' in plan) return {gates: gatesBefore(state, taskId, 'reads', now()), consent: {kind: 'enter'}, action: plan};
		const {effect} = plan;
		const mayBeInTheWay = plan.plan.requires.length > 0 || attemptsInTheWay(state, taskId, effect).length > 0 || (effect === 'changes' && parts.actingBefore.length > 0);
		const look = mayBeInTheWay || attemptsBeside(state, taskId).length > 0 ? lookAtWorld(taskId, mayBeInTheWay) : nothingToSee;
		return {
			gates: [...gatesBefore(state, taskId, effect, now()), ...look.gates],
			consent: consentFor(state, effect),
			action: {effect, plan: {...plan.plan, notes: [...plan.plan.notes, ...look.notes]}},
		};
	};

	/** What the last look at the required files, and at what earlier attempts left running, said; a fresh look is started when that is long ago. */
	const lookAtWorld = (taskId: string, mayBeInTheWay: boolean): Look => {
		const last = looks.get(taskId) ?? (mayBeInTheWay ? {...nothingToSee, gates: [beingLookedAt]} : nothingToSee);
		if (now().getTime() - last.at > 3000) {
			looks.set(taskId, {...last, at: now().getTime()});
			void withWorldGates(taskId).then(notify, () => {});
		}

		return last;
	};

	return {
		snapshot: () => state,
		subscribe: listener => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		send: request => inTurn(() => send(request)),
		preview,
		attemptFolder: facts.attemptFolder,
		observe: taskId => observeTask(state, taskId, facts, now()),
		lines: (): readonly JournalLine[] => store.lines,
		redact: parts.redact,
		get readOnly() {
			return stopped === null ? null : `${stopped.what} ${stopped.todo}`;
		},
		resume: () =>
			inTurn(async () => {
				const doubts = doubtsToLookAt(state);
				for (const attempt of openAttempts(state)) {
					const trace = supervisor.readTrace(facts.attemptFolder(attempt.task, attempt.number));
					if (trace.kind === 'running' || trace.kind === 'starting') follow(attempt);
					else await endOrDoubt(attempt, trace);
				}

				for (const attempt of doubts) await lookAtDoubt(attempt.task);
			}),
		settled: () => inTurn(async () => {}),
		/** Records what no request asked for, and signs it; no request waits for it, and it waits for none. */
		tell: event => {
			try {
				if (stopped !== null) return;
				append(event);
				parts.checkpoint();
			} catch {
				// Where no line can be written, `append` has said why.
			}
		},
		successor: parts.successor,
		close: reason => {
			leaving.abort();
			return inTurn(async () => {
				for (const watch of followed.values()) watch.stop();
				if (stopped === null) append({type: 'session.closed', data: {reason}});
				parts.checkpoint();
				// Before the journal is closed: that another key had to sign is a line of it.
				await parts.signed();
				stopped ??= {what: 'The run was left.', todo: openAgain};
				store.close();
				parts.release();
			});
		},
	};
};

/** What was seen outside the journal before a start: what is in its way, and what should be known. */
type Look = {readonly at: number; readonly gates: readonly Gate[]; readonly notes: readonly string[]};

const nothingToSee: Look = {at: -Infinity, gates: [], notes: []};

const beingLookedAt: Gate = {id: 'world', name: 'files and processes', state: 'unknown', evidence: 'being looked at'};

const openAgain = 'Open the run again with `slipway resume`.';

const describe = (error: unknown): string => (error instanceof Problem ? `${error.what} ${error.why}` : error instanceof Error ? error.message : String(error));
