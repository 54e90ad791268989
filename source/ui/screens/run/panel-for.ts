import {isPassedOver, taskOf, walkOf} from '../../../run/walk.ts';
import {safe} from '../../../text/safe-text.ts';
import {blank, marked, words, type Row} from '../../components/row.ts';
import {lapsedNow} from '../../lapsed-approval.ts';
import {statusLooks} from '../../theme.ts';
import {actionPanel} from './action-panel.ts';
import {dialogPanel} from './dialogs.ts';
import {doubtPanel} from './doubt-panel.ts';
import {closingPanel, endedPanel} from './end-panel.ts';
import {failedPanel} from './failed-panel.ts';
import type {Panel, RunContext} from './panel.ts';
import {approvalPanel, confirmPanel, windowPanel} from './question-panels.ts';
import {currentTask} from './release.ts';
import {reviewPanel} from './review-panel.ts';
import {runningPanel} from './running-panel.ts';
import type {ScreenState} from './screen-state.ts';

/** The task on the right side; null when there is none, because all are settled. */
export const shownTask = (context: Pick<RunContext, 'state' | 'now'>, screen: ScreenState): string | null => screen.preparing ?? screen.looking ?? currentTask(context.state, context.now);

/** The one thing on the right side: a dialog, a task in its state, or the end. Who only looks is told so everywhere. */
export const panelFor = (context: RunContext, screen: ScreenState): Panel => {
	const panel = choosePanel(context, screen);
	// A dialog's choices change nothing, or say themselves what they do; a form would promise a record.
	return context.readOnly === null || (screen.dialog !== null && panel.ask.kind !== 'form') ? panel : {...panel, next: {text: safe`Read-only: ${context.clean(context.readOnly)}`, tone: 'quiet'}};
};

const choosePanel = (context: RunContext, screen: ScreenState): Panel => {
	if (screen.dialog !== null) return dialogPanel(context, screen.dialog.dialog);
	const taskId = shownTask(context, screen);
	if (taskId === null) return context.state.ending === null ? closingPanel(context) : endedPanel(context);
	const panel = taskPanel(context, taskId, screen);
	const current = currentTask(context.state, context.now);
	if (screen.preparing !== null) return panel;
	if (taskId === current) return {...panel, content: columns => [...passedRows(context, taskId, columns), ...panel.content(columns)]};
	const back = current === null ? safe`Esc goes back to the end of the run.` : safe`Esc goes back to ${context.clean(taskOf(context.state, current).task.name)}.`;
	// Looked at from elsewhere: nothing is waited for, the line says how to return.
	return {...panel, next: {text: panel.ask.kind === 'nothing' ? back : panel.next.text, tone: panel.ask.kind === 'nothing' ? 'quiet' : panel.next.tone ?? 'plain'}};
};

/** The run goes on after an optional task that failed, so the next one says it. */
const passedRows = (context: RunContext, taskId: string, columns: number): readonly Row[] => {
	const walk = walkOf(context.state);
	const place = walk.findIndex(({task}) => task.id === taskId);
	if (walk[place]?.status !== 'to-do') return [];
	const failed = walk.slice(walk.slice(0, place).findLastIndex(task => !isPassedOver(task)) + 1, place);
	const rows = failed.flatMap(({task, status}) => marked(words(context.theme.glyphs[statusLooks[status].glyph], statusLooks[status].tone), safe`${context.clean(task.name)}: ${statusLooks[status].word}. It is optional, so the run goes on without it.`, columns));
	return rows.length === 0 ? [] : [...rows, blank];
};

const taskPanel = (context: RunContext, taskId: string, screen: ScreenState): Panel => {
	const {status, task} = taskOf(context.state, taskId);
	const isCurrent = taskId === currentTask(context.state, context.now);
	const isAction = task.kind === 'uses' || task.kind === 'run' || task.kind === 'script';
	if (lapsedNow(context.state, taskId, context.now) !== null) return approvalPanel(context, taskId, isCurrent);
	if (screen.preparing === taskId && status !== 'running' && status !== 'in-doubt') return actionPanel(context, taskId, true);
	switch (status) {
		case 'running':
			return runningPanel(context, taskId);
		case 'in-doubt':
			return doubtPanel(context, taskId);
		case 'failed':
		case 'cancelled':
		case 'timed-out':
			return isAction ? failedPanel(context, taskId) : confirmPanel(context, taskId, isCurrent);
		case 'to-do':
			switch (task.kind) {
				case 'confirm':
					return confirmPanel(context, taskId, isCurrent);
				case 'window':
					return windowPanel(context, taskId, isCurrent);
				case 'approval':
					return approvalPanel(context, taskId, isCurrent);
				default:
					return actionPanel(context, taskId, isCurrent);
			}
		case 'done':
		case 'waived':
		case 'skipped':
		case 'rolled-back':
			return reviewPanel(context, taskId);
	}
};
