import {dirname} from 'node:path';

import {O_APPEND, O_CREAT, O_EXCL, O_TRUNC, type FileSystem} from '../../source/stores/file-system.ts';

/**
A disk in memory that tells apart what the kernel shows and what would survive a power cut. What was written since the last flush of a file,
and what was renamed or created since the last flush of a folder, may survive in any mixture (`survivors`).
*/
export class SimulatedDisk implements FileSystem {
	/** Called before every call; may throw in its place. */
	onCall: (name: keyof FileSystem, path: string) => void = () => {};
	/** How many bytes the next write takes at most. */
	shortWrite: number | null = null;
	/** How many bytes fit on the disk; a write takes what still fits, then fails. */
	capacityBytes = Number.POSITIVE_INFINITY;
	/** The next flush fails as Linux does it: the pages count as clean afterwards, though the disk has not got them. */
	failFlush = false;
	readonly entries = new Map<string, Entry>();
	readonly #open = new Map<number, {readonly path: string; readonly entry: Entry; readonly isAppending: boolean}>();
	#nextFd = 3;

	constructor(folders: readonly string[]) {
		for (const path of folders) this.entries.set(path, new Entry(true));
	}

	open = (path: string, flags: number, _mode: number): number => {
		this.onCall('open', path);
		let entry = this.entries.get(path);
		if (entry !== undefined && (flags & O_EXCL) !== 0) throw failure('EEXIST', path);
		if (entry === undefined) {
			if ((flags & O_CREAT) === 0) throw failure('ENOENT', path);
			entry = new Entry(false);
			this.#change(path, {set: [[path, entry]], remove: []});
		}

		if ((flags & O_TRUNC) !== 0 && entry.shown.length > 0) entry.apply({kind: 'truncate', length: 0});
		const fd = this.#nextFd++;
		this.#open.set(fd, {path, entry, isAppending: (flags & O_APPEND) !== 0});
		return fd;
	};

	write = (fd: number, bytes: Uint8Array, offset: number, length: number, position: number | null): number => {
		const {path, entry, isAppending} = this.#of(fd);
		this.onCall('write', path);
		const at = isAppending ? entry.shown.length : (position ?? entry.written);
		const room = Math.max(0, this.capacityBytes - this.usedBytes() + Math.max(0, entry.shown.length - at));
		if (room === 0 && length > 0) throw failure('ENOSPC', path);
		const count = Math.min(length, room, this.shortWrite ?? length);
		this.shortWrite = null;
		entry.apply({kind: 'write', at, bytes: Buffer.from(bytes.subarray(offset, offset + count))});
		entry.written = at + count;
		return count;
	};

	fdatasync = (fd: number): void => this.#flush('fdatasync', fd);
	fsync = (fd: number): void => this.#flush('fsync', fd);

	truncate = (fd: number, length: number): void => {
		const {path, entry} = this.#of(fd);
		this.onCall('truncate', path);
		entry.apply({kind: 'truncate', length});
	};

	close = (fd: number): void => {
		const {path} = this.#of(fd);
		this.#open.delete(fd);
		this.onCall('close', path);
	};

	rename = (from: string, to: string): void => {
		this.onCall('rename', from);
		const entry = this.#entry(from);
		this.#change(from, {set: [[to, entry]], remove: [from]});
	};

	unlink = (path: string): void => {
		this.onCall('unlink', path);
		this.#entry(path);
		this.#change(path, {set: [], remove: [path]});
	};

	mkdir = (path: string, _mode: number): void => {
		this.onCall('mkdir', path);
		if (this.entries.has(path)) throw failure('EEXIST', path);
		this.#change(path, {set: [[path, new Entry(true)]], remove: []});
	};

	read = (path: string): Buffer => {
		this.onCall('read', path);
		return Buffer.from(this.#entry(path).shown);
	};

	list = (path: string): readonly string[] => {
		this.#entry(path);
		return [...this.entries.keys()].filter(name => dirname(name) === path && name !== path).map(name => name.slice(path.length + 1));
	};

	stat = (path: string): {readonly size: number; readonly ino: number} => {
		this.onCall('stat', path);
		const entry = this.#entry(path);
		return {size: entry.shown.length, ino: entry.ino};
	};

	statOpen = (fd: number): {readonly size: number; readonly ino: number; readonly nlink: number} => {
		const {entry} = this.#of(fd);
		return {size: entry.shown.length, ino: entry.ino, nlink: [...this.entries.values()].filter(named => named === entry).length};
	};

	usedBytes(): number {
		return [...new Set(this.entries.values())].reduce((sum, entry) => sum + entry.shown.length, 0);
	}

	/** A disk for each state that a power cut at this moment may leave. */
	*survivors(): Generator<SimulatedDisk> {
		for (const names of this.#names(new Map(), '/')) {
			const files = [...new Set(names.values())].filter(entry => !entry.isFolder);
			for (const contents of products(files.map(entry => entry.survivors()))) {
				const copies = new Map(files.map((entry, index) => [entry, Entry.holding(contents[index]!)]));
				const disk = new SimulatedDisk([]);
				for (const [path, entry] of names) disk.entries.set(path, copies.get(entry) ?? new Entry(true));
				for (const [path, entry] of disk.entries) if (path !== '/') disk.entries.get(dirname(path))?.names.set(path, entry);
				yield disk;
			}
		}
	}

	/** What is in each file after the kernel goes on: a program that ended, no power cut. */
	reopened(): SimulatedDisk {
		const disk = new SimulatedDisk([]);
		for (const [path, entry] of this.entries) disk.entries.set(path, entry);
		return disk;
	}

	#names(above: Map<string, Entry>, folder: string): Generator<Map<string, Entry>> {
		const root = this.entries.get(folder);
		if (root === undefined) throw new Error('A simulated disk needs the folder /.');
		above.set(folder, root);
		return expand(above, [folder]);
	}

	#change(path: string, change: Change): void {
		const folder = this.entries.get(dirname(path));
		if (folder === undefined || !folder.isFolder) throw failure('ENOENT', path);
		changeNames(this.entries, change);
		folder.changes.push(change);
	}

	#flush(name: 'fsync' | 'fdatasync', fd: number): void {
		const {path, entry} = this.#of(fd);
		this.onCall(name, path);
		if (this.failFlush) {
			this.failFlush = false;
			entry.forget();
			throw failure('EIO', path);
		}

		entry.flush();
	}

	#entry(path: string): Entry {
		const entry = this.entries.get(path);
		if (entry === undefined) throw failure('ENOENT', path);
		return entry;
	}

	#of(fd: number) {
		const open = this.#open.get(fd);
		if (open === undefined) throw failure('EBADF', String(fd));
		return open;
	}
}

export const failure = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), {code});

type Change = {readonly set: readonly (readonly [string, Entry])[]; readonly remove: readonly string[]};
type Operation = {readonly kind: 'write'; readonly at: number; readonly bytes: Buffer} | {readonly kind: 'truncate'; readonly length: number};

let inodes = 1;

/** A file or a folder: what is shown of it, what surely survives, and what may. */
class Entry {
	readonly ino = inodes++;
	readonly isFolder: boolean;
	shown: Buffer = Buffer.alloc(0);
	written = 0;
	safe: Buffer = Buffer.alloc(0);
	pending: Operation[] = [];
	/** Of a folder: the names that surely survive, and the changes that may. */
	readonly names = new Map<string, Entry>();
	changes: Change[] = [];

	constructor(isFolder: boolean) {
		this.isFolder = isFolder;
	}

	static holding(content: Buffer): Entry {
		const entry = new Entry(false);
		entry.shown = content;
		entry.safe = content;
		return entry;
	}

	apply(operation: Operation): void {
		this.shown = applied(this.shown, operation);
		this.pending.push(operation);
	}

	flush(): void {
		this.safe = this.pending.reduce<Buffer>(applied, this.safe);
		this.pending = [];
		for (const change of this.changes) changeNames(this.names, change);
		this.changes = [];
	}

	forget(): void {
		this.pending = [];
	}

	*survivors(): Generator<Buffer> {
		yield* unique(endings(this.safe, this.pending));
	}

	*namesThatSurvive(): Generator<ReadonlyMap<string, Entry>> {
		for (let mask = 0; mask < 1 << this.changes.length; mask++) {
			const names = new Map(this.names);
			this.changes.forEach((change, index) => {
				if ((mask & (1 << index)) !== 0) changeNames(names, change);
			});
			yield names;
		}
	}
}

const changeNames = (names: Map<string, Entry>, change: Change): void => {
	for (const name of change.remove) names.delete(name);
	for (const [name, entry] of change.set) names.set(name, entry);
};

function* expand(found: ReadonlyMap<string, Entry>, folders: readonly string[]): Generator<Map<string, Entry>> {
	const [path, ...others] = folders;
	if (path === undefined) {
		yield new Map(found);
		return;
	}

	const folder = found.get(path)!;
	for (const names of folder.namesThatSurvive()) {
		const inner = [...names].filter(([, entry]) => entry.isFolder).map(([name]) => name);
		yield* expand(new Map([...found, ...names]), [...others, ...inner]);
	}
}

const applied = (content: Buffer, operation: Operation): Buffer => {
	if (operation.kind === 'truncate') return Buffer.concat([content.subarray(0, operation.length), Buffer.alloc(Math.max(0, operation.length - content.length))]);
	const {at, bytes} = operation;
	const result = Buffer.alloc(Math.max(content.length, at + bytes.length));
	content.copy(result);
	bytes.copy(result, at);
	return result;
};

/** Every operation may be kept or lost; a write may also stop at any byte, or lose any of its sectors. */
function* endings(content: Buffer, [operation, ...rest]: readonly Operation[]): Generator<Buffer> {
	if (operation === undefined) {
		yield content;
		return;
	}

	yield* endings(content, rest);
	yield* endings(applied(content, operation), rest);
	if (operation.kind === 'truncate') return;
	for (const length of cuts(operation.bytes.length)) yield* endings(applied(content, {...operation, bytes: operation.bytes.subarray(0, length)}), rest);
	for (const holed of withLostSectors(content, operation)) yield* endings(applied(content, {...operation, bytes: holed}), rest);
}

/** At every byte of what is as long as a line; of longer ones at the ends of sectors. */
const cuts = (length: number): readonly number[] => {
	const step = length > 2048 ? 512 * Math.ceil(length / 512 / 8) : 1;
	return Array.from({length: Math.ceil(length / step)}, (_, index) => index * step);
};

const sectorBytes = 512;

/** A sector that did not reach the disk keeps what it held: the old bytes, or NUL where the file was shorter. */
function* withLostSectors(content: Buffer, {at, bytes}: {readonly at: number; readonly bytes: Buffer}): Generator<Buffer> {
	const first = Math.floor(at / sectorBytes);
	const sectors = Math.floor((at + bytes.length - 1) / sectorBytes) - first + 1;
	if (bytes.length === 0 || sectors > 4) return;
	const before = Buffer.alloc(bytes.length);
	content.copy(before, 0, at);
	for (let mask = 1; mask < 1 << sectors; mask++) {
		const partial = Buffer.from(bytes);
		for (let sector = 0; sector < sectors; sector++) {
			if ((mask & (1 << sector)) === 0) continue;
			const from = Math.max(0, (first + sector) * sectorBytes - at);
			before.copy(partial, from, from, (first + sector + 1) * sectorBytes - at);
		}

		yield partial;
	}
}

function* unique(contents: Iterable<Buffer>): Generator<Buffer> {
	const seen = new Set<string>();
	for (const content of contents) {
		const key = content.toString('latin1');
		if (seen.has(key)) continue;
		seen.add(key);
		yield content;
	}
}

function* products(choices: readonly Iterable<Buffer>[]): Generator<readonly Buffer[]> {
	const lists = choices.map(choice => [...choice]);
	const walk = function* (index: number, chosen: readonly Buffer[]): Generator<readonly Buffer[]> {
		const list = lists[index];
		if (list === undefined) {
			yield chosen;
			return;
		}

		for (const one of list) yield* walk(index + 1, [...chosen, one]);
	};
	yield* walk(0, []);
}
