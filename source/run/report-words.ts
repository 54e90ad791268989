import {formatDuration} from '../text/format-duration.ts';
import {formatSize} from '../text/format-size.ts';
import type {ReportAttempt, ReportEvidence, ReportException, ReportTask, RunReport} from './report-shape.ts';
import {shortHead} from './short-head.ts';
import {signerName} from './signer-words.ts';

/** The words of a report that every look of it shares: Markdown and HTML only set them. */

/** `Release a service: succeeded` */
export const titleWords = ({release, target, run}: RunReport): string => `${release.name} ${versionWords(release)}on ${target.name}: ${resultNames[run.result]}`;

export const resultNames: Readonly<Record<RunReport['run']['result'], string>> = {succeeded: 'succeeded', 'rolled-back': 'rolled back', abandoned: 'abandoned', unfinished: 'not finished'};

const versionWords = ({from, to}: RunReport['release']): string => (from === null ? (to === null ? '' : `${to} `) : `${from} → ${to ?? 'not known'} `);

export const statementWords = ({run}: RunReport): string => run.statement ?? 'This run has not ended. What follows is its state after the last recorded event.';

export const exceptionNames: Readonly<Record<ReportException['kind'], string>> = {
	waived: 'Waived',
	overridden: 'Overridden',
	'answered-no': 'Answered no',
	'answered-partially': 'Answered partially',
	withdrawn: 'Withdrawn',
	claimed: 'Claimed',
	lost: 'Lost',
	'in-doubt': 'In doubt',
	decided: 'Decided by a person',
	failed: 'Failed',
	cancelled: 'Cancelled',
	'timed-out': 'Timed out',
	refused: 'Refused',
	'window-closed': 'Window closed',
	'taken-over': 'Taken over',
	'journal-recovered': 'Journal recovered',
	'disk-full': 'Disk full',
	'clock-set-back': 'Clock set back',
	'runbook-changed': 'Runbook changed',
	'signer-changed': 'Signed by another key',
	damaged: 'Journal damaged',
};

/** Waivers and what else a person decided, and that a window closed meanwhile, come before what merely went wrong. */
export const exceptionsInOrder = ({exceptions}: RunReport): readonly ReportException[] => {
	const rank = (kind: ReportException['kind']): number => (kind === 'damaged' ? 0 : kind === 'waived' ? 1 : kind === 'overridden' || kind === 'window-closed' ? 2 : kind.startsWith('answered') || kind === 'withdrawn' || kind === 'claimed' || kind === 'decided' || kind === 'taken-over' || kind === 'signer-changed' ? 3 : 4);
	return exceptions.toSorted((a, b) => rank(a.kind) - rank(b.kind));
};

export type Fact = readonly [name: string, value: string];

const known = (rows: readonly (readonly [string, string | null])[]): readonly Fact[] => rows.flatMap(([name, value]): Fact[] => (value === null ? [] : [[name, value]]));

export const whatFacts = ({release, target, inputs, secrets, runbook, run}: RunReport): readonly Fact[] =>
	known([
		['Release', release.name],
		['From', release.from ?? 'not known'],
		['To', release.to ?? 'not known'],
		['Target', `${target.name}${target.protected ? ', protected' : ''}`],
		['Context', target.context],
		['Namespace', target.namespace],
		['Database', target.database],
		['Inputs', Object.entries(inputs).map(([name, value]) => `${name}=${String(value)}`).join(', ') || null],
		['Secret inputs', secrets.length === 0 ? null : `${secrets.join(', ')} (values are not kept)`],
		['Runbook', `${runbook.name}, ${runbook.path}, SHA-256 ${runbook.sha256}`],
		['Run', run.id],
	]);

export const whoFacts = ({people, run}: RunReport): readonly Fact[] =>
	known([
		['Operator', people.operator],
		...people.sessions.map(({by, host, tty, openedAt, closedAt, resumed, takeOver, signer}): readonly [string, string] => [
			resumed ? 'Resumed' : 'Opened',
			`${by}${tty === null ? '' : `, ${tty}`} on ${host}, ${timeWords(openedAt)}${closedAt === null ? '; how it was left is not recorded' : ` to ${timeWords(closedAt)}`}${signer === null ? '' : `; the record signed by ${signerName(signer)}`}${takeOver === null ? '' : `; taken over: ${takeOver}`}`,
		]),
		...people.approvals.map((approval): readonly [string, string] => ['Approved', `${approval.task}: ${approvalWords(approval)}`]),
		['Ended by', run.endedBy],
	]);

export const whenFacts = ({times}: RunReport): readonly Fact[] =>
	known([
		...times.windows.map(({name, timezone, allow, freezes, wasOpen, rule, closesAt}): readonly [string, string] => [
			'Planned',
			[
				`${name}: ${allow.length === 0 ? 'always' : allow.join(', ')} (${timezone})${freezes.length === 0 ? '' : `, but for ${freezes.map(({from, to, reason}) => `${from} to ${to} (${reason})`).join(', ')}`}`,
				wasOpen === null ? null : wasOpen ? `open at the first change${closesAt === null ? '' : `, until ${timeWords(closesAt)}`}` : `closed at the first change (${rule ?? ''})`,
			].filter(part => part !== null).join('; '),
		]),
		['Started', timeWords(times.startedAt)],
		['May have reached others', times.firstReachAt === null ? null : `from ${timeWords(times.firstReachAt)}, by commands that change nothing of the target`],
		['First change', times.firstChangeAt === null ? 'nothing was changed' : timeWords(times.firstChangeAt)],
		['Ended', times.endedAt === null ? `not yet; last event ${timeWords(times.lastAt)}` : timeWords(times.endedAt)],
		['Took', times.tookMs === null ? null : formatDuration(times.tookMs)],
	]);

/** Sections with nothing in them say so: that there was no backup is worth a line. */
export const evidenceSections = ({backups, tests, checklist, liveTests}: RunReport): readonly {readonly title: string; readonly none: string; readonly rows: readonly ReportEvidence[]}[] => [
	{title: 'Backup', none: 'No backup is part of this runbook.', rows: backups},
	{title: 'Tests', none: 'No task of this runbook is a test whose results are counted; commands stand under their step.', rows: tests},
	{title: 'Deployment checklist', none: 'The checklist is not part of this runbook.', rows: checklist},
	{title: 'Tests on the live server', none: 'No test on the live server is part of this runbook.', rows: liveTests},
];

export const evidenceWords = ({status, result, at}: ReportEvidence): string => `${status.replace('-', ' ')}${at === null ? '' : `, ${timeWords(at)}`}${result === '' || result === status.replace('-', ' ') ? '' : `: ${result}`}`;

export const taskWords = ({status, skippedBecause, required, confirmation}: ReportTask): string => `${skippedBecause === null ? status.replace('-', ' ') : `skipped, ${skippedBecause}`}${status === 'done' && confirmation?.answer === 'partially' ? ', answered partially' : ''}${required ? '' : ' (optional)'}`;

/** What was said about a task by people, one line each. */
export const taskLines = ({asks, confirmation, waiver, overrides, approvals}: ReportTask): readonly string[] => [
	...(asks === null ? [] : [`Asked: ${asks}`]),
	...(confirmation === null ? [] : [`Answered ${confirmation.answer} by ${confirmation.by}, ${timeWords(confirmation.at)}${[confirmation.person === null ? '' : `checked by ${confirmation.person}`, confirmation.remark ?? '', confirmation.reference ?? ''].filter(part => part !== '').map(part => `; ${part}`).join('')}`]),
	...(confirmation?.attachments ?? []).map(({path, sizeBytes, sha256}) => `Attached: ${path}: ${formatSize(sizeBytes)}, SHA-256 ${sha256}`),
	...(waiver === null ? [] : [`Waived by ${waiver.by}, ${timeWords(waiver.at)}: ${waiver.reason}`]),
	...overrides.map(({gate, reason, typed, by, at}) => `Gate ${gate} overridden by ${by}, ${timeWords(at)}${typed === null ? '' : `, who typed ${typed}`}: ${reason}`),
	...approvals.map(approval => `Approved: ${approvalWords(approval)}`),
];

const approvalWords = ({person, worth, subject, remark, by, at}: ReportTask['approvals'][number]): string => `${person}, ${worth}, ${timeWords(at)}, recorded by ${by}, for ${subject}${remark === null ? '' : `: ${remark}`}`;

/** `attempt 1: succeeded in 2 min 10 s, exit 0. revision 42, 3 of 3 ready` */
export const attemptTitle = ({number, outcome, durationMs, exitCode, signal, summary}: ReportAttempt): string => {
	const exit = signal !== null ? `, signal ${signal}` : exitCode === null ? '' : `, exit ${exitCode}`;
	const words = outcome === 'not-recorded' ? 'its end is not recorded' : outcome.replace('-', ' ');
	return `Attempt ${number}: ${words}${durationMs === null ? '' : ` in ${formatDuration(durationMs)}`}${exit}${summary === '' ? '' : `. ${summary}`}`;
};

export const attemptFacts = ({startedAt, endedAt, by, effect, consent, cwd, environment, requires, decidedBy, cancels, unsupervisedAt, probes}: ReportAttempt): readonly Fact[] =>
	known([
		['Started', `${timeWords(startedAt)} by ${by}${endedAt === null ? '' : `, ended ${timeWords(endedAt)}`}`],
		['Effect', effectNames[effect]],
		['Consent', consentWords(consent)],
		['Folder', cwd],
		['Environment', environment.length === 0 ? null : environment.join(', ')],
		...requires.map(({path, sha256}): readonly [string, string] => ['Unchanged since', `${path}, SHA-256 ${sha256}`]),
		...cancels.map(({signal, because, by: who, at}): readonly [string, string] => ['Cancelled', `${signal}, ${because === 'timeout' ? 'its time was over' : `by ${who}`}, ${timeWords(at)}`]),
		['Unsupervised', unsupervisedAt === null ? null : `since ${timeWords(unsupervisedAt)}: how it ended could not be written down`],
		...probes.map(({verdict, facts, at, alive}): readonly [string, string] => ['The world said', `${verdict.replace('-', ' ')}, ${timeWords(at)}: ${[...facts, ...alive.map(living => `still ran: ${living}`)].join('; ')}`]),
		['Decided', decidedBy === null ? null : `by ${decidedBy.by}, ${timeWords(decidedBy.at)}: ${decidedBy.reason}${decidedBy.world === null ? '' : `; the world had said ${decidedBy.world.verdict.replace('-', ' ')}: ${decidedBy.world.facts.join('; ')}`}${decidedBy.unread === null ? '' : `; what it left is in no hash: ${decidedBy.unread}`}`],
	]);

const effectNames: Readonly<Record<ReportAttempt['effect'], string>> = {reads: 'reads only', local: 'writes its own files only', changes: 'changes the target'};

const consentWords = (consent: string): string => ({enter: 'enter was pressed with the commands on the screen', unattended: 'given by flags, without a terminal', runbook: 'by the runbook (retry or idempotent)'})[consent] ?? `${consent} was typed with the commands on the screen`;

export const recordWords = ({record, run}: RunReport): string =>
	`The journal has ${record.lines} lines; the SHA-256 of the last one is ${record.head} (short: ${shortHead(record)}). It was written by Slipway ${record.slipway}. \`slipway verify ${run.id}\` checks that no line was changed, removed, inserted or reordered; SECURITY.md shows how to check it with sha256sum, jq and ssh-keygen alone.`;

/** `2026-11-24 09:18:00 UTC` */
export const timeWords = (iso: string): string => iso.replace('T', ' ').replace(/\.\d+Z$|Z$/, ' UTC');
