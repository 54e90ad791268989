import {approvalCovers, approvalEnd, approvalSubject, lapseOf, signersOf, validApprovals} from '../../../run/approvals.ts';
import {isMet} from '../../../run/gates.ts';
import {lostApprovals} from '../../../run/lost-approvals.ts';
import {isPasted} from '../../../run/outputs-for-readers.ts';
import type {TaskState} from '../../../run/state.ts';
import {taskOf} from '../../../run/walk.ts';
import {checkWindow, freezesAhead} from '../../../run/window.ts';
import type {WindowSpec} from '../../../runbook/plan.ts';
import {formatDuration} from '../../../text/format-duration.ts';
import {formatTime, formatTimeIn} from '../../../text/format-time.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {gateList} from '../../components/gate-list.ts';
import {blank, join, marked, paragraph, section, words, type Row} from '../../components/row.ts';
import {lapseLooks, lookOf} from '../../theme.ts';
import {refusedPanel} from './failed-panel.ts';
import type {Action, Offers, Panel, RunContext, ToRead} from './panel.ts';
import {safeStartRows} from './safe-start.ts';
import {aboutRows, outputRows, overridableGate, saysSomething, taskOffers} from './task-parts.ts';
import {changesRows} from './what-changes.ts';

/** A question to the operator. Nothing but an explicit yes is a yes; enter alone answers nothing. */
export const confirmPanel = (context: RunContext, taskId: string, isCurrent: boolean): Panel => {
	const task = taskOf(context.state, taskId);
	const question = task.task.kind === 'confirm' ? task.task.confirm : '';
	const rows = (columns: number): readonly Row[] => [...reopenedRows(context, task, columns), ...paragraph(context.clean(question), columns, {bold: true}), ...needs(task, columns), ...afterBlank(aboutRows(context, task, columns).slice(0, -1)), ...shownRows(context, task, columns)];
	const toRead = context.toRead(taskId);
	const isRead = toRead.kind === 'nothing' || (toRead.kind === 'some' && toRead.unread === 0);
	if (task.status === 'failed') return refusedPanel(context, taskId, {question: columns => [...rows(columns), ...readRows(context, toRead, columns)], answers: isRead ? answers(taskId) : {no: answers(taskId).no}});
	const closed = context.preview?.gates.filter(gate => !isMet(gate)) ?? [];
	const mayAnswer = context.readOnly === null && closed.length === 0;
	return {
		id: `confirm ${taskId} ${mayAnswer} ${isRead}`,
		title: context.clean(task.task.name),
		badge: task.task.required ? null : words(safe`optional`, 'quiet'),
		content: columns => [...rows(columns), ...readRows(context, toRead, columns), ...(closed.length === 0 ? [] : [blank, ...gateList(closed, {columns, theme: context.theme, clean: context.clean})])],
		ask: mayAnswer
			? {
					kind: 'choices',
					choices: [
						{name: safe`Not yet`, about: safe`nothing is recorded`, does: {kind: 'stay'}},
						...(isRead
							? ([
									{name: safe`Yes…`, about: safe`y, it is so`, does: {kind: 'open', dialog: {kind: 'confirm', task: taskId, answer: 'yes'}}},
									{name: safe`Partially…`, about: safe`p, with what is missing`, does: {kind: 'open', dialog: {kind: 'confirm', task: taskId, answer: 'partially'}}},
								] as const)
							: toRead.kind === 'unreadable' ? [] : [{name: safe`Read the difference`, about: safe`d, then answer`, does: {kind: 'view', view: 'difference'}} as const]),
						{name: safe`No…`, about: safe`n, blocks what follows`, does: {kind: 'open', dialog: {kind: 'confirm', task: taskId, answer: 'no'}}},
					],
				}
			: {kind: 'nothing'},
		next: mayAnswer ? (isRead ? {text: safe`Answer with y, n or p. Enter alone answers nothing.`} : {text: toRead.kind === 'unreadable' ? safe`A yes can't be given to what can't be shown.` : safe`A yes can be given once that was read: d shows it.`, tone: 'warning'}) : notYet(context, closed[0]?.evidence, isCurrent),
		offers: {...taskOffers(context, taskId), ...(mayAnswer ? (isRead ? answers(taskId) : {no: answers(taskId).no}) : {})},
	};
};

/** The results that the question is about, which one would have to look for otherwise: what is to be pasted and its notes, else all. */
const shownRows = (context: RunContext, {task}: TaskState, columns: number): readonly Row[] => {
	if (task.kind !== 'confirm' || task.shows === undefined) return [];
	const about = taskOf(context.state, task.shows);
	const end = about.attempts.at(-1)?.end;
	const outputs = end?.kind === 'finished' && about.status === 'done' ? Object.entries(end.outputs) : [];
	const pasted = outputs.filter(([name]) => isPasted(name));
	const [first, ...rest] = outputRows(context, Object.fromEntries(pasted.length > 0 ? pasted : outputs), columns);
	const notes = pasted.length === 0 ? [] : outputs.filter(([name]) => name.endsWith('Note')).flatMap(([, note]) => [blank, ...paragraph(context.clean(note), columns, {tone: 'quiet'})]);
	if (first === undefined) return [blank, ...paragraph(safe`${context.clean(about.task.name)} has no results: ${lookOf(about).word}.`, columns, {tone: 'warning'})];
	return section(safe`From ${context.clean(about.task.name)}`, [...(first === blank ? [] : [first]), ...rest, ...notes]);
};

const answers = (task: string) => ({
	yes: {kind: 'open', dialog: {kind: 'confirm', task, answer: 'yes'}},
	no: {kind: 'open', dialog: {kind: 'confirm', task, answer: 'no'}},
	partially: {kind: 'open', dialog: {kind: 'confirm', task, answer: 'partially'}},
}) as const satisfies Offers;

/** What changes, and what of it still has to be opened before a yes counts. */
const readRows = (context: RunContext, toRead: ToRead, columns: number): readonly Row[] => {
	const {theme, clean} = context;
	switch (toRead.kind) {
		case 'nothing':
			return changesRows(context, toRead.differences, columns);
		case 'unreadable':
			return [blank, ...marked(words(theme.glyphs.failed, 'danger'), safe`The difference can't be shown: ${clean(toRead.why)} Preview it again, or waive this with a reason.`, columns, {tone: 'danger'})];
		case 'some':
			return [
				...changesRows(context, toRead.differences, columns),
				blank,
				...(toRead.unread === 0
					? marked(words(theme.glyphs.done, 'good'), toRead.count === 1 ? safe`The dangerous change was opened.` : safe`The ${toRead.count} dangerous changes were opened.`, columns, {tone: 'quiet'})
					: marked(words(theme.glyphs.attention, 'danger', true), toRead.unread === 1 ? safe`A dangerous change has to be read first.` : safe`${toRead.unread} dangerous changes have to be read first.`, columns, {tone: 'danger'})),
			];
	}
};

/** A window of its own: when it may be gone through, and by which rule. */
export const windowPanel = (context: RunContext, taskId: string, isCurrent: boolean): Panel => {
	const {state, theme, clean, now} = context;
	const task = taskOf(state, taskId);
	const gates = context.preview?.gates ?? [];
	const closed = gates.filter(gate => !isMet(gate));
	const mayPass = context.readOnly === null && closed.length === 0;
	const gate = overridableGate(state, gates);
	const window = task.task.kind === 'window' ? task.task.window : null;
	return {
		id: `window ${taskId} ${mayPass}`,
		title: clean(task.task.name),
		badge: closed.length > 0 ? words(safe`${theme.glyphs.waits} waits`, 'warning') : null,
		content: columns => [
			...aboutRows(context, task, columns),
			...(window === null
				? []
				: [
						...paragraph(safe`It is ${makeSafe(inZone(now, window.timezone))}.`, columns),
						...paragraph(safe`Allowed: ${clean(window.allow.length === 0 ? 'always' : window.allow.join(', '))}.`, columns, {tone: 'quiet'}),
						...freezeRows(context, window, columns),
					]),
			...(window === null ? [] : safeStartRows(context, window, columns)),
			blank,
			...gateList(gates.filter(saysSomething), {columns, theme, clean}),
		],
		ask: mayPass ? {kind: 'enter', does: {kind: 'send', request: {kind: 'confirm', task: taskId, answer: 'yes'}}} : {kind: 'nothing'},
		next: mayPass ? {text: safe`Enter goes on.`} : gate === null ? notYet(context, closed[0]?.evidence, isCurrent) : {text: safe`The window ${opening(window, now)}; v goes through it with a reason.`, tone: 'warning'},
		offers: {...taskOffers(context, taskId), ...(gate === null || context.readOnly !== null ? {} : {override: {kind: 'open', dialog: {kind: 'override', task: taskId, gate}}})},
	};
};

/** The next few: an event of a calendar that repeats is a freeze each time. */
const freezeRows = ({theme, clean, now}: RunContext, window: WindowSpec, columns: number): readonly Row[] => {
	const ahead = freezesAhead(window, now);
	const more = ahead.length - mostFreezes;
	return [
		...ahead.slice(0, mostFreezes).map(({from, to, reason}) => safe`no releases ${clean(from === to ? from : `${from} to ${to}`)}: ${clean(reason)}`),
		...(more > 0 ? [safe`and ${more} more, the last on ${clean(ahead.at(-1)?.from ?? '')}`] : []),
	].flatMap(line => marked(words(theme.glyphs.dot, 'quiet'), line, columns, {tone: 'quiet'}));
};

const mostFreezes = 4;

/** A second consent, given by somebody else; also one that was given and counts no more. */
export const approvalPanel = (context: RunContext, taskId: string, isCurrent: boolean): Panel => {
	const {state, theme, clean, now} = context;
	const task = taskOf(state, taskId);
	const spec = task.task.kind === 'approval' ? task.task.approval : {by: 1};
	const closed = context.preview?.gates.filter(gate => !isMet(gate)) ?? [];
	const mayApprove = context.readOnly === null && closed.length === 0;
	const approve: Action = {kind: 'open', dialog: {kind: 'approve', task: taskId}};
	const valid = validApprovals(state, taskId, now);
	const lapse = lapseOf(state, taskId, now);
	const signers = signersOf(task.task);
	return {
		id: `approve ${taskId} ${valid.length} of ${task.approvals.length} ${mayApprove}`,
		title: clean(task.task.name),
		badge: lapse === null ? words(safe`${theme.glyphs.waits} ${valid.length} of ${spec.by}`, 'warning') : words(safe`${theme.glyphs[lapseLooks[lapse].glyph]} ${lapseLooks[lapse].word}`, lapseLooks[lapse].tone),
		content: columns => [
			...reopenedRows(context, task, columns, lostWords(context, taskId)),
			...aboutRows(context, task, columns),
			...(lapse === null
				? [
						...paragraph(spec.by === 1 ? safe`A second person has to approve this release.` : safe`${spec.by} other people have to approve this release.`, columns),
						...paragraph(safe`It holds for what the steps before have found, and is lost when that changes${spec.maxAgeMs === undefined ? safe`.` : safe`, or after ${makeSafe(formatDuration(spec.maxAgeMs))}.`}`, columns, {tone: 'quiet'}),
					]
				: paragraph(lapse === 'expired' ? safe`The approval has expired, so it is asked for again.` : safe`What was approved has changed, so it is asked for again.`, columns, {tone: 'warning'})),
			...(task.approvals.length > 0 ? [blank] : []),
			...task.approvals.flatMap(given => approvalRow(context, task, given, valid.includes(given), columns)),
			...section(safe`What is approved`, coverRows(context, taskId, columns)),
			...(closed.length === 0 ? [blank, ...paragraph(safe`${signers === null ? safe`Elsewhere, with a signature` : safe`With the signature of somebody whom ${clean(signers)} names`}: slipway approve ${clean(state.id)} --request`, columns, {tone: 'quiet'})] : [blank, ...gateList(closed, {columns, theme, clean})]),
		],
		ask: mayApprove
			? {
					kind: 'choices',
					choices: [
						{name: safe`Not yet`, about: safe`nothing is recorded`, does: {kind: 'stay'}},
						{name: signers === null ? safe`Approve…` : safe`Sign…`, about: signers === null ? safe`y, not by the operator` : safe`y, how it is signed and handed in`, does: approve},
					],
				}
			: {kind: 'nothing'},
		next: mayApprove ? {text: signers === null ? safe`The approver chooses Approve and gives a name.` : safe`It waits for a signature; Sign shows how it is made.`} : notYet(context, closed[0]?.evidence, isCurrent),
		offers: {...taskOffers(context, taskId), ...(mayApprove ? {yes: approve} : {})},
	};
};

const approvalRow = ({theme, clean}: RunContext, task: TaskState, given: TaskState['approvals'][number], isValid: boolean, columns: number): readonly Row[] => {
	const {person, at, proof, remark} = given;
	const end = approvalEnd(task, given);
	const until = end === Number.POSITIVE_INFINITY ? safe`` : isValid ? safe`, until ${makeSafe(formatTime(new Date(end)))}` : safe`, counted until ${makeSafe(formatTime(new Date(end)))}`;
	return marked(isValid ? words(theme.glyphs.done, 'good') : words(theme.glyphs.attention, 'warning'), safe`${clean(person)}, ${makeSafe(formatTime(new Date(at)))}, ${clean(proof)}${until}${remark === undefined ? safe`` : safe`: ${clean(remark)}`}`, columns);
};

/** The results that are approved, as the request that is signed has them, and the hash over all of them; hashes are cut short. */
const coverRows = ({state, clean}: RunContext, taskId: string, columns: number): readonly Row[] =>
	[...approvalCovers(state, taskId), `subject: ${approvalSubject(state, taskId)}`].flatMap(cover => paragraph(clean(cover.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1')), columns, {hang: 2}));

const notYet = ({clean}: RunContext, evidence: string | undefined, isCurrent: boolean): Panel['next'] => ({text: evidence === undefined ? safe`Not yet.` : safe`Not yet: ${clean(evidence)}.`, tone: isCurrent ? 'warning' : 'quiet'});

const reopenedRows = ({clean, theme}: RunContext, task: TaskState, columns: number, lost: SafeText = safe``): readonly Row[] =>
	task.reopenedBecause === null ? [] : [...marked(words(theme.glyphs.attention, 'warning'), safe`Asked again: ${clean(task.reopenedBecause)}.${lost}`, columns), blank];

/** Whose approval was lost when it was asked for again. */
const lostWords = ({lines, clean}: RunContext, taskId: string): SafeText => {
	const reopened = lines.findLast(line => line.type === 'task.reopened' && line.data.task === taskId);
	const people = reopened?.type === 'task.reopened' ? lostApprovals(lines, reopened).map(({person}) => clean(person)) : [];
	return people.length === 0 ? safe`` : safe` ${join(people, safe` and `)} approved what was there before; that counts no more.`;
};

const needs = ({task}: TaskState, columns: number): readonly Row[] => {
	if (task.kind !== 'confirm' || (!task.person && !task.reference)) return [];
	return paragraph(task.person && task.reference ? safe`A yes names who checked it, and a reference.` : task.person ? safe`A yes names who checked it.` : safe`A yes gives a reference: a link or a number.`, columns, {tone: 'quiet'});
};

const afterBlank = (rows: readonly Row[]): readonly Row[] => (rows.length === 0 ? [] : [blank, ...rows]);

/** `Tue 24 Nov 14:02 in Asia/Kolkata` */
const opening = (window: WindowSpec | null, now: Date): SafeText => {
	const opensAt = window === null ? null : checkWindow(window, now).opensAt;
	return window === null || opensAt === null ? safe`is closed, and when it opens is not known` : safe`opens ${makeSafe(formatTimeIn(opensAt, window.timezone, now))}`;
};

const inZone = (at: Date, timeZone: string): SafeText => {
	try {
		const parts = new Intl.DateTimeFormat('en-GB', {timeZone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit'}).format(at).replaceAll(',', '');
		return makeSafe(`${parts} in ${timeZone}`);
	} catch {
		return makeSafe(at.toISOString());
	}
};

