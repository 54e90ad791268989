/**
What a backup costs beside a bare `pg_dump` of the same database, in pairs, on a server of its own:

	node --import tsx bench/backup.ts [megabytes of the database, 64] [pairs, 5]

- backup: everything but reading the dump back and hashing it, which a bare pg_dump does not do
- of that, what comes before and after pg_dump: versions, facts, names, evidence
- reading it back and hashing it, apart
- for comparison, the same with a restore check
*/
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';

import {postgresBackup} from '../source/actions/postgres-backup.ts';
import type {BackupReport} from '../source/actions/postgres/backup-report.ts';
import type {BackupWork} from '../source/actions/postgres/plan-backup.ts';
import {backUpDatabase} from '../source/workers/postgres-backup.ts';
import {postgresPrograms, startPostgres} from '../test/workers/a-postgres.ts';
import {planInputOf} from '../test/workers/carry-out.ts';

const [megabytes = 64, pairs = 5] = process.argv.slice(2).map(Number);
const programs = postgresPrograms();
if (programs === null) throw new Error('PostgreSQL is not installed here.');
const server = await startPostgres(programs);
process.env['PGPASSWORD'] = server.password;
const within = mkdtempSync(join(tmpdir(), 'slipway-bench-'));

/** About 180 bytes a row on disk, of which a third does not compress. */
const fill = (): void => {
	const rows = Math.round((megabytes * 1_000_000) / 10 / 180);
	for (let table = 0; table < 10; table++) server.sql(`CREATE TABLE orders_${table} WITH (autovacuum_enabled = false) AS SELECT i AS id, md5(i::text) || md5((i + ${table})::text) AS token, repeat('order ', 10) AS note, now() AS at FROM generate_series(1, ${rows}) i`);
	server.sql('VACUUM ANALYZE');
	server.sql('CHECKPOINT');
};

const bareMs = (number: number): number => {
	const startMs = performance.now();
	const {status, stderr} = spawnSync('pg_dump', ['--format=custom', `--file=${join(within, `bare.${number}`)}`, `--dbname=${server.address}`], {encoding: 'utf8'});
	if (status !== 0) throw new Error(stderr);
	const ms = performance.now() - startMs;
	rmSync(join(within, `bare.${number}`));
	return ms;
};

const backupMs = async (number: number, settings: Readonly<Record<string, unknown>> = {}): Promise<{readonly backup: number; readonly dump: number; readonly around: number; readonly verify: number; readonly size: number; readonly database: number}> => {
	const input = {...planInputOf(postgresBackup, settings, {folder: within, attempt: number, target: {database: server.address}}), runFolder: join(within, `run.${number}`), evidenceFolder: join(within, `run.${number}`, 'evidence', 'dump')};
	mkdirSync(input.evidenceFolder, {recursive: true});
	const plan = postgresBackup.plan(input);
	Object.assign(process.env, plan.env);
	const startMs = performance.now();
	const {ok, data} = await backUpDatabase(plan.work as BackupWork, {attemptFolder: within, evidenceFolder: input.evidenceFolder, signal: new AbortController().signal, say: () => {}});
	const totalMs = performance.now() - startMs;
	const {backup, server: seen, failure} = data as BackupReport;
	if (!ok || backup === null) throw new Error(failure ?? 'no backup');
	rmSync(input.runFolder, {recursive: true});
	return {backup: totalMs - backup.verifyMs, dump: backup.dumpMs, around: totalMs - backup.verifyMs - backup.dumpMs, verify: backup.verifyMs, size: backup.sizeBytes, database: seen?.databaseBytes ?? 0};
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const show = (name: string, value: string): void => console.log(`${name.padEnd(44)} ${value}`);

try {
	fill();
	bareMs(0);
	const bare: number[] = [];
	const ours: Awaited<ReturnType<typeof backupMs>>[] = [];
	for (let pair = 1; pair <= pairs; pair++) {
		// Each goes first in every other pair, as the machine's load drifts.
		if (pair % 2 === 0) bare.push(bareMs(pair));
		ours.push(await backupMs(pair));
		if (pair % 2 === 1) bare.push(bareMs(pair));
	}

	const ratios = ours.map(({backup}, index) => backup / (bare[index] ?? Number.NaN));
	show('database, dump', `${Math.round((ours[0]?.database ?? 0) / 1e6)} MB, ${Math.round((ours[0]?.size ?? 0) / 1e6)} MB`);
	show('bare pg_dump, median', `${Math.round(median(bare))} ms`);
	show('backup without reading back, median', `${Math.round(median(ours.map(({backup}) => backup)))} ms`);
	show('of that before and after pg_dump, median', `${Math.round(median(ours.map(({around}) => around)))} ms`);
	show('fastest: bare, backup, of that pg_dump', [Math.min(...bare), ...(['backup', 'dump'] as const).map(part => Math.min(...ours.map(run => run[part])))].map(ms => `${Math.round(ms)} ms`).join(', '));
	show('ratio of each pair, median (all)', `${median(ratios).toFixed(3)} (${ratios.map(ratio => ratio.toFixed(3)).join(' ')})`);
	show('reading back and hashing, median', `${Math.round(median(ours.map(({verify}) => verify)))} ms`);
	show('with a restore check, once', `${Math.round((await backupMs(pairs + 1, {'restore-check': true})).backup)} ms`);
} finally {
	await server.stop();
	rmSync(within, {recursive: true, force: true});
}
