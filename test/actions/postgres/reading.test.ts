import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {censusOf, compareCensus, describeCensus, readCensusLine, type Census} from '../../../source/actions/postgres/census.ts';
import {progressLine, readDumpLine, readRestoreLine, restoredLine, shareIn, tableLine} from '../../../source/actions/postgres/dump-progress.ts';
import {countObjects, isWholeDump} from '../../../source/actions/postgres/dump-text.ts';
import {expectedBytes} from '../../../source/actions/postgres/judge-conditions.ts';
import {readServerAddress, withDatabase} from '../../../source/actions/postgres/server-address.ts';
import {serverMajorOf, toolVersionOf} from '../../../source/actions/postgres/versions.ts';

describe('versions', () => {
	const texts: readonly (readonly [string, number, string])[] = [
		['pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', 15, '15.18'],
		['pg_dump (PostgreSQL) 13.22', 13, '13.22'],
		['psql (PostgreSQL) 18beta1', 18, '18beta1'],
		['pg_restore (PostgreSQL) 17devel', 17, '17devel'],
		['pg_dump (PostgreSQL) 9.6.24', 9, '9.6.24'],
	];
	for (const [text, major, short] of texts) test(text, () => assert.deepEqual(toolVersionOf(text), {text: short, major}));
	test('what is no version', () => assert.equal(toolVersionOf('pg_dump: command not found'), null));
	test('of the server', () => assert.deepEqual([150_018, 130_000, 180_001, 90_624].map(serverMajorOf), [15, 13, 18, 9]));
});

describe('addresses', () => {
	const cases: readonly (readonly [string, readonly [string, string, string | null, string]])[] = [
		['postgresql://release@db.uat/egov_db', ['db.uat', '5432', 'release', 'egov_db']],
		['postgres://db.uat:6432/egov', ['db.uat', '6432', null, 'egov']],
		['postgresql://u@[::1]:5433/d', ['[::1]', '5433', 'u', 'd']],
		['postgresql://u%40corp@a:1,b:2/d?target_session_attrs=primary', ['a,b', '1,2', 'u@corp', 'd']],
		['postgresql:///d?host=/run/postgresql&port=5433&user=x', ['/run/postgresql', '5433', 'x', 'd']],
		['postgresql://%2Frun%2Fpg/d', ['/run/pg', '5432', null, 'd']],
		['postgresql:///d', ['local socket', '5432', null, 'd']],
	];
	for (const [text, [host, port, user, name]] of cases) test(text, () => assert.deepEqual(readServerAddress(text), {url: text, host, port, user, name}));

	test('another database of the same server keeps everything else', () => {
		const address = readServerAddress('postgresql://u@h:1/d?sslmode=require');
		assert.ok(!('fault' in address));
		assert.equal(withDatabase(address, 'a b/c').url, 'postgresql://u@h:1/a%20b%2Fc?sslmode=require');
	});
});

describe('the end of a plain dump', () => {
	const end = '--\n-- PostgreSQL database dump complete\n--\n\n';
	const opened = '--\n-- PostgreSQL database dump\n--\n\n';
	const locked = `${opened}\\restrict 7XDRG7v3x1R5\n\n`;
	const unlocked = `${end}\\unrestrict 7XDRG7v3x1R5\n\n`;
	for (const [head, tail] of [['', end], [locked, unlocked], [opened, `SELECT 1;\n${end}`], [`${opened}\\! restrict x\n`, end]] as const) test(`whole: ${JSON.stringify(tail)}`, () => assert.ok(isWholeDump({head, tail})));
	for (const bad of ['', end.slice(0, 20), `${end}DROP TABLE a;\n`, `x ${end.slice(3)}`, end.replace('database', 'database cluster'), `${end}\\unrestrict\n`, unlocked, `${end}\\! rm\n`]) test(`not whole: ${JSON.stringify(bad)}`, () => assert.ok(!isWholeDump({head: opened, tail: bad})));
	test('every cut of it is noticed but for the last lines that say nothing', () => {
		for (let length = 0; length < end.trimEnd().length - '\n--'.length; length++) assert.ok(!isWholeDump({head: opened, tail: end.slice(0, length)}), String(length));
	});
	test('with a key every cut is noticed, and another key', () => {
		for (let length = 0; length < unlocked.trimEnd().length; length++) assert.ok(!isWholeDump({head: locked, tail: unlocked.slice(0, length)}), String(length));
		assert.ok(!isWholeDump({head: locked, tail: unlocked.replace('R5', 'R6')}));
	});
	test('of globals is another, with its key before it', () => assert.ok(isWholeDump({head: locked, tail: `\\unrestrict 7XDRG7v3x1R5\n\n${end.replace('database', 'database cluster')}`}, 'database cluster')));
	test('objects are the lines of a list that are no comment', () => assert.equal(countObjects(';\n; Format: CUSTOM\n214; 1259 1 TABLE public a boss\n3343; 0 1 TABLE DATA public a boss\n'), 2));
});

describe('the course of a dump', () => {
	const noProgress = {started: [], finished: 0, toldMs: 0};
	const facts = {writtenBytes: 3e8, elapsedMs: 30_000, databaseBytes: 1.2e9, tables: [['public.a', 100], ['public.b', 300], ['public.c', 600]] as const, last: null, hasJobs: false};

	const line = (more: Partial<Parameters<typeof progressLine>[0]>): string => progressLine({...facts, progress: noProgress, ...more});

	test('by the sizes of the tables that are done', () => {
		assert.equal(line({progress: {started: ['public.a', 'public.b', 'public.c'], finished: 0, toldMs: 30_000}}), '300 MB, 40% of the tables, about 45 s left');
	});

	test('while one table is dumped the time left only gets less, and is not told once it is over', () => {
		const progress = {started: ['public.a', 'public.b', 'public.c'], finished: 0, toldMs: 30_000};
		assert.equal(line({progress, elapsedMs: 50_000}), '300 MB, 40% of the tables, about 25 s left');
		assert.equal(line({progress, elapsedMs: 80_000}), '300 MB, 40% of the tables');
	});

	test('with several jobs, as many as were told to be finished', () => {
		assert.equal(line({hasJobs: true, progress: {started: ['public.c', 'public.a', 'public.b'], finished: 1, toldMs: 30_000}}), '300 MB, 60% of the tables, about 20 s left');
	});

	test('by the last backup, grown as the database grew', () => {
		assert.equal(line({last: {sizeBytes: 5e8, databaseBytes: 1e9}}), '300 MB, 50% of about 600 MB, about 30 s left');
	});

	test('says seconds at least, whole minutes of more, and never that all is done', () => {
		const last = {sizeBytes: 5e8, databaseBytes: 1e9};
		assert.equal(line({last, writtenBytes: 599.9e6, elapsedMs: 1000}), '600 MB, 99% of about 600 MB, about 1 s left');
		assert.equal(line({last, writtenBytes: 100e6, elapsedMs: 31_000}), '100 MB, 16% of about 600 MB, about 3 min left');
		assert.equal(line({last, writtenBytes: 713e6}), '713 MB written, more than the last one of 500 MB');
	});

	test('says no time and no share that it can not know', () => {
		for (const more of [{}, {last: {sizeBytes: 0, databaseBytes: 0}}, {tables: []}]) assert.equal(line({progress: {started: ['public.a'], finished: 0, toldMs: 10}, ...more}), '300 MB written of a database of 1.2 GB', JSON.stringify(more));
		assert.equal(line({last: {sizeBytes: 5e8, databaseBytes: 1e9}, writtenBytes: 11e6}), '11 MB, 1% of about 600 MB');
	});

	test('fits the panel of the smallest screen, and its share is read from it', () => {
		const widest = line({writtenBytes: 123e9, databaseBytes: 1e12, last: {sizeBytes: 480e9, databaseBytes: 1e12}, elapsedMs: 20 * 60_000});
		assert.ok(widest.length <= 51, widest);
		assert.deepEqual([widest, '300 MB written of a database of 1.2 GB', '713 MB written, more than the last one of 500 MB', 'table 2 of 3: public.b'].map(shareIn), [0.25, null, null, null]);
	});

	test('the table that was begun last', () => {
		assert.equal(tableLine({...facts, progress: noProgress}), null);
		assert.equal(tableLine({...facts, progress: {started: ['public.a', 'public.b'], finished: 0, toldMs: 10}}), 'table 2 of 3: public.b');
	});

	const lines: readonly (readonly [string, ReturnType<typeof readDumpLine>])[] = [
		['pg_dump: reading triggers', {kind: 'course'}],
		['', {kind: 'course'}],
		['pg_dump: dumping contents of table "public.error: x"', {kind: 'table', name: 'public.error: x'}],
		['pg_dump: finished item 3 TABLE DATA a', {kind: 'finished'}],
		['pg_dump: error: query failed: ERROR:  permission denied', {kind: 'for people'}],
		['pg_dump: detail: Query was: LOCK TABLE', {kind: 'for people'}],
		['pg_dump: warning: circular', {kind: 'for people'}],
		['	Is the server running?', {kind: 'for people'}],
		['command terminated with exit code 1', {kind: 'for people'}],
	];
	for (const [line, told] of lines) test(`${JSON.stringify(line)}: ${told.kind}`, () => assert.deepEqual(readDumpLine(line), told));
});

describe('the space that a dump may take', () => {
	const server = {databaseBytes: 2000, tables: [['a', 700], ['b', 300]] as [string, number][]};
	const usual = {format: 'custom'} as const;
	test('is that of the tables when there was none before', () => assert.equal(expectedBytes(server, null, usual), 1000));
	test('is twice that where nothing compresses it', () => {
		for (const settings of [{format: 'custom', compress: 0}, {format: 'custom', compress: 'none'}, {format: 'plain'}] as const) assert.equal(expectedBytes(server, null, settings), 2000);
		assert.equal(expectedBytes(server, null, {format: 'plain', compress: 6}), 1000);
	});
	test('is the last one, grown as the database grew, and a quarter', () => assert.equal(expectedBytes(server, {sizeBytes: 400, databaseBytes: 1000}, usual), 1000));
	test('does not shrink with the database', () => assert.equal(expectedBytes(server, {sizeBytes: 400, databaseBytes: 4000}, usual), 500));
});

describe('two databases compared', () => {
	const lines = ['["snapshot","1"]', '["table","public.a","7"]', '["table","public.\\"b c\\"","0"]', '["sequence","public.s","9","true"]', '["extension","plpgsql","1.0"]'];
	const census = (change: (text: string) => string = text => text, more: readonly string[] = []): Census => censusOf([...lines.map(change), ...more].map(readCensusLine).filter(line => line !== null));
	const differ = (restored: Census, after = census()): readonly string[] => compareCensus(census(), restored, after).differences;

	test('the same', () => assert.deepEqual(compareCensus(census(), census(), census()), {differences: [], remarks: []}));
	test('is told in words', () => assert.equal(describeCensus(census()), '2 tables with 7 rows, 1 sequence, 1 extension'));
	test('a row less', () => assert.deepEqual(differ(census(text => text.replace('"7"', '"6"'))), ['The table public.a has 6 rows; 7 were dumped.']));
	test('no table', () => assert.deepEqual(differ(census(text => (text.includes('b c') ? '' : text))), ['The table public."b c" is not there.']));
	test('a table more', () => assert.deepEqual(differ(census(undefined, ['["table","public.new","0"]'])), ['The table public.new was not there when the dump began.']));
	test('no sequence, no extension', () => assert.deepEqual(differ(census(text => (/sequence|extension/.test(text) ? '' : text))), ['The sequence public.s is not there.', 'The extension plpgsql is not there.']));
	test('a sequence that went on during the dump may stand anywhere between', () => {
		const at = (value: string) => census(text => text.replace('"9"', `"${value}"`));
		for (const value of ['9', '10', '12']) assert.deepEqual(differ(at(value), at('12')), []);
		for (const value of ['8', '13']) assert.equal(differ(at(value), at('12')).length, 1);
	});
	test('a sequence that was not used yet is another', () => assert.equal(differ(census(text => text.replace('"true"', '"false"'))).length, 1));
	test('another version of an extension is a remark', () => assert.deepEqual(compareCensus(census(), census(text => text.replace('1.0', '1.1')), census()), {differences: [], remarks: ['The extension plpgsql is 1.0 in the database and 1.1 where it was restored.']}));
	test('what psql prints else is not counted', () => assert.deepEqual(['', 'SET', '["table"', '[1]', '{"a":1}'].map(readCensusLine), [null, null, null, null, null]));
	test('counts beyond what a double holds are exact', () => assert.deepEqual(differ(census(text => text.replace('"9"', '"9223372036854775806"')), census(text => text.replace('"9"', '"9223372036854775807"'))), []));
});

test('a restore tells how far it is by the tables that are done, and its errors are told from its course', () => {
	const kinds = ['pg_restore: connecting to database for restore', 'pg_restore: creating TABLE "public.orders"', 'pg_restore: processing data for table "public.orders"', 'pg_restore: while PROCESSING TOC:', 'pg_restore: from TOC entry 3; 0 0 EXTENSION x', 'pg_restore: error: could not execute query: ERROR:  x', 'Command was: CREATE EXTENSION x;'].map(line => readRestoreLine(line).kind);
	assert.deepEqual(kinds, ['course', 'course', 'table', 'for people', 'for people', 'for people', 'for people']);
	const tables = [['public.a', 300], ['public.b', 100], ['public.c', 100]] as const;
	assert.equal(restoredLine(tables, ['public.a']), '0 B, 0% of the tables restored');
	assert.equal(restoredLine(tables, ['public.a', 'public.c']), '300 B, 60% of the tables restored');
	assert.equal(shareIn(restoredLine(tables, ['public.a', 'public.c'])), 0.6);
});
