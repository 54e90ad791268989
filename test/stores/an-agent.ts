import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import type {TestContext} from 'node:test';

/** An ssh-agent without a key, which ends with the test or with `stop`. */
export const startAgent = (context: TestContext, folder: string): {readonly environment: Record<string, string | undefined>; readonly stop: () => void} => {
	const socket = join(folder, 'agent');
	const agent = spawn('ssh-agent', ['-D', '-a', socket], {stdio: 'ignore'});
	const stop = (): void => void agent.kill('SIGKILL');
	context.after(stop);
	while (!existsSync(socket)) spawnSync('true');
	return {environment: {...process.env, SSH_AUTH_SOCK: socket}, stop};
};

/** Makes a key, gives it to the agent, and returns `ssh-ed25519 AAAA…`. */
export const addKey = (folder: string, type: string, environment: NodeJS.ProcessEnv): string => {
	const key = join(folder, `key-${type}`);
	execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', key]);
	execFileSync('ssh-add', ['-q', key], {env: environment, stdio: 'ignore'});
	return readFileSync(`${key}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
};
