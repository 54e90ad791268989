import {accessSync, constants, statSync} from 'node:fs';
import {join} from 'node:path';

/** The absolute path of the first program of that name in some folders, or null. */
export const findProgram = (name: string, folders: readonly string[]): string | null => folders.map(folder => join(folder, name)).find(isProgram) ?? null;

const isProgram = (path: string): boolean => {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
};
