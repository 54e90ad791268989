import type {Successor} from '../engine/find-successor.ts';
import {releaseOf} from '../run/release.ts';
import type {RunState} from '../run/state.ts';
import {openAttempts, taskOf} from '../run/walk.ts';
import {join} from './components/row.ts';
import {stepOf} from './components/steps-list.ts';
import {safe, type SafeText} from '../text/safe-text.ts';
import {currentTask} from './screens/run/release.ts';
import {results} from './screens/run/end-panel.ts';
import {taskLook} from './lapsed-approval.ts';
import type {Theme} from './theme.ts';

type SummaryParts = {
	readonly theme: Theme;
	readonly clean: (text: string) => SafeText;
	readonly readOnly: string | null;
	/** Who has taken the run over. */
	readonly successor: Successor | null;
};

/** What is left on the terminal after the full screen is gone: how the run stands, who has it now, and how to come back to it. */
export const closingSummary = (state: RunState, {theme, clean, readOnly, successor}: SummaryParts): SafeText => {
	const {name, from, to} = releaseOf(state);
	const versions = join([from, to].flatMap(version => (version === null ? [] : [clean(version)])), safe` ${theme.glyphs.arrow} `);
	const title = safe`${clean(name)}${versions === '' ? safe`` : safe` ${versions}`}, ${clean(state.plan.target.name)}`;
	const record = safe`journal ${state.lines}:${clean(state.head.slice(0, 8))}`;
	const id = clean(state.id);
	if (state.ending !== null) {
		const {glyph, word} = results[state.ending.result];
		return join([safe`${theme.glyphs[glyph]} ${title}: ${word}. ${clean(state.ending.statement)}`, safe`  slipway report ${id}   ${record}`], safe`\n`);
	}

	const lines = [safe`${theme.glyphs.here} ${title}: ${standing(state, clean)}`];
	if (readOnly !== null) lines.push(safe`  ${clean(readOnly)}`);
	if (successor !== null) {
		const {by, at, host, tty, reason} = successor;
		lines.push(safe`  ${clean(by)} took it over at ${clean(at.slice(0, 16).replace('T', ' '))} UTC (${tty === null ? safe`` : safe`${clean(tty)} `}on ${clean(host)}): ${clean(reason)}`, safe`  Follow it: slipway watch ${id}   ${record}`);
	} else lines.push(state.rehearsal ? safe`  slipway show ${id}   ${record}` : safe`  Go on: slipway resume ${id}   ${record}`);
	return join(lines, safe`\n`);
};

const standing = (state: RunState, clean: (text: string) => SafeText): SafeText => {
	const running = openAttempts(state)[0];
	if (running !== undefined) return state.rehearsal ? safe`left while ${clean(taskOf(state, running.task).task.name)} was running.` : safe`${clean(taskOf(state, running.task).task.name)} is running and goes on.`;
	// It was left just now: the last line says so.
	const now = new Date(state.lastAt);
	const current = currentTask(state, now);
	if (current === null) return safe`every task is settled; the run is not ended yet.`;
	const step = stepOf(state, current);
	const task = taskOf(state, current);
	return safe`${state.rehearsal ? safe`left` : safe`open`} at ${step === undefined ? safe`` : safe`${state.plan.steps.indexOf(step) + 1} ${clean(step.name)}, `}${clean(task.task.name)} (${taskLook(state, task, now).word}).`;
};
