import {resolve} from 'node:path';

import {importRun} from '../stores/import-run.ts';
import {stateFolder} from '../stores/run-folder.ts';
import type {Command} from './command.ts';

/** `slipway import FILE` */
export const importCommand: Command = {
	usage: 'import FILE',
	describe: 'Takes a run out of an archive that `slipway export` wrote, after its record was verified. A run that is here already is never replaced, and one that has not ended is not taken.',
	options: {},
	positionals: {least: 1, most: 1},
	run: async ({positionals}, io) => {
		const runId = await importRun(stateFolder(io.env), resolve(io.cwd, positionals[0] ?? ''));
		io.out(`The run ${runId} is here. Its record is whole; whose signature it bears: slipway verify ${runId} --allowed-signers FILE\n`);
		return 0;
	},
};
