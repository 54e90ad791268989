import type {EventData, JournalLine} from '../journal/event.ts';
import {livingWords, objectionWords} from '../run/doubt.ts';
import type {RunState} from '../run/state.ts';
import {formatDuration} from '../text/format-duration.ts';
import type {Tone} from './theme.ts';

/** A line of the journal for people: what happened, to what, and what more there is to say. */
export type EventWords = {readonly what: string; readonly about: string; readonly tone: Tone};

export const eventWords = (state: RunState, line: JournalLine): EventWords => {
	const name = (taskId: string): string => state.tasks[taskId]?.task.name ?? taskId;
	const said = (what: string, about: string, tone: Tone = 'plain'): EventWords => ({what, about, tone});
	switch (line.type) {
		case 'run.created':
			return said('created', `${line.data.runbook.name}, target ${line.data.target.name}${line.data.rehearsal ? ', a rehearsal' : ''}`);
		case 'session.opened':
			return said(line.data.resumed ? 'resumed' : 'opened', `by ${line.by}${line.data.takeOver === undefined ? '' : `, taken over: ${line.data.takeOver}`}`, 'quiet');
		case 'session.closed':
			return said('left', `by ${line.by}${line.data.reason === 'signal' ? ', by a signal' : ''}`, 'quiet');
		case 'journal.recovered':
			return said('recovered', `${line.data.bytes} bytes of an unfinished line were cut off, kept as ${line.data.keptAs}`, 'warning');
		case 'run.suspended':
			return said('disk full', `this was not recorded: ${line.data.lost}`, 'danger');
		case 'signer.changed':
			return said('signer', `now ${line.data.to.kind === 'machine' ? 'the key of this machine' : line.data.to.fingerprint}: ${line.data.because}`, 'warning');
		case 'runbook.changed':
			return said('runbook', `changed since; the run goes on with its copy: ${line.data.changes.join('; ')}`, 'warning');
		case 'clock.set-back':
			return said('clock', `set back by ${formatDuration(line.data.byMs)}`, 'warning');
		case 'task.confirmed':
			return said(`answered ${line.data.answer}`, withRemark(name(line.data.task), line.data.remark), line.data.answer === 'yes' ? 'good' : 'warning');
		case 'task.reopened':
			return said('asked again', `${name(line.data.task)}: ${line.data.because}`, 'warning');
		case 'task.waived':
			return said('waived', `${name(line.data.task)}: ${line.data.reason}`, 'warning');
		case 'task.refused':
			return said('refused', `${name(line.data.task)}: ${line.data.gates.join('; ')}`, 'warning');
		case 'task.stopped':
			return said('left as it is', name(line.data.task), 'quiet');
		case 'checklist.answered':
			return said(`item ${line.data.answer}`, withRemark(`${itemName(line.data)} by ${line.data.person}`, line.data.remark), line.data.answer === 'yes' ? 'good' : 'warning');
		case 'checklist.waived':
			return said('item waived', `${itemName(line.data)} until ${line.data.until}: ${line.data.reason}`, 'warning');
		case 'checklist.withdrawn':
			return said('item withdrawn', withRemark(itemName(line.data), line.data.remark), 'warning');
		case 'gate.overridden':
			return said('overridden', `${name(line.data.gate)}: ${line.data.reason}`, 'warning');
		case 'approval.given':
			return said('approved', withRemark(`${name(line.data.task)} by ${line.data.person} (${line.data.proof})`, line.data.remark), 'good');
		case 'attempt.started':
			return said('started', `${name(line.data.task)}${line.data.attempt > 1 ? `, attempt ${line.data.attempt}` : ''}`, line.data.effect === 'changes' ? 'accent' : 'plain');
		case 'attempt.never-started':
			return said('never started', `${name(line.data.task)}: ${line.data.because}`, 'quiet');
		case 'attempt.unsupervised':
			return said('unsupervised', `${name(line.data.task)}: how it ends will not be known`, 'warning');
		case 'attempt.cancel-requested':
			return said('cancelling', `${name(line.data.task)}, ${line.data.signal}${line.data.because === 'timeout' ? ', its time was over' : ''}`, 'warning');
		case 'attempt.finished':
			return said(line.data.outcome.replace('-', ' '), `${name(line.data.task)} after ${formatDuration(line.data.durationMs)}: ${line.data.summary}`, outcomeTones[line.data.outcome]);
		case 'attempt.in-doubt':
			return said('in doubt', `${name(line.data.task)}: ${line.data.trace}`, 'warning');
		case 'attempt.probed':
			return said('world asked', `${name(line.data.task)}: ${line.data.verdict.replace('-', ' ')}${(line.data.alive ?? []).map(living => `; still runs: ${livingWords(living)}`).join('')}`);
		case 'attempt.resolved':
			return said(line.data.how === 'runbook' ? 'repeated' : `said ${line.data.as}`, `${name(line.data.task)}: ${line.data.reason}${objectionWords(line.data)}`, 'warning');
		case 'run.ended':
			return said(line.data.result.replace('-', ' '), line.data.statement, line.data.result === 'succeeded' ? 'good' : 'warning');
		default:
			// A line of a newer program: it is shown by its type.
			return said((line as JournalLine).type, '', 'quiet');
	}
};

const outcomeTones = {succeeded: 'good', failed: 'danger', cancelled: 'warning', 'timed-out': 'danger'} as const;

const withRemark = (text: string, remark: string | undefined): string => (remark === undefined ? text : `${text}: ${remark}`);

const itemName = ({item, finding}: EventData['checklist.waived' | 'checklist.answered' | 'checklist.withdrawn']): string => (finding === undefined ? item : `${item}, ${finding.where}`);
