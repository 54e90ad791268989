import {taskOf} from '../../../run/walk.ts';
import {formatSeconds} from '../../../text/format-time.ts';
import {makeSafe, safe} from '../../../text/safe-text.ts';
import {factList} from '../../components/gate-list.ts';
import {blank, paragraph, rowOf, words, type Row} from '../../components/row.ts';
import type {Panel, RunContext} from './panel.ts';
import {statusBadge, taskOffers} from './task-parts.ts';

/** An attempt whose end is not known: facts with their time, a proposal that is called one, and choices that need a reason. */
export const doubtPanel = (context: RunContext, taskId: string): Panel => {
	const task = taskOf(context.state, taskId);
	return {
		id: `doubt ${taskId} ${task.attempts.length}`,
		title: context.clean(task.task.name),
		badge: statusBadge(task, context.theme),
		content: columns => contentRows(context, taskId, columns),
		ask:
			context.readOnly === null
				? {
						kind: 'choices',
						choices: [
							{name: safe`Look closer`, about: safe`asks the world again, changes nothing`, does: {kind: 'send', request: {kind: 'probe', task: taskId}}},
							{name: safe`It succeeded…`, about: safe`record it, with a reason`, does: {kind: 'open', dialog: {kind: 'resolve', task: taskId, as: 'succeeded'}}},
							{name: safe`It failed…`, about: safe`record it, then choose`, does: {kind: 'open', dialog: {kind: 'resolve', task: taskId, as: 'failed'}}},
						],
					}
				: {kind: 'nothing'},
		next: {text: safe`Slipway does not guess. Your answer is recorded with its reason.`, tone: 'quiet'},
		offers: taskOffers(context, taskId),
	};
};

const contentRows = (context: RunContext, taskId: string, columns: number): readonly Row[] => {
	const {clean} = context;
	const attempt = taskOf(context.state, taskId).attempts.at(-1);
	if (attempt === undefined) return [];
	const trace = attempt.end?.kind === 'in-doubt' ? attempt.end.trace : '';
	const probe = attempt.probes.at(-1);
	const facts = (probe?.facts ?? []).map(fact => {
		const [label = '', ...value] = fact.split('\t');
		return {label, value: value.join(' ')};
	});
	const likely = facts.find(({label}) => label === 'Likely')?.value ?? '';
	return [
		...paragraph(safe`Started ${makeSafe(formatSeconds(new Date(attempt.startedAt)))} by ${clean(attempt.by)}. How it ended was not recorded: ${clean(sentence(trace))}`, columns),
		blank,
		...(probe === undefined
			? paragraph(safe`The world has not been asked yet.`, columns, {tone: 'quiet'})
			: [
					rowOf(words(safe`What the world says`, 'plain', true), words(safe`  read ${makeSafe(formatSeconds(new Date(probe.at)))}`, 'quiet')),
					...factList(facts.filter(({label}) => label !== 'Likely').map(({label, value}) => ({label: clean(label), value: clean(value)})), columns),
					blank,
					...paragraph(safe`Likely: ${clean(likely === '' ? verdicts[probe.verdict] : sentence(likely))}`, columns),
				]),
	];
};

const verdicts = {done: 'it was done.', 'not-done': 'it was not done.', unknown: 'nothing that can be said.'} as const;

const sentence = (text: string): string => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`);
