import {PassThrough} from 'node:stream';

import {censusOf, readCensusLine, type Census} from '../actions/postgres/census.ts';
import {censusFile} from '../actions/postgres/backup-commands.ts';
import {commandLine} from '../text/command-line.ts';
import type {Workplace} from './performer.ts';
import {streamCommand} from './stream-command.ts';

export type CensusSession = {
	/** Resolves when pg_dump may share the snapshot; null when there is none, and `result` says why. */
	readonly snapshot: Promise<string | null>;
	/** Reads the sequences once more and ends the session; later calls give the same answer. */
	readonly close: () => Promise<{readonly census: Census; readonly after: Census} | {readonly why: string}>;
};

/** Takes stock of a database in a session that is held open, so that its snapshot stays good for pg_dump. */
export const openCensus = (argv: readonly string[], {census, closing}: {readonly census: string; readonly closing: string}, {place, environment}: {readonly place: Workplace; readonly environment: Readonly<Record<string, string>>}): CensusSession => {
	place.say(`$ ${commandLine(argv)} < ${censusFile}`);
	const stdin = new PassThrough();
	const sections: string[][][] = [[]];
	const said: string[] = [];
	let tellSnapshot: (id: string | null) => void = () => {};
	const snapshot = new Promise<string | null>(resolve => {
		tellSnapshot = resolve;
	});
	const ended = streamCommand({
		argv,
		environment,
		signal: place.signal,
		stdin,
		stdout: line => {
			const read = readCensusLine(line);
			if (read === null) return;
			if (read[0] === 'snapshot') tellSnapshot(read[1] ?? null);
			else if (read[0] === 'end') sections.push([]);
			else sections.at(-1)?.push([...read]);
		},
		onErrorLine: line => {
			said.push(line);
			place.say(line);
		},
	}).then(end => {
		tellSnapshot(null);
		return end;
	});
	stdin.write(census);
	let closed: ReturnType<CensusSession['close']> | null = null;
	const close: CensusSession['close'] = async () => {
		stdin.end(closing);
		const {exitCode, trouble} = await ended;
		const [first, second] = sections;
		if (exitCode !== 0 || sections.length < 3 || first === undefined || second === undefined) return {why: said.join('\n') || trouble || `psql ended with exit status ${exitCode ?? 'unknown'} before it had counted everything.`};
		return {census: censusOf(first), after: censusOf(second)};
	};
	return {snapshot, close: () => (closed ??= close())};
};
