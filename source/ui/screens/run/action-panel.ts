import type {ActionPlan, Effect} from '../../../actions/action.ts';
import type {Preview} from '../../../engine/engine.ts';
import {isMet} from '../../../run/gates.ts';
import {planDigest} from '../../../run/plan-digest.ts';
import {taskOf} from '../../../run/walk.ts';
import type {TaskState} from '../../../run/state.ts';
import {formatDuration} from '../../../text/format-duration.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {commandBlock} from '../../components/command-block.ts';
import {gateList} from '../../components/gate-list.ts';
import {blank, join, marked, paragraph, words, type Row} from '../../components/row.ts';
import type {Action, Ask, Offers, Panel, RunContext} from './panel.ts';
import {safeStartBefore} from './safe-start.ts';
import {aboutRows, attemptsBefore, dotted, overridableGate, saysSomething, taskOffers} from './task-parts.ts';

/** An action about to run: the exact commands, every gate with its evidence, and what starts it. */
export const actionPanel = (context: RunContext, taskId: string, isCurrent: boolean): Panel => {
	const task = taskOf(context.state, taskId);
	const preview = context.preview ?? {gates: [], consent: {kind: 'enter'}, action: null};
	const isAllowed = mayBeStarted(preview) && context.readOnly === null;
	const attempt = task.attempts.length + 1;
	return {
		// Another plan is another panel: what was typed or pressed for the one before does not count for it.
		id: `start ${taskId} ${attempt} ${isAllowed} ${seenOf(preview) ?? ''}`,
		title: context.clean(task.task.name),
		badge: attempt > 1 ? words(safe`attempt ${attempt}`, 'quiet') : task.task.required || 'remedyFor' in task.task ? null : words(safe`optional`, 'quiet'),
		content: columns => contentRows(context, task, preview, columns),
		ask: isAllowed ? askFor(preview, taskId) : {kind: 'nothing'},
		next: nextLine(context, task, preview, isCurrent),
		offers: offersFor(context, taskId, preview),
	};
};

const mayBeStarted = ({gates, action}: Preview): boolean => action !== null && !('problem' in action) && gates.every(isMet);

const askFor = (preview: Preview, task: string): Ask => {
	const {consent} = preview;
	const seen = seenOf(preview);
	if (consent.kind === 'enter') return {kind: 'enter', does: {kind: 'send', request: {kind: 'start', task, seen}}};
	return {kind: 'word', word: makeSafe(consent.word), does: (typed): Action => ({kind: 'send', request: {kind: 'start', task, seen, typed}})};
};

const seenOf = ({action}: Preview): string | undefined => (action === null || 'problem' in action ? undefined : planDigest(action.effect, action.plan));

const contentRows = (context: RunContext, task: TaskState, preview: Preview, columns: number): readonly Row[] => {
	const {clean} = context;
	const reopened = task.reopenedBecause === null ? [] : [...marked(words(context.theme.glyphs.attention, 'warning'), safe`Asked again: ${clean(task.reopenedBecause)}.`, columns), blank];
	if (preview.action === null) return [...reopened, ...aboutRows(context, task, columns)];
	if ('problem' in preview.action) {
		const {what, why, todo} = preview.action.problem;
		return [
			...reopened,
			...aboutRows(context, task, columns),
			...marked(words(context.theme.glyphs.failed, 'danger'), clean(what), columns),
			...paragraph(clean(why), columns, {indent: 2}),
			...paragraph(clean(todo), columns, {indent: 2, tone: 'accent'}),
			...gateRows(context, preview, columns),
		];
	}

	const {effect, plan} = preview.action;
	// What is in the way comes first; it would be the last thing read otherwise.
	const closed = preview.gates.filter(gate => !isMet(gate));
	const place = [...(plan.cwd === '' ? [] : [safe`in ${clean(plan.cwd)}`]), ...environmentWords(plan.env, clean)];
	const safeStart = effect === 'changes' ? safeStartBefore(context, task.task.id, columns) : {late: [], told: []};
	const limits = [...(task.task.timeoutMs === undefined ? [] : [safe`stopped after ${makeSafe(formatDuration(task.task.timeoutMs))}`]), ...usualTime(context, task), ...safeStart.told];
	const notes = plan.notes.flatMap(note => marked(words(context.theme.glyphs.dot, 'warning'), clean(note), columns));
	// What a roll-back gives back, and what not, is why one reads its panel at all.
	const undone = context.state.plan.remedies.find(({id}) => id === task.task.id)?.remedyFor;
	return [
		...reopened,
		...(closed.length > 0 ? [...gateList(closed, {columns, theme: context.theme, clean}), blank] : []),
		...aboutRows(context, task, columns),
		...(undone === undefined ? [] : paragraph(safe`It undoes ${clean(taskOf(context.state, undone).task.name)}.`, columns)),
		...paragraph(...effectLine(context, effect, plan, columns)),
		...safeStart.late,
		...(undone !== undefined && notes.length > 0 ? [blank, ...notes] : []),
		blank,
		...commandBlock(plan.commands, {columns, clean}),
		...(place.length + limits.length > 0 ? paragraph(dotted([...place, ...limits], context.theme), columns, {tone: 'quiet', indent: 2}) : []),
		...(undone !== undefined || notes.length === 0 ? [] : [blank, ...notes]),
		...gateRows(context, {...preview, gates: preview.gates.filter(isMet)}, columns),
		...attemptsBefore(context, task, columns),
	];
};

/** Names of what is set, never values; of what is emptied, so that nothing of the operator's shell gets in, only how many begin alike. */
const environmentWords = (env: Readonly<Record<string, string>>, clean: RunContext['clean']): readonly SafeText[] => {
	const names = (isSet: boolean): readonly string[] => Object.entries(env).flatMap(([name, value]) => ((value !== '') === isSet ? [name] : []));
	const emptied = Map.groupBy(names(false), name => /^[^_]+_/.exec(name)?.[0] ?? name);
	return [
		...(names(true).length === 0 ? [] : [safe`with ${join(names(true).map(clean), safe`, `)}`]),
		...[...emptied].map(([prefix, some]) => (some.length === 1 ? safe`${clean(some[0] ?? '')} emptied` : safe`${some.length} ${clean(prefix)}* variables emptied`)),
	];
};

const gateRows = (context: RunContext, {gates: all}: Preview, columns: number): readonly Row[] => {
	const gates = all.filter(saysSomething);
	return gates.length === 0 ? [] : [blank, ...gateList(gates, {columns, theme: context.theme, clean: context.clean})];
};

const usualTime = ({usual: {taskMs}}: RunContext, {task}: TaskState) => {
	const usual = taskMs(task.id);
	return usual === null ? [] : [safe`usually ${makeSafe(formatDuration(usual))}`];
};

/** Says where the line is that can't be taken back. What commands with ! give to others is no change of the target, but it is an impact. */
const effectLine = ({state, clean}: RunContext, effect: Effect, {commands}: ActionPlan, columns: number): Parameters<typeof paragraph> => {
	if (effect === 'changes') return [state.changedSince === null ? safe`From here on things change.` : safe`It changes ${clean(state.plan.target.name)}.`, columns, {tone: 'warning', bold: true}];
	if (commands.some(command => command.effect === 'changes')) return [effect === 'reads' ? safe`Its commands with ! reach others; the rest only reads.` : safe`Its commands with ! reach others; the rest writes only its own files.`, columns, {tone: 'warning'}];
	const own = effect === 'reads' ? safe`It only reads.` : safe`It writes only its own files.`;
	return state.changedSince === null && state.reachedSince === null ? [safe`${own} No impact yet.`, columns, {tone: 'good'}] : [own, columns];
};

const nextLine = (context: RunContext, {task}: TaskState, preview: Preview, isCurrent: boolean): Panel['next'] => {
	if (preview.action !== null && 'problem' in preview.action) return {text: safe`It can't be started yet. Nothing has happened.`, tone: 'warning'};
	const closed = preview.gates.find(gate => !isMet(gate));
	if (closed?.state === 'unknown') return {text: safe`Looking: ${context.clean(closed.name)}…`, tone: 'quiet'};
	if (closed !== undefined) return {text: isCurrent ? safe`It can't start: ${context.clean(closed.name)}.` : safe`Not yet: ${context.clean(closed.evidence)}.`, tone: isCurrent ? 'warning' : 'quiet'};
	if (preview.consent.kind === 'typed') return {text: safe`Type ${makeSafe(preview.consent.word)} to start: `};
	return {text: safe`Enter starts it: ${context.clean(task.name)}.`};
};

const offersFor = (context: RunContext, taskId: string, preview: Preview): Offers => {
	const gate = overridableGate(context.state, preview.gates);
	return {
		...taskOffers(context, taskId),
		...(gate === null || context.readOnly !== null ? {} : {override: {kind: 'open', dialog: {kind: 'override', task: taskId, gate}}}),
	};
};

