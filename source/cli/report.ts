import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';

import {readRun} from '../engine/read-run.ts';
import {markdownReport} from '../run/report.ts';
import type {Command} from './command.ts';
import {findRun} from './find-run.ts';

/** `slipway report RUN` */
export const report: Command = {
	usage: 'report RUN [--output FILE]',
	describe: 'Writes the report of a run in Markdown: what was waived first, then what was done, by whom, on what evidence. The same journal gives the same bytes.',
	options: {output: {type: 'string', short: 'o', value: 'FILE', describe: 'Write to a file instead of the screen'}},
	positionals: {least: 0, most: 1},
	run: ({values, positionals}, io) => {
		const {state, damage} = readRun(io.env, findRun(io, positionals[0], 'last'));
		const text = markdownReport(state);
		const file = values['output'] as string | undefined;
		if (file === undefined) io.out(text);
		else writeFileSync(resolve(io.cwd, file), text);
		if (damage === null) return 0;
		io.err(`slipway: ${damage}\n  The report covers what comes before.\n  See \`slipway verify ${state.id}\`.\n`);
		return 1;
	},
};
