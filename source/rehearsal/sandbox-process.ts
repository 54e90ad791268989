import process from 'node:process';

import {Problem} from '../errors.ts';
import {openSandbox} from './open-sandbox.ts';
import {runPgliteProgram} from './pglite/run-pglite-program.ts';
import {servePglite} from './pglite/serve-pglite.ts';
import {makeSandboxFolder, sweepSandboxes, type SandboxFolder} from './sandbox-folder.ts';
import {sandboxOrder, type SandboxMessage} from './sandbox-message.ts';

/*
The program of a sandbox, started by `startSandbox`:

	sandbox serve ORDER      brings up what the order (JSON) asks for, tells on stdout, and holds it until stdin ends
	sandbox pglite SOCKET    the database of a sandbox without a PostgreSQL, likewise
	sandbox pg_dump SOCKET … the `pg_dump` of such a sandbox; and `psql`

Whoever starts it holds the other end of its stdin, and the kernel lets go of that when the holder dies, however it dies.
*/

/** What hangs must not keep the folder alive. */
const closePatienceMs = 1700;

const serve = async (orderText: string): Promise<void> => {
	const order = sandboxOrder.parse(JSON.parse(orderText));
	const stopping = new AbortController();
	const cleanups: (() => Promise<void>)[] = [];
	let folder: SandboxFolder | null = null;
	const endSoon = (): void => {
		stopping.abort();
		setTimeout(() => {
			folder?.remove();
			process.exit();
		}, closePatienceMs).unref();
	};
	const asked = untilAsked();
	void asked.then(endSoon);
	try {
		sweepSandboxes(new Date());
		folder = makeSandboxFolder();
		const program = [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
		tell({kind: 'ready', ...(await openSandbox({order, folder: folder.path, program, environment: process.env, signal: stopping.signal, tell, cleanups}))});
		await asked;
	} catch (error) {
		if (stopping.signal.aborted) return;
		process.exitCode = 1;
		endSoon();
		const {code, what, why, todo} = error instanceof Problem ? error : partFailed(error);
		tell({kind: 'problem', code, what, why, todo});
	} finally {
		await Promise.allSettled(cleanups.map(cleanup => cleanup()));
		folder?.remove();
		process.stdin.destroy();
	}
};

/** Resolves when whoever started this lets go of stdin, or asks by a signal. A Ctrl-C or a lost terminal is the program's to answer; when it goes, stdin ends. */
const untilAsked = (): Promise<void> => {
	for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
	// Nobody listens any more; stdin says so too.
	process.stdout.on('error', () => {});
	return new Promise(resolve => {
		process.once('SIGTERM', () => resolve());
		for (const event of ['end', 'close', 'error']) process.stdin.once(event, () => resolve());
		process.stdin.resume();
	});
};

const partFailed = (cause: unknown): Problem =>
	new Problem({
		code: 'sandbox-failed',
		what: 'The sandbox does not come up.',
		why: `One of its parts fails: ${cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)}.`,
		todo: 'See `slipway doctor` for what this machine has; start again.',
		cause,
	});

const tell = (message: SandboxMessage): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

const [command, first = '', ...rest] = process.argv.slice(2);
if (command === 'serve') await serve(first);
else if (command === 'pglite') {
	// Whatever it is doing then, nobody wants it.
	void untilAsked().then(() => process.exit());
	await servePglite(first);
} else if (command === 'pg_dump' || command === 'psql') process.exitCode = await runPgliteProgram(command, first, rest);
else process.exitCode = 2;
