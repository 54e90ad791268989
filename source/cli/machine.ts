import {spawnSync} from 'node:child_process';
import {existsSync, readlinkSync} from 'node:fs';
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
	tty: io.isTerminal ? terminalName() : null,
	pid: process.pid,
	environment: io.env,
	now: () => new Date(),
	supervisor: createSupervisor(),
	findTool: toolFinder(io.env['PATH']),
	workerArgv: [process.execPath, ...besides('worker')],
	scriptArgv: [process.execPath, createRequire(import.meta.url).resolve('zx/cli')],
	slipway: version,
});

/** `pts/3`, as who(1) and fuser(1) know it; also in tmux, where SSH_TTY names the terminal that began the session. */
const terminalName = (): string => {
	try {
		return readlinkSync('/proc/self/fd/0').replace(/^\/dev\//, '');
	} catch {
		// macOS has no /proc.
		const {status, stdout} = spawnSync('tty', {stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8'});
		return status === 0 ? stdout.trim().replace(/^\/dev\//, '') : 'terminal';
	}
};

/** The arguments that make node run another program of ours: bundled beside this one, or straight from the sources in development. */
export const besides = (name: 'worker' | 'sandbox'): readonly string[] => {
	const here = dirname(fileURLToPath(import.meta.url));
	const bundled = join(here, `${name}.mjs`);
	if (existsSync(bundled)) return [bundled];
	return ['--import', import.meta.resolve('tsx'), join(here, '..', {worker: 'workers/work.ts', sandbox: 'rehearsal/sandbox-process.ts'}[name])];
};
