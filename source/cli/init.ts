import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';

import {Problem} from '../errors.ts';
import {starterRunbook} from '../runbook/starter.ts';
import {commandLine} from '../text/command-line.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {Command} from './command.ts';

/** `slipway init` */
export const init: Command = {
	usage: 'init [FILE]',
	describe: 'Writes a runbook to begin with, release.runbook.yaml or FILE, each key explained. Asks nothing, and never overwrites.',
	options: {},
	positionals: {least: 0, most: 1},
	run: ({positionals: [name = 'release.runbook.yaml']}, io) => {
		writeNew(resolve(io.cwd, name), name);
		const file = commandLine([name]);
		io.out(
			makeSafe(
				[
					`Wrote ${name}.`,
					'',
					'Next:',
					'  1. Change what is marked with <- in it.',
					`  2. slipway validate ${file}`,
					`  3. slipway plan ${file} --target uat --input version=1.2.3     shows what would happen, and starts nothing`,
					`  4. slipway run ${file} --target uat --input version=1.2.3`,
					'',
					'Completion in an editor: slipway schema > runbook.schema.json',
					'What is missing on this machine: slipway doctor',
					'',
				].join('\n'),
			),
		);
		return 0;
	},
};

const writeNew = (path: string, name: string): void => {
	try {
		writeFileSync(path, starterRunbook, {flag: 'wx'});
	} catch (cause) {
		const {code = '', message} = cause as NodeJS.ErrnoException;
		throw new Problem({
			code: 'init-refused',
			what: `${name} is not written.`,
			why: `${reasons[code] ?? message}.`,
			todo: code === 'EEXIST' ? 'Name another file: `slipway init other.runbook.yaml`.' : 'Name a file in a folder that you may write to.',
			cause,
		});
	}
};

const reasons: Readonly<Record<string, string>> = {EEXIST: 'It is there already, and nothing is overwritten', ENOENT: 'Its folder is not there', ENOTDIR: 'Its folder is not there', EACCES: 'You may not write there', EROFS: 'The file system is read-only'};
