import {execFile} from 'node:child_process';
import {createHash, createPrivateKey, generateKeyPairSync, type KeyObject} from 'node:crypto';
import {linkSync} from 'node:fs';
import {join} from 'node:path';

import {Problem} from '../errors.ts';
import {checkpointNamespace} from '../journal/checkpoint.ts';
import {checkSignature, fingerprintOf, publicKeyLine, signText} from '../journal/sshsig.ts';
import {disk, errorCode} from './file-system.ts';
import {makeFolderDurably, readIfThere, replaceDurably, syncFolder, writeDurably} from './files.ts';

/**
Who signs checkpoints. `agent`: a key of the operator, held by their ssh-agent. `machine`: a key that this program made for this user of this
machine; it protects from others, and from changes by others later, not from the user.
*/
export type Signer = {
	readonly kind: 'agent' | 'machine';
	/** `ssh-ed25519 AAAA…` */
	readonly publicKey: string;
	/** `SHA256:…` */
	readonly fingerprint: string;
	/** The signature in its armour. Rejects when the agent refuses or does not answer in time. */
	readonly sign: (text: string) => string | Promise<string>;
};

/** The machine's key, made at first use: `keys/machine` and `keys/machine.pub` in the state folder. Throws `Problem` (`key-unusable`). */
export const machineSigner = (root: string): Signer => {
	const key = machineKey(root);
	const publicKey = publicKeyLine(key);
	return {kind: 'machine', publicKey, fingerprint: fingerprintOf(publicKey.split(' ')[1] ?? ''), sign: text => signText(text, checkpointNamespace, key)};
};

/**
A key in the operator's ssh-agent, `null` when there is no agent, no key in it, or no `ssh-keygen`. Ed25519 first. Keys on a token are passed
over: they would ask for a touch at every checkpoint.
*/
export const agentSigner = async (root: string, environment: Readonly<Record<string, string | undefined>>): Promise<Signer | null> => {
	if (environment['SSH_AUTH_SOCK'] === undefined) return null;
	const env = {PATH: environment['PATH'], HOME: environment['HOME'], SSH_AUTH_SOCK: environment['SSH_AUTH_SOCK'], SSH_ASKPASS_REQUIRE: 'never', LC_ALL: 'C'};
	try {
		const keys = (await output('ssh-add', ['-L'], '', env)).split('\n').filter(line => /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-\S+) /.test(line));
		const chosen = keys.find(line => line.startsWith('ssh-ed25519 ')) ?? keys[0];
		if (chosen === undefined) return null;
		const [type = '', blob = ''] = chosen.split(' ');
		const publicKey = `${type} ${blob}`;
		const path = join(keysFolder(root), `agent-${createHash('sha256').update(publicKey).digest('hex').slice(0, 16)}.pub`);
		makeFolderDurably(keysFolder(root));
		replaceDurably(path, `${publicKey}\n`);
		const sign = async (text: string): Promise<string> => {
			const armored = await output('ssh-keygen', ['-q', '-Y', 'sign', '-f', path, '-n', checkpointNamespace], text, env).catch((error: unknown) => {
				throw new Error(refusalOf(error), {cause: error});
			});
			const check = checkSignature(text, armored, checkpointNamespace);
			if (check.kind === 'bad') throw new Error(`ssh-keygen gave a signature that does not hold: ${check.why}.`);
			return armored;
		};
		await sign('slipway\n');
		return {kind: 'agent', publicKey, fingerprint: fingerprintOf(blob), sign};
	} catch {
		return null;
	}
};

/** The operator's own key where their agent has one, else the machine's. */
export const chooseSigner = async (root: string, environment: Readonly<Record<string, string | undefined>>): Promise<Signer> => (await agentSigner(root, environment)) ?? machineSigner(root);

const keysFolder = (root: string): string => join(root, 'keys');

/** An agent that asks its owner, or that sits behind a slow connection, may take a while; longer, and the run's own key signs. */
const patienceMs = 10_000;

const output = (command: string, argv: readonly string[], input: string, env: NodeJS.ProcessEnv): Promise<string> =>
	new Promise((resolve, reject) => {
		const child = execFile(command, argv, {env, timeout: patienceMs, encoding: 'utf8'}, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
		child.stdin?.on('error', () => {}).end(input);
	});

/** Why the agent gave no signature: the last line that ssh-keygen said. It blames the key where no agent answers. */
const refusalOf = (error: unknown): string => {
	const {killed = false, message = String(error)} = error as {readonly killed?: boolean; readonly message?: string};
	if (killed) return `the ssh-agent did not answer within ${patienceMs / 1000} s`;
	const said = message.trim().split('\n').at(-1)?.trim() ?? '';
	return said.startsWith('No private key found') ? 'the ssh-agent is gone, or no longer has the key' : said;
};

const machineKey = (root: string): KeyObject => {
	const path = join(keysFolder(root), 'machine');
	try {
		const text = readIfThere(path) ?? makeMachineKey(root, path);
		return createPrivateKey(text.toString('utf8'));
	} catch (error) {
		throw new Problem({
			code: 'key-unusable',
			what: 'The key that signs the record on this machine can not be used.',
			why: `${path}: ${error instanceof Error ? error.message : String(error)}.`,
			todo: 'Make it readable for you again; or move it away, then another one is made.',
			cause: error,
		});
	}
};

const makeMachineKey = (root: string, path: string): Buffer => {
	makeFolderDurably(keysFolder(root));
	const {privateKey} = generateKeyPairSync('ed25519');
	const temporary = `${path}.${process.pid}`;
	writeDurably(temporary, privateKey.export({format: 'pem', type: 'pkcs8'}) as string);
	try {
		// Unlike a rename, a link fails when somebody else was first: then theirs is the key.
		linkSync(temporary, path);
	} catch (error) {
		if (errorCode(error) !== 'EEXIST') throw error;
	} finally {
		disk.unlink(temporary);
	}

	syncFolder(keysFolder(root));
	const key = disk.read(path);
	replaceDurably(`${path}.pub`, `${publicKeyLine(createPrivateKey(key.toString('utf8')))} slipway\n`);
	return key;
};
