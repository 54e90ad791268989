import type {JournalLine, SignerMark} from '../journal/event.ts';
import {tasksOf, type Plan} from '../runbook/plan.ts';
import type {Attempt, AttemptEnd, RunState, SignerChange, TaskState, TaskStatus} from './state.ts';

/** The state before line 0 of a journal. `id` and the plan come from the run's folder; line 0 must agree with both. */
export const emptyRun = (id: string, plan: Plan): RunState => ({
	id,
	plan,
	createdAt: '',
	createdBy: '',
	slipway: '',
	rehearsal: false,
	allowedSigners: {},
	lines: 0,
	head: '',
	epoch: 0,
	lastAt: '',
	session: null,
	signer: null,
	signerChanged: null,
	tasks: Object.fromEntries([...tasksOf(plan), ...plan.remedies].map(task => [task.id, freshTask(task)])),
	changedSince: null,
	reachedSince: null,
	ending: null,
});

/** The state after one more line. Pure; `head` is the SHA-256 of that line. Unknown tasks are ignored: they can't come from a verified journal. */
export const reduce = (state: RunState, line: JournalLine, head: string): RunState => ({
	...applyEvent(state, line),
	lines: line.seq + 1,
	head,
	epoch: line.epoch,
	lastAt: line.at,
});

const freshTask = (task: TaskState['task']): TaskState => ({
	task,
	status: task.skipped === undefined ? 'to-do' : 'skipped',
	attempts: [],
	confirmation: null,
	waiver: null,
	approvals: [],
	overrides: [],
	decisions: [],
	stopped: false,
	reopenedBecause: null,
});

const signerOpened = ({signer: from}: RunState, {at, by, data}: JournalLine & {readonly type: 'session.opened'}): Pick<RunState, 'signer' | 'signerChanged'> => {
	const to = data.signer ?? null;
	const lost = lostSigner(from, to);
	return {signer: to, signerChanged: lost === null ? null : {...lost, at, by}};
};

/** A run that is opened again may be signed by another operator's key; that none of an operator signs any more is told. Null: it is not so. */
export const lostSigner = (from: SignerMark | null, to: SignerMark | null): Pick<SignerChange, 'from' | 'to' | 'because'> | null =>
	from?.kind === 'agent' && to?.kind === 'machine' ? {from, to, because: null} : null;

const applyEvent = (state: RunState, line: JournalLine): RunState => {
	const {at, by} = line;
	switch (line.type) {
		case 'run.created':
			return {...state, createdAt: at, createdBy: by, slipway: line.data.slipway, rehearsal: line.data.rehearsal, allowedSigners: line.data.allowedSigners ?? {}};
		case 'session.opened':
			return {...state, session: {...line.data, at, by}, ...signerOpened(state, line)};
		case 'signer.changed':
			return {...state, signer: line.data.to, signerChanged: {...line.data, at, by}};
		case 'session.closed':
			return {...state, session: null};
		case 'journal.recovered':
		case 'run.suspended':
		case 'clock.set-back':
		case 'runbook.changed':
		case 'task.refused':
			return state;
		case 'task.confirmed':
			return changeTask(state, line.data.task, task => ({
				...task,
				confirmation: {...line.data, at, by},
				status: line.data.answer === 'no' ? 'failed' : 'done',
				reopenedBecause: null,
			}));
		case 'task.reopened':
			return changeTask(state, line.data.task, task => ({
				...task,
				status: 'to-do',
				confirmation: null,
				approvals: [],
				reopenedBecause: line.data.because,
			}));
		case 'task.waived':
			return changeTask(state, line.data.task, task => ({...task, status: 'waived', waiver: {reason: line.data.reason, by, at}}));
		case 'task.stopped':
			return changeTask(state, line.data.task, task => ({...task, stopped: true}));
		case 'checklist.answered':
			return changeTask(state, line.data.task, task => ({...task, decisions: [...task.decisions, {kind: 'answer', ...line.data, at, by}]}));
		case 'checklist.waived':
			return changeTask(state, line.data.task, task => ({...task, decisions: [...task.decisions, {kind: 'waiver', ...line.data, at, by}]}));
		case 'checklist.withdrawn':
			return changeTask(state, line.data.task, task => ({...task, decisions: [...task.decisions, {kind: 'withdrawal', ...line.data, at, by}]}));
		case 'gate.overridden':
			return changeTask(state, line.data.task, task => ({...task, overrides: [...task.overrides, {...line.data, at, by}]}));
		case 'approval.given':
			return changeTask(state, line.data.task, task => {
				const approvals = [...task.approvals, {...line.data, at, by}];
				const wanted = task.task.kind === 'approval' ? task.task.approval.by : 1;
				return {...task, approvals, status: approvals.length >= wanted ? 'done' : task.status, reopenedBecause: null};
			});
		case 'attempt.started': {
			const attempt: Attempt = {
				task: line.data.task,
				number: line.data.attempt,
				started: line.data,
				startedAt: at,
				by,
				epoch: line.epoch,
				cancels: [],
				unsupervisedAt: null,
				end: null,
				probes: [],
			};
			const changed = changeTask(state, line.data.task, task => ({
				...task,
				status: 'running',
				stopped: false,
				reopenedBecause: null,
				attempts: [...task.attempts, attempt],
			}));
			if (line.data.effect === 'changes') return {...changed, changedSince: state.changedSince ?? at};
			return (line.data.changing ?? []).length > 0 ? {...changed, reachedSince: state.reachedSince ?? at} : changed;
		}
		case 'attempt.unsupervised':
			return changeAttempt(state, line.data, attempt => ({...attempt, unsupervisedAt: at}));
		case 'attempt.cancel-requested':
			return changeAttempt(state, line.data, attempt => ({...attempt, cancels: [...attempt.cancels, {...line.data, at, by}]}));
		case 'attempt.never-started':
			return endAttempt(state, line.data, {kind: 'never-started', at, because: line.data.because}, 'to-do');
		case 'attempt.in-doubt':
			return endAttempt(state, line.data, {kind: 'in-doubt', at, trace: line.data.trace}, 'in-doubt');
		case 'attempt.probed':
			return changeAttempt(state, line.data, attempt => ({...attempt, probes: [...attempt.probes, {...line.data, at}]}));
		case 'attempt.finished': {
			const ended = endAttempt(state, line.data, {kind: 'finished', at, ...line.data}, statusOf(line.data.outcome));
			const remedied = remediedTask(state, line.data.task);
			return remedied !== undefined && line.data.outcome === 'succeeded'
				? changeTask(ended, remedied, task => ({...task, status: 'rolled-back', stopped: false}))
				: ended;
		}
		case 'attempt.resolved': {
			const trace = state.tasks[line.data.task]?.attempts.at(-1)?.end;
			const end: AttemptEnd = {kind: 'resolved', at, by, trace: trace?.kind === 'in-doubt' || trace?.kind === 'resolved' ? trace.trace : '', ...line.data};
			// Where nobody said how it ended, that is not known until the next attempt tells more; and none may come of it.
			return endAttempt(state, line.data, end, line.data.how === 'runbook' ? 'in-doubt' : statusOf(line.data.as));
		}
		case 'run.ended':
			return {...state, ending: {...line.data, at, by}};
	}
};

const statusOf = (outcome: 'succeeded' | 'failed' | 'cancelled' | 'timed-out'): TaskStatus => (outcome === 'succeeded' ? 'done' : outcome);

const remediedTask = (state: RunState, taskId: string): string | undefined =>
	state.plan.remedies.find(remedy => remedy.id === taskId)?.remedyFor;

const changeTask = (state: RunState, taskId: string, change: (task: TaskState) => TaskState): RunState => {
	const task = state.tasks[taskId];
	return task === undefined ? state : {...state, tasks: {...state.tasks, [taskId]: change(task)}};
};

const changeAttempt = (state: RunState, which: {readonly task: string; readonly attempt: number}, change: (attempt: Attempt) => Attempt): RunState =>
	changeTask(state, which.task, task => ({
		...task,
		attempts: task.attempts.map(attempt => (attempt.number === which.attempt ? change(attempt) : attempt)),
	}));

const endAttempt = (state: RunState, which: {readonly task: string; readonly attempt: number}, end: AttemptEnd, status: TaskStatus): RunState =>
	changeTask(
		changeAttempt(state, which, attempt => ({...attempt, end})),
		which.task,
		task => ({...task, status}),
	);
