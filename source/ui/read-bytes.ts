import {readFileSync} from 'node:fs';

/** A file whole; null when it can't be read. */
export const readBytes = (path: string): Uint8Array | null => {
	try {
		return readFileSync(path);
	} catch {
		return null;
	}
};
