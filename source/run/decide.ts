import type {ActionPlan, Effect} from '../actions/action.ts';
import type {Problem} from '../errors.ts';
import type {Event, EventData, FileFact, LivingProcess} from '../journal/event.ts';
import {decideApproval, type CheckedSignature} from './decide-approval.ts';
import {decideItem} from './decide-checklist.ts';
import {accept, isBlank, refuse, refuseGates, type Decision} from './decision.ts';
import {consentFor, gatesBefore, isMet} from './gates.ts';
import {livingWords, objectionTo, waitOrKill} from './doubt.ts';
import type {Gate, Request} from './request.ts';
import {planDigest} from './plan-digest.ts';
import type {RunState, TaskState, TaskStatus} from './state.ts';
import {hasChanged, hasChangedAfter, isNoObstacle, nextTask, openAttempts, taskOf, tasksBefore, walkOf} from './walk.ts';

export type Facts = {
	readonly now: Date;
	/** `user@host` of who asks. */
	readonly by: string;
	/** What starting the task would do. Needed for `start` alone. */
	readonly planned: Planned | null;
	/** What the signature of an approval is worth. Needed for a signed one alone. */
	readonly signature?: CheckedSignature;
	/** What comes with an answer, as it will be kept. Needed for an answer with files alone. */
	readonly attachments?: readonly FileFact[];
	/** What remains of an attempt in doubt. Needed for `resolve` alone. */
	readonly remains?: Remains;
};

/** Processes of the attempt that still run; once there are none, the files that it left, or why they can't be read. */
export type Remains = {readonly alive: readonly LivingProcess[]} & Pick<EventData['attempt.resolved'], 'output' | 'evidence' | 'unread'>;

/** A start, worked out but not made. */
export type Planned =
	| {readonly problem: Problem}
	| {
			readonly effect: Effect;
			readonly plan: ActionPlan;
			readonly argv: readonly string[];
			/** The commands as they stood on the screen. */
			readonly shown: readonly string[];
			/** What the disk says about the files that the plan requires, and the machine about what earlier attempts left running. */
			readonly worldGates: readonly Gate[];
			readonly timeoutMs: number | null;
	  };

/** The one place that says what may happen. Pure: the same state, request and facts give the same decision. */
export const decide = (state: RunState, request: Request, facts: Facts): Decision => {
	if (state.ending !== null) return refuse('run-ended', 'The run has ended.', 'Start a new one.');
	if (request.kind !== 'end' && state.tasks[request.task] === undefined)
		return refuse('task-unknown', `The plan has no task ${request.task}.`, 'Choose one of the plan.');
	switch (request.kind) {
		case 'start':
			return decideStart(state, request, facts);
		case 'confirm':
			return decideConfirmation(state, request, facts);
		case 'approve':
			return decideApproval(state, request, facts);
		case 'waive':
			return decideWaiver(state, request);
		case 'answer-item':
		case 'waive-item':
		case 'withdraw-item':
			return decideItem(state, request, facts);
		case 'override':
			return decideOverride(state, request, facts);
		case 'cancel':
			return decideCancel(state, request.task, 'operator');
		case 'stop':
			return triedInVain.has(taskOf(state, request.task).status)
				? accept({type: 'task.stopped', data: {task: request.task}})
				: refuse('nothing-failed', 'Nothing has failed there.', 'Go on with the next task.');
		case 'resolve':
			return decideResolution(state, request, facts);
		case 'probe':
			return taskOf(state, request.task).status === 'in-doubt' ? accept() : refuse('not-in-doubt', 'The task is not in doubt.', 'Go on with the next task.');
		case 'end':
			return decideEnd(state, request);
	}
};

const decideStart = (state: RunState, request: Request & {kind: 'start'}, facts: Facts): Decision => {
	const task = taskOf(state, request.task);
	const repeats = request.how === 'runbook' && mayRepeat(task);
	const blocked = cannotStart(state, task, repeats);
	if (blocked !== null) return blocked;
	if (facts.planned === null) return refuse('not-an-action', 'This task runs nothing.', 'Answer it instead.');
	if ('problem' in facts.planned) {
		const {problem} = facts.planned;
		return refuse(problem.code, `${problem.what} ${problem.why}`, problem.todo, [], request.task);
	}

	const {effect, plan, argv, shown, worldGates, timeoutMs} = facts.planned;
	const closed = [...gatesBefore(state, request.task, effect, facts.now), ...worldGates].filter(gate => !isMet(gate));
	if (closed.length > 0) return refuseGates(request.task, closed);
	if (request.seen !== undefined && request.seen !== planDigest(effect, plan))
		return refuse('plan-changed', 'What it would do is not what was shown any more.', 'Read it again, and start it then.', [], request.task);
	const consent = consentFor(state, effect);
	if (consent.kind === 'typed' && request.typed !== consent.word && !repeats)
		return refuse('consent-missing', `${state.plan.target.name} is protected.`, `Type ${consent.word} to start.`, [], request.task);
	const changing = plan.commands.flatMap((command, index) => (command.effect === 'changes' ? [index] : []));
	return accept({
		type: 'attempt.started',
		data: {
			task: request.task,
			attempt: task.attempts.length + 1,
			effect,
			argv,
			cwd: plan.cwd,
			env: Object.keys(plan.env).toSorted(),
			commands: shown,
			...(effect === 'changes' || changing.length > 0 ? {changing} : {}),
			consent: repeats ? 'runbook' : consent.kind === 'typed' ? consent.word : (request.how ?? 'enter'),
			requires: plan.requires,
			...(timeoutMs === null ? {} : {timeoutMs}),
		},
	});
};

/**
Whether the runbook lets the task be started again without asking: `retry:` after failures, `idempotent:` after an end that is not known.
*/
export const mayRepeat = ({task, attempts}: TaskState): boolean => {
	const last = attempts.at(-1)?.end;
	if (last?.kind === 'finished') return last.outcome === 'failed' && attempts.filter(({end}) => end?.kind === 'finished' && end.outcome === 'failed').length <= task.retry;
	return last?.kind === 'resolved' && last.how === 'runbook';
};

const cannotStart = (state: RunState, {task, status}: TaskState, repeats: boolean): Decision | null => {
	if (status === 'running') return refuse('already-running', 'The task is running.', 'Wait for its end, or cancel it.');
	if (status === 'in-doubt' && !repeats) return refuse('in-doubt', 'How the last attempt ended is not known.', 'Say first what happened.', [], task.id);
	if (status === 'skipped') return refuse('skipped', 'The runbook leaves this task out here.', 'Go on with the next task.');
	const remedied = state.plan.remedies.find(remedy => remedy.id === task.id)?.remedyFor;
	if (remedied !== undefined && !mayUndo(taskOf(state, remedied)))
		return refuse('nothing-to-undo', 'There is nothing to roll back.', 'Go on with the next task.', [], task.id);
	if (status === 'done' && remedied === undefined && (hasChangedAfter(state, task.id) || hasChanged(taskOf(state, task.id))))
		return refuse('already-done', 'This is done, and what follows was built on it.', 'Go on with the next task.');
	return null;
};

/** Failed or done, an action that may have changed something can be undone. */
const mayUndo = (task: TaskState): boolean => task.attempts.length > 0 && (triedInVain.has(task.status) || task.status === 'done');

const decideConfirmation = (state: RunState, {kind: _, attachments: __, ...answer}: Request & {kind: 'confirm'}, facts: Facts): Decision => {
	const {task, status} = taskOf(state, answer.task);
	if (task.kind !== 'confirm' && task.kind !== 'window') return refuse('not-a-question', 'This task asks nothing.', 'Start it, or waive it.');
	if (status === 'skipped' || status === 'waived') return refuse('settled', `The task is ${status}.`, 'Go on with the next task.');
	if (answer.answer !== 'no') {
		const closed = gatesBefore(state, answer.task, 'reads', facts.now).filter(gate => !isMet(gate));
		if (closed.length > 0) return refuseGates(answer.task, closed);
	}

	if (answer.answer === 'partially' && isBlank(answer.remark)) return refuse('remark-missing', 'Partially needs a remark.', 'Say what is missing.');
	if (task.kind === 'confirm' && answer.answer === 'yes') {
		if (task.person && isBlank(answer.person)) return refuse('person-missing', 'A yes without a person is no evidence.', 'Name who checked it.');
		if (task.reference && isBlank(answer.reference)) return refuse('reference-missing', 'This needs a reference.', 'Give a link or a number.');
	}

	return accept({type: 'task.confirmed', data: {...answer, ...(facts.attachments === undefined ? {} : {attachments: facts.attachments})}});
};

const decideWaiver = (state: RunState, request: Request & {kind: 'waive'}): Decision => {
	const {status} = taskOf(state, request.task);
	if (isBlank(request.reason)) return refuse('reason-missing', 'A waiver needs a reason.', 'Say why it is left out.');
	if (!waivable.has(status)) return refuse('not-waivable', `The task is ${status}.`, status === 'in-doubt' ? 'Say first what happened.' : 'Go on with the next task.');
	return accept({type: 'task.waived', data: {task: request.task, reason: request.reason}});
};

const waivable: ReadonlySet<TaskStatus> = new Set(['to-do', 'failed', 'cancelled', 'timed-out']);
const triedInVain: ReadonlySet<TaskStatus> = new Set(['failed', 'cancelled', 'timed-out']);

const decideOverride = (state: RunState, request: Request & {kind: 'override'}, facts: Facts): Decision => {
	const gate = gatesBefore(state, request.task, 'changes', facts.now).find(({id}) => id === request.gate);
	const window = state.tasks[request.gate];
	if (gate === undefined || isMet(gate)) return refuse('gate-not-closed', 'That gate is not closed.', 'Go on with the next task.');
	if (window?.task.kind !== 'window') return refuse('not-overridable', `${gate.name}: this gate can't be overridden.`, gate.todo ?? 'Meet it.', [gate], request.task);
	if (isBlank(request.reason)) return refuse('reason-missing', 'An override needs a reason.', 'Say why it cannot wait.');
	if (request.typed !== state.plan.target.name) return refuse('consent-missing', 'An override needs the target typed.', `Type ${state.plan.target.name}.`);
	return accept({type: 'gate.overridden', data: {task: request.task, gate: request.gate, reason: request.reason, typed: request.typed}});
};

/** Also used when a time-out is over. The first signal is TERM, the next one KILL. */
export const decideCancel = (state: RunState, taskId: string, because: 'operator' | 'timeout'): Decision => {
	const attempt = taskOf(state, taskId).attempts.at(-1);
	if (attempt === undefined || attempt.end !== null) return refuse('not-running', 'The task is not running.', 'Go on with the next task.');
	return accept({
		type: 'attempt.cancel-requested',
		data: {task: taskId, attempt: attempt.number, signal: attempt.cancels.length === 0 ? 'TERM' : 'KILL', because},
	});
};

const decideResolution = (state: RunState, request: Request & {kind: 'resolve'}, {remains}: Facts): Decision => {
	const {status, attempts} = taskOf(state, request.task);
	const attempt = attempts.at(-1);
	if (status !== 'in-doubt' || attempt === undefined) return refuse('not-in-doubt', 'The task is not in doubt.', 'Go on with the next task.');
	if (isBlank(request.reason)) return refuse('reason-missing', 'This needs a reason.', 'Say how you know.');
	const {alive = [], ...files} = remains ?? {};
	if (alive.length > 0) return refuse('still-lives', `It has not ended: ${alive.map(livingWords).join(', ')} still ${alive.length > 1 ? 'run' : 'runs'}.`, waitOrKill(alive), [], request.task);
	const world = objectionTo(attempt, request.as);
	return accept({type: 'attempt.resolved', data: {task: request.task, attempt: attempt.number, as: request.as, reason: request.reason, ...(world === null ? {} : {world}), ...files}});
};

const decideEnd = (state: RunState, request: Request & {kind: 'end'}): Decision => {
	const running = openAttempts(state)[0];
	if (running !== undefined) return refuse('still-running', `${running.task} is running.`, 'Wait for its end, or cancel it.');
	if (isBlank(request.statement)) return refuse('statement-missing', 'The end needs a closing statement.', 'Say in a sentence how it went.');
	const obstacles = walkOf(state).filter(task => !isNoObstacle(task));
	const undone = walkOf(state).some(task => task.status === 'rolled-back');
	if (request.result === 'succeeded' && (obstacles.length > 0 || undone)) {
		const what = obstacles[0] === undefined ? 'Something was rolled back.' : `${obstacles[0].task.name} is ${obstacles[0].status}.`;
		return refuse('not-succeeded', what, 'Finish or waive it; or end as rolled back or abandoned.');
	}

	if (request.result === 'rolled-back' && !undone) return refuse('not-rolled-back', 'Nothing was rolled back.', 'End as abandoned instead.');
	if (request.result === 'rolled-back' && walkOf(state).some(task => task.status === 'in-doubt'))
		return refuse('in-doubt', 'How a task ended is not known.', 'Say first what happened.');
	return accept({type: 'run.ended', data: {result: request.result, statement: request.statement}});
};

/**
The events at the end of an attempt. When a task that was done before gives other results now, the answers, approvals and tests that
were given on the old ones no longer count.
*/
export const decideFinish = (state: RunState, finished: EventData['attempt.finished']): readonly Event[] => {
	const before = taskOf(state, finished.task).attempts.findLast(({end}) => end?.kind === 'finished' && end.outcome === 'succeeded')?.end;
	const differs = before?.kind === 'finished' && JSON.stringify(before.outputs) !== JSON.stringify(finished.outputs);
	const reopened = differs && finished.outcome === 'succeeded' ? boundTo(state, finished.task) : [];
	const undone = finished.outcome === 'succeeded' ? state.plan.remedies.find(({id}) => id === finished.task)?.remedyFor : undefined;
	return [
		{type: 'attempt.finished', data: finished},
		...reopened.map(({task}): Event => ({type: 'task.reopened', data: {task: task.id, because: `${finished.task} gave another result`}})),
		...(undone === undefined ? [] : testedAfter(state, undone).map(({task}): Event => ({type: 'task.reopened', data: {task: task.id, because: `${taskOf(state, undone).task.name} was undone`}}))),
	];
};

/** What was tried and looked at after a task that is undone now: it was about another version, so it is asked again. */
const testedAfter = (state: RunState, taskId: string): readonly TaskState[] => {
	const walk = walkOf(state);
	return walk
		.slice(walk.findIndex(({task}) => task.id === taskId) + 1)
		.filter(({task, status, attempts}) => (status === 'done' || triedInVain.has(status)) && (task.kind === 'confirm' || attempts.at(-1)?.started.effect === 'reads'));
};

/** Answers, approvals and read-only checks that were given after the task; of several approvals also the first ones. */
const boundTo = (state: RunState, taskId: string): readonly TaskState[] => {
	const earlier = new Set([...tasksBefore(state, taskId).map(({task}) => task.id), taskId]);
	return walkOf(state).filter(
		task =>
			!earlier.has(task.task.id) &&
			(task.status === 'done' || task.approvals.length > 0) &&
			(task.task.kind === 'confirm' || task.task.kind === 'approval' || task.attempts.at(-1)?.started.effect === 'reads'),
	);
};

/** What the run comes to by itself once nothing is left to do; the operator still says so. */
export const proposedEnd = (state: RunState): 'succeeded' | 'rolled-back' | null =>
	nextTask(state) !== null ? null : walkOf(state).some(task => task.status === 'rolled-back') ? 'rolled-back' : 'succeeded';
