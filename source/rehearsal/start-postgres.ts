import {spawn, type ChildProcess} from 'node:child_process';
import {chmodSync, chownSync, closeSync, mkdirSync, openSync, readFileSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';

import {accountForServers} from './account.ts';
import {postgresPrograms} from './find-postgres.ts';
import {killGroup, runTool, type Account, type ToolRun} from './run-tool.ts';
import {databaseName, roleName, seedSql} from './seed.ts';

/** A database of the sandbox. `address` is what a target's `database:` holds, `dumpFormat` the best that its `pg_dump` can write. */
export type SandboxDatabase = {readonly address: string; readonly name: string; readonly dumpFormat: 'custom' | 'plain'; readonly close: () => Promise<void>};

/**
Makes a cluster of databases in `folder`, starts a server that listens on a socket in there and nowhere else, and fills it. The server
ends when this process does, however it ends. Its programs are linked into `binFolder`, so that `pg_dump` is of the server's version.
*/
export const startPostgres = async ({programs, folder, binFolder, run}: {readonly programs: string; readonly folder: string; readonly binFolder: string; readonly run: ToolRun}): Promise<SandboxDatabase> => {
	const account = await accountForServers(run);
	const place = join(folder, 'postgres');
	mkdirSync(place, {mode: 0o700});
	if (account !== null) {
		// The server's user has to pass through the sandbox's folder; what else is in there it can not read.
		chmodSync(folder, 0o711);
		chownSync(place, account.uid, account.gid);
	}

	const as = {...run, cwd: place, env: {...run.env, LC_ALL: 'C', PGTZ: 'UTC'}, account};
	const data = join(place, 'data');
	const version = (await runTool([join(programs, 'postgres'), '--version'], as)).match(/\d+(?:\.\d+)*/)?.[0] ?? 'of an unknown version';
	await runTool([join(programs, 'initdb'), '--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--no-locale', '--no-sync'], as);
	const server = startServer(programs, place, as.env, account);
	try {
		await waitUntilReady(server, place, run.signal);
		await runTool([join(programs, 'psql'), '--host', place, '--username', 'postgres', '--dbname', 'postgres', '--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--command', `CREATE ROLE ${roleName} LOGIN`, '--command', `CREATE DATABASE ${databaseName} OWNER ${roleName}`], as);
		await runTool([join(programs, 'psql'), '--host', place, '--username', roleName, '--dbname', databaseName, '--no-psqlrc', '--quiet', '--single-transaction', '--set', 'ON_ERROR_STOP=1', '--command', seedSql], as);
		for (const name of postgresPrograms) symlinkSync(join(programs, name), join(binFolder, name));
	} catch (error) {
		await stop(server);
		throw error;
	}

	return {address: `postgresql://${roleName}@/${databaseName}?host=${encodeURIComponent(place)}`, name: `PostgreSQL ${version} on a private socket`, dumpFormat: 'custom', close: () => stop(server)};
};

/**
Holds the server: it ends as soon as nobody holds the other end of this shell's stdin, which is what happens when the process that
started it is killed. `read` and not `cat`, so that the shell doesn't reap the server, and its number stays its own until the end.
*/
const guard = `
"$@" </dev/null &
server=$!
while read -r _; do :; done
kill -QUIT "$server" 2>/dev/null
wait "$server"
`;

/** Nothing of it has to outlive the sandbox, so nothing is flushed. The shared memory is files: /dev/shm of a container may be tiny. */
const settings: Readonly<Record<string, string>> = {
	listen_addresses: '',
	unix_socket_permissions: '0700',
	fsync: 'off',
	full_page_writes: 'off',
	synchronous_commit: 'off',
	shared_buffers: '32MB',
	max_connections: '20',
	dynamic_shared_memory_type: 'mmap',
	log_timezone: 'UTC',
	timezone: 'UTC',
};

/** In a group of its own: a Ctrl-C at the terminal is meant for the program, and would stop the server under a running backup. */
const startServer = (programs: string, place: string, env: ToolRun['env'], account: Account | null): ChildProcess => {
	const log = openSync(join(place, 'log'), 'a', 0o600);
	try {
		const argv = [join(programs, 'postgres'), '-D', join(place, 'data'), '-c', `unix_socket_directories="${place}"`, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
		return spawn('/bin/sh', ['-c', guard, 'sh', ...argv], {cwd: place, env, stdio: ['pipe', log, log], detached: true, ...(account === null ? {} : {uid: account.uid, gid: account.gid})});
	} finally {
		closeSync(log);
	}
};

const startTimeoutMs = 20_000;

/** The eighth line of `postmaster.pid` says whether the server takes connections; `pg_ctl --wait` reads it too. */
const waitUntilReady = async (server: ChildProcess, place: string, signal: AbortSignal): Promise<void> => {
	const deadline = Date.now() + startTimeoutMs;
	const spawned = {error: null as Error | null};
	server.on('error', error => (spawned.error = error));
	while (readText(join(place, 'data', 'postmaster.pid')).split('\n')[7]?.trim() !== 'ready') {
		if (spawned.error !== null) throw spawned.error;
		if (server.exitCode !== null || server.signalCode !== null || /FATAL:/.test(readText(join(place, 'log')))) throw new Error(`the server does not start: ${lastLine(readText(join(place, 'log')))}`);
		if (Date.now() > deadline) throw new Error(`the server is not ready after ${startTimeoutMs / 1000} s: ${lastLine(readText(join(place, 'log')))}`);
		await pause(10, undefined, {signal});
	}
};

const stopPatienceMs = 1000;

/** Lets the guard stop the server, and kills both when it takes too long: nobody needs what the server would still write. */
const stop = async (server: ChildProcess): Promise<void> => {
	if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
	const ended = new Promise<void>(resolve => server.once('exit', () => resolve()));
	server.stdin?.destroy();
	const timer = setTimeout(() => killGroup(server.pid), stopPatienceMs);
	await ended;
	clearTimeout(timer);
};

const readText = (path: string): string => {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
};

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
