import {createHash} from 'node:crypto';
import {closeSync, existsSync, fstatSync, openSync, readSync, renameSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {Problem} from '../errors.ts';
import {genesisOf} from '../journal/chain.ts';
import {readJournal} from '../journal/read-journal.ts';
import {disk} from './file-system.ts';
import {createDurably, makeFolderDurably, readIfThere, syncFolder, writeFully} from './files.ts';
import {readTar, type ReadAt, type ReadEntry} from './read-tar.ts';
import {runFolderPath, runsFolder} from './run-folder.ts';
import {verifyRecord, type RecordVerification} from './verify-run.ts';

/**
Takes a run out of an archive that `exportRun` wrote, and gives its id. Nothing is written before every name in the archive was looked at, and
the run gets its name only after its record was verified. Throws `Problem`: `import-unreadable`, `import-refused` (a name that leads elsewhere, a
link, a record that is not whole, a run that has not ended), `run-exists`.
*/
export const importRun = async (root: string, archive: string): Promise<string> => {
	const fd = open(archive);
	try {
		const {size} = fstatSync(fd);
		const readAt: ReadAt = (at, length) => {
			const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - at)));
			return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, at));
		};
		const entries = readTar(readAt, size);
		if (typeof entries === 'string') throw refused(archive, `It ${entries}`);
		const {runId, files} = lookAt(archive, entries);
		const folder = runFolderPath(root, runId);
		if (existsSync(folder)) throw new Problem({code: 'run-exists', what: `The run ${runId} is already here.`, why: `${folder} exists; an archive never replaces a run.`, todo: `See it with \`slipway show ${runId}\`.`});
		const temporary = join(runsFolder(root), `.import-${runId}`);
		rmSync(temporary, {recursive: true, force: true});
		try {
			for (const {path, entry} of files) writeFile(join(temporary, path), entry, readAt);
			await check(archive, temporary, runId);
			renameSync(temporary, folder);
		} catch (error) {
			rmSync(temporary, {recursive: true, force: true});
			throw error;
		}

		syncFolder(runsFolder(root));
		return runId;
	} finally {
		closeSync(fd);
	}
};

type Wanted = {readonly runId: string; readonly files: readonly {readonly path: string; readonly entry: ReadEntry}[]};

/** What may stand in an archive below the run's id, and nothing else. */
const allowed = /^(journal\.jsonl|checkpoint|checkpoint\.sig|runbook\.yaml|plan\.json|journal\.torn\.\d{1,6}|attempts\/[\w.-]+\/(out|err)|evidence\/.+|approvals\/[0-9a-f]{16}\/(request|signature|allowed_signers))$/;

const lookAt = (archive: string, entries: readonly ReadEntry[]): Wanted => {
	const files = new Map<string, ReadEntry>();
	let runId: string | null = null;
	for (const entry of entries) {
		const {path, kind} = entry;
		if (kind === 'other') throw refused(archive, `${quoted(path)} in it is a link or a device`);
		const [, id = '', rest = ''] = /^([0-9A-HJKMNP-TV-Z]{26})(?:\/(.*))?$/s.exec(path) ?? [];
		const isHarmless = id !== '' && !hasControls.test(rest) && rest.split('/').every((part, index, all) => (part !== '' || (index === all.length - 1 && kind === 'folder')) && part !== '.' && part !== '..') && !rest.includes('\\');
		if (!isHarmless) throw refused(archive, `${quoted(path)} in it is no name that a run has`);
		if (runId !== null && runId !== id) throw refused(archive, 'It holds more than one run');
		runId = id;
		if (kind === 'folder') continue;
		if (!allowed.test(rest)) throw refused(archive, `${quoted(path)} in it does not belong to the record of a run`);
		if (files.has(rest)) throw refused(archive, `${quoted(path)} stands in it twice`);
		files.set(rest, entry);
	}

	if (runId === null || !files.has('journal.jsonl') || !files.has('runbook.yaml') || !files.has('plan.json')) throw refused(archive, 'It holds no run: a journal, its runbook and its plan are needed');
	return {runId, files: [...files].map(([path, entry]) => ({path, entry}))};
};

// eslint-disable-next-line no-control-regex
const hasControls = /[\u0000-\u001F\u007F]/;

const quoted = (path: string): string => JSON.stringify(path.slice(0, 120));

const writeFile = (path: string, {at, sizeBytes}: ReadEntry, readAt: ReadAt): void => {
	makeFolderDurably(dirname(path));
	const fd = createDurably(path);
	try {
		for (let done = 0; done < sizeBytes; ) {
			const chunk = readAt(at + done, Math.min(1024 * 1024, sizeBytes - done));
			writeFully(fd, chunk, disk);
			done += chunk.length;
		}

		disk.fsync(fd);
	} finally {
		disk.close(fd);
	}
};

const check = async (archive: string, folder: string, runId: string): Promise<void> => {
	const record = await verifyRecord({path: join(folder, 'journal.jsonl'), folder, since: null, allowedSigners: null});
	const fault = faultOf(record, runId);
	if (fault !== null) throw refused(archive, fault);
	const runbook = readIfThere(join(folder, 'runbook.yaml')) ?? Buffer.alloc(0);
	const {lines} = readJournal(readIfThere(join(folder, 'journal.jsonl')) ?? Buffer.alloc(0), genesisOf(runId, createHash('sha256').update(runbook).digest('hex')));
	if (!lines.some(({type}) => type === 'run.ended')) throw refused(archive, 'The run in it has not ended: two machines could go on with it');
};

const faultOf = ({runId, journal, isPlanWhole, files, checkpoint}: RecordVerification, wanted: string): string | null => {
	const {verdict} = journal;
	if (runId !== wanted) return 'Its journal is that of another run';
	if (verdict.kind === 'corrupt') return `Line ${verdict.lineNumber} of its journal ${verdict.why}`;
	if (verdict.kind === 'torn') return 'Its journal breaks off within a line';
	if (isPlanWhole !== true) return 'Its plan is not the one that line 1 of the journal names';
	if (files.wrong[0] !== undefined) return `${quoted(files.wrong[0].path)} in it is not as it was recorded: ${files.wrong[0].why}`;
	if (checkpoint?.verdict.kind === 'broken') return `Its checkpoint does not hold: ${checkpoint.verdict.why.replace(/\.$/, '')}`;
	return checkpoint?.signer.kind === 'bad' ? `The signature of its checkpoint does not hold: ${checkpoint.signer.why.replace(/\.$/, '')}` : null;
};

const open = (archive: string): number => {
	try {
		return openSync(archive, 'r');
	} catch (cause) {
		throw new Problem({code: 'import-unreadable', what: 'The archive can not be read.', why: `${archive}: ${cause instanceof Error ? cause.message : String(cause)}.`, todo: 'Name a file that `slipway export` wrote.', cause});
	}
};

const refused = (archive: string, why: string): Problem =>
	new Problem({code: 'import-refused', what: 'The run was not imported; nothing of it was kept.', why: `${archive}: ${why}.`, todo: 'Ask for another export. To look at what it holds, unpack it with tar into a folder of its own, and use `slipway verify FOLDER`.'});
