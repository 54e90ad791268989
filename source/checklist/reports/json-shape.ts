import * as z from 'zod';

const text = z.string();
const verdict = z.enum(['pass', 'warn', 'fail', 'na', 'attest', 'waived', 'unconfigured', 'unknown']);
const waiver = z.object({reason: text, by: text, until: text.nullable(), from: text});

const finding = z.object({
	code: text,
	verdict,
	message: text,
	object: z.object({apiVersion: text, kind: text, namespace: text.nullable(), name: text}).nullable(),
	container: text.nullable(),
	field: text.nullable(),
	file: text.nullable(),
	template: text.nullable(),
	templateLine: z.number().nullable(),
	line: z.number().nullable(),
	column: z.number().nullable(),
	fingerprint: text,
	known: z.boolean(),
	fix: text.nullable(),
	waiver: waiver.nullable(),
	expiredWaiver: waiver.nullable(),
	answer: z.object({answer: z.enum(['yes', 'no', 'partially']), person: text, reference: text, remark: text, on: text}).nullable(),
});

const item = z.object({number: z.int(), id: text, group: text, title: text, class: text, why: text, source: text, verdict, counts: z.record(verdict, z.int()), findings: z.array(finding)});

/** What `--format json` prints, and what the checklist of a run leaves as `checklist.json`. */
export const checklistFile = z.object({
	format: z.literal('slipway-checklist/v1'),
	checkedAt: text,
	context: text.nullable(),
	objects: z.int(),
	items: z.array(item),
	problems: z.array(z.object({source: text, line: z.int(), level: z.enum(['error', 'warning']), message: text, template: text.nullable()})),
});

export type ChecklistFile = z.infer<typeof checklistFile>;
export type ListedItem = ChecklistFile['items'][number];
export type ListedFinding = ListedItem['findings'][number];
