import type {Attempt, RunState, TaskState} from './state.ts';
import {walkOf} from './walk.ts';
import {formatDuration} from '../text/format-duration.ts';
import {formatSize} from '../text/format-size.ts';
import {makeSafe} from '../text/safe-text.ts';

/**
The report of a run in Markdown: what was left out first, then what was released, by whom, on what evidence, and how each command
ended. Reads nothing but the state, so that the same journal gives the same bytes.
*/
export const markdownReport = (state: RunState): string =>
	[
		title(state),
		exceptions(state),
		facts(state),
		...state.plan.steps.map(step => stepSection(state, step.id)),
		remedies(state),
		record(state),
	]
		.filter(section => section !== '')
		.join('\n\n')
		.concat('\n');

const title = (state: RunState): string => {
	const result = state.ending === null ? 'not finished' : {succeeded: 'succeeded', 'rolled-back': 'rolled back', abandoned: 'abandoned'}[state.ending.result];
	const statement = state.ending === null ? 'This run has not ended. What follows is its state after the last recorded event.' : text(state.ending.statement);
	return `# ${text(state.plan.runbook.name)}: ${result}\n\n${state.rehearsal ? '**A rehearsal in a sandbox, not a release.**\n\n' : ''}${statement}`;
};

/** Waivers, overrides, partial answers, ends decided by a person, failures: what a reader must not miss. */
const exceptions = (state: RunState): string => {
	const all = Object.values(state.tasks).flatMap(exceptionsOf);
	return `## Waived, overridden, in doubt\n\n${all.length === 0 ? 'Nothing.' : all.map(line => `- ${line}`).join('\n')}`;
};

const exceptionsOf = (task: TaskState): readonly string[] => {
	const name = `**${text(task.task.name)}**`;
	const lines: string[] = [];
	if (task.waiver !== null) lines.push(`${name}: waived by ${text(task.waiver.by)}, ${time(task.waiver.at)}: ${text(task.waiver.reason)}`);
	for (const override of task.overrides) lines.push(`${name}: ${text(override.gate)} overridden by ${text(override.by)}, ${time(override.at)}: ${text(override.reason)}`);
	if (task.confirmation !== null && task.confirmation.answer !== 'yes') lines.push(`${name}: answered ${task.confirmation.answer} by ${text(task.confirmation.by)}: ${text(task.confirmation.remark ?? '')}`);
	for (const {number, end} of task.attempts) {
		if (end?.kind === 'in-doubt') lines.push(`${name}, attempt ${number}: in doubt, ${text(end.trace)}`);
		if (end?.kind === 'resolved') lines.push(`${name}, attempt ${number}: its end was not recorded; ${text(end.by)} says it ${end.as}: ${text(end.reason)}`);
		if (end?.kind === 'finished' && end.outcome !== 'succeeded') lines.push(`${name}, attempt ${number}: ${end.outcome}, ${text(end.summary)}`);
	}

	return lines;
};

const facts = (state: RunState): string => {
	const {target, runbook, inputs} = state.plan;
	const rows: readonly (readonly [string, string | undefined])[] = [
		['Run', state.id],
		['Runbook', `${runbook.path} (SHA-256 ${runbook.sha256})`],
		['Target', `${target.name}${target.protected ? ', protected' : ''}`],
		['Context', target.context],
		['Namespace', target.namespace],
		['Database', target.database],
		['Inputs', Object.entries(inputs).map(([name, value]) => `${name}=${String(value)}`).join(', ') || undefined],
		['Operator', state.createdBy],
		['Started', time(state.createdAt)],
		['First change', state.changedSince === null ? 'nothing was changed' : time(state.changedSince)],
		['Ended', state.ending === null ? undefined : `${time(state.ending.at)}, by ${state.ending.by}`],
		['Took', state.ending === null ? undefined : formatDuration(Date.parse(state.ending.at) - Date.parse(state.createdAt))],
		['Slipway', state.slipway],
	];
	return `## What and who\n\n| | |\n|---|---|\n${rows.flatMap(([name, value]) => (value === undefined ? [] : [`| ${name} | ${cell(value)} |`])).join('\n')}`;
};

const stepSection = (state: RunState, stepId: string): string => {
	const step = state.plan.steps.find(({id}) => id === stepId);
	const number = state.plan.steps.findIndex(({id}) => id === stepId) + 1;
	const tasks = walkOf(state).filter(({task}) => task.stepId === stepId);
	return `## ${number}. ${text(step?.name ?? stepId)}\n\n${tasks.map(taskSection).join('\n')}`;
};

const taskSection = (task: TaskState): string => {
	const lines = [`- **${text(task.task.name)}**: ${statusWords(task)}`];
	if (task.confirmation !== null) lines.push(`  - ${confirmationWords(task)}`);
	for (const approval of task.approvals)
		lines.push(`  - approved by ${text(approval.person)} (${proofWords(approval)}), ${time(approval.at)}, for ${approval.subject.slice(0, 12)}…`);
	for (const attempt of task.attempts) lines.push(...attemptLines(attempt));
	return lines.join('\n');
};

const statusWords = ({task, status}: TaskState): string => (status === 'skipped' ? `skipped, ${text(task.skipped ?? '')}` : status.replace('-', ' '));

const proofWords = ({proof, signed}: TaskState['approvals'][number]): string => {
	if (signed === undefined) return 'a claim, not signed';
	return proof === 'signed' ? `signed with the key ${signed.fingerprint}` : `a claim: signed with the key ${signed.fingerprint}, and nobody says whose that is`;
};

const confirmationWords = ({confirmation}: TaskState): string => {
	if (confirmation === null) return '';
	const {answer, person, remark, reference, by, at} = confirmation;
	const details = [person === undefined ? '' : `checked by ${text(person)}`, remark === undefined ? '' : text(remark), reference === undefined ? '' : text(reference)].filter(part => part !== '');
	return `${answer}, by ${text(by)}, ${time(at)}${details.length === 0 ? '' : `: ${details.join('; ')}`}`;
};

const attemptLines = ({number, started, startedAt, by, end}: Attempt): readonly string[] => {
	const head = `  - attempt ${number}, started ${time(startedAt)} by ${text(by)} (consent: ${text(started.consent)})`;
	const commands = started.commands.map(command => `        ${code(command)}`);
	if (end === null) return [`${head}; its end is not recorded`, '', ...commands, ''];
	if (end.kind !== 'finished') return [`${head}; ${end.kind.replace('-', ' ')}`, '', ...commands, ''];
	const exit = end.signal === null ? `exit ${String(end.exitCode)}` : `signal ${end.signal}`;
	const files = [...end.output, ...end.evidence].filter(({sizeBytes}) => sizeBytes > 0).map(file => `    - ${text(file.path)}: ${formatSize(file.sizeBytes)}, SHA-256 ${file.sha256}`);
	return [
		`${head}: ${end.outcome} in ${formatDuration(end.durationMs)}, ${exit}. ${text(end.summary)}`,
		'',
		...commands,
		'',
		...end.findings.map(({level, what, where}) => `    - ${level}: ${text(what)}${where === undefined ? '' : ` (${text(where)})`}`),
		...files,
	];
};

const remedies = (state: RunState): string => {
	const used = state.plan.remedies.map(({id}) => state.tasks[id]).filter(task => task !== undefined && task.attempts.length > 0) as readonly TaskState[];
	return used.length === 0 ? '' : `## Rolled back\n\n${used.map(taskSection).join('\n')}`;
};

const record = (state: RunState): string =>
	`## Record\n\nThe journal has ${state.lines} lines; the SHA-256 of the last one is \`${state.head}\` (short: \`${shortHead(state)}\`). \`slipway verify ${state.id}\` checks it; SECURITY.md shows how to check it with sha256sum and jq alone.`;

/** `214:9be0c1d2`: the journal's length and head, short enough to be pasted into a chat as an anchor. */
export const shortHead = ({lines, head}: Pick<RunState, 'lines' | 'head'>): string => `${lines}:${head.slice(0, 8)}`;

const time = (iso: string): string => iso.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');

/** Outside text in a Markdown line: no control characters, nothing that Markdown or HTML would read as markup. */
const text = (outside: string): string => makeSafe(outside).replace(/[\\`*_[\]<>|#]/g, '\\$&').replace(/\n/g, ' ');

const cell = (outside: string): string => text(outside);

const code = (outside: string): string => makeSafe(outside);

