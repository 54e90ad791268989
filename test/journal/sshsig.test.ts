import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {createPrivateKey, generateKeyPairSync} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test, type TestContext} from 'node:test';

import {checkSignature, fingerprintOf, publicKeyLine, signText} from '../../source/journal/sshsig.ts';

const namespace = 'slipway-checkpoint@v1';
const text = 'slipway-journal/v1\nrun X\n';

const temporary = (context: TestContext): string => {
	const folder = mkdtempSync(join(tmpdir(), 'slipway-sshsig-'));
	context.after(() => rmSync(folder, {recursive: true}));
	return folder;
};

test('ssh-keygen accepts our signature, and not for other bytes or another use', context => {
	const folder = temporary(context);
	const {privateKey} = generateKeyPairSync('ed25519');
	writeFileSync(join(folder, 'allowed'), `op-a ${publicKeyLine(privateKey)}\n`);
	writeFileSync(join(folder, 'sig'), signText(text, namespace, privateKey));
	const verify = (input: string, use: string): number | null =>
		spawnSync('ssh-keygen', ['-Y', 'verify', '-f', join(folder, 'allowed'), '-I', 'op-a', '-n', use, '-s', join(folder, 'sig')], {input}).status;
	assert.equal(verify(text, namespace), 0);
	assert.notEqual(verify(text.replace('X', 'Y'), namespace), 0);
	assert.notEqual(verify(text, 'file'), 0);
});

test('we accept a signature of ssh-keygen, and name its key as ssh-keygen does', context => {
	const folder = temporary(context);
	const key = join(folder, 'key');
	execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
	const armored = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, '-n', namespace], {input: text, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore']});
	const listed = execFileSync('ssh-keygen', ['-l', '-f', key], {encoding: 'utf8'}).split(' ')[1];
	assert.deepEqual(checkSignature(text, armored, namespace), {kind: 'good', fingerprint: listed});
	assert.equal(fingerprintOf(readFileSync(`${key}.pub`, 'utf8').split(' ')[1]!), listed);
	assert.equal(checkSignature(text, armored, 'file').kind, 'bad');
});

test('a key of another kind is left to ssh-keygen, with its name', context => {
	const key = join(temporary(context), 'key');
	execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', key]);
	const armored = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, '-n', namespace], {input: text, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore']});
	assert.equal(checkSignature(text, armored, namespace).kind, 'foreign');
});

test('no signature with one bit changed is good', () => {
	// A fixed key, so that the signature is the same at every run of this test.
	const privateKey = createPrivateKey({key: Buffer.from(`302e020100300506032b657004220420${'42'.repeat(32)}`, 'hex'), format: 'der', type: 'pkcs8'});
	const armored = signText(text, namespace, privateKey);
	const good = checkSignature(text, armored, namespace);
	assert.equal(good.kind, 'good');
	const bytes = Buffer.from(armored);
	for (let bit = 0; bit < bytes.length * 8; bit++) {
		const changed = Buffer.from(bytes);
		changed[bit >> 3]! ^= 1 << (bit & 7);
		const check = checkSignature(text, changed.toString('latin1'), namespace);
		assert.notEqual(check.kind, 'good', `bit ${bit}`);
	}
});
