// oxlint-disable unicorn/no-thenable -- `then:` is a key of the runbook
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, rmSync, statSync, truncateSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {after, before, describe, test} from 'node:test';

import {commandText} from '../../source/text/command-text.ts';
import {findTool} from '../find-tool.ts';
import {aTool, backUp, formats, namesUnder, startShop, type AShop} from './a-backup.ts';
import {postgresPrograms} from './a-postgres.ts';
import type {Carried} from './carry-out.ts';

const programs = postgresPrograms();

describe('postgres/backup', {skip: programs === null && 'PostgreSQL is not installed here'}, () => {
	let shop: AShop;
	before(async () => {
		shop = await startShop(programs ?? '');
	});
	after(() => shop.stop());

	const hashOf = (path: string): string => spawnSync('sha256sum', [path], {encoding: 'utf8'}).stdout.slice(0, 64);

	test('leaves a dump under its final name, with its facts, and says what it is', async () => {
		const backup = await backUp(shop, {'max-age': '2h'});
		assert.equal(backup.outcome, 'succeeded', backup.out + backup.err);
		assert.match(backup.summary, /^\d+ kB in \d+ (ms|s), read whole, \d\d objects$/);
		const {path = '', sha256, sizeBytes, maxAgeMs, format, serverVersion, clientVersion, database, objects} = backup.outputs;
		assert.equal(sha256, hashOf(path));
		assert.equal(sizeBytes, String(statSync(path).size));
		assert.deepEqual({maxAgeMs, format, database}, {maxAgeMs: '7200000', format: 'custom', database: 'shop'});
		assert.ok(Number(objects) > 10);
		assert.match(`${serverVersion} ${clientVersion}`, /^\d+\.\d+\S*( .*)? \d+\.\d+/);
		assert.deepEqual(backup.evidence.map(name => name.split('/').at(-1)), ['shop-r1-task.1.dump', 'manifest.json', 'pg_dump.log', 'server-facts.sql']);
		const manifest = JSON.parse(readFileSync(backup.evidence[1] ?? '', 'utf8')) as {backup: {sha256: string}; server: {version: string}};
		assert.deepEqual([manifest.backup.sha256, manifest.server.version], [sha256, serverVersion]);
	});

	test('only its owner may read it', async () => {
		for (const format of ['custom', 'directory', 'plain']) {
			const {outputs} = await backUp(shop, {format});
			assert.equal(statSync(outputs['path'] ?? '').mode & 0o077, 0, format);
		}
	});

	test('says before the dump who answers, how large the database is, and what is free', async () => {
		const {out} = await backUp(shop);
		const [head = ''] = out.split('--format=custom');
		assert.match(head, /host {6}127\.0\.0\.1 \(127\.0\.0\.1\), port \d+\ndatabase {2}shop, [\d.]+ MB, 2 tables\nuser {6}release\nserver {4}PostgreSQL \d+.*\nclient {4}pg_dump \d+.*, pg_restore \d+.*\nspace {5}[\d.]+ [kMGT]B free, about [\d.]+ [kM]B needed, in .*\nlast {6}no good backup/);
	});

	test('runs what was shown, in that order, and nothing else', async () => {
		const {out, plan} = await backUp(shop, {'restore-check': true, globals: true, keep: 3, then: ['test', '-s']});
		const shown = plan.commands.filter(({argv}) => argv.length > 0).map(commandText);
		const run = out.split('\n').filter(line => line.startsWith('$ ')).map(line => line.slice(2).replace(/--snapshot=\S+/, '--snapshot=SNAPSHOT-ID'));
		assert.deepEqual(run, shown);
	});

	test('the password is in no file, no argument and no output', async () => {
		const folder = shop.folder();
		const {out, err, plan} = await backUp(shop, {'restore-check': true}, {folder});
		assert.ok(plan.env['PGPASSWORD'] === shop.password);
		for (const text of [out, err, JSON.stringify(plan.work), JSON.stringify(plan.commands), ...namesUnder(folder).map(name => readFileSync(join(folder, name), 'latin1'))]) assert.ok(!text.includes(shop.password));
	});

	for (const [name, settings] of formats) {
		test(`${name}: restores to the same tables, rows, sequences and extensions`, async () => {
			const backup = await backUp(shop, {...settings, 'restore-check': true});
			assert.equal(backup.outcome, 'succeeded', backup.out + backup.err);
			assert.match(backup.summary, /restored in \d+ m?s and compared$/);
			assert.match(backup.out, /Restored in \d+ m?s and equal: 2 tables with 1,020 rows, 2 sequences, 2 extensions\./);
			assert.equal(scratchDatabases(), '0');
		});
	}

	describe('by tools of 17 or later, which set what an older server does not know', () => {
		/** As pg_restore and pg_dump 17 write it; a restore straight into the database ends as theirs does. */
		const line = `${findTool('sed')} '12i SET transaction_timeout = 0;'`;
		const newer = (folder: string) => {
			const restore = aTool(folder, 'pg_restore', `case "$*" in --version) echo 'pg_restore (PostgreSQL) 17.2';; *--dbname=*) echo 'pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"' >&2; exit 1;; *--file=-*) "$REAL" "$@" >"$0.sql"; end=$?; ${line} "$0.sql"; exit $end;; *) exec "$REAL" "$@";; esac`);
			const dump = aTool(folder, 'pg_dump', `case "$*" in --version) echo 'pg_dump (PostgreSQL) 17.2';; *--format=plain*) f=$(for word in "$@"; do case $word in --file=*) echo "\${word#--file=}";; esac; done); "$REAL" "$@" || exit; case $f in *.gz.partial) gzip -dc "$f" | ${line} | gzip >"$f.new";; *) ${line} "$f" >"$f.new";; esac; mv "$f.new" "$f";; *) exec "$REAL" "$@";; esac`);
			return (name: string) => (name === 'pg_dump' ? dump : restore)(name);
		};

		const isNewer = (): boolean => Number(shop.ask('SHOW server_version_num')) >= 170_000;
		for (const [name, settings] of formats) {
			test(`${name}: is restored without it, in the check and by the command`, async context => {
				if (isNewer()) return context.skip('the server here is of 17 or later');
				const folder = shop.folder();
				const backup = await backUp(shop, {...settings, 'restore-check': true}, {folder, findTool: newer(folder)});
				assert.match(backup.summary, /restored in \d+ m?s and compared$/, backup.out + backup.err);
				assert.ok(backup.findings.some(({level, what}) => level === 'note' && /sets transaction_timeout first, which PostgreSQL \d+ does not know/.test(what)));
				const command = backup.outputs['restoreCommand'] ?? '';
				const {status, stderr} = spawnSync('sh', ['-c', command], {encoding: 'utf8', env: {PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, PGPASSWORD: shop.password}});
				assert.deepEqual([status, stderr], [0, '']);
				assert.equal(shop.ask('SELECT count(*) FROM orders'), '1000');
				assert.equal(shop.ask('SELECT count(*) FROM orders', 'shop_replaced'), '1000');
				shop.sql('DROP DATABASE shop_replaced');
			});
		}

		const breaks: readonly (readonly [string, string, (folder: string, path: string) => void])[] = [
			['the dump was cut', 'custom', (_, path) => truncateSync(path, statSync(path).size - 2000)],
			['the dump is gone', 'plain', (_, path) => rmSync(path)],
			['sed is not there', 'custom', folder => void aTool(folder, 'sed', 'exit 127')],
			['sed is killed in the middle of rows', 'custom', folder => void aTool(folder, 'sed', 'head -c 20000; kill -9 $$')],
			['pg_restore is killed in the middle of rows', 'custom', folder => void aTool(folder, 'pg_restore', '"$REAL" "$@" | head -c 20000; kill -9 $$')],
		];
		for (const [what, format, breakIt] of breaks) {
			test(`the command changes nothing when ${what}`, async context => {
				if (isNewer()) return context.skip('the server here is of 17 or later');
				const folder = shop.folder();
				const {outputs} = await backUp(shop, {format}, {folder, findTool: newer(folder)});
				breakIt(folder, outputs['path'] ?? '');
				const {status} = spawnSync('sh', ['-c', outputs['restoreCommand'] ?? ''], {encoding: 'utf8', env: {PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, PGPASSWORD: shop.password}});
				assert.notEqual(status, 0);
				assert.equal(shop.ask("SELECT count(*) FROM pg_database WHERE datname = 'shop_replaced'"), '0');
				shop.sql('DROP DATABASE shop_restored');
			});
		}
	});

	const scratchDatabases = (): string => shop.ask("SELECT count(*) FROM pg_database WHERE datname LIKE 'slipway%'");

	test('a database that goes on changing during the dump still compares', async () => {
		const folder = shop.folder();
		const insert = `PGPASSWORD="$PGPASSWORD" ${programs}/psql -Xq -d '${shop.at()}' -c "INSERT INTO orders (customer) SELECT 1 FROM generate_series(1, 50)"`;
		const findTool = aTool(folder, 'pg_dump', `case $1 in --version) ;; *) ${insert} || exit 9;; esac\nexec "$REAL" "$@"`);
		const backup = await backUp(shop, {'restore-check': true}, {folder, findTool});
		assert.match(backup.summary, /restored in \d+ m?s and compared$/, backup.out);
		assert.equal(shop.ask('DELETE FROM orders WHERE note IS NULL; SELECT count(*) FROM orders'), '1000');
	});

	test('a dump that restores to something else fails, is kept, and is not taken for a good one', async () => {
		const folder = shop.folder();
		const findTool = aTool(folder, 'pg_dump', 'case $1 in --version) exec "$REAL" "$@";; esac\nexec "$REAL" --exclude-table-data=orders "$@"');
		const backup = await backUp(shop, {'restore-check': true, folder: 'kept'}, {folder, findTool});
		assert.equal(backup.outcome, 'failed');
		assert.match(backup.summary, /The table public\.orders has 0 rows; 1000 were dumped\./);
		assert.equal(scratchDatabases(), '0');
		assert.deepEqual(namesUnder(join(folder, 'kept')).toSorted(), ['shop-r1-task.1.dump', 'shop-r1-task.1.dump.json']);
		const {out} = await backUp(shop, {folder: 'kept'}, {folder, attempt: 2});
		assert.match(out, /no good backup made like this lies there/);
	});

	test('a restore check that can not be done is said, and is not a check that passed', async () => {
		const backup = await backUp(shop, {'restore-check': true}, {address: shop.at('shop', 'reader')});
		assert.equal(backup.outcome, 'succeeded', backup.out);
		assert.match(backup.summary, /restore check not done$/);
		assert.equal(backup.outputs['restoreCheck'], 'not done');
		assert.ok(backup.findings.some(({level, what}) => level === 'warning' && what.includes('reader may not create databases')));
	});

	describe('the scratch database', () => {
		/** Holds a connection to it from when it was filled, so that it can't be dropped. */
		const held = (folder: string, seconds: number) => aTool(folder, 'pg_restore', `case "$*" in *--exit-on-error*) "$REAL" "$@"; for word in "$@"; do case $word in --dbname=*) db=\${word#--dbname=};; esac; done
			${programs}/psql -Xqc 'SELECT pg_sleep(${seconds})' "$db" >/dev/null 2>&1 </dev/null &
			until ${programs}/psql -XAtqc "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'" "$db" | grep -q 1; do :; done;; *) exec "$REAL" "$@";; esac`);

		test('is dropped when who was connected has left, also by a role without more rights', async () => {
			shop.sql(`CREATE ROLE baker LOGIN CREATEDB PASSWORD '${shop.password}' IN ROLE porter`);
			const folder = shop.folder();
			const backup = await backUp(shop, {'restore-check': true}, {folder, findTool: held(folder, 7), address: shop.at('shop', 'baker')});
			assert.match(backup.summary, /restored in \d+ m?s and compared$/, backup.out);
			assert.equal(scratchDatabases(), '0');
		});

		test('that stays is a warning with the command that drops it, and stands in the words of the gate', async () => {
			const folder = shop.folder();
			const findTool = held(folder, 60);
			const backup = await backUp(shop, {'restore-check': true}, {folder, findTool});
			assert.equal(backup.outcome, 'succeeded', backup.out);
			assert.match(backup.summary, /restored in \d+ m?s and compared, but the scratch database slipway_check_\S+ is still there$/);
			const by = backup.findings.find(({level, what}) => level === 'warning' && what.includes('with a copy of what was dumped: dropdb: error:'))?.what.split('Drop it by hand: ')[1];
			shop.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'slipway%'");
			assert.equal(spawnSync('sh', ['-c', by ?? 'false'], {env: {PATH: process.env['PATH'], PGPASSWORD: shop.password}}).status, 0);
			assert.equal(scratchDatabases(), '0');
		});
	});

	test('globals are a file of their own, read to its end', async () => {
		const backup = await backUp(shop, {globals: true});
		assert.match(backup.summary, /globals too$/);
		assert.match(readFileSync(backup.outputs['globals'] ?? '', 'utf8'), /CREATE ROLE clerk/);
		assert.ok(backup.evidence.includes(backup.outputs['globals'] ?? ''));
	});

	test('who may not read the passwords of roles is told how to do without', async () => {
		const address = shop.at('shop', 'porter');
		const refused = await backUp(shop, {globals: true}, {address});
		assert.equal(refused.outcome, 'failed');
		assert.match(refused.summary, /^Not begun: porter may not read the passwords of the roles .*`globals: without-passwords` does without them\.$/);
		assert.ok(!refused.out.includes('--format='));
		const backup = await backUp(shop, {globals: 'without-passwords'}, {address});
		assert.equal(backup.outcome, 'succeeded', backup.out);
	});

	describe('then', () => {
		test('gets each verified file, in the place of {}, without the password', async () => {
			const folder = shop.folder();
			const upload = 'echo "as $1 with <$PGPASSWORD>"; cp "$1" "$2"';
			const backup = await backUp(shop, {globals: true, then: ['sh', '-c', upload, 'sh', '{}', `${folder}/uploaded`]}, {folder});
			assert.equal(backup.outcome, 'succeeded', backup.out);
			assert.match(backup.summary, /sh with the dump ended well, sh with the globals ended well$/);
			assert.match(backup.out, /as \S+\.dump with <>\n/);
			assert.match(readFileSync(join(folder, 'uploaded'), 'utf8'), /PostgreSQL database cluster dump/);
		});

		test('that fails leaves the backup whole and the task failed', async () => {
			const backup = await backUp(shop, {then: ['sh', '-c', 'echo no such bucket >&2; exit 3', 'sh']});
			assert.equal(backup.outcome, 'failed');
			assert.match(backup.summary, /The backup is whole at .*, but sh ended with exit status 3: no such bucket/);
			assert.ok(existsSync(backup.outputs['path'] ?? ''));
			assert.equal(backup.outputs['after'], 'failed');
		});
	});

	test('tells its course at most once a second, by bytes, by table, and by the last backup', async () => {
		shop.sql('CREATE DATABASE large');
		shop.ask('CREATE TABLE first AS SELECT md5(i::text) a, md5((i + 1)::text) b, md5((i + 2)::text) c FROM generate_series(1, 700000) i; CREATE TABLE second AS TABLE first', 'large');
		const folder = shop.folder();
		const slow = {folder: 'kept', compress: 9};
		const [one, two]: readonly [Carried, Carried] = [await backUp(shop, slow, {folder, address: shop.at('large')}), await backUp(shop, slow, {folder, address: shop.at('large'), attempt: 2})];
		shop.sql('DROP DATABASE large');
		const lines = (out: string): readonly string[] => out.split('\n').filter(line => /^[\d.]+ [kM]?B(, \d+% of| written)/.test(line));
		assert.ok(lines(one.out).length >= 1 && lines(one.out).length <= Number(one.outputs['dumpMs']) / 1000, one.out);
		assert.match(one.out, /^table [12] of 2: public\.(first|second)\n[\d.]+ [kM]?B(, \d+% of the tables| written of a database of \d+ MB)/m);
		assert.match(lines(two.out).join('\n'), /^\d+ [kM]B, \d+% of about \d+ MB, about \d+ s left$/m);
	});

	test('pg_dump writes to the file itself, nothing of the dump passes through us', async () => {
		const folder = shop.folder();
		const findTool = aTool(folder, 'pg_dump', `[ "$1" = --version ] || stdout=$(readlink /proc/$$/fd/1)\necho "$stdout" >"${folder}/stdout"\nexec "$REAL" "$@"`);
		const {outcome} = await backUp(shop, {}, {folder, findTool});
		assert.deepEqual([outcome, readFileSync(join(folder, 'stdout'), 'utf8')], ['succeeded', '/dev/null\n']);
	});
});
