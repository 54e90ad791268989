import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {hostname, userInfo} from 'node:os';
import {dirname, join} from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

import {toolFinder} from '../engine/find-tool.ts';
import type {Machine} from '../engine/machine.ts';
import {createSupervisor} from '../supervisor/create-supervisor.ts';
import {readBoot} from '../supervisor/read-boot.ts';
import type {Io} from './command.ts';
import {version} from './version.ts';

/** What a run needs to know of this machine, this process and its operator. */
export const thisMachine = (io: Io): Machine => ({
	by: `${userInfo().username}@${hostname()}`,
	host: hostname(),
	boot: readBoot(),
	folder: io.cwd,
	tty: io.env['SSH_TTY'] ?? (io.isTerminal ? 'terminal' : null),
	pid: process.pid,
	environment: io.env,
	now: () => new Date(),
	supervisor: createSupervisor(),
	findTool: toolFinder(io.env['PATH']),
	workerArgv: [process.execPath, ...besides('worker')],
	scriptArgv: [process.execPath, createRequire(import.meta.url).resolve('zx/cli')],
	slipway: version,
});

/** The arguments that make node run another program of ours: bundled beside this one, or straight from the sources in development. */
export const besides = (name: 'worker' | 'sandbox'): readonly string[] => {
	const here = dirname(fileURLToPath(import.meta.url));
	const bundled = join(here, `${name}.mjs`);
	if (existsSync(bundled)) return [bundled];
	return ['--import', import.meta.resolve('tsx'), join(here, '..', {worker: 'workers/work.ts', sandbox: 'rehearsal/sandbox-process.ts'}[name])];
};
