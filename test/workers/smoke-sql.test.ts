import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {judgeValue, smokeSql, type SqlRule} from '../../source/actions/smoke-sql.ts';
import {postgresPrograms, startPostgres, type APostgres} from './a-postgres.ts';
import {aFolder, carryOut, planInputOf, signalWhen, type Carried, type Place} from './carry-out.ts';

const programs = postgresPrograms();
const folder = aFolder();
let counter = 0;

describe('a question to a real server', {skip: programs === null ? 'PostgreSQL is not installed' : false}, () => {
	let server: APostgres;
	before(async () => {
		server = await startPostgres(programs ?? '');
		server.sql('create table bill (id int, paid boolean, note text); insert into bill values (1, true, null), (2, false, $$a$$)');
	});
	after(async () => {
		await server.stop();
		folder.remove();
	});

	const ask = (settings: Readonly<Record<string, unknown>>, more: Partial<Place> = {}): Promise<Carried> =>
		carryOut(smokeSql, settings, {folder: folder.path, attempt: ++counter, target: {database: server.address}, password: server.password, findTool: name => (name === 'psql' ? join(programs ?? '', 'psql') : null), ...more});

	test('the right answer passes, and the password is in no command and no file', async () => {
		const result = await ask({query: 'select count(*) from bill', expect: 2});
		assert.equal(result.outcome, 'succeeded', result.summary);
		assert.match(result.summary, /^2 in \d+ ms$/);
		assert.ok(!JSON.stringify([result.plan.commands, result.plan.work, result.report, result.out, result.err]).includes(server.password));
		assert.match(result.out, /BEGIN READ ONLY/);
	});

	for (const [name, query, expect, summary] of [
		['another answer', 'select count(*) from bill', 3, /^the answer is "2", expected 3$/],
		['no row', 'select id from bill where id > 9', 1, /^the answer is no row, expected 1$/],
		['an error', 'select * from receipt', 1, /^ERROR: relation "receipt" does not exist$/],
		['an attempt to write', 'with gone as (delete from bill returning id) select count(*) from gone', 2, /^ERROR: cannot execute SELECT in a read-only transaction$/],
	] as const)
		test(`${name} fails`, async () => {
			const result = await ask({query, expect});
			assert.equal(result.outcome, 'failed');
			assert.match(result.summary, summary);
		});

	for (const [query, expect] of [
		['select null', null],
		['select paid from bill where id = 2', false],
		["select '2.9.2'", {matches: '^2\\.9'}],
		['select 41', {least: 41}],
		['select 0.5', {most: 1}],
		['select id, paid from bill order by id', '1|t\n2|f'],
	] as const)
		test(`${query} is ${JSON.stringify(expect)}`, async () => assert.equal((await ask({query, expect})).outcome, 'succeeded'));

	test('attempts are recorded, and the one that passed is named', async () => {
		const once = ask({query: 'select count(*) from bill where id = 7', expect: 1, retries: 50, interval: '50ms'}, {onStart: (_, attemptFolder) => {
			const timer = setInterval(() => {
				if (!readFileSync(join(attemptFolder, 'out'), 'utf8').includes('attempt 1 of')) return;
				clearInterval(timer);
				server.sql('insert into bill values (7)');
			}, 10);
		}});
		assert.match((await once).summary, /^1 in \d+ ms, passed on attempt \d+$/);
	});

	test('a query that takes too long is ended by the server', async () => assert.match((await ask({query: 'select pg_sleep(30)', expect: '', timeout: '200ms'})).summary, /^ERROR: canceling statement due to statement timeout$/));

	test('a wrong password and a server that is not there are told apart', async () => {
		assert.match((await ask({query: 'select 1', expect: 1}, {password: 'wrong'})).summary, /password authentication failed/);
		assert.match((await ask({query: 'select 1', expect: 1}, {target: {database: 'postgresql://release@127.0.0.1:9/x'}})).summary, /Connection refused/);
	});

	test('a cancelled query is never passed', async () => {
		const result = await ask({query: 'select pg_sleep(30)', expect: '', timeout: '1m'}, {onStart: signalWhen('pg_sleep', 'SIGTERM')});
		assert.deepEqual([result.outcome, result.summary, result.exitCode], ['failed', 'cancelled', 143]);
	});

	test("psql's own start-up file is not read", async () => {
		writeFileSync(join(folder.path, '.psqlrc'), "\\echo 7\n\\o /tmp/slipway-psqlrc-was-read\n");
		assert.equal((await ask({query: 'select 1', expect: 1}, {env: {HOME: folder.path}})).outcome, 'succeeded');
		assert.ok(!existsSync('/tmp/slipway-psqlrc-was-read'));
	});
});

test('without psql or a database it can not be planned', () => {
	const settings = {query: 'select 1', expect: 1};
	assert.throws(() => smokeSql.plan(planInputOf(smokeSql, settings, {folder: '/', target: {database: 'postgresql://a@b/c'}, findTool: () => null})), {code: 'tool-missing'});
	assert.throws(() => smokeSql.plan(planInputOf(smokeSql, settings, {folder: '/', findTool: () => '/psql'})), {code: 'target-incomplete'});
});

test('settings that can not mean anything are refused', () => {
	for (const settings of [{}, {query: 'select 1'}, {query: '\\! rm -rf x', expect: 1}, {query: 'select 1', expect: {matches: '('}}, {query: 'select 1', expect: {least: 'a'}}, {query: 'select 1', expect: 1, timeout: 5}])
		assert.equal(smokeSql.schema.safeParse(settings).success, false, JSON.stringify(settings));
});

test('only one statement that asks something is taken: another one could end the transaction that only reads', () => {
	const isTaken = (query: string): boolean => smokeSql.schema.safeParse({query, expect: 1}).success;
	for (const query of [
		'select 1', 'select 1;', 'select 1; -- done', 'SELECT 1;\n/* a; b */', "select ';'", "select 'it''s; so'", 'select "a;b" from t', 'select $$;$$', 'select $a$;$$;$a$', "select e'\\';'", '(select 1) union (select 2)',
		'with a as (select 1) select * from a', 'values (1)', 'table bill', 'show server_version', 'explain select 1',
	])
		assert.ok(isTaken(query), query);
	for (const query of [
		'commit; delete from bill; select 1', 'select 1; rollback', "select '\\'; delete from bill --'", 'select $a$ $a$; delete from bill', 'select 1 -- ;\n; delete from bill', 'commit', 'begin', 'do $$begin end$$', "copy (select 1) to program 'x'",
		"set transaction read write", 'select 1 \\g | x', "select 'a", 'select "a', 'select $$a', '/* select 1', '', '-- select 1', ';',
	])
		assert.ok(!isTaken(query), query);
});

test('what is no number is neither the least nor the most', () => {
	for (const value of ['', 'x', '(null)', 'NaN']) for (const rule of [{least: 0}, {most: 0}, 0] satisfies SqlRule[]) assert.notEqual(judgeValue(rule, value), null, value);
});

test('a report that is garbage or missing is a failure', () => {
	for (const report of [undefined, null, {}, {attempts: []}]) assert.equal(smokeSql.judge({exitCode: 0, signal: null, report, outTail: '', errTail: ''}).outcome, 'failed');
});
