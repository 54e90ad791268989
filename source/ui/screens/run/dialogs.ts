import type {Answer, WorldAnswer} from '../../../journal/event.ts';
import {signersOf} from '../../../run/approvals.ts';
import {isAgainst, objectionTo, readFact} from '../../../run/doubt.ts';
import {remedyFor, openAttempts, taskOf} from '../../../run/walk.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {splitWords} from '../../../text/split-words.ts';
import {factList} from '../../components/gate-list.ts';
import {blank, marked, paragraph, rowOf, words, type Row} from '../../components/row.ts';
import type {Action, Choice, Dialog, FieldSpec, Panel, RunContext} from './panel.ts';
import {decisionForm} from '../checklist/decision-forms.ts';
import {endChoices, results, summaryRows} from './end-panel.ts';
import {aboutRows} from './task-parts.ts';

/** The panel of a dialog: what it is about, and its choices or fields. Leaving it is always possible and changes nothing. */
export const dialogPanel = (context: RunContext, dialog: Dialog): Panel => {
	switch (dialog.kind) {
		case 'confirm':
			return confirmForm(context, dialog.task, dialog.answer);
		case 'approve':
			return approveDialog(context, dialog);
		case 'waive':
			return form(dialog, {
				title: safe`Waive: ${context.clean(taskOf(context.state, dialog.task).task.name)}`,
				content: columns => [...paragraph(safe`The run goes on without it. Nothing of it is run.`, columns), ...paragraph(safe`The report lists waivers first, with their reason and your name.`, columns, {tone: 'quiet'})],
				fields: [reason(safe`why it is left out`)],
				does: ({reason: why = ''}) => ({kind: 'send', request: {kind: 'waive', task: dialog.task, reason: why}}),
				next: safe`Enter waives it.`,
			});
		case 'answer-item':
		case 'waive-item':
		case 'withdraw-item': {
			const {request, ...parts} = decisionForm(dialog, context.clean);
			return form(dialog, {...parts, does: values => ({kind: 'send', request: request(values)})});
		}
		case 'override':
			return overrideForm(context, dialog);
		case 'resolve':
			return resolveForm(context, dialog);
		case 'cancel':
			return cancelDialog(context, dialog.task);
		case 'finish':
			return choices(dialog, {
				title: safe`End the run`,
				content: columns => [...paragraph(safe`An ended run can't be resumed. Its record stays.`, columns), blank, ...summaryRows(context, columns)],
				choices: [{name: safe`Not yet`, about: safe`the run stays open`, does: {kind: 'close'}}, ...endChoices(context.state)],
				next: safe`Nothing ends until you choose.`,
			});
		case 'end':
			return form(dialog, {
				title: safe`End the run: ${results[dialog.result].word}`,
				content: columns => [...summaryRows(context, columns), blank, ...paragraph(safe`One sentence for those who read the report.`, columns, {tone: 'quiet'})],
				fields: [{id: 'statement', label: safe`Statement`, isRequired: true, hint: safe`how it went`}],
				does: ({statement = ''}) => ({kind: 'send', request: {kind: 'end', result: dialog.result, statement}}),
				next: safe`Enter ends the run.`,
			});
		case 'quit':
			return quitDialog(context);
	}
};

const resolveForm = (context: RunContext, dialog: Dialog & {kind: 'resolve'}): Panel => {
	const task = taskOf(context.state, dialog.task);
	const attempt = task.attempts.at(-1);
	const objection = attempt === undefined ? null : objectionTo(attempt, dialog.as);
	return form(dialog, {
		title: dialog.as === 'succeeded' ? safe`Record it as succeeded` : safe`Record it as failed`,
		content: columns => [
			...(objection === null ? [] : [...objectionRows(context, dialog.as, objection, columns), blank]),
			...paragraph(safe`${context.clean(task.task.name)} is in doubt. What you say here becomes the record, with your name and reason.`, columns),
			...paragraph(dialog.as === 'succeeded' ? safe`The run goes on as if its end had been seen.` : safe`You choose afterwards: retry, roll back, waive or end.`, columns, {tone: 'quiet'}),
		],
		fields: [reason(safe`how you know`)],
		does: ({reason: why = ''}) => ({kind: 'send', request: {kind: 'resolve', task: dialog.task, as: dialog.as, reason: why}}),
		next: objection !== null && isAgainst(dialog.as, objection) ? safe`Enter records it, against what the world says.` : safe`Enter records it.`,
	});
};

/** What the world said stands beside what is about to be said. */
const objectionRows = ({clean, theme}: RunContext, as: 'succeeded' | 'failed', world: WorldAnswer, columns: number): readonly Row[] => [
	...(isAgainst(as, world)
		? marked(words(theme.glyphs.attention, 'warning'), as === 'succeeded' ? safe`The world says that it was not done. The report will have both.` : safe`The world says that it was done. The report will have both.`, columns, {tone: 'warning'})
		: marked(words(theme.glyphs.attention, 'warning'), safe`The world does not confirm it. The report will say so.`, columns, {tone: 'warning'})),
	...factList(world.facts.map(readFact).map(({label, value}) => ({label: clean(label), value: clean(value)})), columns),
];

const approveDialog = (context: RunContext, dialog: Dialog & {kind: 'approve'}): Panel => {
	const signers = signersOf(taskOf(context.state, dialog.task).task);
	return signers === null ? claimForm(context, dialog) : signatureDialog(context, dialog, signers);
};

const claimForm = ({state, clean}: RunContext, dialog: Dialog & {kind: 'approve'}): Panel =>
	form(dialog, {
		title: safe`Approve this release`,
		content: columns => paragraph(safe`By somebody other than ${clean(state.createdBy)}. The name is recorded as a claim.`, columns, {tone: 'quiet'}),
		fields: [
			{id: 'person', label: safe`Approver`, isRequired: true, hint: safe`a name or an account`},
			{id: 'remark', label: safe`Remark`, isRequired: false, hint: safe`may be left empty`},
		],
		does: ({person = '', remark}) => ({kind: 'send', request: {kind: 'approve', task: dialog.task, person, ...given({remark})}}),
		next: safe`Enter approves.`,
	});

/** Where a name would be refused none is asked for: a signature is made elsewhere and comes in from another prompt. */
const signatureDialog = ({state, clean}: RunContext, dialog: Dialog, signers: string): Panel => {
	const id = clean(state.id);
	const says = (what: SafeText, command: SafeText, columns: number): readonly Row[] => [...paragraph(what, columns), ...paragraph(command, columns, {tone: 'accent', indent: 2, hang: 2})];
	return choices(dialog, {
		title: safe`Have this release signed`,
		content: columns => [
			...paragraph(safe`Only a signature counts here, of somebody other than ${clean(state.createdBy)} whom ${clean(signers)} names.`, columns, {tone: 'quiet'}),
			...says(safe`At another prompt, print what they sign:`, safe`slipway approve ${id} --request > request.txt`, columns),
			...says(safe`They sign it, anywhere:`, safe`slipway approve --sign KEY --file request.txt`, columns),
			...says(safe`Hand in what comes back:`, safe`slipway approve ${id} --file request.txt.signed`, columns),
		],
		choices: [{name: safe`Back`, about: safe`nothing is recorded`, does: {kind: 'close'}}],
		next: safe`It is taken as soon as it is handed in.`,
	});
};

const confirmForm = (context: RunContext, taskId: string, answer: Answer): Panel => {
	const task = taskOf(context.state, taskId);
	const spec = task.task.kind === 'confirm' ? task.task : null;
	const needsPerson = answer === 'yes' && spec?.person === true;
	const needsReference = answer === 'yes' && spec?.reference === true;
	return form({kind: 'confirm', task: taskId, answer}, {
		title: safe`${answerWords[answer]}: ${context.clean(task.task.name)}`,
		content: columns => [...paragraph(context.clean(spec?.confirm ?? ''), columns, {bold: true}), ...(spec?.about === undefined ? [] : [blank, ...aboutRows(context, task, columns)])],
		fields: [
			...(needsPerson || spec?.person === true ? [{id: 'person', label: safe`Checked by`, isRequired: needsPerson, hint: needsPerson ? safe`who checked it` : safe`may be left empty`}] : []),
			...(needsReference || spec?.reference === true ? [{id: 'reference', label: safe`Reference`, isRequired: needsReference, hint: needsReference ? safe`a link or a number` : safe`may be left empty`}] : []),
			{id: 'remark', label: safe`Remark`, isRequired: answer === 'partially', hint: answer === 'yes' ? safe`may be left empty` : answer === 'no' ? safe`what is wrong` : safe`what is missing`},
			{id: 'attachment', label: safe`Attachment`, isRequired: false, hint: safe`files; may be left empty`},
		],
		does: ({person, reference, remark, attachment = ''}) => ({kind: 'send', request: {kind: 'confirm', task: taskId, answer, ...given({person, reference, remark}), ...(attachment.trim() === '' ? {} : {attachments: splitWords(attachment)})}}),
		next: answer === 'yes' ? safe`Enter records your yes.` : answer === 'no' ? safe`Enter records your no. It blocks what follows.` : safe`Enter records it as partially done.`,
	});
};

const answerWords: Readonly<Record<Answer, SafeText>> = {yes: safe`Yes`, no: safe`No`, partially: safe`Partially`};

const overrideForm = (context: RunContext, dialog: Dialog & {kind: 'override'}): Panel => {
	const gate = context.preview?.gates.find(({id}) => id === dialog.gate);
	const target = context.clean(context.state.plan.target.name);
	return form(dialog, {
		title: safe`Override: ${context.clean(gate?.name ?? dialog.gate)}`,
		content: columns => [...paragraph(safe`Closed by: ${context.clean(gate?.evidence ?? '')}`, columns), ...paragraph(safe`Going through it is recorded with your name and reason, and stands in the report before everything else.`, columns, {tone: 'quiet'})],
		fields: [reason(safe`why it cannot wait`), {id: 'typed', label: safe`Target`, isRequired: true, hint: safe`type ${target}`, word: target}],
		does: ({reason: why = '', typed}) => ({kind: 'send', request: {kind: 'override', task: dialog.task, gate: dialog.gate, reason: why, ...given({typed})}}),
		next: safe`Enter overrides the gate. It starts nothing.`,
	});
};

const cancelDialog = (context: RunContext, taskId: string): Panel => {
	const task = taskOf(context.state, taskId);
	const attempt = task.attempts.at(-1);
	const isSecond = (attempt?.cancels.length ?? 0) > 0;
	const changes = attempt?.started.effect === 'changes';
	const reachesOut = (attempt?.started.changing?.length ?? 0) > 0;
	const remedy = remedyFor(context.state, taskId);
	return choices({kind: 'cancel', task: taskId}, {
		title: isSecond ? safe`Kill ${context.clean(task.task.name)}?` : safe`Cancel ${context.clean(task.task.name)}?`,
		content: columns => [
			...(changes
				? [
						...marked(words(context.theme.glyphs.attention, 'warning'), safe`It changes ${context.clean(context.state.plan.target.name)} and may be half done. What it has changed stays changed; nothing is rolled back by itself.`, columns, {tone: 'warning'}),
						...(remedy === null ? [] : marked(words(context.theme.glyphs.dot, 'quiet'), safe`Afterwards you can choose ${context.clean(remedy.name)}.`, columns)),
					]
				: reachesOut
					? marked(words(context.theme.glyphs.attention, 'warning'), safe`It removes its own files and what it made to work with. What its commands with ! have given to others by then stays.`, columns)
					: paragraph(safe`It changes nothing outside the run's own files, so cancelling leaves no trace.`, columns)),
			...marked(words(context.theme.glyphs.dot, 'quiet'), isSecond ? safe`It was asked to stop and has not. KILL gives it no chance to tidy up.` : safe`It is asked to stop (TERM) with everything it started, and may tidy up first.`, columns),
		],
		choices: [
			{name: safe`Let it run`, about: safe`nothing is cancelled`, does: {kind: 'close'}},
			{name: isSecond ? safe`Kill it` : safe`Cancel it`, about: isSecond ? safe`at once, whatever it is doing` : safe`its end is waited for and recorded`, does: {kind: 'send', request: {kind: 'cancel', task: taskId}}},
		],
		next: safe`It goes on running until you choose.`,
	});
};

const quitDialog = (context: RunContext): Panel => {
	const running = openAttempts(context.state)[0];
	const id = context.clean(context.state.id);
	if (context.state.rehearsal) return quitRehearsal(running !== undefined);
	return choices({kind: 'quit'}, {
		title: safe`Leave the run?`,
		content: columns => [
			...(running === undefined
				? paragraph(safe`Nothing is running. Everything so far is in the journal.`, columns)
				: marked(words(context.spinner, 'accent'), safe`${context.clean(taskOf(context.state, running.task).task.name)} is running and goes on without this terminal. Its output and its end are kept.`, columns)),
			blank,
			rowOf(words(safe`Come back with`, 'quiet')),
			rowOf(words(safe`  slipway resume ${id}`, 'accent')),
		],
		choices: [
			{name: safe`Stay`, about: safe`back to the run`, does: {kind: 'close'}},
			{name: safe`Leave`, about: running === undefined ? safe`the run stays open` : safe`what runs goes on`, does: {kind: 'leave'}},
		],
		next: safe`Ctrl-C again leaves.`,
	});
};

const quitRehearsal = (isRunning: boolean): Panel =>
	choices({kind: 'quit'}, {
		title: safe`Leave the rehearsal?`,
		content: columns => paragraph(safe`Its sandbox goes${isRunning ? safe`, with what is running in it` : safe``}, so it can not be gone on with. Everything so far is in the journal.`, columns),
		choices: [
			{name: safe`Stay`, about: safe`back to the rehearsal`, does: {kind: 'close'}},
			{name: safe`Leave`, about: safe`it is listed as left`, does: {kind: 'leave'}},
		],
		next: safe`Ctrl-C again leaves.`,
	});

type FormParts = {readonly title: SafeText; readonly content: (columns: number) => readonly Row[]; readonly fields: readonly FieldSpec[]; readonly does: (values: Readonly<Record<string, string>>) => Action; readonly next: SafeText};

const form = (dialog: Dialog, {title, content, fields, does, next}: FormParts): Panel => ({
	id: JSON.stringify(dialog),
	title,
	badge: null,
	content,
	ask: {kind: 'form', fields, does},
	next: {text: safe`${next} Esc leaves it.`},
	offers: {},
});

const choices = (dialog: Dialog, {title, content, choices: list, next}: {readonly title: SafeText; readonly content: FormParts['content']; readonly choices: readonly Choice[]; readonly next: SafeText}): Panel => ({
	id: JSON.stringify(dialog),
	title,
	badge: null,
	content,
	ask: {kind: 'choices', choices: list},
	next: {text: next, tone: 'quiet'},
	offers: {},
});

const reason = (hint: SafeText): FieldSpec => ({id: 'reason', label: safe`Reason`, isRequired: true, hint});

/** Fields that were left empty are not part of the answer. */
const given = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
	Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined || value.trim() === '' ? [] : [[name, makeSafe(value.trim())]])));
