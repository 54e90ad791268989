import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {test} from 'node:test';

import {aFolder, aRunbook} from './a-machine.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;

test('output and reports are on the disk before the journal names their hashes', {skip: !hasStrace && 'strace is not installed'}, async context => {
	const folder = aFolder(context);
	const record = join(folder, 'calls');
	const walk = [process.execPath, '--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'fixtures/walker.ts'), folder, aRunbook(folder, ["{id: work, run: 'echo seen; echo warned >&2', effect: reads}"])];
	const [status] = await once(spawn('strace', ['-f', '-y', '-qq', '-s', '300', '-e', 'trace=write,pwrite64,fsync,fdatasync', '-o', record, ...walk], {stdio: 'ignore'}), 'exit');
	assert.equal(status, 0);
	const calls = readFileSync(record, 'utf8').split('\n');
	const named = calls.findIndex(call => /write/.test(call) && call.includes('attempt.finished'));
	assert.ok(named > 0, 'the end is recorded');
	for (const name of ['work.1/out', 'work.1/err', 'work.1']) {
		const flush = calls.findLastIndex((call, index) => index < named && /f(?:data)?sync\(/.test(call) && call.includes(`/attempts/${name}>`));
		const written = calls.findLastIndex(call => call.includes(`/attempts/${name}>`) && /\bwrite\(/.test(call));
		assert.ok(flush > written, `${name} is flushed after its last byte (${written}) and before it is named (${named}): ${flush}`);
	}
});
