import * as z from 'zod';

import {durationShape} from '../../runbook/duration.ts';

/**
	uses: postgres/backup
	with:
	  format: custom            # or directory, plain
	  folder: /backups          # relative to the runbook; the run's own folder when absent
	  keep: 5
	  max-age: 2h
	  globals: true
	  restore-check: true
	  then: [aws, s3, cp, '{}', 's3://backups/']
	  through: {pod: playground-0}
*/
export const backupSettings = z.lazy(() => z
	.strictObject({
		database: z.string().min(1).optional().describe("Another database than the target's: its name on the same server, or an address without a password"),
		format: z.enum(['custom', 'directory', 'plain']).default('custom').describe('Format of pg_dump'),
		jobs: z.int().min(1).max(64).optional().describe('How many tables are dumped at the same time; for the directory format'),
		compress: z
			.union([z.int().min(0).max(9), z.string().regex(/^(none|(gzip|lz4|zstd)(:[\w=,-]+)?)$/, 'A level from 0 to 9, or a method of pg_dump 16 and later such as zstd:3, is expected.')])
			.optional()
			.describe('A level from 0 to 9, or a method of pg_dump 16 and later such as zstd:3'),
		globals: z.union([z.boolean(), z.literal('without-passwords')]).default(false).describe('Roles and tablespaces too, by pg_dumpall --globals-only'),
		folder: z.string().min(1).optional().describe("Where the dump goes, relative to the runbook; the run's own folder when absent"),
		keep: z.int().min(1).optional().describe('How many backups of the same database and format stay in the folder, this one counted; older ones that Slipway made are removed'),
		'max-age': durationShape.optional().describe('How old the backup may be when something is changed'),
		'restore-check': z.boolean().default(false).describe('Restores into a scratch database on the same server, compares tables, rows, sequences and extensions, and drops it'),
		// oxlint-disable-next-line unicorn/no-thenable
		then: z.array(z.string()).min(1).optional().describe('A command that is run with each verified file, in the place of {} or at the end: an upload'),
		through: z
			.strictObject({
				pod: z.string().min(1).describe('Pod, or deploy/NAME, in which pg_dump runs by kubectl exec'),
				container: z.string().min(1).optional(),
				namespace: z.string().min(1).optional().describe("Another namespace than the target's"),
			})
			.optional()
			.describe('Runs pg_dump in a pod of the target, and streams the dump to this machine'),
	})
	.superRefine((settings, context) => {
		for (const [path, message] of conflictsOf(settings)) context.addIssue({code: 'custom', path: [path], message});
	}));

export type BackupSettings = z.infer<typeof backupSettings>;

type Settings = {readonly format: string; readonly jobs?: number; readonly compress?: number | string; readonly through?: object; readonly 'restore-check': boolean};

const conflictsOf = ({format, jobs, compress, through, 'restore-check': isRestored}: Settings): readonly (readonly [string, string])[] => {
	const method = typeof compress === 'number' ? (compress === 0 ? 'none' : 'gzip') : compress?.split(':')[0];
	const conflicts: readonly (readonly [string, string, boolean])[] = [
		['jobs', 'pg_dump works on several tables at once in the directory format alone.', jobs !== undefined && format !== 'directory'],
		['compress', 'In a directory, a file that was cut can only be told when it is compressed with gzip.', format === 'directory' && method !== undefined && method !== 'gzip'],
		['compress', 'A plain dump can only be read back here when it is compressed with gzip, or not at all.', format === 'plain' && (method === 'lz4' || method === 'zstd')],
		['through', 'A directory can not be streamed out of a pod; the custom and the plain format can.', through !== undefined && format === 'directory'],
		['restore-check', 'A backup through a pod has no server that this machine reaches to restore into.', through !== undefined && isRestored],
	];
	return conflicts.flatMap(([path, message, isThere]) => (isThere ? [[path, message] as const] : []));
};
