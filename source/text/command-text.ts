import {commandLine} from './command-line.ts';

/** What of a `Command` stands in its line. */
type Words = {readonly argv: readonly string[]; readonly shown?: string; readonly redirect?: {readonly sign: '<' | '>'; readonly path: string}; readonly when?: string};

/** A command in one line, as it is recorded: `if that is cancelled: psql --file=- < census.sql`. */
export const commandText = ({argv, shown, redirect, when}: Words): string =>
	shown ?? `${when === undefined ? '' : `${when}: `}${commandLine(argv)}${redirect === undefined ? '' : ` ${redirect.sign} ${commandLine([redirect.path])}`}`;
