import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {test} from 'node:test';

import {checkpointNamespace, encodeCheckpoint, parseCheckpoint} from '../../source/journal/checkpoint.ts';
import {checkSignature} from '../../source/journal/sshsig.ts';
import {createCheckpointer, readPairs} from '../../source/stores/checkpoints.ts';
import {disk} from '../../source/stores/file-system.ts';
import {createMemoryJournal} from '../../source/stores/memory-journal.ts';
import {agentSigner, chooseSigner, machineSigner, type Signer} from '../../source/stores/signing.ts';
import {at, by, confirmed, created, runId, temporaryFolder} from './a-run.ts';
import {addKey, startAgent} from './an-agent.ts';
import {genesis} from './journal-contract.ts';

const aJournal = () => {
	const store = createMemoryJournal({runId, genesis, by});
	store.append(created, at);
	return store;
};

const accepts = (folder: string, {publicKey}: Signer): boolean => {
	writeFileSync(join(folder, 'allowed'), `op-a namespaces="${checkpointNamespace}" ${publicKey}\n`);
	const {status} = spawnSync('ssh-keygen', ['-Y', 'verify', '-f', join(folder, 'allowed'), '-I', 'op-a', '-n', checkpointNamespace, '-s', join(folder, 'checkpoint.sig')], {input: readFileSync(join(folder, 'checkpoint'))});
	return status === 0;
};

test('a checkpoint text is read back only when it is exact', () => {
	const checkpoint = {run: runId, lines: 12, bytes: 4096, head: 'ab'.repeat(32), prefix: 'cd'.repeat(32)};
	const text = encodeCheckpoint(checkpoint);
	assert.deepEqual(parseCheckpoint(text), checkpoint);
	for (const wrong of ['', text.slice(0, -1), `${text}\n`, ` ${text}`, text.replace('12', '012'), text.replace('12', '-1'), text.replace('ab', 'AB'), text.replace('v1', 'v2'), text.replace('4096', '99999999999999999999'), text.replaceAll('\n', '\r\n')])
		assert.equal(parseCheckpoint(wrong), null, JSON.stringify(wrong));
});

test('a checkpoint signed with the key of the machine is accepted by ssh-keygen', context => {
	const folder = temporaryFolder(context);
	const signer = machineSigner(folder);
	const store = aJournal();
	const {request} = createCheckpointer({folder, store, signer});
	request();
	assert.ok(accepts(folder, signer));
	store.append(confirmed('read'), at);
	request();
	assert.equal(readFileSync(join(folder, 'checkpoint'), 'utf8'), encodeCheckpoint(store.checkpoint()));
	assert.ok(accepts(folder, signer));
	assert.ok(!accepts(folder, machineSigner(join(folder, 'another'))));
});

test('the key of the machine is made once, and can be read by nobody else', context => {
	const root = temporaryFolder(context);
	const first = machineSigner(root);
	assert.equal(machineSigner(root).publicKey, first.publicKey);
	assert.deepEqual(readdirSync(join(root, 'keys')).toSorted(), ['machine', 'machine.pub']);
	assert.equal(statSync(join(root, 'keys', 'machine')).mode & 0o777, 0o600);
	assert.equal(statSync(join(root, 'keys')).mode & 0o777, 0o700);
	const listed = execFileSync('ssh-keygen', ['-l', '-f', join(root, 'keys', 'machine.pub')], {encoding: 'utf8'});
	assert.equal(listed.split(' ')[1], first.fingerprint);
});

test("the operator's agent signs where there is one; ed25519 keys first", {timeout: 30_000}, async context => {
	const folder = temporaryFolder(context);
	const {environment} = startAgent(context, folder);
	assert.equal(await agentSigner(folder, environment), null, 'it has no key yet');
	addKey(folder, 'ecdsa', environment);
	assert.match((await agentSigner(folder, environment))!.publicKey, /^ecdsa-/);
	const publicKey = addKey(folder, 'ed25519', environment);
	const signer = await chooseSigner(folder, environment);
	assert.deepEqual([signer.kind, signer.publicKey], ['agent', publicKey]);

	const store = aJournal();
	const {request, settle} = createCheckpointer({folder, store, signer});
	request();
	store.append(confirmed('read'), at);
	request();
	await settle();
	assert.equal(readFileSync(join(folder, 'checkpoint'), 'utf8'), encodeCheckpoint(store.checkpoint()));
	assert.ok(accepts(folder, signer));
});

test('when the agent goes away, the key of the machine signs', {timeout: 30_000}, async context => {
	const folder = temporaryFolder(context);
	const {environment, stop} = startAgent(context, folder);
	addKey(folder, 'ed25519', environment);
	const signer = (await agentSigner(folder, environment))!;
	const spare = machineSigner(folder);
	const told: string[] = [];
	const {request, settle} = createCheckpointer({folder, store: aJournal(), signer, spare, onSpare: error => told.push(error instanceof Error ? error.message : '')});
	stop();
	request();
	await settle();
	request();
	await settle();
	assert.deepEqual(told, ['the ssh-agent is gone, or no longer has the key']);
	assert.ok(accepts(folder, spare));
});

test('without an agent the key of the machine is taken', async context => {
	const folder = temporaryFolder(context);
	assert.equal((await chooseSigner(folder, {PATH: process.env['PATH']})).kind, 'machine');
	assert.equal((await chooseSigner(folder, {PATH: process.env['PATH'], SSH_AUTH_SOCK: join(folder, 'nobody')})).kind, 'machine');
});

test('a crash anywhere while a checkpoint is replaced leaves one that holds', context => {
	const folder = temporaryFolder(context);
	const signer = machineSigner(folder);
	const store = aJournal();
	createCheckpointer({folder, store, signer}).request();
	const calls = ['open', 'write', 'fdatasync', 'fsync', 'close', 'rename'] as const;
	let crashAt = 0;
	for (let isWhole = false; !isWhole; crashAt++) {
		store.append(confirmed(`t${crashAt}`), at);
		let count = 0;
		isWhole = true;
		const dying = {...disk};
		for (const name of calls) {
			Object.assign(dying, {
				[name]: (...args: never[]) => {
					if (count++ >= crashAt) {
						isWhole = false;
						throw new Error('gone');
					}

					return (disk[name] as (...all: never[]) => unknown)(...args);
				},
			});
		}

		createCheckpointer({folder, store, signer, files: dying}).request();
		const good = readPairs(folder).filter(({text, signature}) => signature !== null && checkSignature(text, signature, checkpointNamespace).kind === 'good' && parseCheckpoint(text) !== null);
		assert.ok(good.length > 0, `crash at call ${crashAt}`);
	}

	assert.ok(crashAt > 10, `${crashAt} calls`);
});
