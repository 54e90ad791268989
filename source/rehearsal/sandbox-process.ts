import process from 'node:process';

import {Problem} from '../errors.ts';
import {openSandbox} from './open-sandbox.ts';
import {runPgliteProgram} from './pglite/run-pglite-program.ts';
import {makeSandboxFolder, sweepSandboxes, type SandboxFolder} from './sandbox-folder.ts';
import {sandboxOrder, type SandboxMessage} from './sandbox-message.ts';

/*
The program of a sandbox, started by `startSandbox`:

	sandbox serve ORDER      brings up what the order (JSON) asks for, tells on stdout, and holds it until stdin ends
	sandbox pg_dump SOCKET … the `pg_dump` of a sandbox without a PostgreSQL; `psql` likewise

Whoever starts it holds the other end of its stdin, and the kernel lets go of that when the holder dies, however it dies.
*/

/** A hung server must not keep the folder alive: after that, it is left to the next start. */
const closePatienceMs = 1700;

const serve = async (orderText: string): Promise<void> => {
	const order = sandboxOrder.parse(JSON.parse(orderText));
	const stopping = new AbortController();
	const asked = new Promise<void>(resolve => {
		for (const event of ['end', 'close', 'error']) process.stdin.once(event, () => resolve());
		process.once('SIGTERM', () => resolve());
		process.stdin.resume();
	});
	void asked.then(() => stopping.abort());
	// A Ctrl-C or a lost terminal is the program's to answer; when it goes, stdin ends.
	for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
	process.stdout.on('error', () => {});
	const cleanups: (() => Promise<void>)[] = [];
	let folder: SandboxFolder | null = null;
	try {
		sweepSandboxes(new Date());
		folder = makeSandboxFolder();
		const program = [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
		tell({kind: 'ready', ...(await openSandbox({order, folder: folder.path, program, environment: process.env, signal: stopping.signal, tell, cleanups}))});
		await asked;
	} catch (error) {
		if (stopping.signal.aborted) return;
		process.exitCode = 1;
		if (!(error instanceof Problem)) throw error;
		const {code, what, why, todo} = error;
		tell({kind: 'problem', code, what, why, todo});
	} finally {
		setTimeout(() => process.exit(), closePatienceMs).unref();
		await Promise.allSettled(cleanups.map(cleanup => cleanup()));
		folder?.remove();
		process.stdin.destroy();
	}
};

const tell = (message: SandboxMessage): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

const [command, first = '', ...rest] = process.argv.slice(2);
if (command === 'serve') await serve(first);
else if (command === 'pg_dump' || command === 'psql') process.exitCode = await runPgliteProgram(command, first, rest);
else process.exitCode = 2;
