import {createServer, type Socket} from 'node:net';
import process from 'node:process';
import {text} from 'node:stream/consumers';

import type {PGlite} from '@electric-sql/pglite';

import {seedSql} from '../seed.ts';
import type {PgliteAnswer, PgliteRequest} from './pglite-request.ts';

type Answer = PgliteAnswer & {readonly bytes: Uint8Array};
type Answerer = (request: PgliteRequest) => Promise<Answer>;

/** PostgreSQL as WebAssembly within this process, filled as the real one is. Answers on a socket, and says its version on stdout when it does. Throws when the packages are not installed. */
export const servePglite = async (socket: string): Promise<void> => {
	const [{PGlite}, {pgDump}] = await Promise.all([import('@electric-sql/pglite'), import('@electric-sql/pglite-tools/pg_dump')]);
	const database = await PGlite.create();
	await database.exec(seedSql);
	const version = await query(database, "SELECT current_setting('server_version')");
	await listen(socket, async request => {
		switch (request.kind) {
			case 'version':
				return {error: null, bytes: Buffer.from(version)};
			case 'query':
				return {error: null, bytes: Buffer.from(`${await query(database, request.sql)}\n`)};
			case 'dump':
				return {error: null, bytes: new Uint8Array(await (await pgDump({pg: database, args: [...request.args]})).arrayBuffer())};
		}
	});
	process.stdout.write(`${version}\n`);
};

/** Rows as psql prints them with --tuples-only --no-align. */
const query = async (database: PGlite, sql: string): Promise<string> => {
	const results = await database.exec(sql, {rowMode: 'array', parsers: asPrinted});
	return results.flatMap(({rows}) => (rows as unknown as readonly (readonly unknown[])[]).map(row => row.map(value => value ?? '').join('|'))).join('\n');
};

/** PGlite turns these types into values of JavaScript (bool, bytea, int8, json, date, timestamps, jsonb); they stay the server's text. */
const asPrinted = Object.fromEntries([16, 17, 20, 114, 1082, 1114, 1184, 3802].map(type => [type, (value: string): string => value]));

/** One request at a time: there is one database, in one thread. */
const listen = (path: string, answer: Answerer): Promise<void> => {
	let last: Promise<unknown> = Promise.resolve();
	const server = createServer({allowHalfOpen: true}, socket => {
		// A client that goes away gets no answer, which is all there is to say about it.
		socket.on('error', () => socket.destroy());
		last = last.then(() => serve(socket, answer)).catch(() => socket.destroy());
	});
	return new Promise((resolve, reject) => server.once('error', reject).listen(path, () => resolve()));
};

const serve = async (socket: Socket, answer: Answerer): Promise<void> => {
	const request = JSON.parse(await text(socket)) as PgliteRequest;
	const {error, bytes} = await answer(request).catch((fault: unknown): Answer => ({error: fault instanceof Error ? fault.message : String(fault), bytes: new Uint8Array()}));
	socket.write(`${JSON.stringify({error} satisfies PgliteAnswer)}\n`);
	socket.end(bytes);
};
