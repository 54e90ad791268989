import assert from 'node:assert/strict';
import {rmSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {test} from 'node:test';

import {resumeRun} from '../../source/engine/open-run.ts';
import {aSmallDisk, fill, mount} from '../a-small-disk.ts';
import {aFolder, aMachine, aStartedRun} from './a-machine.ts';

const questions = ['{id: one, confirm: Is it so?}', '{id: two, confirm: And this?}'];

test('when the disk fills up, everything that is said says what to do first, until there is room again', async context => {
	const disk = aSmallDisk(context);
	if (disk === null) return;
	const machine = aMachine(disk);
	const engine = await aStartedRun(machine, questions);
	const runId = engine.snapshot().id;
	fill(disk);
	const remark = 'x'.repeat(5000);
	await assert.rejects(engine.send({kind: 'confirm', task: 'one', answer: 'yes', remark}), {code: 'journal-suspended', todo: /Free some space on it/});
	assert.match(engine.readOnly ?? '', /^The disk is full: .*Free some space on it, then open the run again with `slipway resume`\. There is no room/);
	const reply = await engine.send({kind: 'confirm', task: 'one', answer: 'yes'});
	assert.match(reply.done ? '' : reply.refusal.todo, /Free some space on it/);
	await engine.close('left');

	fill(disk);
	const refused = {code: 'disk-full', todo: /^Free some space there and try again/};
	await assert.rejects(resumeRun(machine, runId), refused);
	await assert.rejects(aStartedRun(machine, questions), refused);
	rmSync(join(disk, 'filling'));
	const again = await resumeRun(machine, runId);
	await again.send({kind: 'confirm', task: 'one', answer: 'yes', remark});
	assert.equal(again.snapshot().tasks['one']?.status, 'done');
	await again.close('left');
});

test('on a disk that has become read-only a run is neither begun nor gone on with, and what to do is said', async context => {
	const disk = aSmallDisk(context);
	if (disk === null) return;
	const folder = aFolder(context);
	const machine = aMachine(folder, {environment: {PATH: process.env['PATH'], HOME: folder, XDG_STATE_HOME: disk}});
	const engine = await aStartedRun(machine, questions);
	await engine.close('left');
	assert.ok(mount('-o', 'remount,ro', disk));
	const refused = {code: 'lock-unusable', todo: /^Make its file system writable again.*`slipway show` works meanwhile/};
	await assert.rejects(resumeRun(machine, engine.snapshot().id), refused);
	await assert.rejects(aStartedRun(machine, questions), refused);
});
