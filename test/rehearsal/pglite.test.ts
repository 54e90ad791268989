import assert from 'node:assert/strict';
import {execFile, execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {test} from 'node:test';
import {promisify} from 'node:util';

import {readPgliteArguments} from '../../source/rehearsal/pglite/pglite-request.ts';
import {startPglite} from '../../source/rehearsal/pglite/start-pglite.ts';
import {aPlace, output, root} from './a-place.ts';

const program = [process.execPath, '--import', import.meta.resolve('tsx'), join(root, 'source/rehearsal/sandbox-process.ts')];

test('without a PostgreSQL, pg_dump and psql are there, and the dump is whole', async t => {
	const {folder, binFolder, run} = aPlace(t);
	const database = await startPglite({folder, binFolder, program, run});
	t.after(database.close);
	const [pgDump, psql] = [join(binFolder, 'pg_dump'), join(binFolder, 'psql')];
	assert.match(await output(pgDump, '--version'), /^pg_dump \(PostgreSQL\) \d+\.\d+/);
	const file = join(folder, 'demo.sql');
	await output(pgDump, '--format=plain', '--verbose', '--no-password', `--file=${file}`, `--dbname=${database.address}`);
	const dump = readFileSync(file, 'utf8');
	assert.match(dump, /PostgreSQL database dump complete\n--\s*$/);
	assert.equal(dump.match(/^INSERT INTO public\.complaint /gm)?.length, 12_000);
	assert.equal(await output(psql, '--no-psqlrc', '--tuples-only', '--no-align', `--dbname=${database.address}`, '--command', "SELECT json_build_object('rows', count(*)), true FROM employee"), '{"rows" : 1200}|t\n');
	assert.equal(execFileSync(psql, ['--tuples-only', '--no-align', '--file=-'], {input: 'SELECT count(*) FROM tenant;\n', encoding: 'utf8'}), '3\n');
	const failing = promisify(execFile)(pgDump, ['--format=custom', `--file=${join(folder, 'demo.dump')}`]);
	await assert.rejects(failing, /plain format only, not custom/);
	assert.equal(existsSync(join(folder, 'demo.dump')), false);
});

test('arguments that say where the database is are left out, others go on', () => {
	assert.deepEqual(readPgliteArguments('pg_dump', ['-Fp', '-d', 'postgresql://a@/b', '--schema=public', '-w', '--no-owner', '--file', '/x y', '-U', 'me', 'demo']), {request: {kind: 'dump', args: ['--schema=public', '--no-owner']}, file: '/x y'});
	assert.deepEqual(readPgliteArguments('psql', ['--tuples-only', '-c', 'SELECT 1']), {request: {kind: 'query', sql: 'SELECT 1'}, file: null});
	assert.deepEqual(readPgliteArguments('psql', ['-V']), {request: {kind: 'version'}, file: null});
	assert.deepEqual(readPgliteArguments('psql', ['--dbname', 'x', '--file=-']), {sqlFrom: '-'});
	assert.ok('refusal' in readPgliteArguments('pg_dump', ['--format', 'directory']));
});
