import {spawn, spawnSync} from 'node:child_process';
import {chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';

const installed = '/usr/lib/postgresql';

/** The folder of the server's programs, or null where PostgreSQL is not installed the Debian way. */
export const postgresPrograms = (): string | null => {
	const version = existsSync(installed) ? readdirSync(installed).filter(name => existsSync(join(installed, name, 'bin/initdb'))).toSorted((a, b) => Number(a) - Number(b)).at(-1) : undefined;
	return version === undefined ? null : join(installed, version, 'bin');
};

export type APostgres = {readonly address: string; readonly password: string; readonly sql: (text: string) => void; readonly stop: () => Promise<void>};

/** A server on a port of this machine that wants the password of `release`. */
export const startPostgres = async (programs: string): Promise<APostgres> => {
	const folder = mkdtempSync(join(tmpdir(), 'slipway-postgres-'));
	const password = 'open-sesame';
	const passwordFile = join(folder, 'password');
	writeFileSync(passwordFile, password);
	const account = accountOfServer();
	if (account !== null) for (const path of [folder, passwordFile]) chownSync(path, account.uid, account.gid);
	const options = {env: {PATH: process.env['PATH'], LC_ALL: 'C'}, ...account} as const;
	const data = join(folder, 'data');
	const made = spawnSync(join(programs, 'initdb'), ['--pgdata', data, '--username', 'release', '--auth', 'scram-sha-256', '--pwfile', passwordFile, '--no-sync', '--no-locale', '--encoding', 'UTF8'], {...options, encoding: 'utf8'});
	if (made.status !== 0) throw new Error(made.stderr);
	const port = await freePort();
	const server = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`, '-c', 'fsync=off', '-c', 'shared_buffers=16MB'], {...options, stdio: 'ignore'});
	const ended = new Promise<void>(resolve => server.on('close', () => resolve()));
	const address = `postgresql://release@127.0.0.1:${port}/postgres`;
	const ask = (text: string): {readonly status: number | null; readonly stderr: string} => spawnSync(join(programs, 'psql'), ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', address, '-c', text], {env: {PATH: process.env['PATH'], PGPASSWORD: password}, encoding: 'utf8'});
	const deadline = Date.now() + 30_000;
	while (ask('select 1').status !== 0) if (Date.now() > deadline) throw new Error('the server did not start');
	return {
		address,
		password,
		sql: text => {
			const {status, stderr} = ask(text);
			if (status !== 0) throw new Error(stderr);
		},
		stop: async () => {
			server.kill('SIGQUIT');
			await ended;
			rmSync(folder, {recursive: true, force: true});
		},
	};
};

/** PostgreSQL refuses to run as root. */
const accountOfServer = (): {readonly uid: number; readonly gid: number} | null => {
	if (process.getuid?.() !== 0) return null;
	const [uid, gid] = ['-u', '-g'].map(flag => Number(spawnSync('id', [flag, 'postgres'], {encoding: 'utf8'}).stdout));
	return {uid: uid ?? 65_534, gid: gid ?? 65_534};
};

const freePort = (): Promise<number> =>
	new Promise(resolve => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const {port} = server.address() as AddressInfo;
			server.close(() => resolve(port));
		});
	});
