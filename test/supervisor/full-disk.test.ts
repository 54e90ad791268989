import assert from 'node:assert/strict';
import {mkdirSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {createNodeSupervisor, createShellSupervisor} from '../../source/supervisor/create-supervisor.ts';
import {aSmallDisk, fill, mount} from '../a-small-disk.ts';
import {aFolder, anAttempt, readText, timesRun, until, untilEnd, untilKind, witnessed} from './an-attempt.ts';

for (const [name, create] of [['shell', createShellSupervisor], ['node', createNodeSupervisor]] as const) {
	test(`${name}: on a full disk nothing is started, and the problem says so`, context => {
		const disk = aSmallDisk(context);
		if (disk === null) {
			return;
		}

		const supervisor = create();
		const elsewhere = aFolder(context);
		const spec = {...anAttempt(disk, witnessed('')), env: {PATH: '/usr/bin:/bin', WITNESS: join(elsewhere, 'witness')}};
		fill(disk);
		assert.throws(() => {
			supervisor.start(spec);
		}, {code: 'attempt-folder-unwritable', message: /ENOSPC|no space/i});
		assert.equal(supervisor.readTrace(spec.folder).kind, 'never-started');
		assert.deepEqual(readdirSync(elsewhere), []);
	});

	test(`${name}: a disk that fills up while the action runs does not lose its exit status`, async context => {
		const disk = aSmallDisk(context);
		if (disk === null) {
			return;
		}

		const supervisor = create();
		const go = join(aFolder(context), 'go');
		const spec = anAttempt(disk, witnessed(`until [ -e '${go}' ]; do sleep 0.01; done; exit 6`));
		supervisor.start(spec);
		await untilKind(supervisor, spec.folder, 'running');
		await until(() => timesRun(spec) === 1, 'it runs');
		fill(disk);
		mkdirSync(go);
		assert.partialDeepStrictEqual(await untilEnd(supervisor, spec.folder), {kind: 'finished', exitCode: 6});
	});

	test(`${name}: an action that fills the disk with its output ends with a known status`, async context => {
		const disk = aSmallDisk(context);
		if (disk === null) {
			return;
		}

		const supervisor = create();
		const spec = anAttempt(disk, ['sh', '-c', 'head -c 1000000 /dev/zero || exit 8']);
		supervisor.start(spec);
		assert.partialDeepStrictEqual(await untilEnd(supervisor, spec.folder), {kind: 'finished', exitCode: 8});
	});

	test(`${name}: on a disk that fills up during the start the action either did not run or its end is known`, async context => {
		const disk = aSmallDisk(context);
		if (disk === null) {
			return;
		}

		const supervisor = create();
		const elsewhere = aFolder(context);
		for (let round = 0; round < (name === 'shell' ? 20 : 5); round++) {
			const witness = join(elsewhere, `witness.${round}`);
			const spec = {...anAttempt(disk, witnessed('exit 5')), env: {PATH: '/usr/bin:/bin', WITNESS: witness}};
			supervisor.start(spec);
			fill(disk);
			const trace = await untilEnd(supervisor, spec.folder);
			const isHonest = trace.kind === 'finished' ? trace.exitCode === 5 && readText(witness) === 'ran\n' : trace.kind === 'never-started' && readText(witness) === '';
			assert.ok(isHonest, `round ${round}: ${JSON.stringify(trace)}, witness ${JSON.stringify(readText(witness))}`);
			rmSync(join(disk, 'filling'));
			await until(() => supervisor.findStrays(spec).length === 0, 'all are gone');
			rmSync(spec.folder, {recursive: true});
		}
	});

	test(`${name}: in a folder on a read-only disk nothing is started`, context => {
		const disk = aSmallDisk(context);
		if (disk === null) {
			return;
		}

		const spec = anAttempt(disk, ['true']);
		assert.equal(mount('-o', 'remount,ro', disk), true);
		assert.throws(() => {
			create().start(spec);
		}, {code: 'attempt-folder-unwritable', message: /EROFS|read-only/i});
	});
}
