import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';

import {postgresBackup} from '../../source/actions/postgres-backup.ts';
import {findTool} from '../find-tool.ts';
import {carryOut, type Carried, type Place} from './carry-out.ts';
import {startPostgres, type APostgres} from './a-postgres.ts';

/** A server with the database `shop`: two tables, a sequence, an extension, and roles that may do less than its owner. */
export type AShop = APostgres & {
	/** Address of a database on it. */
	readonly at: (database?: string, user?: string) => string;
	/** What psql prints for a query on `shop`. */
	readonly ask: (query: string, database?: string) => string;
	/** Keeps a table of `shop` locked against reading, or what `by` locks, until the function it gives is called. */
	readonly lock: (table: string, by?: string) => Promise<() => void>;
	/** A new folder that goes when the server stops. */
	readonly folder: () => string;
	/** Ends the server at once, as a crash would; the folders stay. */
	readonly kill: () => Promise<void>;
};

export const startShop = async (programs: string, rows = 1000): Promise<AShop> => {
	const server = await startPostgres(programs);
	const folders: string[] = [];
	const at = (database = 'shop', user = 'release'): string => server.address.replace('release@', `${user}@`).replace(/postgres$/, database);
	const ask = (query: string, database = 'shop'): string => {
		const {status, stdout, stderr} = spawnSync(join(programs, 'psql'), ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', at(database), '-c', query], {env: {PATH: process.env['PATH'], PGPASSWORD: server.password}, encoding: 'utf8'});
		if (status !== 0) throw new Error(stderr);
		return stdout.trim();
	};
	server.sql('CREATE DATABASE shop');
	ask(`CREATE TABLE customers (id serial PRIMARY KEY, name text NOT NULL);
		CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY, customer int REFERENCES customers, note text);
		INSERT INTO customers (name) SELECT 'customer ' || i FROM generate_series(1, 20) i;
		INSERT INTO orders (customer, note) SELECT i % 20 + 1, md5(i::text) || md5((i * 7)::text) FROM generate_series(1, ${rows}) i;
		CREATE EXTENSION pg_trgm;
		CREATE ROLE clerk LOGIN PASSWORD '${server.password}';
		GRANT SELECT ON customers, customers_id_seq, orders_id_seq TO clerk;
		CREATE ROLE porter LOGIN PASSWORD '${server.password}';
		GRANT SELECT ON ALL TABLES IN SCHEMA public TO porter;
		GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO porter;
		CREATE ROLE reader LOGIN PASSWORD '${server.password}' IN ROLE porter;`);
	return {
		...server,
		at,
		ask,
		lock: async (table, by = `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`) => {
			const holder = spawn(join(programs, 'psql'), ['-XAtq', '-d', at()], {env: {PATH: process.env['PATH'], PGPASSWORD: server.password, PGAPPNAME: 'migration'}, stdio: ['pipe', 'pipe', 'inherit']});
			holder.stdin.write(`BEGIN; ${by}; SELECT 'locked';\n`);
			await once(holder.stdout, 'data');
			return () => holder.stdin.end();
		},
		folder: () => {
			const path = mkdtempSync(join(tmpdir(), 'slipway-backup-'));
			folders.push(path);
			return path;
		},
		kill: server.stop,
		stop: async () => {
			await server.stop();
			for (const path of folders) rmSync(path, {recursive: true, force: true});
		},
	};
};

/** Backs up as the engine would, into `<folder>/backups` unless the settings say otherwise. */
export const backUp = (shop: AShop, settings: Readonly<Record<string, unknown>> = {}, place: Partial<Place> & {readonly address?: string} = {}): Promise<Carried> => {
	const {address = shop.at(), ...rest} = place;
	return carryOut(postgresBackup, settings, {folder: shop.folder(), target: {database: address}, password: shop.password, ...rest});
};

/** Names under a folder, as `find` prints them. */
export const namesUnder = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(name => !statSync(join(folder, name)).isDirectory()) : []);

/** A tool on PATH that is this shell script; `$REAL` is the real one. */
export const aTool = (folder: string, name: string, script: string): ((wanted: string) => string | null) => {
	mkdirSync(join(folder, 'bin'), {recursive: true});
	const path = join(folder, 'bin', name);
	writeFileSync(path, `#!/bin/sh\nREAL=${findTool(name) ?? ''}\n${script}\n`);
	chmodSync(path, 0o755);
	return wanted => (wanted === name ? path : findTool(wanted));
};

/** For such a script: `file_of "$@"` prints the value of `--file=`. */
export const fileOf = 'file_of() { for word in "$@"; do case $word in --file=*) echo "${word#--file=}";; esac; done; }';

/** Processes of this machine whose command line has the text. */
export const processesWith = (text: string): readonly string[] =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name) && name !== String(process.pid))
		.map(commandOf)
		.filter(command => command.includes(text));

const commandOf = (pid: string): string => {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
	} catch {
		return '';
	}
};

/** Calls back once the condition holds. Gives up after twenty seconds. */
export const when = (isTrue: () => boolean, then: () => void): void => {
	const deadline = Date.now() + 20_000;
	const timer = setInterval(() => {
		const isNow = isTrue();
		if (isNow || Date.now() > deadline) clearInterval(timer);
		if (isNow) then();
	}, 10);
};

/** Every format of a dump, with the settings that ask for it. */
export const formats: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
	['custom', {}],
	['directory with two jobs', {format: 'directory', jobs: 2}],
	['plain', {format: 'plain'}],
	['plain and compressed', {format: 'plain', compress: 6}],
];
