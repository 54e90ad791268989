import type {ProbeAnswer} from '../actions/action.ts';
import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import {longestLockWait, readLocks} from '../actions/postgres/server-facts.ts';
import {commandLine} from '../text/command-line.ts';
import type {Workplace} from './performer.ts';
import {streamCommand} from './stream-command.ts';

/** Asks a tool, having said the command. `file` holds what psql reads, and psql's first line tells of locks then. Resolves whatever the answer is. */
export const askTool = async (argv: readonly string[], {work, place, stdin, file}: {readonly work: BackupWork; readonly place: Workplace; readonly stdin?: string; readonly file?: string}): Promise<ProbeAnswer> => {
	place.say(`$ ${commandLine(argv)}${file === undefined ? '' : ` < ${file}`}`);
	const [out, err]: [string[], string[]] = [[], []];
	const {exitCode, trouble} = await streamCommand({
		argv,
		environment: work.environment,
		signal: place.signal,
		...(stdin === undefined ? {} : {stdin}),
		stdout: line => {
			out.push(line);
			if (file !== undefined && out.length === 1) for (const lock of readLocks(line)) place.say(`waiting at most ${longestLockWait}: ${lock}`);
		},
		onErrorLine: line => {
			err.push(line);
			place.say(line);
		},
	});
	return {exitCode, stdout: out.join('\n'), stderr: err.join('\n') || (trouble ?? '')};
};
