import type {Command, Io} from '../../source/cli/command.ts';
import {parseArguments} from '../../source/cli/arguments.ts';

export type Said = {readonly status: number; readonly out: string; readonly err: string};

/** Runs a command as the program does, in a pipe; `isTerminal`: what it would print at a terminal. */
export const runCommand = async (command: Command, argv: readonly string[], {cwd, env = {}, columns = 80, isTerminal = false}: {readonly cwd: string; readonly env?: Io['env']; readonly columns?: number; readonly isTerminal?: boolean}): Promise<Said> => {
	let out = '';
	let err = '';
	const io: Io = {out: text => void (out += text), err: text => void (err += text), env, cwd, isTerminal, columns};
	const [name = ''] = command.usage.split(' ');
	const status = await command.run(parseArguments(name, argv, command.options, command.positionals), io);
	return {status, out, err};
};
