import {accessSync, constants, statSync} from 'node:fs';
import {delimiter, join} from 'node:path';

/** Looks a program up on a PATH; its absolute path, or null. Each name is looked up once. */
export const toolFinder = (path: string | undefined): ((name: string) => string | null) => {
	const found = new Map<string, string | null>();
	return name => {
		const known = found.get(name);
		if (known !== undefined) return known;
		const tool = lookUp(name, path ?? '');
		found.set(name, tool);
		return tool;
	};
};

const lookUp = (name: string, path: string): string | null =>
	path
		.split(delimiter)
		.filter(folder => folder !== '')
		.map(folder => join(folder, name))
		.find(isProgram) ?? null;

const isProgram = (path: string): boolean => {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
};
