import {delimiter} from 'node:path';

import {findProgram} from '../stores/find-program.ts';

/** Looks a program up on a PATH; its absolute path, or null. Each name is looked up once. */
export const toolFinder = (path: string | undefined): ((name: string) => string | null) => {
	const folders = (path ?? '').split(delimiter).filter(folder => folder !== '');
	const found = new Map<string, string | null>();
	return name => {
		const known = found.get(name);
		if (known !== undefined) return known;
		const tool = findProgram(name, folders);
		found.set(name, tool);
		return tool;
	};
};
