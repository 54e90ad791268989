import assert from 'node:assert/strict';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {findPostgres, postgresPrograms} from '../../source/rehearsal/find-postgres.ts';
import {aPlace} from './a-place.ts';

const install = (folder: string, names: readonly string[]): string => {
	mkdirSync(folder, {recursive: true});
	for (const name of names) writeFileSync(join(folder, name), '', {mode: 0o755});
	return folder;
};

test('the PostgreSQL on PATH comes first', t => {
	const {folder} = aPlace(t);
	const here = install(join(folder, 'here'), postgresPrograms);
	assert.equal(findPostgres(`${folder}:${here}`), here);
});

test('a folder with the client alone is passed over', t => {
	const {folder} = aPlace(t);
	const clients = install(join(folder, 'clients'), ['psql', 'pg_dump', 'pg_restore']);
	const whole = install(join(folder, 'whole'), postgresPrograms);
	assert.equal(findPostgres(`${clients}:${whole}`), whole);
});

test('a server that is linked into PATH leads to the folder where all of it is', t => {
	const {folder, binFolder} = aPlace(t);
	const whole = install(join(folder, 'whole'), postgresPrograms);
	symlinkSync(join(whole, 'postgres'), join(binFolder, 'postgres'));
	assert.equal(findPostgres(binFolder), whole);
});
