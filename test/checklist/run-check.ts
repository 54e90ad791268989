/** `slipway check` as a process, without the rest of the program: for the tests. */
import process from 'node:process';

import {parseArguments} from '../../source/cli/arguments.ts';
import {check} from '../../source/cli/check.ts';
import {Problem} from '../../source/errors.ts';

const io = {out: (text: string) => void process.stdout.write(text), err: (text: string) => void process.stderr.write(text), env: process.env, cwd: process.cwd(), isTerminal: false, columns: Number(process.env['COLUMNS'] ?? 80)};

try {
	process.exitCode = await check.run(parseArguments('check', process.argv.slice(2), check.options, check.positionals), io);
} catch (error) {
	if (!(error instanceof Problem)) throw error;
	io.err(`slipway: ${error.what}\n  ${error.why}\n  ${error.todo}\n`);
	process.exitCode = 2;
}
