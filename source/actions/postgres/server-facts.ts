import * as z from 'zod';

import {formatDuration} from '../../text/format-duration.ts';
import type {ProbeAnswer} from '../action.ts';

/** How long psql and pg_dump wait for a table that somebody else has locked, as PostgreSQL writes it. A dump waits for ever without it, and holds the tables that it has. */
export const longestLockWait = '60s';

/**
Who keeps tables locked against reading, or waits to: whoever comes later waits behind them. Locks of indexes and of what is stored aside count for
their table. It locks nothing itself, so it is answered even when the facts have to wait. Source: PostgreSQL, "Explicit Locking": ACCESS EXCLUSIVE
alone conflicts with reading.
*/
const locksQuery = `
WITH locks AS (
 SELECT l.pid, l.granted, coalesce((SELECT aside.oid FROM pg_class aside WHERE aside.reltoastrelid = coalesce(i.indrelid, l.relation)), i.indrelid, l.relation) AS relation
 FROM pg_locks l LEFT JOIN pg_index i ON i.indexrelid = l.relation
 WHERE l.mode = 'AccessExclusiveLock' AND l.locktype = 'relation' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('table', format('%I.%I', n.nspname, c.relname), 'isHeld', locks.granted, 'pid', locks.pid, 'user', a.usename, 'application', a.application_name,
 'seconds', extract(epoch FROM now() - a.xact_start)::int)), '[]')
FROM locks JOIN pg_class c ON c.oid = locks.relation JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_activity a ON a.pid = locks.pid
WHERE c.relkind IN ('r', 'p', 'm', 'S') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_';
`.trimStart();

/**
What is asked before a dump: who answers, how large the database is, each table with its size (indexes apart, as a dump has
none of their data), what the user may not read although pg_dump would have to (it would fail there, maybe after an hour), and what bringing
it back will need. Columns that came with a later version are read by way of JSON.
*/
const aboutServer = `
WITH own AS (
 SELECT c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) AS name, n.nspname || '.' || c.relname AS plain,
  NOT has_schema_privilege(n.oid, 'USAGE') OR CASE WHEN c.relkind = 'S' THEN NOT has_sequence_privilege(c.oid, 'SELECT') ELSE NOT has_table_privilege(c.oid, 'SELECT') END AS closed,
  c.relkind <> 'S' AND row_security_active(c.oid) AS filtered
 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')),
named AS (
 SELECT 'pg_class'::regclass AS class, oid, relowner AS owner, relnamespace AS schema FROM pg_class
 UNION ALL SELECT 'pg_proc'::regclass, oid, proowner, pronamespace FROM pg_proc
 UNION ALL SELECT 'pg_namespace'::regclass, oid, nspowner, oid FROM pg_namespace WHERE nspname <> 'public'),
owners AS (
 SELECT DISTINCT named.owner AS role FROM named JOIN pg_namespace n ON n.oid = named.schema
 WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = named.class AND d.objid = named.oid AND d.deptype = 'e')),
kinds AS (
 SELECT datname, oid, datacl, json_build_object('encoding', pg_encoding_to_char(encoding), 'lc-collate', datcollate, 'lc-ctype', datctype,
  'locale-provider', CASE to_json(d) ->> 'datlocprovider' WHEN 'i' THEN 'icu' END, 'icu-locale', coalesce(to_json(d) ->> 'daticulocale', to_json(d) ->> 'datlocale')) AS kind,
  json_build_object('name', pg_get_userbyid(datdba), 'isMember', pg_has_role(datdba, 'MEMBER')) AS owner
 FROM pg_database d)
SELECT json_build_object(
 'version', current_setting('server_version'), 'versionNumber', current_setting('server_version_num')::int,
 'database', current_database(), 'user', current_user, 'address', host(inet_server_addr()), 'isStandby', pg_is_in_recovery(),
 'mayReadPasswords', has_table_privilege('pg_authid', 'SELECT'),
 'mayCreateDatabases', (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user),
 'made', (SELECT kind FROM kinds WHERE datname = current_database()), 'template', (SELECT kind FROM kinds WHERE datname = 'template0'),
 'owner', (SELECT owner FROM kinds WHERE datname = current_database()),
 'owners', (SELECT coalesce(json_agg(json_build_object('name', pg_get_userbyid(role), 'isMember', pg_has_role(role, 'MEMBER')) ORDER BY pg_get_userbyid(role)), '[]') FROM owners),
 'mayGivePublic', NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public' AND pg_get_userbyid(nspowner) <> 'pg_database_owner' AND NOT pg_has_role(nspowner, 'MEMBER')),
 'superuserExtensions', (SELECT coalesce(json_agg(e.extname ORDER BY e.extname), '[]') FROM pg_extension e JOIN pg_available_extension_versions v ON v.name = e.extname AND v.version = e.extversion
  WHERE v.superuser AND coalesce(to_json(v) ->> 'trusted', 'false') <> 'true' AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)),
 'hasOwnSettings', (SELECT datacl IS NOT NULL FROM kinds WHERE datname = current_database()) OR EXISTS (SELECT FROM pg_db_role_setting s JOIN kinds ON kinds.oid = s.setdatabase WHERE datname = current_database()),
 'otherDatabase', (SELECT datname FROM pg_database WHERE datallowconn AND datname <> current_database() AND has_database_privilege(oid, 'CONNECT') ORDER BY datname <> 'postgres', datname <> 'template1', datname LIMIT 1),
 'databaseBytes', pg_database_size(current_database()),
 'tables', (SELECT coalesce(json_agg(json_build_array(plain, coalesce(pg_table_size(oid), 0))), '[]') FROM own WHERE relkind = 'r'),
 'closed', (SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM own WHERE closed),
 'filtered', (SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM own WHERE filtered AND NOT closed));
`.trimStart();

/** What psql reads: it answers with the locks in its first line, and the facts in what follows. It is told when to end, as an end of its input does not reach it through everything that stands before a pod. */
export const factsQuery = `${locksQuery}SET lock_timeout = '${longestLockWait}';
${aboutServer}\\q
`;

const serverFacts = z.lazy(() => z.object({
	version: z.string(),
	versionNumber: z.number(),
	database: z.string(),
	user: z.string(),
	/** Of the server as it sees itself; null on a socket. */
	address: z.string().nullable(),
	isStandby: z.boolean(),
	mayReadPasswords: z.boolean(),
	mayCreateDatabases: z.boolean(),
	/** How it and template0 were made, as flags of createdb; null where that is the usual way. */
	made: z.record(z.string(), z.string().nullable()),
	template: z.record(z.string(), z.string().nullable()),
	/** Of the database, and whether the user may act as that role. */
	owner: z.object({name: z.string(), isMember: z.boolean()}),
	/** Of what a dump holds, but for the schema public. */
	owners: z.array(z.object({name: z.string(), isMember: z.boolean()})),
	/** False where a dump gives the schema public to a role that the user can't act as. */
	mayGivePublic: z.boolean(),
	/** Extensions that the user could not make in a new database. */
	superuserExtensions: z.array(z.string()),
	/** Something is set or granted for the database itself. */
	hasOwnSettings: z.boolean(),
	/** Another one on the server that the user may connect to; null when there is none. */
	otherDatabase: z.string().nullable(),
	databaseBytes: z.number(),
	/** `schema.name` as pg_dump prints it, and bytes. */
	tables: z.array(z.tuple([z.string(), z.number()])),
	/** Tables and sequences that the user may not read. */
	closed: z.array(z.string()),
	/** Tables of which row-level security shows the user a part. */
	filtered: z.array(z.string()),
}));

export type ServerFacts = z.infer<typeof serverFacts>;

const lock = z.lazy(() => z.object({table: z.string(), isHeld: z.boolean(), /** Null of a prepared transaction. */ pid: z.number().nullable(), user: z.string().nullable(), application: z.string().nullable(), /** Since its transaction began; null where the user may not know. */ seconds: z.number().nullable()}));

/**
Who has locked what or waits to, in words, from the first line of the answer: `public.orders is locked by postgres (psql, process 4711), in a
transaction of 3 min`.
*/
export const readLocks = (line: string): readonly string[] => {
	try {
		const locks = z.array(lock).parse(JSON.parse(line));
		return [...locks.filter(({isHeld}) => isHeld), ...locks.filter(({isHeld}) => !isHeld)].map(lockWords);
	} catch {
		return [];
	}
};

const lockWords = ({table, isHeld, pid, user, application, seconds}: z.infer<typeof lock>): string => {
	const who = pid === null ? 'a prepared transaction' : `${user ?? 'somebody'} (${application === null || application === '' ? '' : `${application}, `}process ${pid})`;
	const since = seconds === null || seconds < 1 ? '' : `, in a transaction of ${formatDuration(seconds * 1000)}`;
	return isHeld ? `${table} is locked by ${who}${since}` : `${who} waits to lock ${table}${since}, and everybody later waits behind it`;
};

/** What the server answered, or why it is not known, in the words of the tool. */
export const readServerFacts = ({exitCode, stdout, stderr}: ProbeAnswer): ServerFacts | {readonly why: string} => {
	if (exitCode !== 0) return {why: stderr.trim() || `psql ended with exit status ${exitCode ?? 'unknown'} and said nothing.`};
	const answer = stdout.slice(stdout.indexOf('\n') + 1);
	try {
		return serverFacts.parse(JSON.parse(answer));
	} catch {
		return {why: `The server's answer can't be read: ${answer.trim().slice(0, 200) || 'it is empty.'}`};
	}
};
