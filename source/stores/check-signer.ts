import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';

import {checkpointNamespace} from '../journal/checkpoint.ts';
import {checkSignature} from '../journal/sshsig.ts';
import type {SignedText} from './checkpoints.ts';

/**
What a signature is worth. `signed`: by the key with this fingerprint, whosever it is. `known`: by a key that the file of
allowed signers gives to `who`. `why` is a whole sentence.
*/
export type SignerVerdict =
	| {readonly kind: 'unsigned'}
	| {readonly kind: 'signed'; readonly fingerprint: string}
	| {readonly kind: 'known'; readonly fingerprint: string; readonly who: string}
	| {readonly kind: 'bad'; readonly why: string};

/**
Checks a signature; `allowedSigners` is a file as ssh-keygen(1) describes it under ALLOWED SIGNERS, `null` to take any key. `namespace` is what it must
have been made for; `at` when the allowed signers must have allowed it, now if not given: keys come and go, and a record is checked years later.
*/
export const checkSigner = ({text, signature}: SignedText, allowedSigners: string | null, namespace = checkpointNamespace, at: Date | null = null): SignerVerdict => {
	if (signature === null) return {kind: 'unsigned'};
	const check = checkSignature(text, signature, namespace);
	if (check.kind === 'bad') return {kind: 'bad', why: `Its signature does not hold: ${check.why}.`};
	if (check.kind === 'good' && allowedSigners === null) return {kind: 'signed', fingerprint: check.fingerprint};
	const folder = mkdtempSync(join(tmpdir(), 'slipway-verify-'));
	try {
		const file = join(folder, 'signature');
		writeFileSync(file, signature);
		return askKeygen({text, file, allowedSigners, namespace, at}, check.fingerprint);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
};

type Question = {readonly text: string; readonly file: string; readonly allowedSigners: string | null; readonly namespace: string; readonly at: Date | null};

const askKeygen = ({text, file, allowedSigners, namespace, at}: Question, fingerprint: string): SignerVerdict => {
	if (allowedSigners === null) {
		const checked = keygen(['-Y', 'check-novalidate', '-n', namespace, '-s', file], text);
		return checked.isGood ? {kind: 'signed', fingerprint} : {kind: 'bad', why: `Its signature does not hold, says ssh-keygen: ${checked.said}`};
	}

	const time = at === null ? [] : ['-O', `verify-time=${at.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}`];
	const found = keygen(['-Y', 'find-principals', ...time, '-f', allowedSigners, '-s', file], '');
	// The first of those that one line gives the key to.
	const who = found.said.split(/[\n,]/)[0] ?? '';
	if (!found.isGood || who === '') return {kind: 'bad', why: `Its signature is of the key ${fingerprint}, which ${allowedSigners} gives to nobody.`};
	const verified = keygen(['-Y', 'verify', ...time, '-f', allowedSigners, '-I', who, '-n', namespace, '-s', file], text);
	return verified.isGood ? {kind: 'known', fingerprint, who} : {kind: 'bad', why: `Its signature does not hold, says ssh-keygen: ${verified.said}`};
};

const keygen = (argv: readonly string[], input: string): {readonly isGood: boolean; readonly said: string} => {
	const {status, stdout, stderr, error} = spawnSync('ssh-keygen', argv, {input, encoding: 'utf8', timeout: 30_000, env: {...process.env, TZ: 'UTC'}});
	if (error !== undefined) return {isGood: false, said: `it could not be run (${error.message}).`};
	return {isGood: status === 0, said: (status === 0 ? stdout : `${stderr}${stdout}`).trim()};
};
