import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {after, before, describe, test} from 'node:test';

import {until} from '../supervisor/an-attempt.ts';
import {aTool, backUp, fileOf, namesUnder, processesWith, startShop, when, type AShop} from './a-backup.ts';
import {postgresPrograms} from './a-postgres.ts';
import {signalWhen, type Carried} from './carry-out.ts';

const programs = postgresPrograms();
const mayMount = process.getuid?.() === 0 && process.platform === 'linux' && spawnSync('unshare', ['--mount', 'true']).status === 0;

describe('a backup that can not be whole', {skip: programs === null && 'PostgreSQL is not installed here'}, () => {
	let shop: AShop;
	before(async () => {
		shop = await startShop(programs ?? '');
	});
	after(() => shop.stop());

	/** Nothing in the backup folder, whatever its name, and no process that still works on it. */
	const leavesNothing = (folder: string, {outcome, out}: Carried, where = join(folder, 'kept')): void => {
		assert.equal(outcome, 'failed', out);
		assert.deepEqual(namesUnder(where), []);
		assert.deepEqual(processesWith(where), []);
	};

	const isBegun = (out: string): boolean => out.includes('--format=');

	describe('is not begun', () => {
		const refused: readonly (readonly [string, RegExp, (folder: string) => Parameters<typeof backUp>[2] & {readonly settings?: Readonly<Record<string, unknown>>}])[] = [
			['when the client is older than the server', /pg_dump 12\.9 is older than the server, \d+/, folder => ({findTool: aTool(folder, 'pg_dump', '[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 12.9" && exit\nexec "$REAL" "$@"')})],
			['when pg_restore is older than pg_dump', /pg_restore 12\.9 is older than pg_dump/, folder => ({findTool: aTool(folder, 'pg_restore', '[ "$1" = --version ] && echo "pg_restore (PostgreSQL) 12.9" && exit\nexec "$REAL" "$@"')})],
			['when pg_dump says no version', /The version of pg_dump is not known: it said nothing/, folder => ({findTool: aTool(folder, 'pg_dump', 'exit 0')})],
			['when a table may not be read', /clerk may not read public\.orders\./, () => ({address: shop.at('shop', 'clerk')})],
			['when the database is not there', /FATAL: {2}database "nosuch" does not exist/, () => ({address: shop.at('nosuch')})],
			['when the password is wrong', /FATAL: {2}password authentication failed for user "release"/, () => ({password: 'wrong'})],
			['when there is no server', /Connection refused/, () => ({address: 'postgresql://release@127.0.0.1:1/shop'})],
		];
		for (const [when, says, placeOf] of refused) {
			test(when, async () => {
				const folder = shop.folder();
				const backup = await backUp(shop, {folder: 'kept'}, {folder, ...placeOf(folder)});
				leavesNothing(folder, backup);
				assert.match(backup.summary, says);
				assert.ok(!isBegun(backup.out));
			});
		}

		test('when row-level security hides rows', async () => {
			shop.ask('CREATE TABLE mine (who name); ALTER TABLE mine ENABLE ROW LEVEL SECURITY; GRANT SELECT ON mine TO reader');
			const folder = shop.folder();
			const backup = await backUp(shop, {folder: 'kept'}, {folder, address: shop.at('shop', 'reader')});
			shop.ask('DROP TABLE mine');
			leavesNothing(folder, backup);
			assert.match(backup.summary, /Row-level security hides rows of public\.mine from reader\./);
		});

		test('when a table stays locked by somebody else, who is named at once', async () => {
			const release = await shop.lock('orders');
			const folder = shop.folder();
			const backup = await backUp(shop, {folder: 'kept'}, {folder, findTool: aTool(folder, 'psql', `sed "s/lock_timeout = '60s'/lock_timeout = '300ms'/" | "$REAL" "$@"`)});
			release();
			leavesNothing(folder, backup);
			assert.match(backup.out, /^waiting at most 60s: public\.orders is locked by release \(migration, process \d+\)(, in a transaction of \d+ s)?$/m);
			assert.match(backup.summary, /canceling statement due to lock timeout; public\.orders is locked by release \(migration, process \d+\)/);
			assert.ok(!isBegun(backup.out));
		});

		test('when somebody waits to lock a table, behind whom a dump would wait too, who is named', async () => {
			const reader = await shop.lock('orders', 'LOCK TABLE orders IN ACCESS SHARE MODE');
			const migration = shop.lock('orders');
			await until(() => shop.ask("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'") === '1', 'the migration waits');
			const backup = await backUp(shop, {}, {findTool: aTool(shop.folder(), 'psql', `sed "s/lock_timeout = '60s'/lock_timeout = '300ms'/" | "$REAL" "$@"`)});
			reader();
			(await migration)();
			assert.match(backup.summary, /lock timeout; release \(migration, process \d+\) waits to lock public\.orders.*, and everybody later waits behind it$/);
		});

		test('an index that is built anew is told by its table', async () => {
			const release = await shop.lock('orders', 'REINDEX TABLE orders');
			const backup = await backUp(shop, {}, {findTool: aTool(shop.folder(), 'psql', `sed "s/lock_timeout = '60s'/lock_timeout = '300ms'/" | "$REAL" "$@"`)});
			release();
			assert.match(backup.out, /^waiting at most 60s: public\.orders is locked by release \(migration, process \d+\)/m);
		});

		test('when its folder can not be made', async () => {
			const folder = shop.folder();
			writeFileSync(join(folder, 'kept'), '');
			const backup = await backUp(shop, {folder: 'kept/here'}, {folder});
			assert.match(backup.summary, /The folder .*kept\/here can't be made/);
		});

		test('when its folder may not even be looked into', async () => {
			const folder = shop.folder();
			// As for one of another unix user, which is no obstacle for root.
			symlinkSync('kept', join(folder, 'kept'));
			const backup = await backUp(shop, {folder: 'kept'}, {folder});
			assert.equal(backup.outcome, 'failed');
			assert.match(backup.summary, /^Not begun: nothing can be written into .*kept: ELOOP/, backup.out + backup.err);
		});

		test('when nothing can be written into its folder', {skip: mayMount ? false : 'only root may make a file system for the test'}, async () => {
			const [folder, closed] = [shop.folder(), shop.folder()];
			assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', closed]).status, 0);
			const backup = await backUp(shop, {folder: closed}, {folder});
			spawnSync('umount', ['--lazy', closed]);
			assert.match(backup.summary, /^Not begun: nothing can be written into \/.*: EROFS: read-only file system/, backup.out + backup.err);
			assert.ok(!isBegun(backup.out));
		});

		test('connection errors are there whole, as the tool wrote them', async () => {
			const backup = await backUp(shop, {}, {address: 'postgresql://release@127.0.0.1:1/shop'});
			assert.ok(backup.findings.some(({what}) => /^psql: error: connection to server at "127\.0\.0\.1", port 1 failed: Connection refused\n\tIs the server running on that host and accepting TCP\/IP connections\?$/.test(what)), JSON.stringify(backup.findings));
		});
	});

	describe('is refused when pg_dump ends with 0 and left', () => {
		const dumps = (change: string): string => `[ "$1" = --version ] && exec "$REAL" "$@"\n${fileOf}\n"$REAL" "$@" || exit\nf=$(file_of "$@")\n${change}`;
		const cases: readonly (readonly [string, string, string, RegExp])[] = [
			['an archive cut in half', 'custom', 'truncate -s $(($(stat -c %s "$f") / 2)) "$f"', /could not read from input file: end of file/],
			['an archive without its last byte', 'custom', 'truncate -s -1 "$f"', /The dump is not whole/],
			['an empty file', 'custom', ': >"$f"', /is empty/],
			['no file', 'custom', 'rm "$f"', /There is no dump/],
			['a folder without a file of rows', 'directory', 'rm "$f"/*.dat.gz', /could not open|No such file/],
			['a folder with a cut file of rows', 'directory', 'for part in "$f"/*.dat.gz; do truncate -s -9 "$part"; done', /The dump is not whole/],
			['an empty folder', 'directory', 'rm "$f"/*', /is empty/],
			['text cut in half', 'plain', 'truncate -s $(($(stat -c %s "$f") / 2)) "$f"', /does not end as a whole dump does/],
			['text whose end marker is in a row', 'plain', 'sed -i "/^-- PostgreSQL database dump complete/,\\$d" "$f"; printf -- "-- PostgreSQL database dump complete\\nanother row\\n" >>"$f"', /does not end as a whole dump does/],
			['text cut within the key of its last line', 'plain', 'truncate -s -9 "$f"', /does not end as a whole dump does/],
			['text without its last line', 'plain', 'sed -i "/^.unrestrict/d" "$f"', /does not end as a whole dump does/],
			['an empty text', 'plain', ': >"$f"', /is empty/],
		];
		for (const [what, format, change, says] of cases) {
			test(what, async () => {
				const folder = shop.folder();
				const backup = await backUp(shop, {format, folder: 'kept'}, {folder, findTool: aTool(folder, 'pg_dump', dumps(change))});
				leavesNothing(folder, backup);
				assert.match(backup.summary, says);
				if (what !== 'no file') assert.ok(backup.findings.some(({what: told}) => told.endsWith('.partial is removed; nothing of this dump is kept.')), JSON.stringify(backup.findings));
			});
		}

		test('compressed text that was cut', async () => {
			const folder = shop.folder();
			const backup = await backUp(shop, {format: 'plain', compress: 5, folder: 'kept'}, {folder, findTool: aTool(folder, 'pg_dump', dumps('truncate -s -4 "$f"'))});
			leavesNothing(folder, backup);
			assert.match(backup.summary, /can't be read to its end: unexpected end of file/);
		});
	});

	test('is refused when a table that is locked in the meantime stays so', async () => {
		const folder = shop.folder();
		const lock = `${programs}/psql -XAtq -d '${shop.at()}' -c "SET application_name = 'migration'; BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(60)" >/dev/null 2>&1 </dev/null &
			until ${programs}/psql -XAtqc "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'migration' AND wait_event = 'PgSleep'" '${shop.at()}' | grep -q 1; do :; done`;
		const backup = await backUp(shop, {folder: 'kept'}, {folder, findTool: aTool(folder, 'pg_dump', `case $1 in --version) exec "$REAL" "$@";; esac\n[ "$2" = --lock-wait-timeout=60s ] || exit 9\n${lock}\nformat=$1; shift 2; exec "$REAL" "$format" --lock-wait-timeout=300ms "$@"`)});
		shop.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'migration'");
		leavesNothing(folder, backup);
		assert.equal(backup.summary, 'pg_dump waited 60s in vain for a table that somebody else has locked');
		assert.match(backup.findings.map(({what}) => what).join('\n'), /LOCK TABLE .*public\.orders/);
	});

	describe('breaks off', () => {
		let large: string;
		before(() => {
			shop.sql('CREATE DATABASE large');
			shop.ask('CREATE TABLE first AS SELECT md5(i::text) a, md5((i + 1)::text) b, md5((i + 2)::text) c FROM generate_series(1, 250000) i; CREATE TABLE second AS TABLE first', 'large');
			large = shop.at('large');
		});
		after(() => shop.sql('DROP DATABASE large'));

		const partialOf = (folder: string): string => join(folder, 'kept/large-r1-task.1.dump.partial');
		const hasBegun = (folder: string) => () => existsSync(partialOf(folder)) && statSync(partialOf(folder)).size > 100_000;

		test('and leaves nothing when it is cancelled', async () => {
			const folder = shop.folder();
			const backup = await backUp(shop, {folder: 'kept', compress: 9}, {folder, address: large, onStart: pid => when(hasBegun(folder), () => process.kill(-pid, 'SIGTERM'))});
			leavesNothing(folder, backup);
			assert.equal(backup.exitCode, 143);
			assert.equal(backup.summary, 'The backup was cancelled; nothing of it was kept.');
			assert.equal(shop.ask("SELECT count(*) FROM pg_stat_activity WHERE datname = 'large'"), '0');
		});

		test('and says that pg_dump was killed, also where it had said something before', async () => {
			const folder = shop.folder();
			const backup = await backUp(shop, {folder: 'kept'}, {folder, findTool: aTool(folder, 'pg_dump', '[ "$1" = --version ] && exec "$REAL" "$@"\necho "pg_dump: warning: there are circular foreign-key constraints" >&2; kill -9 $$')});
			leavesNothing(folder, backup);
			assert.equal(backup.summary, 'pg_dump was ended by SIGKILL; before, it said: pg_dump: warning: there are circular foreign-key constraints');
		});

		test('and leaves nothing when the server ends the connection', async () => {
			const folder = shop.folder();
			const backup = await backUp(shop, {folder: 'kept', compress: 9}, {folder, address: large, onStart: () => when(hasBegun(folder), () => shop.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'large'"))});
			leavesNothing(folder, backup);
			assert.match(backup.summary, /^pg_dump: error: /);
			assert.ok(backup.findings.some(({what}) => what.includes('\npg_dump: detail: ')), JSON.stringify(backup.findings));
		});

		test('and leaves nothing when it is cancelled while it is read back', async () => {
			const folder = shop.folder();
			const findTool = aTool(folder, 'pg_restore', '[ "$1" = --version ] && exec "$REAL" "$@"\necho reading back >&2\nsleep 30');
			const backup = await backUp(shop, {folder: 'kept'}, {folder, findTool, onStart: signalWhen('$ ' + join(folder, 'bin/pg_restore') + ' --list', 'SIGTERM')});
			leavesNothing(folder, backup);
		});

		test('and drops the scratch database and the dump when the restore check is cancelled', async () => {
			const folder = shop.folder();
			const findTool = aTool(folder, 'pg_restore', `case "$*" in *--exit-on-error*) "$REAL" "$@"; echo restored >&2; sleep 30;; *) exec "$REAL" "$@";; esac`);
			const backup = await backUp(shop, {folder: 'kept', 'restore-check': true}, {folder, findTool, onStart: signalWhen('\nrestored\n', 'SIGTERM')});
			assert.equal(backup.exitCode, 143);
			leavesNothing(folder, backup);
			assert.equal(backup.summary, 'The restore check was cancelled; nothing of the backup was kept.');
			assert.equal(shop.ask("SELECT count(*) FROM pg_database WHERE datname LIKE 'slipway%'"), '0');
		});

		test('and leaves nothing when the whole server is killed', async () => {
			const other = await startShop(programs ?? '', 400_000);
			const folder = other.folder();
			const partial = join(folder, 'kept/shop-r1-task.1.dump.partial');
			const backup = await backUp(other, {folder: 'kept', compress: 9}, {folder, onStart: () => when(() => existsSync(partial) && statSync(partial).size > 100_000, () => void other.kill())});
			assert.equal(backup.outcome, 'failed', backup.out);
			assert.match(backup.summary, /^pg_dump: error: /);
			assert.ok(!existsSync(partial) && !existsSync(join(folder, 'kept/shop-r1-task.1.dump')));
			await other.stop();
		});
	});

	describe('for want of space', {skip: mayMount ? false : 'only root may make a small file system for the test'}, () => {
		const withSmallDisk = async (megabytes: number, work: (folder: string) => Promise<void>): Promise<void> => {
			const folder = shop.folder();
			mkdirSync(join(folder, 'kept'));
			const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', join(folder, 'kept')], {encoding: 'utf8'});
			assert.equal(mounted.status, 0, mounted.stderr);
			try {
				await work(folder);
			} finally {
				spawnSync('umount', ['--lazy', join(folder, 'kept')]);
			}
		};

		test('is not begun, and says how much is wanted', () =>
			withSmallDisk(1, async folder => {
				shop.ask('CREATE TABLE big AS SELECT md5(i::text) FROM generate_series(1, 40000) i');
				const backup = await backUp(shop, {folder: 'kept'}, {folder});
				shop.ask('DROP TABLE big');
				leavesNothing(folder, backup);
				assert.match(backup.summary, /kept has 1\.0 MB free; [\d.]+ MB are needed \(what the tables take, as no backup was made like this before\)/);
				assert.ok(!isBegun(backup.out));
			}));

		test('leaves nothing when the disk is full in the middle, and says it in the words of pg_dump', () =>
			withSmallDisk(2, async folder => {
				// The server keeps it compressed, a plain dump does not.
				shop.ask("CREATE TABLE wide AS SELECT repeat('x', 200000) t FROM generate_series(1, 40) i");
				const backup = await backUp(shop, {folder: 'kept', format: 'plain'}, {folder});
				shop.ask('DROP TABLE wide');
				leavesNothing(folder, backup);
				assert.ok(isBegun(backup.out));
				assert.match(backup.summary, /No space left on device/);
			}));
	});

	test('a disk that is full just before the dump gets its name leaves nothing, and is said', {skip: mayMount ? false : 'only root may make a small file system for the test'}, async () => {
		const folder = shop.folder();
		const disk = join(folder, 'disk');
		mkdirSync(disk);
		assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status, 0);
		try {
			const findTool = aTool(folder, 'pg_restore', `case $1 in --file=*) cat /dev/zero >"${disk}/filler" 2>/dev/null;; esac\nexec "$REAL" "$@"`);
			const backup = await backUp(shop, {folder: 'disk/kept'}, {folder, findTool});
			leavesNothing(folder, backup, join(disk, 'kept'));
			assert.match(backup.summary, /ENOSPC: no space left on device/);
		} finally {
			spawnSync('umount', ['--lazy', disk]);
		}
	});

	test("a disk of the run's own folder that is full at the end is said, with the whole dump that has no record", {skip: mayMount ? false : 'only root may make a small file system for the test'}, async () => {
		const [folder, kept] = [shop.folder(), shop.folder()];
		assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status, 0);
		try {
			const findTool = aTool(kept, 'pg_restore', `case $1 in --file=*) cat /dev/zero >"${folder}/filler" 2>/dev/null;; esac\nexec "$REAL" "$@"`);
			const backup = await backUp(shop, {folder: join(kept, 'kept')}, {folder, findTool});
			const path = join(kept, 'kept/shop-r1-task.1.dump');
			assert.equal(backup.summary, `The backup is whole at ${path}, but manifest.json can't be written: ENOSPC: no space left on device, write`);
			assert.deepEqual([backup.outcome, backup.outputs['path'], existsSync(path)], ['failed', path, true]);
		} finally {
			spawnSync('umount', ['--lazy', folder]);
		}
	});

	test('what an attempt before left unfinished goes with the next one', async () => {
		const folder = shop.folder();
		mkdirSync(join(folder, 'kept'));
		const leftover = join(folder, 'kept/shop-r1-task.1.dump.partial');
		writeFileSync(leftover, 'half');
		const {plan} = await backUp(shop, {folder: 'kept'}, {folder, attempt: 2});
		assert.ok(!existsSync(leftover));
		assert.ok(plan.commands.some(({shown}) => shown === `remove what earlier attempts left unfinished in ${join(folder, 'kept')}: shop-r1-task.1.dump.partial, shop-r1-task.1.globals.sql.partial`));
	});

	test('a warning of pg_dump is a finding, and no failure', async () => {
		const folder = shop.folder();
		const findTool = aTool(folder, 'pg_dump', '[ "$1" = --version ] || echo "pg_dump: warning: there are circular foreign-key constraints" >&2\nexec "$REAL" "$@"');
		const backup = await backUp(shop, {}, {folder, findTool});
		assert.equal(backup.outcome, 'succeeded');
		assert.ok(backup.findings.some(({level, what}) => level === 'warning' && what.includes('circular foreign-key')));
		assert.ok(readFileSync(backup.evidence.find(path => path.endsWith('pg_dump.log')) ?? '', 'utf8').includes('circular'));
	});

	test('a file that has the final name already is not overwritten', async () => {
		const folder = shop.folder();
		mkdirSync(join(folder, 'kept'));
		writeFileSync(join(folder, 'kept/shop-r1-task.1.dump'), 'another');
		chmodSync(join(folder, 'kept/shop-r1-task.1.dump'), 0o600);
		const backup = await backUp(shop, {folder: 'kept'}, {folder});
		assert.match(backup.summary, /is there already; it is not overwritten/);
		assert.equal(readFileSync(join(folder, 'kept/shop-r1-task.1.dump'), 'utf8'), 'another');
	});
});
