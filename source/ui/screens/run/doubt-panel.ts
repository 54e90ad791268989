import {isRepeatable, lastAlive, livingWords, readFact, waitOrKill} from '../../../run/doubt.ts';
import type {Attempt} from '../../../run/state.ts';
import {taskOf} from '../../../run/walk.ts';
import {formatSeconds} from '../../../text/format-time.ts';
import {makeSafe, safe} from '../../../text/safe-text.ts';
import {factList} from '../../components/gate-list.ts';
import {blank, marked, paragraph, rowOf, words, type Row} from '../../components/row.ts';
import type {Panel, RunContext} from './panel.ts';
import {statusBadge, taskOffers} from './task-parts.ts';

/** An attempt whose end is not known: a proposal that is called one, facts with their time, and choices that need a reason. */
export const doubtPanel = (context: RunContext, taskId: string): Panel => {
	const task = taskOf(context.state, taskId);
	const attempt = task.attempts.at(-1);
	const isOver = attempt === undefined || lastAlive(attempt).length === 0;
	return {
		id: `doubt ${taskId} ${task.attempts.length} ${isOver}`,
		title: context.clean(task.task.name),
		badge: statusBadge(task, context.theme),
		content: columns => (attempt === undefined ? [] : contentRows(context, attempt, columns)),
		ask:
			context.readOnly === null && context.state.ending === null
				? {
						kind: 'choices',
						choices: [
							{name: safe`Look closer`, about: safe`asks the world again, changes nothing`, does: {kind: 'send', request: {kind: 'probe', task: taskId}}},
							...(isOver
								? ([
										{name: safe`It succeeded…`, about: safe`record it, with a reason`, does: {kind: 'open', dialog: {kind: 'resolve', task: taskId, as: 'succeeded'}}},
										{name: safe`It failed…`, about: safe`record it, then choose`, does: {kind: 'open', dialog: {kind: 'resolve', task: taskId, as: 'failed'}}},
									] as const)
								: []),
						],
					}
				: {kind: 'nothing'},
		next: isOver ? {text: safe`Slipway does not guess. Your answer is recorded with its reason.`, tone: 'quiet'} : {text: isRepeatable(task) ? safe`Idempotent: it is run again by itself once that is gone.` : safe`How it ended can be said once that is gone; Slipway looks every second.`, tone: 'warning'},
		offers: taskOffers(context, taskId),
	};
};

/** What is likely and what still runs come first: they are what the operator acts upon. */
const contentRows = (context: RunContext, attempt: Attempt, columns: number): readonly Row[] => {
	const {clean} = context;
	const trace = attempt.end?.kind === 'in-doubt' || attempt.end?.kind === 'resolved' ? attempt.end.trace : '';
	const probe = attempt.probes.at(-1);
	const facts = (probe?.facts ?? []).map(readFact);
	const likely = facts.find(({label}) => label === 'Likely')?.value ?? '';
	return [
		...(probe === undefined ? [] : [...paragraph(clean(likely === '' ? verdicts[probe.verdict] : `Likely: ${sentence(likely)}`), columns), blank]),
		...livingRows(context, attempt, columns),
		...paragraph(safe`Started ${makeSafe(formatSeconds(new Date(attempt.startedAt)))} by ${clean(attempt.by)}. ${clean(sentence(trace))}${probe?.alive?.length === 0 ? safe` No process of it is found.` : safe``}`, columns),
		blank,
		...(probe === undefined
			? paragraph(safe`The world has not been asked yet.`, columns, {tone: 'quiet'})
			: [
					rowOf(words(safe`What the world says`, 'plain', true), words(safe`  read ${makeSafe(formatSeconds(new Date(probe.at)))}`, 'quiet')),
					...factList(facts.filter(({label}) => label !== 'Likely').map(({label, value}) => ({label: clean(label), value: clean(value)})), columns),
				]),
	];
};

const livingRows = ({clean, theme}: RunContext, attempt: Attempt, columns: number): readonly Row[] => {
	const alive = lastAlive(attempt);
	if (alive.length === 0) return [];
	return [
		...alive.flatMap(living => marked(words(theme.glyphs.attention, 'warning'), safe`Still runs: ${clean(livingWords(living))}`, columns, {tone: 'warning'})),
		...paragraph(clean(waitOrKill(alive)), columns, {indent: 2}),
		blank,
	];
};

const verdicts = {done: 'Likely: it was done.', 'not-done': 'Likely: it was not done.', unknown: 'Nothing says how it ended.'} as const;

const sentence = (text: string): string => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`);
