import {isDay, isOver} from '../checklist/day.ts';
import type {Event} from '../journal/event.ts';
import {accept, isBlank, refuse, type Decision} from './decision.ts';
import type {Request} from './request.ts';
import {standingDecisions, takesBack} from './standing-decisions.ts';
import type {RunState, TaskState, TaskStatus} from './state.ts';
import {hasChangedAfter, taskOf} from './walk.ts';

/**
What a person says of an item of the checklist, or takes back of it. It is recorded with the report that it is about, and the checklist is to be checked again: a word
never makes an open failure pass by itself.
*/
export const decideItem = (state: RunState, request: Request & {readonly kind: 'answer-item' | 'waive-item' | 'withdraw-item'}, {now, by}: {readonly now: Date; readonly by: string}): Decision => {
	const task = taskOf(state, request.task);
	const refused = cannotDecide(state, task, request.seen);
	if (refused !== null) return refused;
	const {task: id, item, finding, seen} = request;
	const about = {task: id, item, ...(finding === undefined ? {} : {finding}), seen};
	if (request.kind === 'waive-item') {
		const {reason, until} = request;
		if (isBlank(reason)) return refuse('reason-missing', 'A waiver needs a reason.', 'Say why it is passed.');
		if (!isDay(until)) return refuse('day-missing', 'A waiver needs its last day.', 'Give a day such as 2027-03-31.');
		if (isOver(until, now)) return refuse('day-over', `${until} is over.`, 'Give a day that is to come, or today.');
		return accept({type: 'checklist.waived', data: {...about, reason, until}}, ...reopened(task));
	}

	if (request.kind === 'withdraw-item') {
		if (!standingDecisions(task.decisions).some(one => takesBack(request, one))) return refuse('nothing-said', `Nothing was said of this ${finding === undefined ? 'item' : 'one alone'} in this run.`, `${finding === undefined ? 'What' : 'Withdraw what was said of the whole item; what'} a file says is taken out of that file.`);
		return accept({type: 'checklist.withdrawn', data: {...about, ...(isBlank(request.remark) ? {} : {remark: request.remark ?? ''})}}, ...reopened(task));
	}

	const {answer, person, reference, remark} = request;
	if (answer === 'yes' && isBlank(person)) return refuse('person-missing', 'A yes without a person is no evidence.', 'Name who checked it.');
	if (answer === 'partially' && isBlank(remark)) return refuse('remark-missing', 'Partially needs a remark.', 'Say what is missing.');
	const said = {answer, person: person === undefined || isBlank(person) ? by : person, ...(reference === undefined ? {} : {reference}), ...(remark === undefined ? {} : {remark})};
	return accept({type: 'checklist.answered', data: {...about, ...said}}, ...reopened(task));
};

const cannotDecide = (state: RunState, {task, status, attempts}: TaskState, seen: string): Decision | null => {
	if (task.kind !== 'uses' || task.uses !== 'kubernetes/checklist') return refuse('not-a-checklist', 'This task has no checklist.', 'Start it, or waive it.');
	if (status === 'running') return refuse('already-running', 'The checklist is being checked.', 'Wait for its end.');
	if (status === 'in-doubt') return refuse('in-doubt', 'How the last attempt ended is not known.', 'Say first what happened.');
	if (status === 'skipped' || status === 'waived') return refuse('settled', `The task is ${status}.`, 'Go on with the next task.');
	if (hasChangedAfter(state, task.id)) return refuse('already-done', 'What follows was built on this checklist, and has changed something.', 'Put it into the closing statement.');
	const end = attempts.findLast(attempt => attempt.end !== null)?.end;
	const report = end?.kind === 'finished' ? end.evidence.find(({path}) => isChecklistReport(path)) : undefined;
	if (report?.sha256 !== seen) return refuse('report-changed', 'It was checked again since.', 'Look at what it says now.');
	return null;
};

/** The evidence of a checklist in which all findings stand. */
export const isChecklistReport = (path: string): boolean => /(^|\/)checklist\.json$/.test(path);

const judged: ReadonlySet<TaskStatus> = new Set(['done', 'failed', 'cancelled', 'timed-out']);

const reopened = ({task, status}: TaskState): readonly Event[] => (judged.has(status) ? [{type: 'task.reopened', data: {task: task.id, because: 'something was said of its items since it was checked'}}] : []);
