import {existsSync, lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync} from 'node:fs';
import {hostname, tmpdir, userInfo} from 'node:os';
import {dirname, join} from 'node:path';
import process from 'node:process';

import {Problem} from '../errors.ts';
import {lock, ownerOf} from '../stores/run-lock.ts';

/** The one folder that everything of a sandbox lies in. */
export type SandboxFolder = {readonly path: string; readonly remove: () => void};

/**
Makes the folder of a sandbox. Its lock is held as long as this process lives, however it ends, so that a later start can tell what is
left over from what is in use. It lies where temporary files do: a server's user could not reach it in a home.
*/
export const makeSandboxFolder = (): SandboxFolder => {
	const path = makeFolder(placeFor());
	const owner = {runId: 'a rehearsal', by: `${userInfo().username}@${hostname()}`, host: hostname(), pid: process.pid, tty: null, since: new Date().toISOString()};
	const held = lock(join(path, 'lock'), owner, () => ({code: 'sandbox-locked', what: 'The folder of this rehearsal is in use.', why: `${path} was made just now, and somebody else holds it.`, todo: 'Start again.'}));
	return {
		path,
		remove: () => {
			held.release();
			removeWhole(path);
		},
	};
};

const makeFolder = (place: string): string => {
	try {
		return mkdtempSync(join(place, prefix));
	} catch (cause) {
		throw new Problem({
			code: 'sandbox-folder',
			what: 'There is no place for the sandbox.',
			why: `No folder can be made in ${place}: ${cause instanceof Error ? cause.message : String(cause)}.`,
			todo: 'Free some space there, or set TMPDIR to another folder.',
			cause,
		});
	}
};

/** Removes what sandboxes left that were killed together with their machine or their guard. Those in use, and those of others, stay. Gives how many. */
export const sweepSandboxes = (now: Date, places: readonly string[] = allPlaces()): number => {
	const left = places.flatMap(foldersIn).filter(path => isLeftOver(path, now));
	for (const path of left) removeWhole(path);
	return left.length;
};

const prefix = 'slipway-rehearsal-';

/** The path of a Unix socket has room for 103 bytes on macOS, 107 on Linux; within the folder we need about 30. */
const longestPlace = 55;

/** Where we are root, the server's user, who is not, has to get there. */
const placeFor = (): string => {
	const place = temporaryFolder();
	const isOpen = process.getuid?.() !== 0 || isOpenToAll(place);
	return isOpen && Buffer.byteLength(place) <= longestPlace ? place : '/tmp';
};

const allPlaces = (): readonly string[] => [...new Set([temporaryFolder(), '/tmp'])];

const temporaryFolder = (): string => (existsSync(tmpdir()) ? realpathSync(tmpdir()) : '/tmp');

const isOpenToAll = (folder: string): boolean => (statSync(folder).mode & 0o001) !== 0 && (dirname(folder) === folder || isOpenToAll(dirname(folder)));

/** Anybody may make a folder of that name there: only real folders that are ours count. */
const foldersIn = (place: string): readonly string[] =>
	namesIn(place)
		.filter(name => name.startsWith(prefix))
		.map(name => join(place, name))
		.filter(path => {
			const facts = lstatSync(path, {throwIfNoEntry: false});
			return facts !== undefined && facts.isDirectory() && facts.uid === process.getuid?.();
		});

/** Between the making of a folder and its lock a moment passes. */
const youngestMs = 60_000;

const isLeftOver = (path: string, now: Date): boolean => {
	const owner = statSync(join(path, 'lock.json'), {throwIfNoEntry: false});
	if (owner === undefined) return now.getTime() - lstatSync(path).mtimeMs > youngestMs;
	try {
		return ownerOf(join(path, 'lock')) === null;
	} catch {
		return false;
	}
};

/** A tool that was killed just now may still be writing. */
const removeWhole = (path: string): void => rmSync(path, {recursive: true, force: true, maxRetries: 5, retryDelay: 20});

const namesIn = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
};
