import {commandLine} from '../../text/command-line.ts';
import type {Command} from '../action.ts';
import type {BackupWork} from './plan-backup.ts';
import type {RestoreCheckWork} from './plan-restore-check.ts';

/** Everything that is done, in order. */
export const commandsOf = (work: BackupWork): readonly Command[] => {
	const {names, settings, archive, restoreCheck, globals, isStreamed} = work;
	const reads = (argv: readonly string[]): Command => ({effect: 'reads', argv});
	const told = (effect: Command['effect'], shown: string): Command => ({effect, argv: [], shown});
	const into = (argv: readonly string[], path: string): Command => (isStreamed ? {effect: 'local', argv, shown: `${commandLine(argv)} > ${commandLine([path])}`} : {effect: 'local', argv});
	return [
		...(work.leftovers.length === 0 ? [] : [told('local', `remove what earlier attempts left unfinished: ${work.leftovers.join(', ')}`)]),
		reads(work.dumpVersion),
		...(archive === null ? [] : [reads(archive.version)]),
		{effect: 'reads', argv: work.facts.argv, shown: `${commandLine(work.facts.argv)} < ${factsFile}`},
		told('local', `look at the free space of ${names.folder}, and whether it can be written to`),
		...(restoreCheck === null ? [] : [{effect: 'reads', argv: restoreCheck.census, shown: `${commandLine(restoreCheck.census)} < ${censusFile}`} satisfies Command]),
		into(work.dump, names.partial),
		...(globals === null ? [] : [into(globals, names.globals.partial)]),
		...(archive === null ? [told('reads', `read ${names.partial} to its end marker`)] : [reads(archive.list), reads(archive.read)]),
		...(restoreCheck === null ? [] : restoreCheckCommands(restoreCheck, work)),
		told('local', `rename ${names.partial} to ${names.final}, its facts beside it`),
		...work.after.map((argv): Command => ({effect: 'changes', argv})),
		...(settings.keep === undefined ? [] : [told('local', `remove backups of ${work.address.name} (${settings.format}) in ${names.folder} that Slipway made, but the newest ${settings.keep}`)]),
	];
};

const restoreCheckCommands = ({drop, create, restore, restoredCensus}: RestoreCheckWork, {settings, names, isCompressed}: BackupWork): readonly Command[] => {
	const changes = (argv: readonly string[], shown?: string): Command => ({effect: 'changes', argv, ...(shown === undefined ? {} : {shown})});
	const fed = isCompressed ? `gzip -dc ${commandLine([names.partial])} | ${commandLine(restore)}` : `${commandLine(restore)} < ${commandLine([names.partial])}`;
	return [
		changes(drop),
		changes(create),
		changes(restore, settings.format === 'plain' ? fed : undefined),
		{effect: 'reads', argv: restoredCensus, shown: `${commandLine(restoredCensus)} < ${censusFile}`},
		changes(drop),
	];
};

/** What psql reads on stdin; the texts lie in the evidence. One asks for version, sizes and rights, the other counts rows in a snapshot; neither writes. */
export const factsFile = 'server-facts.sql';
export const censusFile = 'census.sql';
