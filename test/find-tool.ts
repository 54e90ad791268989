import {accessSync, constants} from 'node:fs';
import {delimiter, isAbsolute, join} from 'node:path';
import process from 'node:process';

/** What the engine hands to plans: the absolute path of a tool on PATH, or null. */
export const findTool = (name: string): string | null => {
	const paths = isAbsolute(name) ? [name] : (process.env['PATH'] ?? '').split(delimiter).map(folder => join(folder, name));
	return paths.find(isExecutable) ?? null;
};

const isExecutable = (path: string): boolean => {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
};
