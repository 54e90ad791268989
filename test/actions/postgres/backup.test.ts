// oxlint-disable unicorn/no-thenable -- `then:` is a key of the runbook
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import type {Ended, PlanInput} from '../../../source/actions/action.ts';
import {postgresBackup} from '../../../source/actions/postgres-backup.ts';
import type {BackupReport} from '../../../source/actions/postgres/backup-report.ts';
import type {BackupSettings} from '../../../source/actions/postgres/settings.ts';
import {commandText} from '../../../source/text/command-text.ts';

const inputOf = (settings: Readonly<Record<string, unknown>> = {}, more: Partial<PlanInput<BackupSettings>> = {}): PlanInput<BackupSettings> => ({
	runId: '01JDK7', runFolder: '/runs/01JDK7', evidenceFolder: '/runs/01JDK7/evidence/dump.1', runbookFolder: '/books', taskId: 'dump', taskName: 'Dump', attempt: 1, stamp: 'slipway 01JDK7 dump.1', anchor: '7:0c77ab91',
	with: postgresBackup.schema.parse(settings), target: {name: 'production', database: 'postgresql://release@db.prod:5433/egov_db', protected: true, variables: {}}, earlier: {}, answers: {}, findTool: name => `/bin/${name}`, databasePassword: 'sesame', timeoutMs: null, now: new Date(0), ...more,
});
const argvs = (input: PlanInput<BackupSettings>): readonly string[] => postgresBackup.plan(input).commands.map(commandText);

describe('the plan of a backup', () => {
	test('shows each command, with the names it will write to', () => {
		const dump = '/runs/01JDK7/evidence/backups/egov_db-01JDK7-dump.1.dump';
		const psql = '/bin/psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname=postgresql://release@db.prod:5433/egov_db --file=- < server-facts.sql';
		assert.deepEqual(argvs(inputOf()), [
			'/bin/pg_dump --version',
			'/bin/pg_restore --version',
			psql,
			'look at the free space of /runs/01JDK7/evidence/backups, and whether it can be written to',
			`/bin/pg_dump --format=custom --lock-wait-timeout=60s --verbose --no-password --file=${dump}.partial --dbname=postgresql://release@db.prod:5433/egov_db`,
			`/bin/pg_restore --list ${dump}.partial`,
			`/bin/pg_restore --file=/dev/null ${dump}.partial`,
			`rename ${dump}.partial to egov_db-01JDK7-dump.1.dump, its facts beside it`,
		]);
	});

	test('through a pod, all that runs there begins alike, and what goes on there is ended when it is cancelled', () => {
		const {commands, notes} = postgresBackup.plan(inputOf({through: {pod: 'playground-0'}, globals: true}, {target: {name: 'production', kubeconfig: '/k', context: 'prod', namespace: 'egov', database: 'postgresql://release@db.prod/egov_db', protected: true, variables: {}}, attempt: 3, stamp: 'slipway 01JDK7 dump.3'}));
		assert.ok(notes.some(note => note.startsWith('What runs in the pod goes on when this is killed (KILL)')));
		const inPod = commands.filter(({argv}) => argv[0] === '/bin/kubectl');
		const start = ['/bin/kubectl', 'exec', '--stdin', '--kubeconfig', '/k', '--context', 'prod', '--namespace', 'egov', 'playground-0', '--', 'env', 'LC_ALL=', 'LC_MESSAGES=C', 'LANGUAGE=', 'PGCONNECT_TIMEOUT=20', 'PGAPPNAME=slipway 01JDK7 dump.3', 'sh', '-c', 'IFS= read -r PGPASSWORD && export PGPASSWORD && exec "$@"', 'sh'];
		for (const {argv} of inPod) assert.deepEqual(argv.slice(0, start.length), start);
		const ending = 'psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname=postgresql://release@db.prod/egov_db --command=SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE starts_with(application_name, $$slipway 01JDK7 dump.$$) AND pid <> pg_backend_pid()';
		assert.deepEqual(inPod.map(({argv, when}) => [argv.slice(start.length).join(' '), when]).filter(([text]) => text?.includes('terminate')), [[ending, undefined], [ending, 'if that is cancelled or breaks off']]);
		const sessions = (taskId: string): string => postgresBackup.plan(inputOf({through: {pod: 'p'}}, {taskId, runId: '01M8MZE6EYPG3FC386KCCA08Z5', target: {name: 't', kubeconfig: '/k', context: 'c', namespace: 'n', database: 'postgresql://h/d', protected: false, variables: {}}})).env['PGAPPNAME'] ?? '';
		assert.notEqual(sessions('backup-of-the-egov-database-users'), sessions('backup-of-the-egov-database-billing'));
		assert.equal(sessions('dump'), 'slipway 01M8MZE6EYPG3FC386KCCA08Z5 dump.1');
		assert.ok(sessions('x'.repeat(64)).length <= 63);
		assert.equal(commands[0]?.shown, 'remove what earlier attempts left unfinished in /runs/01JDK7/evidence/backups: egov_db-01JDK7-dump.{1..2}.dump.partial, egov_db-01JDK7-dump.{1..2}.globals.sql.partial');
	});

	test('is the same whenever it is made, so that what was shown is what runs', () => {
		assert.deepEqual(postgresBackup.plan(inputOf({}, {now: new Date(1)})), postgresBackup.plan(inputOf({}, {now: new Date(1e12)})));
	});

	test('writes nothing to the target but for a restore check, whose commands say so', () => {
		const changes = (settings: Readonly<Record<string, unknown>>) => postgresBackup.plan(inputOf(settings)).commands.filter(({effect}) => effect === 'changes').map(({argv, shown}) => argv[0] ?? shown?.split(':')[0]);
		assert.deepEqual(changes({globals: true, keep: 2}), []);
		assert.deepEqual(changes({'restore-check': true}), ['/bin/dropdb', '/bin/createdb', '/bin/pg_restore', 'instead, where pg_restore is of 17 or later and the server is not', '/bin/dropdb']);
		assert.deepEqual(changes({then: ['aws', 's3', 'cp', '{}', 's3://b/']}), ['/bin/aws']);
	});

	test('gives the password by the environment, and only to the login that it is for', () => {
		const passwordFor = (database?: string): string | undefined => postgresBackup.plan(inputOf(database === undefined ? {} : {database})).env['PGPASSWORD'];
		assert.equal(passwordFor(), 'sesame');
		assert.equal(passwordFor('another_db'), 'sesame');
		assert.equal(passwordFor('postgresql://release@db.prod:5433/another_db'), 'sesame');
		for (const other of ['postgresql://boss@db.prod:5433/egov_db', 'postgresql://release@elsewhere:5433/egov_db', 'postgresql://release@db.prod/egov_db']) assert.equal(passwordFor(other), undefined, other);
	});

	const inCluster = {name: 't', kubeconfig: '/k', context: 'c', namespace: 'n', database: 'postgresql://h/d', protected: false, variables: {}};
	const refused: readonly (readonly [string, Readonly<Record<string, unknown>>, Partial<PlanInput<BackupSettings>>, string])[] = [
		['no database', {}, {target: {name: 't', protected: false, variables: {}}}, 'target-incomplete'],
		['a password in the address', {database: 'postgresql://u:secret@h/d'}, {}, 'database-address'],
		['an address that is none', {database: 'postgresql://u@h'}, {}, 'database-address'],
		['no pg_dump', {}, {findTool: name => (name === 'pg_dump' ? null : name)}, 'tool-missing'],
		['no pg_restore', {}, {findTool: name => (name === 'pg_restore' ? null : name)}, 'tool-missing'],
		['no program for `then:`', {then: ['aws']}, {findTool: name => (name === 'aws' ? null : name)}, 'tool-missing'],
		['a pod, and a name for the session in the address', {through: {pod: 'p'}}, {target: {...inCluster, database: 'postgresql://h/d?application_name=books'}}, 'database-address'],
		['a pod, and a password of two lines', {through: {pod: 'p'}}, {target: inCluster, databasePassword: 'one\ntwo'}, 'database-address'],
		['a pod in no cluster', {through: {pod: 'p'}}, {}, 'target-incomplete'],
	];
	for (const [what, settings, more, code] of refused) {
		test(`can not be made with ${what}`, () => {
			assert.throws(() => postgresBackup.plan(inputOf(settings, more)), {code});
		});
	}

	test('a plain dump needs no pg_restore', () => {
		assert.doesNotThrow(() => postgresBackup.plan(inputOf({format: 'plain'}, {findTool: name => (name === 'pg_restore' ? null : name)})));
	});

	const conflicts: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
		[{jobs: 4}, 'jobs'],
		[{format: 'directory', compress: 0}, 'compress'],
		[{format: 'directory', compress: 'lz4'}, 'compress'],
		[{format: 'plain', compress: 'zstd:3'}, 'compress'],
		[{format: 'directory', through: {pod: 'p'}}, 'through'],
		[{'restore-check': true, through: {pod: 'p'}}, 'restore-check'],
	];
	for (const [settings, path] of conflicts) {
		test(`${JSON.stringify(settings)} is refused when the runbook is read`, () => {
			assert.deepEqual(postgresBackup.schema.safeParse(settings).error?.issues.map(issue => issue.path), [[path]]);
		});
	}

	test('a name of a database that would be a path, a flag or a hidden file becomes a plain one', () => {
		for (const name of ['%2E%2E%2Fetc', '-rf', '.hidden', 'a%20b', 'a%27b']) {
			const file = argvs(inputOf({database: `postgresql://u@h/${name}`})).find(argv => argv.startsWith('rename'));
			assert.match(file ?? '', /^rename \/runs\/01JDK7\/evidence\/backups\/\w[\w.-]*-01JDK7-dump\.1\.dump\.partial to /);
		}
	});
});

describe('how a backup ended', () => {
	const ended = (more: Partial<Ended>): Ended => ({exitCode: 0, signal: null, report: undefined, outTail: '', errTail: '', ...more});
	const report: BackupReport = {
		failure: null, findings: [], stamp: 'slipway r1 dump.1', format: 'custom', server: {host: 'h', port: '5432', version: '15.18', user: 'u', database: 'd', databaseBytes: 5e9, tables: 3}, client: {dump: '15.18', restore: '15.18'}, freeBytes: 1e12,
		backup: {path: '/b/d.dump', sizeBytes: 1.2e9, sha256: 'ab', objects: 412, startedAt: '2026-11-24T09:18:00Z', endedAt: '2026-11-24T09:18:48Z', dumpMs: 48_000, verifyMs: 9000, restoreCommand: 'pg_restore /b/d.dump', restoreNote: ''},
		globals: null, restoreCheck: {state: 'not asked', says: '', tookMs: null, left: null}, after: [], removed: [], maxAgeMs: 7_200_000,
	};

	test('in one line', () => {
		assert.equal(postgresBackup.judge(ended({report})).summary, '1.2 GB in 48 s, read whole, 412 objects');
		assert.equal(postgresBackup.judge(ended({report: {...report, restoreCheck: {state: 'not done', says: 'x', tookMs: null, left: null}, after: [{argv: ['/bin/aws'], exitCode: 0, says: ''}]}})).summary, '1.2 GB in 48 s, read whole, 412 objects, restore check not done, aws ended well');
	});

	const bad: readonly (readonly [string, Partial<Ended>, RegExp])[] = [
		['without a report', {exitCode: 2, errTail: 'out of memory\n'}, /without a report \(exit status 2\): out of memory/],
		['with a report that is garbage', {report: {failure: null}}, /without a report/],
		['by a signal', {exitCode: null, signal: 'SIGKILL'}, /ended by SIGKILL/],
		['with a report and no backup in it', {report: {...report, backup: null}}, /left no backup/],
		['with a good report and a bad exit status', {exitCode: 1, report}, /did not end well/],
		['with a failure', {exitCode: 1, report: {...report, failure: 'the disk is full'}}, /the disk is full/],
	];
	for (const [how, more, summary] of bad) {
		test(`${how}: it is no success`, () => {
			const judged = postgresBackup.judge(ended(more));
			assert.equal(judged.outcome, 'failed');
			assert.match(judged.summary, summary);
		});
	}
});
