import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

/** Texts by their path in the folder; folders on the way are made. */
export const writeFiles = (folder: string, files: Readonly<Record<string, string>>): void => {
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, path)), {recursive: true});
		writeFileSync(join(folder, path), text);
	}
};
