import * as z from 'zod';

/**
The shape of a report, which is also what `slipway report --format json` prints and what `docs/report.schema.json` publishes. Keys are only
ever added; one that changes its meaning gets another name, and `format` another number. All times are ISO 8601 in UTC, as the journal has them.
*/
const text = z.string();
const instant = text.describe('ISO 8601, UTC');
const by = text.describe('user@host, a claim of the machine');
const sha256 = text.describe('64 hexadecimal digits');
const count = z.int().nonnegative();

const file = z.object({path: text.describe("Relative to the run's folder where it lies in it, else absolute"), sizeBytes: count, sha256});

const exception = z.object({
	kind: z.enum(['waived', 'overridden', 'answered-no', 'answered-partially', 'withdrawn', 'claimed', 'lost', 'in-doubt', 'decided', 'failed', 'cancelled', 'timed-out', 'refused', 'window-closed', 'taken-over', 'journal-recovered', 'disk-full', 'clock-set-back', 'runbook-changed', 'signer-changed', 'damaged']),
	task: text.nullable().describe('Name of the task; null: of the whole run'),
	what: text.describe('What happened, and why, in words'),
	by: by.nullable(),
	at: instant.nullable(),
});

const approval = z.object({
	person: text,
	proof: z.enum(['signed', 'claimed']).describe('signed: by a key that the allowed signers of the runbook name'),
	worth: text.describe('The same in words, with what it was held against'),
	key: text.nullable().describe('Fingerprint of the key that signed'),
	signers: z.object({path: text, sha256, namedBy: z.enum(['runbook', 'signature']).describe('signature: it was given with it, and is the word of whoever gave it')}).nullable().describe('The list of allowed signers that it was held against'),
	subject: sha256.describe('Hash of what was approved'),
	remark: text.nullable(),
	by,
	at: instant,
});

const worldAnswer = z.object({verdict: text, facts: z.array(text)});

const attempt = z.object({
	number: count,
	startedAt: instant,
	endedAt: instant.nullable(),
	by,
	effect: z.enum(['reads', 'local', 'changes']),
	consent: text.describe('How the start was accepted: enter, the word that was typed, runbook, or unattended'),
	commands: z.array(text).describe('Exactly what was on the screen when it was accepted'),
	cwd: text,
	environment: z.array(text).describe('Names only'),
	requires: z.array(file).describe('What had to be unchanged for it to start'),
	outcome: z.enum(['succeeded', 'failed', 'cancelled', 'timed-out', 'in-doubt', 'never-started', 'not-recorded']),
	decidedBy: z.object({by, at: instant, reason: text, world: worldAnswer.nullable().describe('What the world had said, where it had not said the same'), unread: text.nullable().describe('Why what it left is in no hash')}).nullable().describe('A person said how it ended, as nobody recorded it'),
	summary: text,
	exitCode: z.int().nullable(),
	signal: text.nullable(),
	durationMs: z.number().nullable(),
	cancels: z.array(z.object({signal: text, because: text, by, at: instant})),
	unsupervisedAt: instant.nullable().describe('Since when nobody could write down how it ends'),
	probes: z.array(worldAnswer.extend({at: instant, alive: z.array(text).describe('What of it still ran then')})).describe('What the world said when its end was not known'),
	outputs: z.record(text, text),
	findings: z.array(z.object({level: z.enum(['danger', 'warning', 'note']), what: text, where: text.nullable()})),
	output: z.array(file),
	evidence: z.array(file),
});

const task = z.object({
	id: text,
	name: text,
	kind: z.enum(['uses', 'run', 'script', 'confirm', 'window', 'approval']),
	uses: text.nullable().describe('The action, for kind uses'),
	status: z.enum(['to-do', 'running', 'done', 'failed', 'cancelled', 'timed-out', 'in-doubt', 'waived', 'skipped', 'rolled-back']),
	required: z.boolean(),
	skippedBecause: text.nullable(),
	asks: text.nullable().describe('What was confirmed, in the words of the runbook'),
	confirmation: z.object({answer: z.enum(['yes', 'no', 'partially']), person: text.nullable(), remark: text.nullable(), reference: text.nullable(), attachments: z.array(file).describe('What came with the answer'), by, at: instant}).nullable(),
	waiver: z.object({reason: text, by, at: instant}).nullable(),
	overrides: z.array(z.object({gate: text, reason: text, typed: text.nullable(), by, at: instant})),
	approvals: z.array(approval),
	attempts: z.array(attempt),
});

const evidence = z.object({
	task: text.describe('Id of the task'),
	name: text,
	status: text,
	result: text.describe('The last word of the action on it, or how it stands'),
	at: instant.nullable(),
	facts: z.record(text, text),
});

export const reportShape = z
	.object({
		format: z.literal('slipway-report/v1'),
		run: z.object({
			id: text,
			result: z.enum(['succeeded', 'rolled-back', 'abandoned', 'unfinished']),
			statement: text.nullable().describe('The closing statement'),
			endedBy: by.nullable(),
			rehearsal: z.boolean().describe('In a sandbox: nothing was released'),
		}),
		exceptions: z.array(exception).describe('What a reader must not miss: waived, overridden, in doubt, failed'),
		release: z.object({name: text, from: text.nullable().describe('null: not known'), to: text.nullable()}),
		target: z.object({name: text, protected: z.boolean(), context: text.nullable(), namespace: text.nullable(), database: text.nullable()}),
		inputs: z.record(text, z.union([text, z.number(), z.boolean()])),
		secrets: z.array(text).describe('Names of inputs whose values stand nowhere'),
		runbook: z.object({name: text, path: text, sha256}),
		hashes: z.array(z.object({task: text, name: text, value: text})).describe('Hashes, revisions and commits that actions gave'),
		people: z.object({
			operator: by.describe('Who began it'),
			sessions: z.array(z.object({by, host: text, tty: text.nullable(), openedAt: instant, closedAt: instant.nullable(), resumed: z.boolean(), takeOver: text.nullable().describe('Why it was taken from somebody else'), signer: z.object({kind: z.enum(['agent', 'machine']), fingerprint: text}).nullable().describe("Whose key signed the record when it was opened: one of the operator's ssh-agent, or that of the machine; null: an older record")})),
			approvals: z.array(approval.extend({task: text})),
		}),
		times: z.object({
			startedAt: instant,
			firstChangeAt: instant.nullable().describe('null: nothing of the target was changed'),
			firstReachAt: instant.nullable().describe('When the first action began whose commands may reach others without changing the target, an upload or a scratch database; null: none'),
			endedAt: instant.nullable(),
			lastAt: instant,
			tookMs: z.number().nullable(),
			windows: z.array(z.object({task: text, name: text, timezone: text, allow: z.array(text), freezes: z.array(z.object({from: text, to: text, reason: text})), wasOpen: z.boolean().nullable().describe('At the first change; null: nothing was changed'), rule: text.nullable(), closesAt: instant.nullable()})),
		}),
		backups: z.array(evidence),
		tests: z.array(evidence),
		checklist: z.array(evidence),
		liveTests: z.array(evidence),
		steps: z.array(z.object({number: count, name: text, tasks: z.array(task)})),
		rollbacks: z.array(task),
		record: z.object({lines: count, head: sha256.describe('SHA-256 of the last line of the journal'), epochs: count, slipway: text}),
	})
	.describe('Report of one run of Slipway. The same journal gives the same report, byte for byte.');

/** A report as data; `report-markdown` and `report-html` are other looks of the same. */
export type RunReport = z.infer<typeof reportShape>;

export type ReportTask = RunReport['steps'][number]['tasks'][number];
export type ReportAttempt = ReportTask['attempts'][number];
export type ReportException = RunReport['exceptions'][number];
export type ReportEvidence = RunReport['backups'][number];
export type ReportFile = ReportAttempt['output'][number];

/** The JSON Schema (draft 2020-12) of a report, as `docs/report.schema.json` has it. */
export const reportSchemaText = (): string =>
	`${JSON.stringify({$schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Slipway report', ...(z.toJSONSchema(reportShape, {target: 'draft-2020-12'}) as object)}, null, '\t')}\n`;
