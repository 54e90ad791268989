import type {EventData, JournalLine, WorldAnswer} from '../journal/event.ts';
import {formatDuration} from '../text/format-duration.ts';
import {redactUrls, safeRedactor} from '../text/redact.ts';
import {isForReaders} from './outputs-for-readers.ts';
import {approvalWorth} from './approvals.ts';
import type {ReportAttempt, ReportEvidence, ReportException, ReportFile, ReportTask, RunReport} from './report-shape.ts';
import {factWords, livingWords, objectionWords} from './doubt.ts';
import {lostApprovals} from './lost-approvals.ts';
import {releaseOf} from './release.ts';
import {standingDecisions} from './standing-decisions.ts';
import {lostSigner} from './reducer.ts';
import {signerWords} from './signer-words.ts';
import type {Attempt, FileFact, RunState, TaskState} from './state.ts';
import {walkOf} from './walk.ts';
import {checkWindow} from './window.ts';
import {windowFindings} from './window-closed.ts';

/**
The report of a run as data: what was left out or went wrong first, then what was released, by whom, when, on what evidence, and how each command
ended. Reads nothing but the journal, so that the same journal gives the same report. `damage`: what is wrong with the journal after the lines.
All text in it is safe to show, and has no password in a URL.
*/
export const reportOf = (state: RunState, lines: readonly JournalLine[], damage: string | null = null): RunReport =>
	cleanDeep({
		format: 'slipway-report/v1',
		run: {id: state.id, result: state.ending?.result ?? 'unfinished', statement: state.ending?.statement ?? null, endedBy: state.ending?.by ?? null, rehearsal: state.rehearsal},
		exceptions: [...(damage === null ? [] : [{kind: 'damaged', task: null, what: `${damage} This report covers what comes before it.`, by: null, at: null} as const]), ...exceptionsOf(state, lines)],
		release: releaseOf(state),
		target: targetOf(state),
		inputs: state.plan.inputs,
		secrets: [...state.plan.secrets],
		runbook: {name: state.plan.runbook.name, path: state.plan.runbook.path, sha256: state.plan.runbook.sha256},
		hashes: hashesOf(state),
		people: {operator: state.createdBy, sessions: sessionsOf(lines), approvals: Object.values(state.tasks).flatMap(task => approvalsOf(task).map(approval => ({...approval, task: task.task.name})))},
		times: timesOf(state),
		backups: evidenceOf(state, uses => uses.startsWith('postgres/')),
		tests: evidenceOf(state, uses => uses.startsWith('test/')),
		checklist: evidenceOf(state, uses => uses.startsWith('kubernetes/')),
		liveTests: evidenceOf(state, uses => uses.startsWith('smoke/') || uses === 'helm/running'),
		steps: state.plan.steps.map((step, index) => ({number: index + 1, name: step.name, tasks: walkOf(state).filter(({task}) => task.stepId === step.id).map(reportTask)})),
		rollbacks: state.plan.remedies.flatMap(({id}) => {
			const remedy = state.tasks[id];
			return remedy === undefined || remedy.attempts.length === 0 ? [] : [reportTask(remedy)];
		}),
		record: {lines: state.lines, head: state.head, epochs: state.epoch, slipway: state.slipway},
	});

const targetOf = ({plan: {target}}: RunState): RunReport['target'] => ({name: target.name, protected: target.protected, context: target.context ?? null, namespace: target.namespace ?? null, database: target.database ?? null});

/** In the order in which they came about. */
const exceptionsOf = (state: RunState, lines: readonly JournalLine[]): readonly ReportException[] => [...lines.flatMap(line => exceptionIn(state, lines, line)), ...openEnds(state)];

const exceptionIn = (state: RunState, lines: readonly JournalLine[], line: JournalLine): readonly ReportException[] => {
	const {at, by} = line;
	const of = (kind: ReportException['kind'], taskId: string | null, what: string): readonly ReportException[] => [{kind, task: taskId === null ? null : nameOf(state, taskId), what, by, at}];
	switch (line.type) {
		case 'task.waived':
			return of('waived', line.data.task, line.data.reason);
		case 'checklist.waived':
			return of('waived', line.data.task, `${itemName(line.data)}, until ${line.data.until}: ${line.data.reason}${withdrawnWords(state, line)}`);
		case 'checklist.answered':
			return line.data.answer === 'yes' ? [] : of(line.data.answer === 'no' ? 'answered-no' : 'answered-partially', line.data.task, `${itemName(line.data)}: ${[line.data.remark ?? '', line.data.person].filter(part => part !== '').join(', ')}${withdrawnWords(state, line)}`);
		case 'checklist.withdrawn':
			return of('withdrawn', line.data.task, `What was said of ${itemName(line.data)}${line.data.remark === undefined ? '' : `: ${line.data.remark}`}`);
		case 'gate.overridden':
			return of('overridden', line.data.task, `${nameOf(state, line.data.gate)}: ${line.data.reason}`);
		case 'task.confirmed':
			return line.data.answer === 'yes' ? [] : of(line.data.answer === 'no' ? 'answered-no' : 'answered-partially', line.data.task, [line.data.remark ?? '', ...(line.data.attachments ?? []).map(({path, sha256}) => `attached ${path}, SHA-256 ${sha256}`)].filter(part => part !== '').join('; '));
		case 'task.reopened':
			return lostApprovals(lines, line).flatMap(({person, proof}) => of('lost', line.data.task, `the approval by ${person}, ${proof}, because ${line.data.because}`));
		case 'task.refused':
			return of('refused', line.data.task, `${refusedWords(state, line.data.task)} was refused: ${line.data.gates.join('; ')}`);
		case 'approval.given':
			return line.data.proof === 'signed' ? [] : of('claimed', line.data.task, `approved by ${line.data.person}, ${approvalWorth(line.data)}`);
		case 'attempt.in-doubt':
			return of('in-doubt', line.data.task, `Attempt ${line.data.attempt}: ${line.data.trace}`);
		case 'attempt.resolved':
			return line.data.how === 'runbook' ? of('in-doubt', line.data.task, `Attempt ${line.data.attempt} may be followed by another one, as the runbook calls it idempotent.`) : of('decided', line.data.task, `Attempt ${line.data.attempt} is recorded as ${line.data.as}: ${line.data.reason}${objectionWords(line.data)}`);
		case 'attempt.finished':
			return [
				...lateEnds(state, line),
				...(line.data.outcome === 'succeeded' ? [] : of(line.data.outcome, line.data.task, `Attempt ${line.data.attempt} after ${formatDuration(line.data.durationMs)}: ${line.data.summary}`)),
			];
		case 'session.opened': {
			const lost = signerLostBy(lines, line);
			return [...(line.data.takeOver === undefined ? [] : of('taken-over', null, line.data.takeOver)), ...(lost === null ? [] : of('signer-changed', null, signerWords(lost)))];
		}
		case 'signer.changed':
			return of('signer-changed', null, signerWords(line.data));
		case 'journal.recovered':
			return of('journal-recovered', null, `${line.data.bytes} bytes of a line that was never finished were cut off and kept as ${line.data.keptAs}.`);
		case 'run.suspended':
			return of('disk-full', null, `The disk was full: ${line.data.lost} found no place.`);
		case 'clock.set-back':
			return of('clock-set-back', null, `The clock was set back by ${formatDuration(line.data.byMs)}.`);
		case 'runbook.changed':
			return of('runbook-changed', null, `The runbook's file was changed after the start; the run went on with its copy. ${line.data.changes.join('; ')}`);
		default:
			return [];
	}
};

/** That a run was opened again without a key of an operator, which had signed it before. */
const signerLostBy = (lines: readonly JournalLine[], {seq, data}: JournalLine & {readonly type: 'session.opened'}): ReturnType<typeof lostSigner> => {
	const last = lines.findLast(line => line.seq < seq && (line.type === 'session.opened' || line.type === 'signer.changed'));
	const from = last?.type === 'session.opened' ? last.data.signer : last?.type === 'signer.changed' ? last.data.to : undefined;
	return lostSigner(from ?? null, data.signer ?? null);
};

const refusedWords = (state: RunState, taskId: string): string => {
	const kind = state.tasks[taskId]?.task.kind;
	return kind === 'approval' ? 'An approval' : kind === 'confirm' || kind === 'window' ? 'An answer' : 'Its start';
};

/** What was taken back later still stands where it was said. */
const withdrawnWords = (state: RunState, {at, data}: JournalLine & {readonly type: 'checklist.waived' | 'checklist.answered'}): string => {
	const {decisions = []} = state.tasks[data.task] ?? {};
	const isStanding = standingDecisions(decisions).some(one => one.at === at && one.item === data.item && one.finding?.fingerprint === data.finding?.fingerprint);
	return isStanding ? '' : ' (withdrawn later)';
};

/** The windows that closed while this was still changing something. */
const lateEnds = (state: RunState, {at, by, data}: JournalLine & {readonly type: 'attempt.finished'}): readonly ReportException[] => {
	const attempt = state.tasks[data.task]?.attempts.find(({number}) => number === data.attempt);
	return attempt === undefined ? [] : windowFindings(state, attempt, new Date(at)).map(({what}) => ({kind: 'window-closed', task: nameOf(state, data.task), what, by, at}));
};

/** What has no end in the journal says so, instead of nothing. */
const openEnds = (state: RunState): readonly ReportException[] =>
	Object.values(state.tasks).flatMap(task => task.attempts.filter(({end}) => end === null).map(({number}) => ({kind: 'in-doubt', task: task.task.name, what: `The end of attempt ${number} is not recorded.`, by: null, at: null}) as const));

const itemName = ({item, finding}: EventData['checklist.waived' | 'checklist.answered' | 'checklist.withdrawn']): string => (finding === undefined ? item : `${item} of ${finding.where}`);

const nameOf = (state: RunState, taskId: string): string => state.tasks[taskId]?.task.name ?? taskId;

/** Outputs that identify something: what a second person would compare. */
const identifies = /sha256|digest|revision|commit|version|chart$/i;

const hashesOf = (state: RunState): RunReport['hashes'] =>
	walkOf(state).flatMap(task => {
		const end = task.attempts.findLast(({end: last}) => last?.kind === 'finished' && last.outcome === 'succeeded')?.end;
		return end?.kind === 'finished' ? Object.entries(end.outputs).flatMap(([name, value]) => (identifies.test(name) && isForReaders(name, value) ? [{task: task.task.name, name, value}] : [])) : [];
	});

const sessionsOf = (lines: readonly JournalLine[]): RunReport['people']['sessions'] => {
	const sessions: RunReport['people']['sessions'] = [];
	for (const line of lines) {
		if (line.type === 'session.opened') sessions.push({by: line.by, host: line.data.host, tty: line.data.tty, openedAt: line.at, closedAt: null, resumed: line.data.resumed, takeOver: line.data.takeOver ?? null, signer: line.data.signer ?? null});
		const last = sessions.at(-1);
		if (line.type === 'session.closed' && last !== undefined) sessions[sessions.length - 1] = {...last, closedAt: line.at};
	}

	return sessions;
};

const timesOf = (state: RunState): RunReport['times'] => ({
	startedAt: state.createdAt,
	firstChangeAt: state.changedSince,
	firstReachAt: state.reachedSince,
	endedAt: state.ending?.at ?? null,
	lastAt: state.lastAt,
	tookMs: state.ending === null ? null : Date.parse(state.ending.at) - Date.parse(state.createdAt),
	windows: walkOf(state).flatMap(({task}) => {
		if (task.kind !== 'window' || task.skipped !== undefined) return [];
		const {timezone, allow, freezes} = task.window;
		const verdict = state.changedSince === null ? null : checkWindow(task.window, new Date(state.changedSince));
		return [{task: task.id, name: task.name, timezone, allow: [...allow], freezes: freezes.map(freeze => ({...freeze})), wasOpen: verdict?.open ?? null, rule: verdict?.rule ?? null, closesAt: verdict?.closesAt?.toISOString() ?? null}];
	}),
});

const evidenceOf = (state: RunState, isWanted: (uses: string) => boolean): ReportEvidence[] =>
	walkOf(state).flatMap(task => {
		if (task.task.kind !== 'uses' || !isWanted(task.task.uses)) return [];
		const end = task.attempts.at(-1)?.end ?? null;
		const result = end === null ? statusWords(task) : end.kind === 'finished' ? end.summary : end.kind === 'resolved' && end.how === undefined ? `recorded as ${end.as}: ${end.reason}` : statusWords(task);
		const facts = end?.kind === 'finished' ? Object.entries(end.outputs).filter(([name, value]) => isForReaders(name, value) && !name.endsWith('Ms')) : [];
		return [{task: task.task.id, name: task.task.name, status: task.status, result: task.waiver === null ? result : `waived: ${task.waiver.reason}`, at: end?.at ?? null, facts: Object.fromEntries([...facts, ...decisionFacts(task)])}];
	});

/** What was said of the items of a checklist. The last word about the same thing counts. */
const decisionFacts = ({decisions}: TaskState): readonly (readonly [string, string])[] =>
	decisions.map(one => [itemName(one), one.kind === 'withdrawal' ? `withdrawn by ${one.by}${one.remark === undefined ? '' : `: ${one.remark}`}` : one.kind === 'waiver' ? `waived until ${one.until} by ${one.by}: ${one.reason}` : [`${one.answer}, ${one.person}`, one.reference ?? '', one.remark ?? ''].filter(part => part !== '').join(', ')]);

const statusWords = ({task, status}: TaskState): string => (status === 'skipped' ? `skipped, ${task.skipped ?? ''}` : status.replace('-', ' '));

const reportTask = (state: TaskState): ReportTask => {
	const {task, status, confirmation, waiver, overrides, attempts} = state;
	return {
		id: task.id,
		name: task.name,
		kind: task.kind,
		uses: task.kind === 'uses' ? task.uses : null,
		status,
		required: task.required,
		skippedBecause: task.skipped ?? null,
		asks: task.kind === 'confirm' ? task.confirm : null,
		confirmation: confirmation === null ? null : {answer: confirmation.answer, person: confirmation.person ?? null, remark: confirmation.remark ?? null, reference: confirmation.reference ?? null, attachments: (confirmation.attachments ?? []).map(reportFile), by: confirmation.by, at: confirmation.at},
		waiver: waiver === null ? null : {...waiver},
		overrides: overrides.map(({gate, reason, typed, by, at}) => ({gate, reason, typed: typed ?? null, by, at})),
		approvals: approvalsOf(state),
		attempts: attempts.map(reportAttempt),
	};
};

const approvalsOf = ({task, approvals}: TaskState): ReportTask['approvals'] =>
	approvals.map(given => {
		const {person, proof, signed, subject, remark, by, at} = given;
		const list = signed?.allowedSigners ?? null;
		const signers = list === null ? null : {path: signed?.givenSigners ?? (task.kind === 'approval' ? task.approval.allowedSigners : undefined) ?? list.path, sha256: list.sha256, namedBy: signed?.givenSigners === undefined ? ('runbook' as const) : ('signature' as const)};
		return {person, proof, worth: approvalWorth(given), key: signed?.fingerprint ?? null, signers, subject, remark: remark ?? null, by, at};
	});

const reportAttempt = ({number, started, startedAt, by, cancels, unsupervisedAt, end, probes}: Attempt): ReportAttempt => {
	const finished = end?.kind === 'finished' ? end : null;
	const named = end?.kind === 'resolved' ? end : finished;
	return {
		number,
		startedAt,
		endedAt: end?.at ?? null,
		by,
		effect: started.effect,
		consent: started.consent,
		commands: [...started.commands],
		cwd: started.cwd,
		environment: [...started.env],
		requires: started.requires.map(reportFile),
		outcome: end === null ? 'not-recorded' : end.kind === 'finished' ? end.outcome : end.kind !== 'resolved' ? end.kind : end.how === 'runbook' ? 'in-doubt' : end.as,
		decidedBy: end?.kind === 'resolved' && end.how === undefined ? {by: end.by, at: end.at, reason: end.reason, world: end.world === undefined ? null : answerOf(end.world), unread: end.unread ?? null} : null,
		summary: finished?.summary ?? (end?.kind === 'never-started' ? end.because : end?.kind === 'in-doubt' || end?.kind === 'resolved' ? end.trace : ''),
		exitCode: finished?.exitCode ?? null,
		signal: finished?.signal ?? null,
		durationMs: finished?.durationMs ?? null,
		cancels: cancels.map(({signal, because, by: who, at}) => ({signal, because, by: who, at})),
		unsupervisedAt,
		probes: probes.map(probe => ({...answerOf(probe), at: probe.at, alive: (probe.alive ?? []).map(livingWords)})),
		outputs: {...finished?.outputs},
		findings: (finished?.findings ?? []).map(({level, what, where}) => ({level, what, where: where ?? null})),
		output: (named?.output ?? []).map(reportFile),
		evidence: (named?.evidence ?? []).map(reportFile),
	};
};

const answerOf = ({verdict, facts}: WorldAnswer): {verdict: string; facts: string[]} => ({verdict, facts: facts.map(factWords)});

const reportFile = ({path, sizeBytes, sha256}: FileFact): ReportFile => ({path, sizeBytes, sha256});

const clean = safeRedactor(redactUrls);

/** Every text passes the gate, names of keys too: nothing in a report acts upon a terminal, and no look of it can forget to. */
const cleanDeep = <Value>(value: Value): Value => {
	if (typeof value === 'string') return clean(value) as Value;
	if (Array.isArray(value)) return value.map(cleanDeep) as Value;
	return typeof value === 'object' && value !== null ? (Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), cleanDeep(inner)])) as Value) : value;
};
