import {encodeLine, genesisOf, hashLine} from '../../source/journal/chain.ts';
import type {Checkpoint} from '../../source/journal/checkpoint.ts';
import type {Event, EventData, EventType} from '../../source/journal/event.ts';

export const runId = '01KB3V6Q0000000000000000AA';
export const genesis = genesisOf(runId, 'ab'.repeat(32));
export const by = 'op-a@ops1';
export const at = '2026-11-24T09:18:00.464Z';

const file = {path: 'attempts/dump.1/out', sizeBytes: 12, sha256: 'cd'.repeat(32)};

/** One event of every type, with every field that it may have. */
export const everyEvent: {readonly [Type in EventType]: EventData[Type]} = {
	'run.created': {
		run: runId,
		runbook: {name: 'Release', path: '/home/op-a/release.yaml', sha256: 'ab'.repeat(32)},
		plan: 'ef'.repeat(32),
		target: {name: 'uat', context: 'uat', namespace: 'egov', database: 'postgresql://release@db.uat/egov_db', protected: false},
		inputs: {version: '2.9.2', replicas: 3, canary: false},
		slipway: '0.1.0',
		rehearsal: false,
		allowedSigners: {'second-person': file},
	},
	'session.opened': {pid: 4711, host: 'ops1', boot: '0b1c', tty: 'pts/3', resumed: true, takeOver: 'the laptop of op-b is closed', signer: {kind: 'agent', fingerprint: 'SHA256:abc'}},
	'session.closed': {reason: 'left'},
	'journal.recovered': {bytes: 17, sha256: '01'.repeat(32), keptAs: 'journal.torn.1'},
	'run.suspended': {reason: 'disk-full', lost: 'task.confirmed'},
	'signer.changed': {from: {kind: 'agent', fingerprint: 'SHA256:abc'}, to: {kind: 'machine', fingerprint: 'SHA256:def'}, because: 'the agent did not answer within 10 s'},
	'runbook.changed': {sha256: '45'.repeat(32), changes: ['upgrade: timeout is 20m, was 10m']},
	'clock.set-back': {byMs: 7_200_000},
	'task.confirmed': {task: 'read', answer: 'partially', person: 'op-a', remark: 'all but one', reference: 'OPS-12', attachments: [{path: 'evidence/read.1/seen.png', sizeBytes: 4711, sha256: '45'.repeat(32)}]},
	'task.reopened': {task: 'read', because: 'the chart changed'},
	'task.waived': {task: 'second-person', reason: 'an outage'},
	'checklist.answered': {task: 'checklist', item: 'close-keepalive', finding: {fingerprint: '0f'.repeat(8), where: 'Deployment shop/web'}, answer: 'partially', person: 'op-b', reference: 'OPS-13', remark: 'only on HTTP/1.1', seen: '67'.repeat(32)},
	'checklist.waived': {task: 'checklist', item: 'no-privileged', finding: {fingerprint: '0f'.repeat(8), where: 'Deployment shop/web'}, reason: 'it is a node agent', until: '2027-03-31', seen: '67'.repeat(32)},
	'task.refused': {task: 'upgrade', gates: ['the window is closed']},
	'checklist.withdrawn': {task: 'checklist', item: 'no-privileged', finding: {fingerprint: '0f'.repeat(8), where: 'Deployment shop/web'}, remark: 'the agent is gone', seen: '67'.repeat(32)},
	'gate.overridden': {task: 'upgrade', gate: 'window', reason: 'an outage', typed: 'uat'},
	'approval.given': {task: 'second-person', person: 'op-b', proof: 'claimed', subject: '23'.repeat(32), remark: 'seen'},
	'attempt.started': {
		task: 'dump',
		attempt: 1,
		effect: 'local',
		argv: ['pg_dump', '--format=custom', 'egov_db'],
		cwd: '/srv/releases',
		env: ['PATH', 'PGPASSWORD'],
		commands: ['pg_dump --format=custom egov_db'],
		consent: 'enter',
		requires: [file],
		timeoutMs: 600_000,
	},
	'attempt.never-started': {task: 'dump', attempt: 1, because: 'the program was killed before'},
	'attempt.unsupervised': {task: 'dump', attempt: 2},
	'attempt.cancel-requested': {task: 'dump', attempt: 2, signal: 'TERM', because: 'operator'},
	'attempt.finished': {
		task: 'dump',
		attempt: 2,
		outcome: 'succeeded',
		summary: '12 tables, 4 MB',
		exitCode: 0,
		signal: null,
		durationMs: 812.5,
		output: [file],
		evidence: [],
		outputs: {path: '/srv/backups/egov_db.dump'},
		findings: [{level: 'warning', what: 'It is an hour old.', where: 'egov_db'}],
	},
	'attempt.in-doubt': {task: 'upgrade', attempt: 1, trace: 'Nobody wrote down how it ended.'},
	'attempt.probed': {task: 'upgrade', attempt: 1, verdict: 'done', facts: ['revision 42, deployed'], alive: [{pid: 4711, command: 'helm upgrade user'}]},
	'attempt.resolved': {task: 'upgrade', attempt: 1, as: 'succeeded', reason: 'revision 42 is ours', how: 'runbook', world: {verdict: 'unknown', facts: ['Label\tnot ours']}, output: [file], evidence: [file], unread: 'EACCES'},
	'task.stopped': {task: 'upgrade'},
	'run.ended': {result: 'succeeded', statement: 'Released.'},
};

export const eventTypes = Object.keys(everyEvent) as readonly EventType[];

export const anEvent = (type: EventType): Event => ({type, data: everyEvent[type]}) as Event;

/** Of every event one, in the order of the table above: a long journal. */
export const events: readonly Event[] = eventTypes.map(anEvent);

/** A short journal that has all a journal may have: plain lines, one with escapes, one that says less, two epochs. */
export const fewEvents: readonly Event[] = [
	anEvent('run.created'),
	{type: 'task.confirmed', data: {task: 'read', answer: 'yes', remark: 'ä \u202E"\\\n'}},
	anEvent('attempt.started'),
	{type: 'session.opened', data: {pid: 4711, host: 'ops1', boot: '0b1c', tty: null, resumed: true}},
	anEvent('session.closed'),
];

/** The lines of a journal, newline included, as bytes. The last two are written by a second session. */
export const linesOf = (given: readonly Event[] = fewEvents, start = genesis): readonly Buffer[] => {
	let prev = start;
	return given.map((event, seq) => {
		const {bytes, hash} = encodeLine(event, {seq, prev, epoch: seq < given.length - 2 ? 1 : 2, at, by});
		prev = hash;
		return bytes;
	});
};

/** The checkpoint that covers these lines. */
export const checkpointOf = (lines: readonly Buffer[]): Checkpoint => {
	const bytes = Buffer.concat(lines);
	return {run: runId, lines: lines.length, bytes: bytes.length, head: hashLine(lines.at(-1)!), prefix: hashLine(bytes)};
};
