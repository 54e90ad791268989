import {safe, type SafeText} from '../../../text/safe-text.ts';
import {blank, paragraph, type Row} from '../../components/row.ts';
import type {Dialog, FieldSpec} from '../run/panel.ts';
import type {Request} from '../../../run/request.ts';

export type DecisionDialog = Dialog & {readonly kind: 'answer-item' | 'waive-item' | 'withdraw-item'};

export type DecisionForm = {readonly title: SafeText; readonly content: (columns: number) => readonly Row[]; readonly fields: readonly FieldSpec[]; readonly request: (values: Readonly<Record<string, string>>) => Request; readonly next: SafeText};

/** What is asked before something is said of an item of the checklist, and the request that it becomes. */
export const decisionForm = (dialog: DecisionDialog, clean: (text: string) => SafeText): DecisionForm => {
	const {task, item, seen, finding} = dialog;
	const about = {task, item, seen, ...(finding === undefined ? {} : {finding})};
	const head = (columns: number): readonly Row[] => [...paragraph(clean(dialog.title), columns, {bold: true}), ...paragraph(clean(dialog.what), columns), blank];
	if (dialog.kind === 'waive-item')
		return {
			title: finding === undefined ? safe`Waive the item` : safe`Waive this one alone`,
			content: columns => [...head(columns), ...paragraph(safe`It holds in this run, and stands in the report before everything else. For later releases write it into the file of waivers too.`, columns, {tone: 'quiet'})],
			fields: [
				{id: 'reason', label: safe`Reason`, isRequired: true, hint: safe`why it is passed`},
				{id: 'until', label: safe`Until`, isRequired: true, hint: safe`its last day, such as 2027-03-31`},
			],
			request: ({reason = '', until = ''}) => ({kind: 'waive-item', ...about, reason, until}),
			next: safe`Enter records it; the checklist is then to be checked again.`,
		};
	if (dialog.kind === 'withdraw-item')
		return {
			title: finding === undefined ? safe`Withdraw what was said of the item` : safe`Withdraw what was said of this one alone`,
			content: columns => [...head(columns), ...paragraph(safe`${finding === undefined ? safe`Answers and waivers of this run no longer count, neither of the item nor of its single findings.` : safe`Its answer or waiver of this run no longer counts.`} What was said stays in the journal, and so does this.`, columns, {tone: 'quiet'})],
			fields: [{id: 'remark', label: safe`Remark`, isRequired: false, hint: safe`why; may be left empty`}],
			request: values => ({kind: 'withdraw-item', ...about, ...filled(values)}),
			next: safe`Enter records it; the checklist is then to be checked again.`,
		};
	const {answer} = dialog;
	return {
		title: safe`${answerWords[answer]}${finding === undefined ? safe`` : safe`, for this one alone`}`,
		content: columns => [...head(columns), ...paragraph(answer === 'yes' ? safe`A yes counts as passed, with the name of who checked it.` : answer === 'no' ? safe`A no counts as a failure until it is waived or answered again.` : safe`Partially counts as a warning.`, columns, {tone: 'quiet'})],
		fields: [
			{id: 'person', label: safe`Checked by`, isRequired: answer === 'yes', hint: answer === 'yes' ? safe`who checked it` : safe`may be left empty`},
			{id: 'reference', label: safe`Reference`, isRequired: false, hint: safe`a link or a number; may be left empty`},
			{id: 'remark', label: safe`Remark`, isRequired: answer === 'partially', hint: answer === 'partially' ? safe`what is missing` : safe`may be left empty`},
		],
		request: values => ({kind: 'answer-item', ...about, answer, ...filled(values)}),
		next: safe`Enter records it; the checklist is then to be checked again.`,
	};
};

const answerWords = {yes: safe`Answer yes`, no: safe`Answer no`, partially: safe`Answer partially`} as const;

const filled = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''));
