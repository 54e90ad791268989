import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';

import {killGroup, type ToolRun} from '../run-tool.ts';
import type {SandboxDatabase} from '../start-postgres.ts';
import {writeProgram} from '../write-program.ts';

/**
A database for machines that have no PostgreSQL, in a process of its own, as it leaves no room for others while it works. It can be
queried and dumped and nothing else: the `psql` and `pg_dump` in `binFolder` ask that process. `program` is the argv of this program.
*/
export const startPglite = async ({folder, binFolder, program, run}: {readonly folder: string; readonly binFolder: string; readonly program: readonly string[]; readonly run: ToolRun}): Promise<SandboxDatabase> => {
	const [file = '', ...args] = program;
	const socket = join(folder, 'pglite.sock');
	const server = spawn(file, [...args, 'pglite', socket], {cwd: run.cwd, env: run.env, stdio: ['pipe', 'pipe', 'pipe'], detached: true});
	const kill = (): void => killGroup(server.pid);
	run.signal.addEventListener('abort', kill);
	const version = await firstLine(server);
	for (const name of ['pg_dump', 'psql']) writeProgram(join(binFolder, name), [...program, name, socket]);
	return {
		address: `postgresql://postgres@/postgres?host=${encodeURIComponent(folder)}`,
		name: `PostgreSQL ${version} as WebAssembly (PGlite), plain dumps only`,
		dumpFormat: 'plain',
		close: async () => {
			if (server.exitCode !== null || server.signalCode !== null) return;
			const ended = once(server, 'exit');
			kill();
			await ended;
		},
	};
};

/** What it says when it is ready. Throws its own words when it ends before. */
const firstLine = (server: ChildProcess): Promise<string> =>
	new Promise((resolve, reject) => {
		const said = {stdout: '', stderr: ''};
		server.stderr?.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
		server.stdout?.setEncoding('utf8').on('data', (text: string) => {
			said.stdout += text;
			if (said.stdout.endsWith('\n')) resolve(said.stdout.trim());
		});
		server.stdin?.on('error', () => {});
		server.once('error', reject);
		server.once('close', () => reject(new Error(/^\w*Error.*$/m.exec(said.stderr)?.[0] ?? 'it ends before it is ready')));
	});
