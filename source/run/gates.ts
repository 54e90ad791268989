import type {Effect} from '../actions/action.ts';
import {formatDuration} from '../text/format-duration.ts';
import {approvalEnd, lapseOf, validApprovals} from './approvals.ts';
import type {Consent, Gate} from './request.ts';
import type {RunState, TaskState} from './state.ts';
import {isNoObstacle, lastSuccess, openAttempts, taskOf, tasksBefore} from './walk.ts';
import {checkWindow} from './window.ts';

/**
Everything that decides whether a task may start now, met or not, in the order in which an operator reads it. `effect` is that of the
task's action; confirmations and gates of their own count as `reads`.
*/
export const gatesBefore = (state: RunState, taskId: string, effect: Effect, now: Date): readonly Gate[] => {
	const task = taskOf(state, taskId);
	const remedied = state.plan.remedies.find(remedy => remedy.id === taskId)?.remedyFor;
	return [
		...(remedied === undefined ? [orderGate(state, taskId)] : []),
		...aloneGate(state),
		...(effect === 'changes' && remedied === undefined ? [...windowGates(state, task, now), ...approvalGates(state, taskId, now), ...ageGates(state, taskId, now)] : []),
		...(task.task.kind === 'window' ? windowGates(state, task, now) : []),
	];
};

/** What has to be given before the task starts: on a protected target, its name, before anything that changes it. */
export const consentFor = (state: RunState, effect: Effect): Consent =>
	effect === 'changes' && state.plan.target.protected ? {kind: 'typed', word: state.plan.target.name} : {kind: 'enter'};

export const isMet = (gate: Gate): boolean => gate.state === 'open' || gate.state === 'overridden';

const orderGate = (state: RunState, taskId: string): Gate => {
	const before = tasksBefore(state, taskId);
	const open = before.filter(task => !isNoObstacle(task));
	const first = open[0];
	return first === undefined
		? {id: 'order', name: 'everything before is settled', state: 'open', evidence: describeSettled(before)}
		: {
				id: 'order',
				name: 'something before is not settled',
				state: 'closed',
				evidence: `${first.task.name}: ${first.status}${open.length > 1 ? `, and ${open.length - 1} more` : ''}`,
				todo: 'Finish it, or waive it with a reason.',
			};
};

const describeSettled = (tasks: readonly TaskState[]): string => {
	const waived = tasks.filter(task => task.status === 'waived').length;
	return `${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}${waived > 0 ? `, ${waived} of them waived` : ''}`;
};

const aloneGate = (state: RunState): readonly Gate[] => {
	const running = openAttempts(state)[0];
	return running === undefined
		? []
		: [{id: 'alone', name: 'another task is running', state: 'closed', evidence: running.task, todo: 'Wait for its end, or cancel it.'}];
};

const windowGates = (state: RunState, task: TaskState, now: Date): readonly Gate[] => {
	const windows = task.task.kind === 'window' ? [task] : tasksBefore(state, task.task.id).filter(({task: {kind}, status}) => kind === 'window' && status !== 'skipped');
	return windows.map(window => {
		if (window.task.kind !== 'window') throw new RangeError(`${window.task.id} is no window.`);
		if (window.status === 'waived') return {id: window.task.id, name: 'window', state: 'overridden', evidence: `waived: ${window.waiver?.reason ?? ''}`};
		const verdict = checkWindow(window.task.window, now);
		if (verdict.open) {
			const left = verdict.closesAt === null ? 'no end' : `${formatDuration(verdict.closesAt.getTime() - now.getTime())} left`;
			return {id: window.task.id, name: 'window open', state: 'open', evidence: left};
		}

		const override = [...window.overrides, ...task.overrides].findLast(({gate}) => gate === window.task.id);
		return override === undefined
			? {id: window.task.id, name: 'window closed', state: 'closed', evidence: verdict.rule, todo: 'Wait for the window, or override it with a reason.'}
			: {id: window.task.id, name: 'window closed', state: 'overridden', evidence: `${override.reason} (${override.by})`};
	});
};

const approvalGates = (state: RunState, taskId: string, now: Date): readonly Gate[] =>
	tasksBefore(state, taskId).flatMap((task): readonly Gate[] => {
		if (task.task.kind !== 'approval' || task.status !== 'done') return [];
		const {id, name} = task.task;
		const lapse = lapseOf(state, id, now);
		if (lapse === null) return [{id, name: 'second person', state: 'open', evidence: validApprovals(state, id, now).map(({person, proof}) => `${person}, ${proof}`).join('; ')}];
		const ends = task.approvals.map(given => approvalEnd(task, given)).filter(end => end <= now.getTime());
		return [{
			id,
			name: lapse === 'expired' ? 'approval has expired' : 'approval is lost',
			state: 'closed',
			evidence: lapse === 'expired' ? `${formatDuration(now.getTime() - Math.max(...ends))} ago` : 'what it approved has changed',
			todo: `Ask for it again: ${name}, or \`slipway approve RUN --request\`.`,
		}];
	});

/** Actions that leave a backup, with what it is called. One that succeeded is always named; when none has, what changes something waits. */
const backups: Readonly<Record<string, string>> = {'postgres/backup': 'backup', 'postgres/snapshot': 'snapshot'};

const backupOf = ({task}: TaskState): string | null => (task.kind === 'uses' ? (backups[task.uses] ?? null) : null);

/** Results that count for a while only, such as a backup or a test: their actions give the output `maxAgeMs`. */
const ageGates = (state: RunState, taskId: string, now: Date): readonly Gate[] => {
	const before = tasksBefore(state, taskId);
	const all = before.filter(task => backupOf(task) !== null && task.status !== 'skipped');
	// What is not settled yet is told by the order already.
	const hasNone = all.length > 0 && all.every(task => isNoObstacle(task) && task.status !== 'waived' && lastSuccess(task) === null);
	return [
		...(hasNone ? [{id: all[0]?.task.id ?? '', name: 'no backup', state: 'closed', evidence: all.map(({task: {name}, status}) => `${name}: ${status}`).join('; '), todo: 'Back up again, or waive that task with a reason.'} as const] : []),
		...before.flatMap(task => ageGate(task, now) ?? []),
	];
};

const ageGate = (task: TaskState, now: Date): Gate | null => {
	const backup = backupOf(task);
	const {id, name} = task.task;
	const end = lastSuccess(task)?.end;
	const outputs = end?.kind === 'finished' ? end.outputs : {};
	if (task.task.kind !== 'uses' || (backup === null && (outputs['maxAgeMs'] === undefined || !task.task.required))) return null;
	if (task.status === 'waived') return {id, name: backup === null ? `${name}: waived` : `${backup} waived`, state: 'overridden', evidence: `waived: ${task.waiver?.reason ?? ''}`};
	if (backup !== null && end?.kind === 'resolved') return {id, name: `${backup} not verified`, state: 'closed', evidence: `that it succeeded is the word of ${end.by}; nobody has read it`, todo: 'Back up again, or waive that task with a reason.'};
	if (end?.kind !== 'finished') return null;
	// What a dump holds is as of its beginning, however long it took.
	const ageMs = now.getTime() - Date.parse(outputs['taken'] ?? outputs['startedAt'] ?? end.at);
	const maxAgeMs = Number(outputs['maxAgeMs'] ?? Number.POSITIVE_INFINITY);
	const age = formatDuration(ageMs);
	if (ageMs > maxAgeMs) return {id, name: backup === null ? `${name}: the result is too old, ${age}` : `${backup} is too old, ${age}`, state: 'closed', evidence: `the runbook allows ${formatDuration(maxAgeMs)}`, todo: backup === null ? 'Run it again.' : 'Back up again.'};
	const whose = outputs['database'] === undefined ? '' : ` of ${outputs['database']}`;
	return {id, name: backup === null ? `${name}: passed, ${age} old` : `${backup}${whose} ${outputs['proof'] ?? 'verified'}, ${age} old`, state: 'open', evidence: end.summary};
};
