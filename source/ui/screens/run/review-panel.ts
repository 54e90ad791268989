import {approvalEnd, approvalWorth} from '../../../run/approvals.ts';
import {objectionWords} from '../../../run/doubt.ts';
import {taskOf} from '../../../run/walk.ts';
import type {TaskState} from '../../../run/state.ts';
import {formatDuration} from '../../../text/format-duration.ts';
import {formatSeconds} from '../../../text/format-time.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {commandTexts} from '../../components/command-block.ts';
import {factList} from '../../components/gate-list.ts';
import {blank, paragraph, section, type Row} from '../../components/row.ts';
import {lookOf} from '../../theme.ts';
import type {Panel, RunContext} from './panel.ts';
import {aboutRows, attemptsBefore, dotted, evidenceRows, exitWords, findingRows, outputRows, statusBadge, taskOffers} from './task-parts.ts';

/** A task that is settled: what was done, by whom, what it left. */
export const reviewPanel = (context: RunContext, taskId: string): Panel => {
	const task = taskOf(context.state, taskId);
	return {
		id: `review ${taskId} ${task.status}`,
		title: context.clean(task.task.name),
		badge: statusBadge(task, context.theme, duration(task)),
		content: columns => [...settledRows(context, task, columns), ...attemptRows(context, task, columns)],
		ask: {kind: 'nothing'},
		next: {text: safe`${lookOf(task).word.replace(/^./, letter => letter.toUpperCase()) as SafeText}.`, tone: 'quiet'},
		offers: taskOffers(context, taskId),
	};
};

const duration = (task: TaskState): SafeText => {
	const end = task.attempts.at(-1)?.end;
	return end?.kind === 'finished' ? makeSafe(formatDuration(end.durationMs)) : safe``;
};

/** How it was settled without an action. */
const settledRows = (context: RunContext, task: TaskState, columns: number): readonly Row[] => {
	const {clean} = context;
	const {confirmation, waiver, approvals, overrides} = task;
	const time = (at: string | number): SafeText => makeSafe(formatSeconds(new Date(at)));
	return [
		...(task.task.skipped === undefined ? [] : [...paragraph(safe`Left out by the runbook: ${clean(task.task.skipped)}`, columns), blank]),
		...(waiver === null ? [] : [...paragraph(safe`Waived by ${clean(waiver.by)} at ${time(waiver.at)}: ${clean(waiver.reason)}`, columns, {tone: 'warning'}), blank]),
		...(task.task.kind === 'confirm' ? [...paragraph(clean(task.task.confirm), columns), blank] : aboutRows(context, task, columns)),
		...(confirmation === null
			? []
			: factList(
					[
						{label: safe`Answer`, value: clean(confirmation.answer)},
						{label: safe`By`, value: safe`${clean(confirmation.by)}, ${time(confirmation.at)}`},
						...(confirmation.person === undefined ? [] : [{label: safe`Checked by`, value: clean(confirmation.person)}]),
						...(confirmation.reference === undefined ? [] : [{label: safe`Reference`, value: clean(confirmation.reference)}]),
						...(confirmation.remark === undefined ? [] : [{label: safe`Remark`, value: clean(confirmation.remark)}]),
					],
					columns,
					0,
				)),
		...section(safe`Attached`, evidenceRows(context, confirmation?.attachments ?? [], columns)),
		...approvals.flatMap(given =>
			factList(
				[
					{label: safe`Approved`, value: safe`${clean(given.person)}, ${time(given.at)}`},
					{label: safe`Worth`, value: clean(approvalWorth(given))},
					...(approvalEnd(task, given) === Number.POSITIVE_INFINITY ? [] : [{label: safe`Counts until`, value: time(approvalEnd(task, given))}]),
					{label: safe`About`, value: makeSafe(given.subject.slice(0, 12))},
				],
				columns,
				0,
			),
		),
		...overrides.flatMap(({gate, reason, by, at}) => paragraph(safe`${clean(gate)} overridden by ${clean(by)} at ${time(at)}: ${clean(reason)}`, columns, {tone: 'warning'})),
	];
};

const attemptRows = (context: RunContext, task: TaskState, columns: number): readonly Row[] => {
	const {clean, theme} = context;
	const attempt = task.attempts.at(-1);
	if (attempt === undefined) return [];
	const {started, end, startedAt, by} = attempt;
	const facts = [safe`${makeSafe(formatSeconds(new Date(startedAt)))} by ${clean(by)}`, exitWords(attempt), started.consent === 'enter' ? safe`` : safe`consent: ${clean(started.consent)}`].filter(text => text !== '');
	return [
		...(end?.kind === 'finished' ? paragraph(clean(end.summary), columns) : []),
		...(end?.kind === 'resolved' ? paragraph(safe`Recorded as ${clean(end.as)} by ${clean(end.by)}: ${clean(`${end.reason}${objectionWords(end)}`)}`, columns, {tone: 'warning'}) : []),
		...paragraph(dotted(facts, theme), columns, {tone: 'quiet'}),
		...(end?.kind === 'finished' && end.findings.length > 0 ? [blank, ...findingRows(context, end.findings, columns)] : []),
		...(end?.kind === 'finished' ? section(safe`Results`, outputRows(context, end.outputs, columns)) : []),
		...(end?.kind === 'finished' ? section(safe`Evidence`, evidenceRows(context, end.evidence, columns)) : []),
		blank,
		...commandTexts(started, {columns, clean}),
		...attemptsBefore(context, task, columns, attempt.number),
	];
};
