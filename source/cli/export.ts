import {resolve} from 'node:path';

import {readRun} from '../engine/read-run.ts';
import {Problem} from '../errors.ts';
import {errorCode} from '../stores/file-system.ts';
import {exportRun, type Exported} from '../stores/export-run.ts';
import {formatSize} from '../text/format-size.ts';
import type {Command} from './command.ts';
import {findRun} from './find-run.ts';

/** `slipway export RUN` */
export const exportCommand: Command = {
	usage: 'export RUN [--output FILE]',
	describe: 'Writes the record of a run into one archive that verifies elsewhere: journal, checkpoint and signature, runbook, plan, output, evidence. The same run gives the same bytes. Output and evidence are in it as they are.',
	options: {output: {type: 'string', short: 'o', value: 'FILE', describe: 'Where to; slipway-RUN.tar otherwise. It must not exist'}},
	positionals: {least: 1, most: 1},
	run: ({values, positionals}, io) => {
		const runId = findRun(io, positionals[0], 'last');
		const {state, folder, damage} = readRun(io.env, runId);
		const to = resolve(io.cwd, (values['output'] as string | undefined) ?? `slipway-${runId}.tar`);
		const {files, bytes} = write(folder, new Date(state.lastAt), to);
		io.out(`${to}: ${files} files, ${formatSize(bytes)}.\n  Verify it elsewhere: tar xf it into an empty folder, then slipway verify ${runId}\n`);
		if (state.ending === null) io.err('  The run has not ended: the archive has it as far as it has come, and can not be imported.\n');
		if (damage === null) return 0;
		io.err(`slipway: ${damage}\n  The archive has it as it is.\n  See \`slipway verify ${runId}\`.\n`);
		return 1;
	},
};

const write = (folder: string, modifiedAt: Date, to: string): Exported => {
	try {
		return exportRun(folder, modifiedAt, to);
	} catch (error) {
		throw new Problem({
			code: 'export-unwritable',
			what: 'The archive can not be written.',
			why: errorCode(error) === 'EEXIST' ? `${to} exists already.` : `${to}: ${error instanceof Error ? error.message : String(error)}.`,
			todo: 'Name another file with --output.',
			cause: error,
		});
	}
};
