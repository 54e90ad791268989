import {join} from 'node:path';

import * as z from 'zod';

import {Problem} from '../errors.ts';
import {durationShape} from '../runbook/duration.ts';
import {formatDuration} from '../text/format-duration.ts';
import type {Action, Ended, Judgement, PlanInput} from './action.ts';
import {resolveProgram} from './postgres/resolve-program.ts';

/**
	uses: postgres/snapshot
	with:
	  id: '${{ inputs.snapshot }}'
	  status: available
	  taken: '${{ inputs.snapshot-time }}'     # 2026-11-24T09:18:00Z
	  person: '${{ inputs.checked-by }}'
	  max-age: 2h
	  proof: [aws, rds, wait, db-snapshot-available, --db-snapshot-identifier, '{}']
*/
const settings = z.lazy(() => z.strictObject({
	id: z.string().min(1).describe('Id of the snapshot, or the address of the copy'),
	status: z.string().min(1).describe('What its owner calls its state: available, completed'),
	taken: z.string().min(1).describe('When it was taken, with a time zone: 2026-11-24T09:18:00Z'),
	person: z.string().min(1).describe('Who looked at it'),
	'max-age': durationShape.optional().describe('How old it may be, when it is recorded and when something changes the target'),
	proof: z.array(z.string()).min(1).optional().describe('A command that ends with 0 only when the snapshot is there and usable; {} stands for the id'),
}));

export type SnapshotSettings = z.infer<typeof settings>;

/** What the worker is given. */
export type SnapshotWork = {readonly snapshot: {readonly id: string; readonly status: string; readonly taken: string; readonly person: string}; readonly proof: readonly string[] | null; readonly maxAgeMs: number | null};

/** `report.json` of the worker, and `snapshot.json`, its evidence. */
export const snapshotReport = z.lazy(() => z.object({
	id: z.string(),
	status: z.string(),
	taken: z.string(),
	person: z.string(),
	recordedAt: z.string(),
	/** Null when nothing proves it: then it is the word of the person alone. */
	proof: z.object({argv: z.array(z.string()), exitCode: z.number().nullable(), says: z.string()}).nullable(),
	maxAgeMs: z.number().nullable(),
}));

export type SnapshotReport = z.infer<typeof snapshotReport>;

/** What each output is. */
const outputWords = {
	id: 'Id of the snapshot',
	status: 'Its state, as it was given',
	taken: 'When it was taken, in UTC: 2026-11-24T09:18:00.000Z',
	person: 'Who looked at it',
	maxAgeMs: 'How old it may be when something is changed, in milliseconds; when `max-age` is given',
	proof: '`claimed`, `proved` or `refuted`',
} as const;

/** Records a backup that something else made, such as a snapshot of a cloud's database, and has a command prove it. */
export const postgresSnapshot: Action<SnapshotSettings> = {
	uses: 'postgres/snapshot',
	describe: 'Records a backup that was made elsewhere, such as a cloud snapshot, by id, status, time and person, and has a command prove it.',
	schema: settings as unknown as z.ZodType<SnapshotSettings>,
	effect: 'reads',
	outputs: outputWords,
	plan: input => {
		const {id, status, person} = input.with;
		const taken = takenAt(input);
		const ageMs = input.now.getTime() - taken.getTime();
		const proof = proofOf(input);
		return {
			commands: [...(proof === null ? [] : [{effect: 'reads' as const, argv: proof}]), {effect: 'local', argv: [], shown: `record ${id}, ${status}, taken ${taken.toISOString()}, looked at by ${person}, in ${join(input.evidenceFolder, 'snapshot.json')}`}],
			cwd: input.runbookFolder,
			env: {},
			requires: [],
			work: {snapshot: {id, status, taken: taken.toISOString(), person}, proof, maxAgeMs: input.with['max-age'] ?? null} satisfies SnapshotWork,
			notes: [`It is ${formatDuration(ageMs)} old.`, proof === null ? `Nothing proves it; the record has the word of ${person}.` : 'It counts only when the command ends with exit status 0.'],
		};
	},
	judge: ended => judgeSnapshot(ended),
};

/** States in which the well-known services call a snapshot finished. Sources: Amazon RDS and EBS, Azure, Google Cloud SQL, Velero. */
const finishedStates = new Set(['available', 'completed', 'complete', 'succeeded', 'successful', 'ready', 'done', 'finished']);

/** A time that can't be, or a state that is not finished, is refused before anything is recorded as a backup. */
const takenAt = ({with: {taken, status, id, 'max-age': maxAgeMs}, now}: PlanInput<SnapshotSettings>): Date => {
	const at = new Date(taken);
	const refuse = (code: string, why: string, todo: string): never => {
		throw new Problem({code, what: `The snapshot ${id} can't be recorded as a backup.`, why, todo});
	};
	if (!/(?:Z|[+-]\d\d:?\d\d)$/.test(taken) || Number.isNaN(at.getTime())) refuse('snapshot-time', `It is not clear when it was taken: ${taken}.`, 'Give the time with its zone, as in 2026-11-24T09:18:00Z.');
	const ageMs = now.getTime() - at.getTime();
	if (ageMs < -maxAheadMs) refuse('snapshot-time', `It is said to be taken at ${at.toISOString()}, which is still to come.`, 'Look at the time again, and at the clock of this machine.');
	if (maxAgeMs !== undefined && ageMs > maxAgeMs) refuse('snapshot-old', `It is ${formatDuration(ageMs)} old, and the runbook allows ${formatDuration(maxAgeMs)}.`, 'Take another one.');
	if (!finishedStates.has(status.toLowerCase())) refuse('snapshot-unfinished', `Its state is ${status}.`, `Wait until it is one of: ${[...finishedStates].join(', ')}.`);
	return at;
};

/** Two clocks may differ by this much. */
const maxAheadMs = 120_000;

const proofOf = (input: PlanInput<SnapshotSettings>): readonly string[] | null => {
	const {proof, id} = input.with;
	return proof === undefined ? null : [resolveProgram(input, proof[0] ?? '', 'It proves the snapshot'), ...proof.slice(1).map(word => word.replaceAll('{}', id))];
};

const judgeSnapshot = ({report, exitCode, signal}: Ended): Judgement => {
	const parsed = snapshotReport.safeParse(report);
	if (!parsed.success) return {outcome: 'failed', summary: signal === null ? `the snapshot was not recorded (exit status ${exitCode ?? 'unknown'})` : `recording the snapshot was ended by ${signal}`, outputs: {}, findings: []};
	const {id, status, taken, person, proof, maxAgeMs} = parsed.data;
	const outputs = {id, status, taken, person, ...(maxAgeMs === null ? {} : {maxAgeMs: String(maxAgeMs)}), proof: proof === null ? 'claimed' : proof.exitCode === 0 ? 'proved' : 'refuted'};
	if (proof !== null && proof.exitCode !== 0) return {outcome: 'failed', summary: `${id} is not proved: ${proof.says || `exit status ${proof.exitCode ?? 'unknown'}`}`, outputs, findings: []};
	if (exitCode !== 0 || signal !== null) return {outcome: 'failed', summary: 'the snapshot was recorded, but the process did not end well', outputs, findings: []};
	return proof === null
		? {outcome: 'succeeded', summary: `${id}, ${status}, on the word of ${person}`, outputs, findings: [{level: 'warning', what: `Nothing proves the snapshot ${id}: that it is ${status} is the word of ${person}.`}]}
		: {outcome: 'succeeded', summary: `${id}, ${status}, proved`, outputs, findings: []};
};
