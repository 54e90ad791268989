import type {z} from 'zod';

import {formatDuration} from '../text/format-duration.ts';
import type {Action, Ended, Judgement} from './action.ts';
import {censusFile, commandsOf, factsFile} from './postgres/backup-commands.ts';
import {backupOutputs, backupOutputWords, backupReport, describeBackup} from './postgres/backup-report.ts';
import {planBackup} from './postgres/plan-backup.ts';
import {probeBackup} from './postgres/probe-backup.ts';
import {backupSettings, type BackupSettings} from './postgres/settings.ts';
import {withoutReport} from './without-report.ts';

/** Dumps a database, reads the dump back whole, and only then gives it its name. */
export const postgresBackup: Action<BackupSettings> = {
	uses: 'postgres/backup',
	describe: 'Dumps a PostgreSQL database with pg_dump, reads the dump back whole, and records its size, hash, objects and the restore command.',
	schema: backupSettings as unknown as z.ZodType<BackupSettings>,
	effect: 'local',
	outputs: backupOutputWords,
	plan: input => {
		const work = planBackup(input);
		return {
			commands: commandsOf(work),
			cwd: input.runbookFolder,
			env: {...work.environment, ...(work.hasPassword && input.databasePassword !== null ? {PGPASSWORD: input.databasePassword} : {})},
			requires: [],
			work,
			notes: notesOf(input.with),
		};
	},
	judge: ended => judgeBackup(ended),
	probe: input => probeBackup(input),
};

const notesOf = ({folder, keep, then, globals, through, 'restore-check': isRestored, 'max-age': maxAgeMs}: BackupSettings): readonly string[] => [
	`${isRestored ? `${factsFile} and ${censusFile} are` : `${factsFile} is`} kept as evidence; ${isRestored ? 'they ask for version, sizes, rights and rows, and write' : 'it asks for version, sizes and rights, and writes'} nothing.`,
	'Nothing is begun when the client is older than the server, the space is short, or a table may not be read.',
	...(through === undefined ? [] : ['What runs in the pod goes on when this is killed (KILL), with the locks it holds; another attempt ends it first.']),
	...(maxAgeMs === undefined ? [] : [`What changes the target later wants it at most ${formatDuration(maxAgeMs)} old.`]),
	...(isRestored ? ['The restore check makes a scratch database on the same server, which takes as much space there as the database, and drops it.'] : []),
	...(globals === true ? ['The globals hold the hashes of the passwords of all roles.'] : []),
	then === undefined ? 'The backup stays on this machine.' : `The verified backup is given to ${then[0]}, which may take it elsewhere.`,
	...(keep !== undefined && folder === undefined ? ["Without `folder:` the backups lie in each run's own folder, so `keep` finds those of this run alone and removes none."] : []),
];

/** A backup counts only with the report of the worker, an exit status of 0, and a hash of a file under its final name. */
const judgeBackup = (ended: Ended): Judgement => {
	const {report, exitCode, signal} = ended;
	const parsed = backupReport.safeParse(report);
	if (!parsed.success) return withoutReport('the backup', ended);
	const {failure, findings, backup} = parsed.data;
	const outputs = backupOutputs(parsed.data);
	if (failure !== null) return {outcome: 'failed', summary: failure, outputs, findings};
	if (backup === null) return {...failed('the worker ended well, but left no backup'), findings};
	if (exitCode !== 0 || signal !== null) return {outcome: 'failed', summary: `the backup is whole at ${backup.path}, but its process did not end well`, outputs, findings};
	return {outcome: 'succeeded', summary: describeBackup(parsed.data), outputs, findings};
};

const failed = (summary: string): Judgement => ({outcome: 'failed', summary, outputs: {}, findings: []});
