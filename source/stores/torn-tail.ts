import {createHash} from 'node:crypto';
import {join} from 'node:path';

import type {EventData, JournalLine} from '../journal/event.ts';
import {disk, type FileSystem} from './file-system.ts';
import {replaceDurably} from './files.ts';

const keptName = /^journal\.torn\.(\d+)$/;

/** Keeps what a crash left of a line as `journal.torn.1`, `.2`, … unless a crash came between keeping it and cutting it off the last time. */
export const keepTail = (folder: string, tail: Uint8Array, lines: readonly JournalLine[], files: FileSystem = disk): void => {
	const {sha256} = hashOf(tail);
	if (unrecordedTails(folder, lines, files).some(kept => kept.sha256 === sha256)) return;
	const last = Math.max(0, ...keptNames(folder, files).map(name => Number(keptName.exec(name)?.[1])));
	replaceDurably(join(folder, `journal.torn.${last + 1}`), tail, files);
};

/** The kept tails that no line of the journal names yet. */
export const unrecordedTails = (folder: string, lines: readonly JournalLine[], files: FileSystem = disk): readonly EventData['journal.recovered'][] => {
	const recorded = new Set(lines.flatMap(line => (line.type === 'journal.recovered' ? [line.data.keptAs] : [])));
	return keptNames(folder, files)
		.filter(name => !recorded.has(name))
		.map(name => ({...hashOf(files.read(join(folder, name))), keptAs: name}));
};

const keptNames = (folder: string, files: FileSystem): readonly string[] => files.list(folder).filter(name => keptName.test(name)).toSorted((a, b) => a.localeCompare(b, 'en', {numeric: true}));

const hashOf = (bytes: Uint8Array): {readonly bytes: number; readonly sha256: string} => ({bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex')});
