import {dirname} from 'node:path';

import {disk, errorCode, O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_TRUNC, O_WRONLY, type FileSystem} from './file-system.ts';

/** Creates a file that must not exist, for appending, 0600, and makes its name durable. */
export const createDurably = (path: string, files: FileSystem = disk): number => {
	const fd = files.open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0o600);
	try {
		files.fsync(fd);
		syncFolder(dirname(path), files);
	} catch (error) {
		files.close(fd);
		throw error;
	}

	return fd;
};

export const openForAppend = (path: string, files: FileSystem = disk): number => files.open(path, O_WRONLY | O_APPEND, 0o600);

/** Writes all the bytes, however short the single writes are, and flushes them. */
export const appendDurably = (fd: number, bytes: Uint8Array, files: FileSystem = disk): void => {
	writeFully(fd, bytes, files);
	files.fdatasync(fd);
};

/** Writes bytes over those at `position` and flushes them. Not through a descriptor for appending: Linux would append. */
export const overwriteDurably = (path: string, bytes: Uint8Array, position: number, files: FileSystem = disk): void => {
	withOpen(path, O_WRONLY, files, fd => {
		writeFully(fd, bytes, files, position);
		files.fdatasync(fd);
	});
};

/** Replaces a file's content so that after a crash it has the old bytes or the new ones, never something between. */
export const replaceDurably = (path: string, content: string | Uint8Array, files: FileSystem = disk): void => {
	const temporary = `${path}.new`;
	writeDurably(temporary, content, files);
	files.rename(temporary, path);
	syncFolder(dirname(path), files);
};

/** Writes a file whose name need not be durable yet: somebody renames it. */
export const writeDurably = (path: string, content: string | Uint8Array, files: FileSystem = disk): void => {
	withOpen(path, O_WRONLY | O_CREAT | O_TRUNC, files, fd => appendDurably(fd, typeof content === 'string' ? Buffer.from(content) : content, files));
};

/** Makes the names in a folder durable. Needed after a file was created or renamed in it. */
export const syncFolder = (path: string, files: FileSystem = disk): void => {
	withOpen(path, O_RDONLY, files, fd => files.fsync(fd));
};

/** Makes a folder (0700) and those above it that are missing, and their names durable. */
export const makeFolderDurably = (path: string, files: FileSystem = disk): void => {
	try {
		files.mkdir(path, 0o700);
	} catch (error) {
		if (errorCode(error) === 'EEXIST') return;
		if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
		makeFolderDurably(dirname(path), files);
		makeFolderDurably(path, files);
		return;
	}

	syncFolder(dirname(path), files);
};

/** The file's bytes, or `null` when there is no such file. */
export const readIfThere = (path: string, files: FileSystem = disk): Buffer | null => {
	try {
		return files.read(path);
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return null;
		throw error;
	}
};

const withOpen = (path: string, flags: number, files: FileSystem, work: (fd: number) => void): void => {
	const fd = files.open(path, flags, 0o600);
	try {
		work(fd);
	} finally {
		files.close(fd);
	}
};

/** Writes all the bytes, however short the single writes are. Not flushed. */
export const writeFully = (fd: number, bytes: Uint8Array, files: FileSystem, position?: number): void => {
	let written = 0;
	while (written < bytes.length) {
		const count = files.write(fd, bytes, written, bytes.length - written, position === undefined ? null : position + written);
		if (count === 0) throw Object.assign(new Error('The disk took no byte of a write.'), {code: 'EIO'});
		written += count;
	}
};
