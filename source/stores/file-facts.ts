import {createHash, type Hash} from 'node:crypto';
import {lstat, open, readdir, readlink} from 'node:fs/promises';
import {join} from 'node:path';

import type {FileFact} from '../journal/event.ts';

/**
Size and SHA-256 of a file, or of a folder with all that is in it. The hash of a file is that of its bytes, as `sha256sum` prints it. The
hash of a folder is the SHA-256 over one line for each file in it, sorted by name:

	<SHA-256 of the file>  <path within the folder>\n

which is what `find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum` prints, without the `./`. A symbolic link counts as a file
that holds its target. Rejects with the error of the file system when something can't be read.
*/
export const factOf = async (path: string): Promise<FileFact> => {
	const stat = await lstat(path);
	if (!stat.isDirectory()) return {path, ...(await hashEntry(path, stat))};
	const files = (await listFiles(path, '')).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
	const whole = createHash('sha256');
	let sizeBytes = 0;
	for (const name of files) {
		const file = join(path, name);
		const fact = await hashEntry(file, await lstat(file));
		whole.update(`${fact.sha256}  ${name}\n`);
		sizeBytes += fact.sizeBytes;
	}

	return {path, sizeBytes, sha256: whole.digest('hex')};
};

/** The same of bytes that are at hand: what is written, or was read whole. */
export const factOfBytes = (path: string, bytes: Uint8Array): FileFact => ({path, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex')});

const hashEntry = async (path: string, stat: {readonly size: number; isSymbolicLink: () => boolean}): Promise<{readonly sizeBytes: number; readonly sha256: string}> => {
	const hash: Hash = createHash('sha256');
	if (stat.isSymbolicLink()) hash.update(await readlink(path));
	else await hashContent(path, hash);
	return {sizeBytes: stat.size, sha256: hash.digest('hex')};
};

const pieceBytes = 1024 * 1024;

/** Piece by piece into the same memory: a stream would take new memory for each, and hold 100 MB of it before any is given back. */
const hashContent = async (path: string, hash: Hash): Promise<void> => {
	await using file = await open(path);
	const piece = Buffer.allocUnsafe(pieceBytes);
	for (;;) {
		const {bytesRead} = await file.read(piece, 0, pieceBytes);
		if (bytesRead === 0) return;
		hash.update(piece.subarray(0, bytesRead));
	}
};

const listFiles = async (folder: string, within: string): Promise<readonly string[]> => {
	const entries = await readdir(join(folder, within), {withFileTypes: true});
	const nested = await Promise.all(
		entries.map(entry => {
			const name = within === '' ? entry.name : `${within}/${entry.name}`;
			return entry.isDirectory() ? listFiles(folder, name) : [name];
		}),
	);
	return nested.flat();
};
