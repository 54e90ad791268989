import type {Effect} from '../actions/action.ts';
import type {Plan, PlannedTask, Target} from '../runbook/plan.ts';
import {commandLines} from '../text/command-line.ts';
import {commandText} from '../text/command-text.ts';
import {formatDuration} from '../text/format-duration.ts';
import {makeSafe} from '../text/safe-text.ts';
import {wrap} from '../text/wrap.ts';
import type {Foreseen} from './foresee.ts';

/** A plan for people, at most `columns` wide but for words that are longer. */
export const planLines = (plan: Plan, foreseen: ReadonlyMap<string, Foreseen>, columns: number): readonly string[] => {
	const page: Page = {folder: plan.runbook.folder, columns: Math.max(40, columns), foreseen, ids: Math.min(24, Math.max(0, ...plan.steps.flatMap(step => step.tasks.map(({id}) => id.length))))};
	return [
		`${plan.runbook.name} → ${plan.target.name}${plan.target.protected ? ' (protected: its name is typed before anything changes)' : ''}`,
		...factLines(plan, page),
		...plan.steps.flatMap((step, index) => ['', ...wrapped(`${index + 1} ${step.name}`, '', page), ...step.tasks.flatMap(task => taskLines(task, page))]),
		...(plan.remedies.length === 0 ? [] : ['', 'Offered when something failed', ...plan.remedies.flatMap(remedy => taskLines(remedy, page, `when ${remedy.remedyFor} failed`))]),
		'',
		...wrapped('$ reads   · writes own files only   ! changes   ? asks   ◌ waits   – left out', '', page),
		...endLines(foreseen),
	];
};

type Page = {readonly folder: string; readonly columns: number; readonly foreseen: ReadonlyMap<string, Foreseen>; readonly ids: number};

const factLines = ({target, inputs, secrets, runbook}: Plan, page: Page): readonly string[] => {
	const rows = [...targetRows(target), ...Object.entries(inputs).map(([name, value]) => [name, String(value)] as const), ...secrets.map(name => [name, 'given, secret'] as const), ['runbook', `${runbook.path}, sha256 ${runbook.sha256.slice(0, 12)}…`] as const];
	const width = Math.max(...rows.map(([name]) => name.length));
	return rows.flatMap(([name, value]) => wrapped(value, `  ${name.padEnd(width)}  `, page));
};

const targetRows = ({kubeconfig, context, namespace, database, variables}: Target): readonly (readonly [string, string])[] =>
	Object.entries({kubeconfig, context, namespace, database, ...variables}).flatMap(([name, value]): (readonly [string, string])[] => (value === undefined ? [] : [[name, String(value)]]));

const taskLines = (task: PlannedTask, page: Page, condition = ''): readonly string[] => {
	const foreseen = page.foreseen.get(task.id);
	const extras = [condition, ...traits(task)].filter(text => text !== '').join('; ');
	const head = wrapped(`${task.name}${extras === '' ? '' : `  (${extras})`}`, `  ${markOf(task, foreseen)} ${task.id.padEnd(page.ids)}  `, page);
	return [...head, ...(foreseen === undefined ? [] : detailLines(task, foreseen, page))];
};

const markOf = (task: PlannedTask, foreseen: Foreseen | undefined): string => {
	if (foreseen?.kind === 'skipped') return '–';
	if (foreseen === undefined || foreseen.kind === 'asks') return task.kind === 'window' ? '◌' : '?';
	return effectMarks[foreseen.effect];
};

const effectMarks: Readonly<Record<Effect, string>> = {reads: '$', local: '·', changes: '!'};

const traits = (task: PlannedTask): readonly string[] => [
	task.kind === 'uses' ? task.uses : '',
	task.required || 'remedyFor' in task ? '' : 'not required',
	task.timeoutMs === undefined ? '' : `at most ${formatDuration(task.timeoutMs)}`,
	task.retry === 0 ? '' : `up to ${task.retry + 1} attempts`,
	task.idempotent ? 'repeated by itself when its end is not known' : '',
];

const detailLines = (task: PlannedTask, foreseen: Foreseen, page: Page): readonly string[] => {
	switch (foreseen.kind) {
		case 'skipped':
			return wrapped(`left out: ${foreseen.why}`, inset, page);
		case 'asks':
			return questionLines(task, page);
		case 'commands':
			return [
				...(foreseen.describe === null ? [] : wrapped(foreseen.describe, inset, page)),
				...foreseen.commands.flatMap(command => prefixed(command.shown === undefined ? commandLines(commandText(command), page.columns - inset.length - 2) : wrap(makeSafe(command.shown), page.columns - inset.length - 2), `${inset}${effectMarks[command.effect]} `)),
				...placeLines(task, page),
			];
		case 'later':
			return [...(foreseen.describe === null ? [] : wrapped(foreseen.describe, inset, page)), ...wrapped(`Its commands are known when ${foreseen.needs.join(' and ')} ${foreseen.needs.length === 1 ? 'has' : 'have'} succeeded.`, inset, page)];
		case 'refused':
			return [...(foreseen.describe === null ? [] : wrapped(foreseen.describe, inset, page)), ...wrapped(`✗ It could not start: ${foreseen.problem.what} ${foreseen.problem.why} ${foreseen.problem.todo}`, inset, page)];
	}
};

/** Where a command of the runbook's author runs, and the names of what it finds in its environment. */
const placeLines = (task: PlannedTask, page: Page): readonly string[] => {
	if (task.kind !== 'run' && task.kind !== 'script') return [];
	const names = Object.keys(task.env);
	const parts = [task.kind === 'run' && task.cwd !== undefined && task.cwd !== page.folder ? `in ${task.cwd}` : [], names.length === 0 ? [] : `with ${names.join(', ')} in its environment`].flat();
	return parts.length === 0 ? [] : wrapped(parts.join(', '), `${inset}  `, page);
};

const questionLines = (task: PlannedTask, page: Page): readonly string[] => {
	switch (task.kind) {
		case 'confirm': {
			const needs = [task.person ? 'names a person' : [], task.reference ? 'comes with a reference' : []].flat();
			return [...(task.confirm === task.name ? [] : wrapped(task.confirm.trim(), inset, page)), ...(needs.length === 0 ? [] : wrapped(`Yes ${needs.join(' and ')}.`, inset, page))];
		}

		case 'window': {
			const {allow, timezone, freezes} = task.window;
			return [...wrapped(`${allow.join(', ')} in ${timezone}`, inset, page), ...freezes.flatMap(({from, to, reason}) => wrapped(`not ${from === to ? from : `from ${from} to ${to}`}: ${reason}`, inset, page))];
		}

		case 'approval': {
			const {by, maxAgeMs} = task.approval;
			return wrapped(`Consent of ${by === 1 ? 'one other person' : `${by} other people`}${maxAgeMs === undefined ? '' : `, at most ${formatDuration(maxAgeMs)} old`}.`, inset, page);
		}

		default:
			return [];
	}
};

/** Details stand below their task's name. */
const inset = '        ';

const wrapped = (text: string, first: string, {columns}: Page): readonly string[] => prefixed(wrap(makeSafe(text), Math.max(20, columns - first.length)), first);

const prefixed = (lines: readonly string[], first: string): readonly string[] => lines.map((line, index) => `${index === 0 ? first : ' '.repeat(first.length)}${line}`);

const endLines = (foreseen: ReadonlyMap<string, Foreseen>): readonly string[] => {
	const refused = [...foreseen].flatMap(([id, {kind}]) => (kind === 'refused' ? [id] : []));
	return [...(refused.length === 0 ? [] : [`✗ As things are, ${refused.join(', ')} could not start on this machine.`]), 'Nothing was started.'];
};
