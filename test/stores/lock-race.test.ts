import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {Problem} from '../../source/errors.ts';
import {lockRun, runOwner} from '../../source/stores/run-lock.ts';
import {lockTarget} from '../../source/stores/target-lock.ts';
import {createSupervisor} from '../../source/supervisor/create-supervisor.ts';
import {aHolder} from './a-holder.ts';
import {anOwner, temporaryFolder} from './a-run.ts';

const refusal = (folder: string): Problem => {
	try {
		lockRun(folder, anOwner()).release();
	} catch (error) {
		assert.ok(error instanceof Problem, String(error));
		return error;
	}

	return assert.fail('the lock was free');
};

test('of four processes that want a run at the same moment one gets it, every time, and the others learn who', {timeout: 60_000}, async context => {
	const holders = await Promise.all([1, 2, 3, 4].map(() => aHolder(context)));
	const within = temporaryFolder(context);
	let named = 0;
	for (let round = 0; round < 60; round++) {
		// Half of them new, so that the first one has to be made under the others' eyes.
		const folder = join(within, String(round >> 1));
		mkdirSync(folder, {recursive: true});
		const answers = await Promise.all(holders.map(holder => holder.tell(`lock ${folder}`)));
		const winners = answers.flatMap((answer, index) => (answer === 'held' ? [holders[index]!] : []));
		assert.equal(winners.length, 1, `round ${round}: ${answers.join(' | ')}`);
		for (const answer of answers.filter(answer => answer !== 'held')) {
			assert.match(answer, /^run-locked /);
			if (answer.includes(`op-${winners[0]!.pid}@ops1`)) named++;
		}

		await Promise.all(holders.map(holder => holder.tell('release')));
	}

	assert.ok(named > 150, `${named} of 180 refusals named the winner`);
});

test('a holder that is killed frees the run at once, and the next one learns who was there', {timeout: 20_000}, async context => {
	const folder = temporaryFolder(context);
	const holder = await aHolder(context);
	assert.equal(await holder.tell(`lock ${folder}`), 'held');
	assert.match(refusal(folder).why, new RegExp(`op-${holder.pid}@ops1 has it since .*process ${holder.pid} on ops1`));
	await holder.dies();
	const next = lockRun(folder, anOwner());
	assert.equal(next.left?.pid, holder.pid);
	next.release();
	const last = lockRun(folder, anOwner());
	assert.equal(last.left, null, 'who released it was not left behind');
	last.release();
});

test('a holder that is stopped keeps the run, however long: a closed laptop is no death', {timeout: 20_000}, async context => {
	const folder = temporaryFolder(context);
	const holder = await aHolder(context);
	assert.equal(await holder.tell(`lock ${folder}`), 'held');
	holder.child.kill('SIGSTOP');
	while (!readFileSync(`/proc/${holder.pid}/stat`, 'utf8').includes(') T ')) await new Promise(setImmediate);
	assert.equal(refusal(folder).code, 'run-locked');
	assert.partialDeepStrictEqual(runOwner(folder), {pid: holder.pid});
	holder.child.kill('SIGCONT');
	assert.equal(await holder.tell('release'), 'released');
	lockRun(folder, anOwner()).release();
});

test('an action that goes on holds neither run nor target of the program that started it and died', {timeout: 20_000}, async context => {
	const folder = temporaryFolder(context);
	const attempt = join(folder, 'attempt');
	mkdirSync(attempt);
	const supervisor = createSupervisor();
	context.after(() => supervisor.cancel(attempt, 'KILL'));
	const holder = await aHolder(context);
	assert.equal(await holder.tell(`lock ${folder}`), 'held');
	const key = `egov-${randomUUID()}`;
	assert.equal(await holder.tell(`target ${folder} ${key}`), 'held');
	assert.equal(await holder.tell(`act ${attempt}`), 'acting');
	while (supervisor.readTrace(attempt).kind !== 'running') await new Promise(setImmediate);
	await holder.dies();
	lockRun(folder, anOwner()).release();
	(await lockTarget(folder, [{key: [key], name: key, isShared: true}], anOwner())).release();
	assert.equal(supervisor.readTrace(attempt).kind, 'running');
});

test('whatever somebody wrote into the file that names the holder, the lock counts and the refusal is in words', {timeout: 20_000}, async context => {
	const folder = temporaryFolder(context);
	const holder = await aHolder(context);
	assert.equal(await holder.tell(`lock ${folder}`), 'held');
	for (const text of ['', 'nonsense', 'null', '[]', '{}', '{"by":7}', '{"by":"op-a@ops1","since":null}', JSON.stringify(anOwner({pid: -1})), JSON.stringify(anOwner({pid: 0}))]) {
		writeFileSync(join(folder, 'lock.json'), text);
		const {code, why} = refusal(folder);
		assert.deepEqual([code, why], ['run-locked', 'It does not say who it is.'], text);
		assert.equal(runOwner(folder), 'unnamed', text);
	}
});
