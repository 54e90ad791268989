import * as z from 'zod';

import type {EventType, JournalLine} from './event.ts';

/**
What is wrong with the data of a line, as the rest of a sentence that begins with "Line 7"; `null` when it is what its type promises. The
chain says that nobody changed a line; this, that what reads it won't stumble. Kept light: additions are let through.
*/
export const shapeProblem = (line: JournalLine): string | null => {
	// Not by a look into the table: `toString` is in every object.
	if (!isEventType(line.type)) return `is a ${JSON.stringify((line as {readonly type: string}).type).slice(0, 40)}, which this program does not know: a newer one wrote it`;
	const {error} = shapes[line.type].safeParse(line.data);
	const issue = error?.issues[0];
	return issue === undefined ? null : `is no ${line.type}: ${['data', ...issue.path].join('.')}: ${issue.message}`;
};

const text = z.string();
const texts = z.array(text);
const count = z.int().nonnegative();
const task = {task: text};
const attempt = {task: text, attempt: z.int().positive()};
const file = z.looseObject({path: text, sizeBytes: count, sha256: text});
const files = z.array(file);
const mark = z.looseObject({fingerprint: text, where: text});

const shapes: {readonly [Type in EventType]: z.ZodType} = {
	'run.created': z.looseObject({
		run: text,
		runbook: z.looseObject({name: text, path: text, sha256: text}),
		plan: text,
		target: z.looseObject({name: text, protected: z.boolean()}),
		inputs: z.record(text, z.union([text, z.number(), z.boolean()])),
		slipway: text,
		rehearsal: z.boolean(),
	}),
	'session.opened': z.looseObject({pid: count, host: text, boot: text, tty: text.nullable(), resumed: z.boolean(), takeOver: text.optional()}),
	'session.closed': z.looseObject({reason: z.enum(['left', 'ended', 'signal'])}),
	'journal.recovered': z.looseObject({bytes: count, sha256: text, keptAs: text}),
	'run.suspended': z.looseObject({reason: z.literal('disk-full'), lost: text}),
	'runbook.changed': z.looseObject({sha256: text.nullable(), changes: texts}),
	'clock.set-back': z.looseObject({byMs: z.number()}),
	'task.confirmed': z.looseObject({...task, answer: z.enum(['yes', 'no', 'partially']), person: text.optional(), remark: text.optional(), reference: text.optional()}),
	'task.reopened': z.looseObject({...task, because: text}),
	'task.waived': z.looseObject({...task, reason: text}),
	'task.refused': z.looseObject({...task, gates: texts}),
	'task.stopped': z.looseObject(task),
	'checklist.answered': z.looseObject({...task, item: text, finding: mark.optional(), answer: z.enum(['yes', 'no', 'partially']), person: text, reference: text.optional(), remark: text.optional(), seen: text}),
	'checklist.waived': z.looseObject({...task, item: text, finding: mark.optional(), reason: text, until: text, seen: text}),
	'gate.overridden': z.looseObject({...task, gate: text, reason: text, typed: text.optional()}),
	'approval.given': z.looseObject({...task, person: text, proof: z.enum(['signed', 'claimed']), subject: text, remark: text.optional(), signed: z.looseObject({fingerprint: text, expires: text, request: file, signature: file, allowedSigners: file.nullable()}).optional()}),
	'attempt.started': z.looseObject({
		...attempt,
		effect: z.enum(['reads', 'local', 'changes']),
		argv: texts,
		cwd: text,
		env: texts,
		commands: texts,
		consent: text,
		requires: files,
		timeoutMs: z.number().optional(),
	}),
	'attempt.never-started': z.looseObject({...attempt, because: text}),
	'attempt.cancel-requested': z.looseObject({...attempt, signal: z.enum(['TERM', 'KILL']), because: z.enum(['operator', 'timeout'])}),
	'attempt.finished': z.looseObject({
		...attempt,
		outcome: z.enum(['succeeded', 'failed', 'cancelled', 'timed-out']),
		summary: text,
		exitCode: z.int().nullable(),
		signal: text.nullable(),
		durationMs: z.number(),
		output: files,
		evidence: files,
		outputs: z.record(text, text),
		findings: z.array(z.looseObject({level: z.enum(['danger', 'warning', 'note']), what: text, where: text.optional()})),
	}),
	'attempt.in-doubt': z.looseObject({...attempt, trace: text}),
	'attempt.probed': z.looseObject({...attempt, verdict: z.enum(['done', 'not-done', 'unknown']), facts: texts}),
	'attempt.resolved': z.looseObject({...attempt, as: z.enum(['succeeded', 'failed']), reason: text}),
	'run.ended': z.looseObject({result: z.enum(['succeeded', 'rolled-back', 'abandoned']), statement: text}),
};

/** Whether this program knows events of this type. */
export const isEventType = (type: string): type is EventType => Object.hasOwn(shapes, type);
