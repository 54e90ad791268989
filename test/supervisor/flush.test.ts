import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {createShellSupervisor} from '../../source/supervisor/create-supervisor.ts';
import {aFolder, anAttempt, linesOf, untilEnd} from './an-attempt.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;

test('what a power cut must not undo is flushed before the next thing happens', {skip: !hasStrace && 'strace is not installed'}, async context => {
	const within = aFolder(context);
	const spec = anAttempt(within, ['/bin/true']);
	const specs = join(within, 'specs.json');
	writeFileSync(specs, JSON.stringify([spec]));
	const record = join(within, 'calls');
	const argv = ['-f', '-y', '-qq', '-e', 'trace=execve,fsync,fdatasync', '-o', record, process.execPath, join(import.meta.dirname, 'starter.ts'), 'shell', specs, 'follow'];
	const [status] = await once(spawn('strace', argv, {stdio: 'ignore'}), 'exit');
	assert.equal(status, 0);
	await untilEnd(createShellSupervisor(), spec.folder);

	const calls = linesOf(record);
	const first = (what: string): number => {
		const found = calls.findIndex(call => call.includes(what) && !call.includes('= -1'));
		assert.notEqual(found, -1, `${what} in ${calls.join('\n')}`);
		return found;
	};
	const flushOf = (name: string): number => first(`sync(`) && calls.findIndex(call => /f(?:data)?sync\(/.test(call) && call.includes(`<${join(spec.folder, name)}>`));
	const launch = first('"watch"');
	const action = calls.findIndex(call => call.includes('execve("/bin/true"'));
	for (const name of ['spec.json', 'shim.sh', 'exit', '']) {
		const flush = name === '' ? calls.findIndex(call => call.includes(`<${spec.folder}>`)) : flushOf(name);
		assert.ok(flush !== -1 && flush < launch, `${name === '' ? 'the folder' : name} is flushed before the shim starts`);
	}

	const proofs = calls.flatMap((call, index) => /f(?:data)?sync\(/.test(call) && call.includes(`<${join(spec.folder, 'pid')}>`) ? [index] : []);
	assert.ok(proofs.some(index => index > launch && index < action), 'the start is proved on disk before the action runs');
	const ends = calls.flatMap((call, index) => /f(?:data)?sync\(/.test(call) && call.includes(`<${join(spec.folder, 'exit')}>`) ? [index] : []);
	assert.ok(ends.some(index => index > action), 'the end is flushed');
});
