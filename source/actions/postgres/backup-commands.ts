import {basename} from 'node:path';

import {commandLine} from '../../text/command-line.ts';
import type {Command} from '../action.ts';
import type {BackupWork} from './plan-backup.ts';
import type {RestoreCheckWork} from './plan-restore-check.ts';
import {withoutTooNew} from './restore-command.ts';

/** Everything that is done, in order. */
export const commandsOf = (work: BackupWork): readonly Command[] => {
	const {names, settings, archive, restoreCheck, globals, isStreamed, endSessions} = work;
	const reads = (argv: readonly string[]): Command => ({effect: 'reads', argv});
	const told = (effect: Command['effect'], shown: string): Command => ({effect, argv: [], shown});
	const into = (argv: readonly string[], path: string): Command => ({effect: 'local', argv, ...(isStreamed ? {redirect: {sign: '>', path}} : {})});
	const asks = (argv: readonly string[], path: string): Command => ({effect: 'reads', argv, redirect: {sign: '<', path}});
	return [
		...(work.leftovers.length === 0 ? [] : [told('local', `remove what earlier attempts left unfinished in ${names.folder}: ${work.leftoversShown.join(', ')}`)]),
		...(endSessions === null || work.leftovers.length === 0 ? [] : [{effect: 'local', argv: endSessions.argv} satisfies Command]),
		reads(work.dumpVersion),
		...(archive === null ? [] : [reads(archive.version)]),
		asks(work.facts.argv, factsFile),
		told('local', `look at the free space of ${names.folder}, and whether it can be written to`),
		...(restoreCheck === null ? [] : [asks(restoreCheck.census, censusFile)]),
		into(work.dump, names.partial),
		...(globals === null ? [] : [into(globals, names.globals.partial)]),
		...(endSessions === null ? [] : [{effect: 'local', argv: endSessions.argv, when: 'if that is cancelled or breaks off'} satisfies Command]),
		...(archive === null ? [told('reads', `read ${names.partial} to its end marker`)] : [reads(archive.list), reads(archive.read)]),
		...(restoreCheck === null ? [] : restoreCheckCommands(restoreCheck, work)),
		told('local', `rename ${names.partial} to ${basename(names.final)}, its facts beside it`),
		...work.after.map((argv): Command => ({effect: 'changes', argv})),
		...(settings.keep === undefined ? [] : [told('local', `remove backups of ${work.address.name} (${settings.format}) in ${names.folder} that Slipway made, but the newest ${settings.keep}`)]),
	];
};

const restoreCheckCommands = ({drop, create, restore, filtered, restoredCensus}: RestoreCheckWork, {settings, names, isCompressed}: BackupWork): readonly Command[] => {
	const changes = (argv: readonly string[], more: Partial<Command> = {}): Command => ({effect: 'changes', argv, ...more});
	const fed: Partial<Command> = isCompressed ? {shown: `gzip -dc ${commandLine([names.partial])} | ${commandLine(restore)}`} : {redirect: {sign: '<', path: names.partial}};
	return [
		changes(drop),
		changes(create),
		changes(restore, settings.format === 'plain' ? fed : {}),
		changes([], {shown: `instead, where ${settings.format === 'plain' ? 'pg_dump' : 'pg_restore'} is of 17 or later and the server is not: ${withoutTooNew(filtered.source, filtered.load)}`}),
		{effect: 'reads', argv: restoredCensus, redirect: {sign: '<', path: censusFile}},
		changes(drop),
	];
};

/** What psql reads on stdin; the texts lie in the evidence. One asks for version, sizes and rights, the other counts rows in a snapshot; neither writes. */
export const factsFile = 'server-facts.sql';
export const censusFile = 'census.sql';
