import {readFileSync, writeFileSync} from 'node:fs';
import {createConnection} from 'node:net';
import process from 'node:process';
import {buffer, text as textOf} from 'node:stream/consumers';

import {readPgliteArguments, type PgliteAnswer, type PgliteProgram, type PgliteRequest} from './pglite-request.ts';

/** The `pg_dump` and the `psql` of a sandbox without a PostgreSQL: they ask the sandbox at `socket`. Gives the exit status. */
export const runPgliteProgram = async (program: PgliteProgram, socket: string, argv: readonly string[]): Promise<number> => {
	const fail = (why: string): number => {
		process.stderr.write(`${program}: error: ${why}\n`);
		return 1;
	};
	const order = readPgliteArguments(program, argv);
	if ('refusal' in order) return fail(order.refusal);
	try {
		const {request, file} = 'request' in order ? order : {request: {kind: 'query', sql: await readSql(order.sqlFrom)} as const, file: null};
		const {error, bytes} = await ask(socket, request);
		if (error !== null) return fail(error);
		const text = request.kind === 'version' ? `${program} (PostgreSQL) ${bytes.toString('utf8')} (PGlite)\n` : bytes;
		if (file === null) process.stdout.write(text);
		else writeFileSync(file, text, {mode: 0o600});
		return 0;
	} catch (error) {
		return fail(error instanceof Error ? error.message : String(error));
	}
};

const readSql = async (from: string): Promise<string> => (from === '-' ? textOf(process.stdin) : readFileSync(from, 'utf8'));

const ask = async (path: string, request: PgliteRequest): Promise<PgliteAnswer & {readonly bytes: Buffer}> => {
	const socket = createConnection({path, allowHalfOpen: true});
	socket.end(JSON.stringify(request));
	const whole = await buffer(socket);
	const head = whole.indexOf('\n');
	if (head === -1) throw new Error('the rehearsal has ended');
	return {...(JSON.parse(whole.toString('utf8', 0, head)) as PgliteAnswer), bytes: whole.subarray(head + 1)};
};
