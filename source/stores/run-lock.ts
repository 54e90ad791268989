import {statfsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';

import {Problem} from '../errors.ts';
import {disk, errorCode, isFull} from './file-system.ts';
import {createDurably, makeFolderDurably, readIfThere, replaceDurably} from './files.ts';
import {makeWritable, noRoom} from './journal-problems.ts';

/** Who holds a lock, for the people who meet it. Claims, but for the lock itself. */
export type LockOwner = {
	readonly runId: string;
	/** `user@host` */
	readonly by: string;
	readonly host: string;
	readonly pid: number;
	readonly tty: string | null;
	/** ISO 8601 */
	readonly since: string;
};

/** `unnamed`: somebody holds the lock, and the file beside it does not say who. */
export type LockHolder = LockOwner | 'unnamed';

export interface RunLock {
	/** The last owner, when it went without releasing the lock: it was killed, or the machine stopped. */
	readonly left: LockOwner | null;
	/** May be called twice. */
	release(): void;
}

/**
One operator a run. The lock is an SQLite transaction on `lock.db`: the kernel frees it when the process ends, however it ends, and keeps it
while the process is only stopped; children don't inherit it. `lock.json` beside it says who it is. Nothing in this process may open and
close `lock.db` by other means while it is held: POSIX would drop the lock (fcntl(2)).
Throws `Problem`: `run-locked`, which names the owner; `lock-unreliable` on a file system of another machine; `disk-full`, `lock-unusable`.
*/
export const lockRun = (runFolder: string, owner: LockOwner): RunLock =>
	lock(join(runFolder, 'lock'), owner, holder => ({
		code: 'run-locked',
		what: 'Somebody else is running this release.',
		why: describeOwner(holder),
		todo: `Follow it with \`slipway watch ${owner.runId}\`, ask them to leave it, or take it over: \`slipway resume ${owner.runId} --take-over REASON\`.`,
	}));

/** Who drives the run now; `null` when nobody does. Disturbs nobody. `patienceMs`: how long to wait for one who takes it and gives it back at once. */
export const runOwner = (runFolder: string, patienceMs?: number): LockHolder | null => ownerOf(join(runFolder, 'lock'), patienceMs);

/** Takes `<path>.db`. Also for locks that are not a run's (`target-lock.ts`). */
export const lock = (path: string, owner: LockOwner, refusal: (holder: LockHolder) => ConstructorParameters<typeof Problem>[0]): RunLock => {
	try {
		refuseNetwork(dirname(path));
		return take(path, owner, refusal);
	} catch (error) {
		throw error instanceof Problem ? error : unusable(`${path}.db`, error);
	}
};

const take = (path: string, owner: LockOwner, refusal: Parameters<typeof lock>[2]): RunLock => {
	const database = openDatabase(path);
	let left: LockOwner | null;
	try {
		database.exec('BEGIN EXCLUSIVE');
		left = readOwner(path);
		// On a file system that is read-only, SQLite has said nothing yet.
		replaceDurably(`${path}.json`, `${JSON.stringify(owner)}\n`);
	} catch (error) {
		database.close();
		throw isBusy(error) ? new Problem({...refusal(readOwner(path) ?? 'unnamed'), cause: error}) : error;
	}

	let isHeld = true;
	return {
		left,
		release() {
			if (!isHeld) return;
			isHeld = false;
			// While it is still ours, so that nobody's facts but ours are removed.
			removeOwner(path);
			database.close();
		},
	};
};

/** The owner of `<path>.db` while somebody holds it, else `null`. */
export const ownerOf = (path: string, patienceMs = usualPatienceMs): LockHolder | null => {
	if (readIfThere(`${path}.json`) === null) return null;
	const database = openDatabase(path, patienceMs);
	try {
		database.exec('SELECT count(*) FROM sqlite_schema');
		return null;
	} catch (error) {
		if (isBusy(error)) return readOwner(path) ?? 'unnamed';
		throw unusable(`${path}.db`, error);
	} finally {
		database.close();
	}
};

/** `op-a@ops1 has it since 14:02, 24 Nov 2026 (pts/3, process 4711 on ops1).` */
export const describeOwner = (owner: LockHolder): string =>
	owner === 'unnamed'
		? 'It does not say who it is.'
		: `${owner.by} has it since ${owner.since.slice(0, 16).replace('T', ' ')} UTC (${owner.tty === null ? '' : `${owner.tty}, `}process ${owner.pid} on ${owner.host}, run ${owner.runId}).`;

/** How long to wait for one that only looks, or that loses the same race. */
const usualPatienceMs = 100;

const openDatabase = (path: string, patienceMs = usualPatienceMs): DatabaseSync => {
	makeFolderDurably(dirname(path));
	try {
		// So that it is 0600. When there is one, it is not opened: closing it would drop our own lock on it.
		disk.close(createDurably(`${path}.db`));
	} catch (error) {
		if (errorCode(error) !== 'EEXIST') throw unusable(`${path}.db`, error);
	}

	try {
		return new DatabaseSync(`${path}.db`, {timeout: patienceMs});
	} catch (error) {
		throw unusable(`${path}.db`, error);
	}
};

const isBusy = (error: unknown): boolean => sqliteCode(error) === 5;

/** The primary result code (https://www.sqlite.org/rescode.html): 5 busy, 13 full. */
const sqliteCode = (error: unknown): number | null => (error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null);

const readOwner = (path: string): LockOwner | null => {
	try {
		return ownerFrom(readIfThere(`${path}.json`)?.toString('utf8') ?? '');
	} catch {
		return null;
	}
};

/**
The owner that a JSON text names. Facts that are whole and can be shown, or none: a file can be damaged, another process can say anything, and
a pid that is no pid must not become a signal to everybody (kill(2)).
*/
export const ownerFrom = (text: string): LockOwner | null => {
	try {
		const facts = JSON.parse(text) as LockOwner | null;
		const isWhole = facts !== null && [facts.runId, facts.by, facts.host, facts.since].every(isShort) && (facts.tty === null || isShort(facts.tty)) && Number.isSafeInteger(facts.pid) && facts.pid > 1;
		return isWhole ? facts : null;
	} catch {
		return null;
	}
};

const isShort = (fact: unknown): boolean => typeof fact === 'string' && /^\P{C}{0,200}$/u.test(fact);

const removeOwner = (path: string): void => {
	try {
		disk.unlink(`${path}.json`);
	} catch {
		// Then it names an owner that has gone; the lock itself is what counts.
	}
};

/** Why a lock, or what is written beside it, can't be used. */
export const unusable = (path: string, cause: unknown): Problem =>
	isFull(cause) || sqliteCode(cause) === 13
		? noRoom(dirname(path), 'the lock that keeps two people from running one release', cause)
		: new Problem({
				code: 'lock-unusable',
				what: 'The lock that keeps two people from running one release can not be used.',
				why: `${path}: ${cause instanceof Error ? cause.message : String(cause)}.`,
				todo: `${errorCode(cause) === 'EROFS' ? makeWritable : 'Make that file and its folder writable'}, or, for a new run, set XDG_STATE_HOME to another folder. \`slipway show\` works meanwhile.`,
				cause,
			});

/** File systems on which locks of two machines are known not to see each other, or to be lost (statfs(2)). */
const networkFileSystems: Readonly<Record<number, string>> = {0x6969: 'NFS', 0xff534d42: 'SMB', 0xfe534d42: 'SMB', 0x517b: 'SMB', 0x01021997: '9P', 0x5346414f: 'AFS'};

/** The name of the network file system that a folder lies on; `null` for a disk of this machine. */
export const networkFileSystemOf = (folder: string): string | null => networkFileSystems[statfsSync(folder).type >>> 0] ?? null;

const refuseNetwork = (folder: string): void => {
	makeFolderDurably(folder);
	const name = networkFileSystemOf(folder);
	if (name === null) return;
	throw new Problem({
		code: 'lock-unreliable',
		what: 'Runs can not be kept in this folder.',
		why: `${folder} is on ${name}: two machines could run the same release without seeing each other's lock, and a flush there says little.`,
		todo: 'Set XDG_STATE_HOME to a folder on a disk of this machine.',
	});
};
