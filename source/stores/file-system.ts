import {closeSync, constants, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync, writeSync} from 'node:fs';

/**
The calls by which we write to a disk; a test puts a failing or a forgetful one in their place. All are synchronous: a flush blocks no frame
(0.1 to 5 ms), the order is plain to see, and through the thread pool it takes half as long again.
*/
export type FileSystem = {
	readonly open: (path: string, flags: number, mode: number) => number;
	/** May write less than it was given. `position`: `null` for where the file is appended to. */
	readonly write: (fd: number, bytes: Uint8Array, offset: number, length: number, position: number | null) => number;
	readonly fdatasync: (fd: number) => void;
	readonly fsync: (fd: number) => void;
	readonly truncate: (fd: number, length: number) => void;
	readonly close: (fd: number) => void;
	readonly rename: (from: string, to: string) => void;
	readonly unlink: (path: string) => void;
	readonly mkdir: (path: string, mode: number) => void;
	readonly read: (path: string) => Buffer;
	readonly list: (path: string) => readonly string[];
	readonly stat: (path: string) => {readonly size: number; readonly ino: number};
	/** `nlink` is 0 once the file has no name any more: removed, or another was renamed over it. */
	readonly statOpen: (fd: number) => {readonly size: number; readonly ino: number; readonly nlink: number};
};

export const disk: FileSystem = {
	open: openSync,
	write: (fd, bytes, offset, length, position) => writeSync(fd, bytes, offset, length, position),
	fdatasync: fdatasyncSync,
	fsync: fsyncSync,
	truncate: ftruncateSync,
	close: closeSync,
	rename: renameSync,
	unlink: unlinkSync,
	mkdir: (path, mode) => void mkdirSync(path, {mode}),
	read: path => readFileSync(path),
	list: path => readdirSync(path),
	stat: path => statSync(path),
	statOpen: fd => fstatSync(fd),
};

export const {O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_RDONLY, O_TRUNC} = constants;

/** `ENOSPC` and the like; `''` for an error that the file system did not make. */
export const errorCode = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '');

/** The disk, or what this user may have of it, is full. */
export const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(errorCode(error));
