import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {after, afterEach, before, beforeEach, describe, test} from 'node:test';

import {findClusterTools} from '../../source/rehearsal/cluster-tools.ts';
import {findTool} from '../find-tool.ts';
import {backUp, formats, startShop, type AShop} from './a-backup.ts';
import {startPod} from './a-pod.ts';
import {postgresPrograms} from './a-postgres.ts';
import type {Carried} from './carry-out.ts';

const programs = postgresPrograms();

/** `till` belongs to a role without more rights; its extensions do not, and a clerk may read it. */
describe('the restore command, as it is pasted', {skip: programs === null && 'PostgreSQL is not installed here'}, () => {
	let shop: AShop;
	before(async () => {
		shop = await startShop(programs ?? '');
		shop.sql(`CREATE ROLE owner LOGIN CREATEDB PASSWORD '${shop.password}'`);
	});
	after(() => shop.stop());
	beforeEach(() => {
		shop.sql("CREATE DATABASE till OWNER owner TEMPLATE template0 LOCALE 'C.UTF-8'");
		shop.ask('CREATE EXTENSION pg_trgm; CREATE EXTENSION "uuid-ossp"', 'till');
		asOwner('CREATE SCHEMA egov; CREATE TABLE egov.bills (id int PRIMARY KEY, note text); INSERT INTO egov.bills SELECT i FROM generate_series(1, 7) i; CREATE INDEX ON egov.bills USING gin (note gin_trgm_ops); GRANT SELECT ON egov.bills TO clerk');
	});
	afterEach(() => {
		for (const name of ['till', 'till_replaced', 'till_restored']) shop.sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
	});

	const asOwner = (query: string): string => shop.ask(`SET ROLE owner; ${query}`, 'till');

	/** What makes a restore wanted: a migration, with a foreign key to an old table, and data that went. */
	const migrate = (): void => void asOwner('CREATE TABLE egov.bills_v2 (bill int REFERENCES egov.bills); DELETE FROM egov.bills WHERE id > 2');

	const paste = async (command: string): Promise<{readonly status: number | null; readonly said: string}> => {
		const child = spawn('sh', ['-c', command], {env: {PATH: process.env['PATH'], PGPASSWORD: shop.password}, cwd: shop.folder(), stdio: ['ignore', 'ignore', 'pipe']});
		const said = text(child.stderr);
		const [status] = (await once(child, 'close')) as [number | null];
		return {status, said: await said};
	};

	const isBack = async ({outputs}: Carried): Promise<void> => {
		const {status, said} = await paste(outputs['restoreCommand'] ?? '');
		assert.deepEqual([status, said], [0, '']);
		assert.equal(shop.ask("SELECT count(*), to_regclass('egov.bills_v2') FROM egov.bills", 'till'), '7|');
		assert.equal(shop.ask("SELECT tableowner, has_table_privilege('clerk', 'egov.bills', 'SELECT') FROM pg_tables WHERE tablename = 'bills'", 'till'), 'owner|t');
		assert.equal(shop.ask("SELECT pg_get_userbyid(datdba), datcollate FROM pg_database WHERE datname = 'till'", 'till'), 'owner|C.UTF-8');
		assert.equal(shop.ask('SELECT count(*) FROM egov.bills JOIN pg_extension ON true', 'till_replaced'), '6', 'what was there stays beside it');
	};

	for (const [name, settings] of formats) {
		test(`${name}: brings it back after a migration, as the role that made the backup`, async () => {
			const backup = await backUp(shop, settings, {address: shop.at('till', 'owner')});
			migrate();
			await isBack(backup);
			assert.equal(backup.outputs['restoreNote'], 'It fills the new database till_restored beside till; its last line then swaps their names, for which nobody may be connected to till. What is in till until then stays as till_replaced.');
		});
	}

	test('made by a superuser, it gives the database back to its owner', async () => {
		const backup = await backUp(shop, {}, {address: shop.at('till')});
		migrate();
		await isBack(backup);
	});

	test('where the schema public belongs to a superuser, as before PostgreSQL 15', async () => {
		shop.ask('ALTER SCHEMA public OWNER TO release; GRANT ALL ON SCHEMA public TO PUBLIC', 'till');
		const backup = await backUp(shop, {}, {address: shop.at('till', 'owner')});
		migrate();
		await isBack(backup);
		assert.match(backup.outputs['restoreNote'] ?? '', /The schema public belongs to the owner of the database afterwards\./);
	});

	test('while somebody is connected it changes nothing; its last line does the rest later', async () => {
		const {outputs} = await backUp(shop, {}, {address: shop.at('till', 'owner')});
		migrate();
		const somebody = spawn(join(programs ?? '', 'psql'), ['-XAtq', '-d', shop.at('till')], {env: {PATH: process.env['PATH'], PGPASSWORD: shop.password}, stdio: ['pipe', 'pipe', 'inherit']});
		somebody.stdin.write("SELECT 'here';\n");
		await once(somebody.stdout, 'data');
		const {status, said} = await paste(outputs['restoreCommand'] ?? '');
		assert.notEqual(status, 0);
		assert.match(said, /database "till" is being accessed by other users/);
		assert.equal(shop.ask('SELECT count(*) FROM egov.bills', 'till'), '2');
		somebody.stdin.end();
		await once(somebody, 'close');
		assert.equal((await paste(outputs['restoreCommand']?.split('\n').at(-1) ?? '')).status, 0);
		assert.equal(shop.ask('SELECT count(*) FROM egov.bills', 'till'), '7');
	});

	test('a compressed dump that was cut since does not take the place of anything', async () => {
		const {outputs} = await backUp(shop, {format: 'plain', compress: 6}, {address: shop.at('till', 'owner')});
		const {status} = await paste(`truncate -s -20 ${outputs['path'] ?? ''}\n${outputs['restoreCommand'] ?? ''}`);
		assert.notEqual(status, 0);
		assert.equal(shop.ask("SELECT count(*) FROM pg_database WHERE datname LIKE 'till%'"), '1');
	});

	test('its note says what the role lacks, and what no dump holds', async () => {
		shop.ask('CREATE TABLE strange (); GRANT SELECT ON strange, egov.bills TO reader; GRANT USAGE ON SCHEMA egov TO reader; CREATE EXTENSION pg_stat_statements; ALTER DATABASE till SET work_mem = 5000', 'till');
		const {outputs} = await backUp(shop, {}, {address: shop.at('till', 'reader')});
		assert.match(outputs['restoreNote'] ?? '', /It needs another role than reader in its addresses, a superuser say: reader may not create databases, till belongs to owner, what is in it belongs to owner, release too, only a superuser can make the extension pg_stat_statements\. What is set or granted for till itself .* has to be set again\.$/);
	});

	for (const format of ['custom', 'plain']) {
		test(`${format}: through a pod, with the password by stdin alone`, async () => {
			const folder = shop.folder();
			const {kubectl} = await findClusterTools({cacheFolder: join(import.meta.dirname, '../../node_modules/.cache/slipway'), run: {cwd: folder, env: process.env, signal: new AbortController().signal}});
			const pod = await startPod(folder, {name: 'playground-0', namespace: 'egov', container: 'tools'});
			try {
				const target = {kubeconfig: pod.kubeconfig, context: 'prod', namespace: 'egov', database: shop.at('till', 'owner')};
				const backup = await backUp(shop, {format, through: {pod: 'playground-0', container: 'tools'}}, {folder, target, findTool: name => (name === 'kubectl' ? kubectl.path : findTool(name))});
				migrate();
				await isBack(backup);
				assert.match(backup.outputs['restoreNote'] ?? '', /PGPASSWORD has to hold the password of owner\.$/);
				assert.ok(!pod.executed.flat().join().includes(shop.password));
			} finally {
				await pod.close();
			}
		});
	}
});
