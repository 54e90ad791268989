import {closeSync, existsSync, fstatSync, openSync, readSync} from 'node:fs';

/** The last bytes of a file as text, at most `limitBytes`; a character that was cut in two at the start is left out. Empty when there is no file. */
export const readTail = (path: string, limitBytes: number): string => {
	if (!existsSync(path)) return '';
	const file = openSync(path, 'r');
	try {
		const {size} = fstatSync(file);
		const bytes = Buffer.alloc(Math.min(size, limitBytes));
		const count = readSync(file, bytes, 0, bytes.length, size - bytes.length);
		return bytes.subarray(0, count).toString('utf8').replace(/^\uFFFD+/, '');
	} finally {
		closeSync(file);
	}
};
