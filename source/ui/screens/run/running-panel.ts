import {shareIn} from '../../../actions/postgres/dump-progress.ts';
import type {Attempt} from '../../../run/state.ts';
import {taskOf} from '../../../run/walk.ts';
import {windowEnds} from '../../../run/window-closed.ts';
import {formatDuration} from '../../../text/format-duration.ts';
import {formatSeconds} from '../../../text/format-time.ts';
import {makeSafe, safe} from '../../../text/safe-text.ts';
import {commandTexts} from '../../components/command-block.ts';
import {outputTail} from '../../components/output-pane.ts';
import {progressBar, shareBar} from '../../components/progress-bar.ts';
import {blank, marked, rowOf, words, type Row} from '../../components/row.ts';
import {workloadRows} from '../../components/workload-rows.ts';
import type {Panel, RunContext} from './panel.ts';

/** Silence is flagged after this long, never punished. */
const silentMs = 5 * 60_000;

/** Of how many commands each is listed while they run. */
const mostCommands = 3;
const mostRows = 6;

/** An action that runs: since when, what, and the end of its output. */
export const runningPanel = (context: RunContext, taskId: string): Panel => {
	const task = taskOf(context.state, taskId);
	const attempt = task.attempts.at(-1);
	const elapsedMs = attempt === undefined ? 0 : context.now.getTime() - Date.parse(attempt.startedAt);
	const isCancelling = (attempt?.cancels.length ?? 0) > 0;
	const isUnsupervised = (attempt?.unsupervisedAt ?? null) !== null;
	return {
		id: `running ${taskId} ${task.attempts.length}`,
		title: context.clean(task.task.name),
		badge: words(safe`${context.spinner} ${makeSafe(formatDuration(Math.max(0, Math.floor(elapsedMs / 1000) * 1000)).replace(/^0 ms$/, '0 s'))}${isUnsupervised ? safe`, unsupervised` : safe``}`, isUnsupervised ? 'warning' : 'accent'),
		content: columns => {
			return [
				...commandRows(context, attempt, columns),
				...barRows(context, taskId, elapsedMs, columns),
				...notes(context, taskId, columns, elapsedMs),
				...progressRows(context, columns),
				blank,
			];
		},
		tail: space => (context.output === null ? [] : outputTail(context.output, space)),
		ask: {kind: 'nothing'},
		next: isCancelling
			? {text: safe`Asked to stop. Its end is waited for; nothing is assumed.`, tone: 'warning'}
			: {text: context.state.rehearsal ? safe`A rehearsal ends with this terminal; a release goes on: slipway resume` : safe`It goes on if this terminal closes: slipway resume`, tone: 'quiet'},
		offers: {
			output: {kind: 'view', view: 'output'},
			...(context.readOnly === null ? {cancel: {kind: 'open', dialog: {kind: 'cancel', task: taskId}}} : {}),
		},
	};
};

/** What a task says of its course counts more than how long it took before. */
const barRows = ({usual, output, theme}: RunContext, taskId: string, elapsedMs: number, columns: number): readonly Row[] => {
	const lastLine = output?.lines(output.lineCount() - 1, 1)[0]?.text;
	const share = lastLine === undefined ? null : shareIn(lastLine);
	if (share !== null) return [blank, shareBar({share, columns, theme})];
	const usualMs = usual.taskMs(taskId);
	return usualMs === null ? [] : [blank, progressBar({elapsedMs, usualMs, columns, theme})];
};

/**
Where the workloads are seen, or where a worker runs many commands and says itself which one, they are a reminder: the whole text is among the
commands. Those with ! are what one wants to be reminded of.
*/
const commandRows = (context: RunContext, attempt: Attempt | undefined, columns: number): readonly Row[] => {
	if (attempt === undefined) return [];
	const {started} = attempt;
	if (context.progress === null && started.commands.length <= mostCommands) return commandTexts({...started, commands: started.commands.map(firstLine)}, {columns, clean: context.clean}).slice(0, mostRows);
	const {changing = []} = started;
	const shown = context.progress === null && changing.length > 0 ? changing.slice(0, mostRows) : [0];
	const more = started.commands.length - shown.length;
	return [
		...shown.flatMap(index => reminderRow(context, started, index, columns)),
		...(context.progress !== null || more === 0 ? [] : [rowOf(words(safe`  and ${more} more; @ shows them`, 'quiet'))]),
	];
};

/** The first row of a command, which says so where there is more. */
const reminderRow = ({clean, theme, progress}: RunContext, started: Attempt['started'], index: number, columns: number): readonly Row[] => {
	const command = started.commands[index];
	if (command === undefined) return [];
	const {changing} = started;
	const [first, ...rest] = commandTexts({...started, commands: [firstLine(command)], ...(changing === undefined ? {} : {changing: changing.includes(index) ? [0] : []})}, {columns: columns - 2, clean});
	const isCut = rest.length > 0 || (progress !== null && started.commands.length > 1);
	return first === undefined ? [] : [{left: [...first.left, ...(isCut ? [words(safe` ${theme.glyphs.ellipsis}`, 'quiet')] : [])]}];
};

const progressRows = ({progress, theme, clean, now}: RunContext, columns: number): readonly Row[] => {
	if (progress === null) return [];
	if ('unknown' in progress) return [blank, ...marked(words(theme.glyphs.waits, 'quiet'), safe`How far the workloads are is unknown: ${clean(progress.unknown)}.`, columns, {tone: 'quiet'})];
	return [blank, ...workloadRows(progress, {columns, theme, clean, now})];
};

const notes = (context: RunContext, taskId: string, columns: number, elapsedMs: number): readonly Row[] => {
	const {theme, now, output} = context;
	const attempt = taskOf(context.state, taskId).attempts.at(-1);
	const mark = words(theme.glyphs.waits, 'warning');
	const cancels = (attempt?.cancels ?? []).flatMap(({signal, because, at}) =>
		marked(mark, safe`${makeSafe(formatSeconds(new Date(at)))} asked to stop (${makeSafe(signal)})${because === 'timeout' ? safe`, its time was over` : safe``}`, columns, {tone: 'warning'}),
	);
	const silence = now.getTime() - (output?.lastOutputAt()?.getTime() ?? now.getTime() - elapsedMs);
	const silent = silence < silentMs ? [] : marked(mark, safe`no output for ${makeSafe(formatDuration(Math.floor(silence / 60_000) * 60_000))}`, columns, {tone: 'warning'});
	const closed = (attempt === undefined ? [] : windowEnds(context.state, attempt)).filter(({closesAt}) => closesAt <= now);
	const late = closed.flatMap(({time}) => marked(words(theme.glyphs.attention, 'warning'), safe`The window closed at ${makeSafe(time)}. What runs goes on to its end; nothing else is begun.`, columns, {tone: 'warning'}));
	const alone =
		attempt === undefined || attempt.unsupervisedAt === null
			? []
			: marked(words(theme.glyphs.attention, 'warning'), safe`Running unsupervised: what holds it is gone since ${makeSafe(formatSeconds(new Date(attempt.unsupervisedAt)))}. Its exit status can't be known; at its end it will be in doubt.`, columns, {tone: 'warning'});
	const all = [...alone, ...late, ...cancels, ...silent];
	return all.length === 0 ? [] : [blank, ...all];
};

const firstLine = (command: string): string => (command.includes('\n') ? `${command.split('\n', 1)[0]} …` : command);

