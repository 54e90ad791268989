import {createReadStream} from 'node:fs';
import {open, readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';

import {countObjects, endBytes, isWholeDump, objectBeginnings} from '../actions/postgres/dump-text.ts';
import type {RunTool} from './tool-runner.ts';

/** How many objects a whole dump holds, or why it is no whole dump. */
export type Verified = {readonly objects: number} | {readonly fault: string};

/** Reads an archive whole, in the custom or the directory format. `--list` alone is content with an archive that was cut in half. */
export const verifyArchive = async (path: string, {list, read}: {readonly list: readonly string[]; readonly read: readonly string[]}, run: RunTool): Promise<Verified> => {
	const empty = await emptiness(path);
	if (empty !== null) return {fault: empty};
	const listed = await run(list);
	if (listed.exitCode !== 0) return {fault: listed.stderr.trim() || `pg_restore --list ended with exit status ${listed.exitCode ?? 'unknown'}`};
	const whole = await run(read);
	if (whole.exitCode !== 0) return {fault: whole.stderr.trim() || `pg_restore ended with exit status ${whole.exitCode ?? 'unknown'}`};
	const cut = await findCutFile(path);
	return cut === null ? {objects: countObjects(listed.stdout)} : {fault: cut};
};

/** Reads a plain dump to its end marker. */
export const verifyPlain = async (path: string, {isCompressed, kind = 'database'}: {readonly isCompressed: boolean; readonly kind?: 'database' | 'database cluster'}): Promise<Verified> => {
	const empty = await emptiness(path);
	if (empty !== null) return {fault: empty};
	let objects = 0;
	let head: Buffer = Buffer.alloc(0);
	let tail: Buffer = Buffer.from('\n');
	const take = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
		for await (const chunk of chunks) {
			// What was kept of the chunk before is searched again, as far as a mark may reach over its end.
			for (const mark of objectMarks) objects += count(Buffer.concat([tail.subarray(-(mark.length - 1)), chunk]), mark);
			if (head.length < endBytes) head = Buffer.concat([head, chunk.subarray(0, endBytes)]);
			tail = Buffer.concat([tail, chunk.subarray(-endBytes)]).subarray(-endBytes);
		}
	};
	const source = createReadStream(path, {highWaterMark: 1024 * 1024});
	try {
		await (isCompressed ? pipeline(source, createGunzip(), take) : pipeline(source, take));
	} catch (error) {
		return {fault: `It can't be read to its end: ${error instanceof Error ? error.message : String(error)}`};
	}

	return isWholeDump({head: head.toString(), tail: tail.toString()}, kind) ? {objects} : {fault: `It does not end as a whole dump does: with the line "PostgreSQL ${kind} dump complete" and, where it began with \`\\restrict\`, the same key.`};
};

const objectMarks = objectBeginnings.map(text => Buffer.from(text));

const count = (text: Buffer, mark: Buffer): number => {
	let found = 0;
	for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) found++;
	return found;
};

const emptiness = async (path: string): Promise<string | null> => {
	const found = await stat(path).catch(() => null);
	if (found === null) return 'There is no dump: its file was never made.';
	if (found.isDirectory()) return (await readdir(path)).length === 0 ? 'Its folder is empty.' : null;
	return found.size === 0 ? 'Its file is empty.' : null;
};

/**
In a directory, pg_restore notices a compressed file that was cut, and does not notice one that was not compressed. Such a file has an end of
its own (`\.` and two empty lines) when it holds rows, and none that could be told when it holds a large object.
*/
const findCutFile = async (path: string): Promise<string | null> => {
	if (!(await stat(path)).isDirectory()) return null;
	for (const name of await readdir(path)) {
		if (name === 'toc.dat' || !name.endsWith('.dat')) continue;
		if (!/^\d+\.dat$/.test(name)) return `${name} is not compressed, so it can't be told whether it is whole.`;
		if ((await endOf(join(path, name), 5)) !== '\\.\n\n\n') return `${name} does not end as a whole file of rows does.`;
	}

	return null;
};

const endOf = async (path: string, length: number): Promise<string> => {
	const file = await open(path);
	try {
		const {size} = await file.stat();
		const {buffer, bytesRead} = await file.read(Buffer.alloc(length), 0, length, Math.max(0, size - length));
		return buffer.subarray(0, bytesRead).toString('latin1');
	} finally {
		await file.close();
	}
};
