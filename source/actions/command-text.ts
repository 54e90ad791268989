import {commandLine} from '../text/command-line.ts';
import type {Command} from './action.ts';

/** A command in one line, as it is recorded: `if that is cancelled: psql --file=- < census.sql`. */
export const commandText = ({argv, shown, redirect, when}: Omit<Command, 'effect'>): string =>
	shown ?? `${when === undefined ? '' : `${when}: `}${commandLine(argv)}${redirect === undefined ? '' : ` ${redirect.sign} ${commandLine([redirect.path])}`}`;
