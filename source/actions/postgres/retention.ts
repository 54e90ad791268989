import * as z from 'zod';

/** What lies beside a backup in `<name>.json`. Only by it is a file known as a backup that we made. */
export const backupFacts = z.lazy(() => z.object({
	madeBy: z.literal('slipway'),
	run: z.string(),
	stamp: z.string(),
	/** `db.uat:5432` and `egov_db` */
	server: z.string(),
	database: z.string(),
	format: z.enum(['custom', 'directory', 'plain']),
	/** As the runbook says; absent where it says nothing, and in what earlier versions wrote. */
	compress: z.union([z.number(), z.string()]).optional(),
	/** Names within the folder. */
	file: z.string().regex(/^[^/]+$/),
	globals: z.string().regex(/^[^/]+$/).nullable(),
	sizeBytes: z.number(),
	sha256: z.string(),
	objects: z.number(),
	databaseBytes: z.number(),
	startedAt: z.string(),
	endedAt: z.string(),
	serverVersion: z.string(),
	clientVersion: z.string(),
	restoreCommand: z.string(),
	/** What has to be known before it is pasted; absent in what earlier versions wrote. */
	restoreNote: z.string().optional(),
	/** `failed` when it did not restore to what was dumped: then it is no good backup. */
	restoreCheck: z.enum(['not asked', 'not done', 'passed', 'failed', 'pending']),
}));

export type BackupFacts = z.infer<typeof backupFacts>;

/** A backup in the folder, as its facts and the disk say. `isWhole`: all of its files are there, with the recorded size. */
export type KnownBackup = {readonly facts: BackupFacts; readonly isWhole: boolean};

/** Those of the same database and format that are good: whole, and not known to restore to something else. The newest first. */
export const goodBackups = (known: readonly KnownBackup[], {server, database, format}: Pick<BackupFacts, 'server' | 'database' | 'format'>): readonly BackupFacts[] =>
	known
		.filter(({facts, isWhole}) => isWhole && facts.server === server && facts.database === database && facts.format === format && facts.restoreCheck !== 'failed' && facts.restoreCheck !== 'pending')
		.map(({facts}) => facts)
		.toSorted((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt));

/**
Which ones may go, so that the newest `keep` good ones stay. What is not whole any more is not ours to judge and stays, as does every
backup of this run, because later tasks of it rely on the very file.
*/
export const surplusBackups = (known: readonly KnownBackup[], newest: BackupFacts, keep: number): readonly BackupFacts[] =>
	goodBackups(known, newest).slice(Math.max(1, keep)).filter(({run}) => run !== newest.run);
