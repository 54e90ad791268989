import type {EventType, JournalLine} from './event.ts';
import {count, flag, integer, listOf, nullable, number, objectOf, oneOf, optional, ordinal, recordOf, scalar, text, type Shape} from './shape.ts';

/**
What is wrong with the data of a line, as the rest of a sentence that begins with "Line 7"; `null` when it is what its type promises. The
chain says that nobody changed a line; this, that what reads it won't stumble. Kept light: additions are let through.
*/
export const shapeProblem = (line: JournalLine): string | null => {
	// Not by a look into the table: `toString` is in every object.
	if (!isEventType(line.type)) return `is a ${JSON.stringify((line as {readonly type: string}).type).slice(0, 40)}, which this program does not know: a newer one wrote it`;
	const wrong = shapes[line.type](line.data);
	return wrong === null ? null : `is no ${line.type}: data${wrong}`;
};

const texts = listOf(text);
const task = {task: text};
const attempt = {task: text, attempt: ordinal};
const file = objectOf({path: text, sizeBytes: count, sha256: text});
const files = listOf(file);
const worldAnswer = {verdict: oneOf('done', 'not-done', 'unknown'), facts: texts};
const signer = objectOf({kind: oneOf('agent', 'machine'), fingerprint: text});
const mark = objectOf({fingerprint: text, where: text});

const shapes: {readonly [Type in EventType]: Shape} = {
	'run.created': objectOf({
		run: text,
		runbook: objectOf({name: text, path: text, sha256: text}),
		plan: text,
		target: objectOf({name: text, protected: flag}),
		inputs: recordOf(scalar),
		slipway: text,
		rehearsal: flag,
		allowedSigners: optional(recordOf(file)),
	}),
	'session.opened': objectOf({pid: count, host: text, boot: text, tty: nullable(text), resumed: flag, takeOver: optional(text), signer: optional(signer)}),
	'session.closed': objectOf({reason: oneOf('left', 'ended', 'signal')}),
	'journal.recovered': objectOf({bytes: count, sha256: text, keptAs: text}),
	'run.suspended': objectOf({reason: oneOf('disk-full'), lost: text}),
	'signer.changed': objectOf({from: signer, to: signer, because: text}),
	'runbook.changed': objectOf({sha256: nullable(text), changes: texts}),
	'clock.set-back': objectOf({byMs: number}),
	'task.confirmed': objectOf({...task, answer: oneOf('yes', 'no', 'partially'), person: optional(text), remark: optional(text), reference: optional(text), attachments: optional(files)}),
	'task.reopened': objectOf({...task, because: text}),
	'task.waived': objectOf({...task, reason: text}),
	'task.refused': objectOf({...task, gates: texts}),
	'task.stopped': objectOf(task),
	'checklist.answered': objectOf({...task, item: text, finding: optional(mark), answer: oneOf('yes', 'no', 'partially'), person: text, reference: optional(text), remark: optional(text), seen: text}),
	'checklist.waived': objectOf({...task, item: text, finding: optional(mark), reason: text, until: text, seen: text}),
	'checklist.withdrawn': objectOf({...task, item: text, finding: optional(mark), remark: optional(text), seen: text}),
	'gate.overridden': objectOf({...task, gate: text, reason: text, typed: optional(text)}),
	'approval.given': objectOf({...task, person: text, proof: oneOf('signed', 'claimed'), subject: text, remark: optional(text), signed: optional(objectOf({fingerprint: text, expires: text, request: file, signature: file, allowedSigners: nullable(file), givenSigners: optional(text)}))}),
	'attempt.started': objectOf({
		...attempt,
		effect: oneOf('reads', 'local', 'changes'),
		argv: texts,
		cwd: text,
		env: texts,
		commands: texts,
		changing: optional(listOf(integer)),
		consent: text,
		requires: files,
		timeoutMs: optional(number),
	}),
	'attempt.never-started': objectOf({...attempt, because: text}),
	'attempt.unsupervised': objectOf(attempt),
	'attempt.cancel-requested': objectOf({...attempt, signal: oneOf('TERM', 'KILL'), because: oneOf('operator', 'timeout')}),
	'attempt.finished': objectOf({
		...attempt,
		outcome: oneOf('succeeded', 'failed', 'cancelled', 'timed-out'),
		summary: text,
		exitCode: nullable(integer),
		signal: nullable(text),
		durationMs: number,
		output: files,
		evidence: files,
		outputs: recordOf(text),
		findings: listOf(objectOf({level: oneOf('danger', 'warning', 'note'), what: text, where: optional(text)})),
	}),
	'attempt.in-doubt': objectOf({...attempt, trace: text}),
	'attempt.probed': objectOf({...attempt, ...worldAnswer, alive: optional(listOf(objectOf({pid: nullable(count), command: text})))}),
	'attempt.resolved': objectOf({...attempt, as: oneOf('succeeded', 'failed'), reason: text, how: optional(oneOf('runbook')), world: optional(objectOf(worldAnswer)), output: optional(files), evidence: optional(files), unread: optional(text)}),
	'run.ended': objectOf({result: oneOf('succeeded', 'rolled-back', 'abandoned'), statement: text}),
};

/** Whether this program knows events of this type. */
export const isEventType = (type: string): type is EventType => Object.hasOwn(shapes, type);
