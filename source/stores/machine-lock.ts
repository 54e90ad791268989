import {once} from 'node:events';
import {connect, createServer} from 'node:net';
import process from 'node:process';

import {Problem} from '../errors.ts';
import {ownerFrom, type LockHolder, type LockOwner} from './run-lock.ts';

/**
A lock that all users of this machine see: an abstract unix socket (unix(7)). The kernel frees it when the process ends, however it ends;
children don't inherit it; there is no file that another user could not open. Who connects is told who holds it. Only Linux has such sockets:
elsewhere nothing is held. Each network namespace (a container, as a rule) has its own. Whoever may run programs here may hold any of them,
and say anything: that can keep a run from starting, never start one. Throws the `Problem` that `refusal` makes, or `machine-lock-unusable`.
*/
export const lockOnMachine = async (name: string, owner: LockOwner, refusal: (holder: LockHolder) => ConstructorParameters<typeof Problem>[0]): Promise<{release(): void}> => {
	if (process.platform !== 'linux') return {release() {}};
	const path = `\0slipway-${name}`;
	const facts = JSON.stringify(owner);
	const server = createServer(asker => {
		asker.on('error', () => {});
		asker.end(facts, () => asker.destroy());
	});
	server.maxConnections = mostAskers;
	try {
		await once(server.listen({path}), 'listening');
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw unusable(error);
		throw new Problem({...refusal(await askHolder(path)), cause: error});
	}

	// One that could not be taken in is told nothing; the lock stays.
	server.on('error', () => {});
	server.unref();
	return {release: () => void server.close()};
};

const mostAskers = 16;

/** A holder that is stopped says nothing; a hostile one never ends. */
const patienceMs = 500;
const longestAnswer = 2000;

const askHolder = async (path: string): Promise<LockHolder> => {
	let answer = '';
	try {
		for await (const part of connect({path, signal: AbortSignal.timeout(patienceMs)}).setEncoding('utf8')) {
			answer += String(part);
			if (answer.length > longestAnswer) return 'unnamed';
		}
	} catch {
		// It has gone meanwhile, or does not answer.
	}

	return ownerFrom(answer) ?? 'unnamed';
};

const unusable = (cause: unknown): Problem =>
	new Problem({
		code: 'machine-lock-unusable',
		what: 'The lock that keeps two people from acting on one target can not be used.',
		why: `No abstract unix socket can be opened: ${cause instanceof Error ? cause.message : String(cause)}.`,
		todo: 'Run Slipway where it may open unix sockets.',
		cause,
	});
