import {closeSync, fstatSync, fsyncSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, rmSync} from 'node:fs';
import {basename, join} from 'node:path';

import {disk} from './file-system.ts';
import {readIfThere, writeFully} from './files.ts';
import {padding, tarEnd, tarHeader, type TarEntry} from './tar.ts';

export type Exported = {readonly files: number; readonly bytes: number};

/**
Writes one archive with all that makes a run's record verify elsewhere, and with its output; what only serves this machine (locks, process
ids, the target's kubeconfig, approvals that nobody took) is left out. The same run gives the same bytes. `to` must not exist. Throws the error of the
file system; then there is no archive.

	<run>/journal.jsonl  checkpoint  checkpoint.sig  runbook.yaml  plan.json  journal.torn.<k>
	<run>/attempts/<task>.<n>/out  err      <run>/evidence/…      <run>/approvals/<hash>/…
*/
export const exportRun = (folder: string, modifiedAt: Date, to: string): Exported => {
	const fd = openSync(to, 'wx', 0o600);
	try {
		const runId = basename(folder);
		const seconds = Math.floor(modifiedAt.getTime() / 1000);
		let bytes = 0;
		const write = (chunk: Uint8Array): void => {
			writeFully(fd, chunk, disk);
			bytes += chunk.length;
		};
		const put = (path: string, content: Content): void => {
			write(tarHeader({path: `${runId}/${path}`, link: content.link, sizeBytes: content.sizeBytes, modifiedAt: seconds} satisfies TarEntry));
			content.copy(write);
			write(padding(content.sizeBytes));
		};

		// The checkpoint is read first: what is written meanwhile only makes the journal longer than it says.
		const small = smallFiles(folder).map(name => ({name, content: readIfThere(join(folder, name))})).filter(({content}) => content !== null);
		for (const {name, content} of small) put(name, whole(content ?? Buffer.alloc(0)));
		const files = largeFiles(folder);
		for (const path of files) put(path, onDisk(join(folder, path)));
		write(tarEnd);
		fsyncSync(fd);
		return {files: small.length + files.length, bytes};
	} catch (error) {
		rmSync(to, {force: true});
		throw error;
	} finally {
		closeSync(fd);
	}
};

type Content = {readonly sizeBytes: number; readonly link: string | null; readonly copy: (write: (chunk: Uint8Array) => void) => void};

const smallFiles = (folder: string): readonly string[] => ['checkpoint', 'checkpoint.sig', 'journal.jsonl', 'plan.json', 'runbook.yaml', ...namesIn(folder).filter(name => /^journal\.torn\.\d+$/.test(name))];

const largeFiles = (folder: string): readonly string[] =>
	[
		...namesIn(join(folder, 'attempts')).flatMap(attempt => ['err', 'out'].filter(name => isThere(join(folder, 'attempts', attempt, name))).map(name => `attempts/${attempt}/${name}`)),
		...filesBelow(folder, 'evidence'),
		...namesIn(join(folder, 'approvals')).filter(name => /^[0-9a-f]{16}$/.test(name)).flatMap(name => filesBelow(folder, `approvals/${name}`)),
	].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

const whole = (content: Buffer): Content => ({sizeBytes: content.length, link: null, copy: write => write(content)});

/** As long as it is now: an output that grows is cut there. */
const onDisk = (path: string): Content => {
	if (lstatSync(path).isSymbolicLink()) return {sizeBytes: 0, link: readlinkSync(path), copy: () => {}};
	const fd = openSync(path, 'r');
	const {size} = fstatSync(fd);
	return {
		sizeBytes: size,
		link: null,
		copy: write => {
			const buffer = Buffer.allocUnsafe(1024 * 1024);
			try {
				for (let at = 0; at < size; ) {
					const count = readSync(fd, buffer, 0, Math.min(buffer.length, size - at), at);
					if (count === 0) throw new Error(`${path} became shorter while it was read.`);
					write(buffer.subarray(0, count));
					at += count;
				}
			} finally {
				closeSync(fd);
			}
		},
	};
};

const isThere = (path: string): boolean => lstatSync(path, {throwIfNoEntry: false})?.isFile() === true;

const namesIn = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder).toSorted();
	} catch {
		return [];
	}
};

const filesBelow = (folder: string, within: string): readonly string[] =>
	namesIn(join(folder, within)).flatMap(name => {
		const path = `${within}/${name}`;
		const stat = lstatSync(join(folder, path));
		return stat.isDirectory() ? filesBelow(folder, path) : stat.isFile() || stat.isSymbolicLink() ? [path] : [];
	});
