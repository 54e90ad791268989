import {renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {syncFolder} from './files.ts';
import {runFolderPath, runsFolder} from './run-folder.ts';

/**
Removes a run with all that it left in its folder. It loses its name first, so that a run that is only half removed is no run any more. Throws
the error of the file system.
*/
export const removeRun = (root: string, runId: string): void => {
	const away = join(runsFolder(root), `.removed-${runId}`);
	renameSync(runFolderPath(root, runId), away);
	syncFolder(runsFolder(root));
	rmSync(away, {recursive: true, force: true});
};
