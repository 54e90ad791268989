import {randomBytes} from 'node:crypto';
import {join} from 'node:path';

import {disk, errorCode, type FileSystem} from './file-system.ts';
import {replaceDurably, syncFolder} from './files.ts';

/** Room for the line that says that the disk is full, and for what the file system needs to write it. */
const ballastBytes = 64 * 1024;

const ballastPath = (folder: string): string => join(folder, 'ballast');

/** Puts the reserve into the run's folder unless it is there. Throws the error of the file system. */
export const takeBallast = (folder: string, files: FileSystem = disk): void => {
	try {
		if (files.stat(ballastPath(folder)).size >= ballastBytes) return;
	} catch (error) {
		if (errorCode(error) !== 'ENOENT') throw error;
	}

	// Random, so that a file system that packs its files can't make the reserve smaller than it has to be.
	replaceDurably(ballastPath(folder), randomBytes(ballastBytes), files);
};

/** Gives the reserve back to the disk. */
export const dropBallast = (folder: string, files: FileSystem = disk): void => {
	try {
		files.unlink(ballastPath(folder));
	} catch (error) {
		if (errorCode(error) !== 'ENOENT') throw error;
		return;
	}

	syncFolder(folder, files);
};
