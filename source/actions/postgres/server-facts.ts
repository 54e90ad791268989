import * as z from 'zod';

import type {ProbeAnswer} from '../action.ts';

/**
What is asked before a dump, in one query: who answers, how large the database is, each table with its size (indexes apart, as a dump has
none of their data), and what the user may not read although pg_dump would have to: it would fail there, maybe after an hour.
*/
export const factsQuery = `
WITH own AS (
 SELECT c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) AS name, n.nspname || '.' || c.relname AS plain,
  NOT has_schema_privilege(n.oid, 'USAGE') OR CASE WHEN c.relkind = 'S' THEN NOT has_sequence_privilege(c.oid, 'SELECT') ELSE NOT has_table_privilege(c.oid, 'SELECT') END AS closed,
  c.relkind <> 'S' AND row_security_active(c.oid) AS filtered
 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
SELECT json_build_object(
 'version', current_setting('server_version'), 'versionNumber', current_setting('server_version_num')::int,
 'database', current_database(), 'user', current_user, 'address', host(inet_server_addr()), 'isStandby', pg_is_in_recovery(),
 'mayCreateDatabases', (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user),
 'databaseBytes', pg_database_size(current_database()),
 'tables', (SELECT coalesce(json_agg(json_build_array(plain, coalesce(pg_table_size(oid), 0))), '[]') FROM own WHERE relkind = 'r'),
 'closed', (SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM own WHERE closed),
 'filtered', (SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM own WHERE filtered AND NOT closed));
`.trimStart();

const serverFacts = z.lazy(() => z.object({
	version: z.string(),
	versionNumber: z.number(),
	database: z.string(),
	user: z.string(),
	/** Of the server as it sees itself; null on a socket. */
	address: z.string().nullable(),
	isStandby: z.boolean(),
	mayCreateDatabases: z.boolean(),
	databaseBytes: z.number(),
	/** `schema.name` as pg_dump prints it, and bytes. */
	tables: z.array(z.tuple([z.string(), z.number()])),
	/** Tables and sequences that the user may not read. */
	closed: z.array(z.string()),
	/** Tables of which row-level security shows the user a part. */
	filtered: z.array(z.string()),
}));

export type ServerFacts = z.infer<typeof serverFacts>;

/** What the server answered, or why it is not known, in the words of the tool. */
export const readServerFacts = ({exitCode, stdout, stderr}: ProbeAnswer): ServerFacts | {readonly why: string} => {
	if (exitCode !== 0) return {why: stderr.trim() || `psql ended with exit status ${exitCode ?? 'unknown'} and said nothing.`};
	try {
		return serverFacts.parse(JSON.parse(stdout));
	} catch {
		return {why: `The server's answer can't be read: ${stdout.trim().slice(0, 200) || 'it is empty.'}`};
	}
};
