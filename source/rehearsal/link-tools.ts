import {symlinkSync} from 'node:fs';
import {join} from 'node:path';

import type {ClusterTools} from './cluster-tools.ts';

/** Puts the tools that are not on PATH where a run in the sandbox looks first. */
export const linkTools = (tools: ClusterTools, binFolder: string): void => {
	for (const [name, {path, isOwn}] of Object.entries(tools)) if (isOwn) symlinkSync(path, join(binFolder, name));
};
