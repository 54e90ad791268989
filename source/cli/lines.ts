import type {EventData, JournalLine} from '../journal/event.ts';
import {factWords, livingWords, objectionWords} from '../run/doubt.ts';
import type {Plan} from '../runbook/plan.ts';
import {tasksOf} from '../runbook/plan.ts';
import {signerWords} from '../run/signer-words.ts';
import {formatDuration} from '../text/format-duration.ts';
import {makeSafe} from '../text/safe-text.ts';

/** One event as a line for a pipe, a log or a screen reader; empty for events that say nothing to a reader. */
export const lineFor = (plan: Plan, line: JournalLine): string => {
	const time = line.at.slice(11, 19);
	const said = sayEvent(plan, line);
	return said === '' ? '' : `${time}  ${makeSafe(said)}\n`;
};

const sayEvent = (plan: Plan, line: JournalLine): string => {
	const name = (taskId: string): string => [...tasksOf(plan), ...plan.remedies].find(({id}) => id === taskId)?.name ?? taskId;
	switch (line.type) {
		case 'run.created':
			return `run ${line.data.run}: ${line.data.runbook.name}, target ${line.data.target.name}${line.data.rehearsal ? ' (rehearsal)' : ''}`;
		case 'session.opened':
			return line.data.resumed ? `resumed by ${line.by}${line.data.takeOver === undefined ? '' : `, taken over: ${line.data.takeOver}`}` : '';
		case 'session.closed':
			return line.data.reason === 'ended' ? '' : `left by ${line.by}`;
		case 'journal.recovered':
			return `journal: ${line.data.bytes} bytes of a line that was never finished were cut off and kept as ${line.data.keptAs}`;
		case 'run.suspended':
			return `the disk was full, so this was not recorded: ${line.data.lost}`;
		case 'signer.changed':
			return signerWords(line.data);
		case 'runbook.changed':
			return ['the runbook has changed since; the run goes on with its copy', ...line.data.changes.map(change => `            ${change}`)].join('\n');
		case 'clock.set-back':
			return `the clock was set back by ${formatDuration(line.data.byMs)}`;
		case 'task.confirmed':
			return `${line.data.answer === 'yes' ? 'confirmed' : `answered ${line.data.answer}`}: ${name(line.data.task)}${line.data.remark === undefined ? '' : ` (${line.data.remark})`}`;
		case 'task.reopened':
			return `asked again: ${name(line.data.task)}, because ${line.data.because}`;
		case 'task.waived':
			return `waived: ${name(line.data.task)}: ${line.data.reason}`;
		case 'task.refused':
			return `refused: ${name(line.data.task)}: ${line.data.gates.join('; ')}`;
		case 'task.stopped':
			return `left as it is: ${name(line.data.task)}`;
		case 'checklist.answered':
			return `answered ${line.data.answer} by ${line.data.person}: ${itemName(line.data)}${line.data.reference === undefined ? '' : `, ${line.data.reference}`}${line.data.remark === undefined ? '' : ` (${line.data.remark})`}`;
		case 'checklist.waived':
			return `waived until ${line.data.until}: ${itemName(line.data)}: ${line.data.reason}`;
		case 'checklist.withdrawn':
			return `withdrawn: what was said of ${itemName(line.data)}${line.data.remark === undefined ? '' : ` (${line.data.remark})`}`;
		case 'gate.overridden':
			return `overridden: ${line.data.gate}: ${line.data.reason}`;
		case 'approval.given':
			return `approved by ${line.data.person} (${line.data.proof}): ${name(line.data.task)}`;
		case 'attempt.started':
			return [`started: ${name(line.data.task)}${line.data.attempt > 1 ? `, attempt ${line.data.attempt}` : ''}`, ...line.data.commands.map(command => `            $ ${command.replaceAll('\n', ' ')}`)].join('\n');
		case 'attempt.never-started':
			return `never started: ${name(line.data.task)}: ${line.data.because}`;
		case 'attempt.unsupervised':
			return `running unsupervised: ${name(line.data.task)}: how it ends will not be known`;
		case 'attempt.cancel-requested':
			return `cancelling (${line.data.signal}): ${name(line.data.task)}${line.data.because === 'timeout' ? ', it took longer than it may' : ''}`;
		case 'attempt.finished':
			return [
				`${line.data.outcome}: ${name(line.data.task)} in ${formatDuration(line.data.durationMs)}: ${line.data.summary}`,
				...line.data.findings.map(({level, what, where}) => `            ${level}: ${what}${where === undefined ? '' : ` (${where})`}`),
			].join('\n');
		case 'attempt.in-doubt':
			return `in doubt: ${name(line.data.task)}: ${line.data.trace}`;
		case 'attempt.probed':
			return [`the world says (${line.data.verdict}): ${name(line.data.task)}`, ...line.data.facts.map(fact => `            ${factWords(fact)}`), ...(line.data.alive ?? []).map(living => `            still runs: ${livingWords(living)}`)].join('\n');
		case 'attempt.resolved':
			if (line.data.how === 'runbook') return `run again: ${name(line.data.task)}: ${line.data.reason}`;
			return `recorded as ${line.data.as}: ${name(line.data.task)}: ${line.data.reason}${objectionWords(line.data)}`;
		case 'run.ended':
			return `${line.data.result.replace('-', ' ')}: ${line.data.statement}`;
		default:
			return '';
	}
};

const itemName = ({item, finding}: EventData['checklist.waived' | 'checklist.answered' | 'checklist.withdrawn']): string => (finding === undefined ? item : `${item}, ${finding.where}`);
