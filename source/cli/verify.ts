import {existsSync, statSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';

import {Problem} from '../errors.ts';
import {shortCheckpoint} from '../journal/checkpoint.ts';
import type {SignedText} from '../stores/checkpoints.ts';
import {readIfThere} from '../stores/files.ts';
import {runFolderPath, stateFolder} from '../stores/run-folder.ts';
import {verifyRecord, type CheckedCheckpoint, type RecordVerification} from '../stores/verify-run.ts';
import {formatCount} from '../text/format-count.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {Command, Io} from './command.ts';
import {runNamed} from './run-named.ts';

/** `slipway verify RUN`: exit status 0 the record is whole, 1 it is not, 2 it could not be looked at. */
export const verify: Command = {
	usage: 'verify RUN|FOLDER|FILE [--since CHECKPOINT] [--allowed-signers FILE]',
	describe: 'Checks that no line of a record was changed, removed, inserted or reordered, and that the files it names are as they were. Changes nothing.',
	options: {
		since: {type: 'string', value: 'CHECKPOINT', describe: 'A checkpoint that was kept elsewhere: shows that the journal only grew since then'},
		'allowed-signers': {type: 'string', value: 'FILE', describe: 'Whose keys may sign, as for ssh-keygen; without a signature by one of them the record is not accepted'},
	},
	positionals: {least: 1, most: 1},
	run: async ({values, positionals}, io) => {
		const place = locate(io, positionals[0] ?? '');
		const allowedSigners = values['allowed-signers'] === undefined ? null : existing(io, values['allowed-signers'] as string);
		const since = values['since'] === undefined ? null : readSigned(existing(io, values['since'] as string));
		const record = await verifyRecord({...place, since, allowedSigners}).catch((error: unknown) => {
			throw unreadable(place.path, error);
		});
		const faults = faultsOf(record, allowedSigners);
		io.out(makeSafe([headline(record, faults), ...faults.map(fault => `  ✗ ${fault}`), ...assurances(record).map(assurance => `  ✓ ${assurance}`), ...limits(record).map(limit => `  - ${limit}`), ''].join('\n')));
		return faults.length === 0 ? 0 : 1;
	},
};

/** A journal, a run's folder, or the id of a run (its end is enough when no other has the same). */
const locate = (io: Io, name: string): {readonly path: string; readonly folder: string | null} => {
	const path = resolve(io.cwd, name);
	if (existsSync(path)) {
		const folder = statSync(path).isDirectory() ? path : basename(path) === 'journal.jsonl' && existsSync(join(dirname(path), 'runbook.yaml')) ? dirname(path) : null;
		return {path: folder === null ? path : join(folder, 'journal.jsonl'), folder};
	}

	const folder = runFolderPath(stateFolder(io.env), runNamed(io, name, ' and no file'));
	return {path: join(folder, 'journal.jsonl'), folder};
};

const existing = (io: Io, name: string): string => {
	const path = resolve(io.cwd, name);
	if (!existsSync(path)) throw unreadable(path, 'there is no such file');
	return path;
};

const unreadable = (path: string, cause: unknown): Problem =>
	new Problem({code: 'unreadable', what: 'The record could not be looked at.', why: `${path}: ${cause instanceof Error ? cause.message : String(cause)}.`, todo: 'Name a run, its folder, or a journal that you may read.', cause});

const readSigned = (path: string): SignedText => ({text: readIfThere(path)?.toString('utf8') ?? '', signature: readIfThere(`${path}.sig`)?.toString('utf8') ?? null});

/** A checkpoint of another run was given: that is no fault of this record. */
const isForeign = ({runId, since}: RecordVerification): boolean => runId !== null && since?.checkpoint != null && since.checkpoint.run !== runId;

const headline = (record: RecordVerification, faults: readonly string[]): string => {
	const {runId, journal} = record;
	const name = runId === null ? 'This record' : `The record of run ${runId}`;
	if (faults.length > (isForeign(record) ? 1 : 0)) return `${name} is not whole.`;
	return `${name} is whole: ${formatCount(journal.lines, 'line')}, ${shortCheckpoint(journal)}${faults.length === 0 ? '' : ', but the checkpoint that you gave belongs to another run'}.`;
};

/** What makes a record unacceptable, the first bad line first. */
const faultsOf = (record: RecordVerification, allowedSigners: string | null): readonly string[] => {
	const {journal: {verdict, lines}, unlike, isPlanWhole, files, approvals, checkpoint, since} = record;
	return [
		...(verdict.kind === 'corrupt' ? [`Line ${verdict.lineNumber} ${verdict.why}${unlike === null ? '' : `: ${unlike}`}. ${standing(lines)}`] : []),
		...(verdict.kind === 'torn' ? [`After line ${lines} there are ${verdict.bytes} bytes of a line that was never finished: a crash while it was written, or somebody cut the file. \`slipway resume\` keeps them beside.`] : []),
		...(verdict.kind === 'whole' && lines === 0 ? ['It has no line.'] : []),
		...(isPlanWhole === false ? ['plan.json is not the one that line 1 names.'] : []),
		...files.wrong.map(({path, why}) => `${path} is not as it was recorded: ${why}.`),
		...approvals.wrong.map(({person, why}) => `The approval of ${person} does not hold: ${why}`),
		...checkpointFaults('The checkpoint', checkpoint, allowedSigners),
		...(isForeign(record) ? [`The checkpoint that you gave belongs to another run, ${since?.checkpoint?.run}: it says nothing about this record.`] : checkpointFaults('The checkpoint that you gave', since, null)),
		...(checkpoint === null && allowedSigners !== null ? ['There is no checkpoint, so nobody has signed anything.'] : []),
	];
};

const standing = (lines: number): string => (lines === 0 ? 'Nothing in it can be trusted.' : lines === 1 ? 'The line before it holds.' : `The ${lines} lines before it hold together.`);

const checkpointFaults = (name: string, checked: CheckedCheckpoint | null, allowedSigners: string | null): readonly string[] => {
	if (checked === null) return [];
	return [
		...(checked.verdict.kind === 'broken' ? [`${name}: ${checked.verdict.why}`] : []),
		...(checked.signer.kind === 'bad' ? [`${name}: ${checked.signer.why}`] : []),
		...(checked.signer.kind === 'unsigned' && allowedSigners !== null ? [`${name} is not signed.`] : []),
	];
};

const assurances = ({journal, isBound, isPlanWhole, files, approvals, checkpoint, since}: RecordVerification): readonly string[] => [
	...(journal.lines > 0 ? [`${journal.lines === 1 ? 'Line 1 is' : `Lines 1 to ${journal.lines} are`} chained${isBound ? ', and belong to this run and its runbook' : ''}.`] : []),
	...(isPlanWhole === true ? ['plan.json is the one that line 1 names.'] : []),
	...(files.whole > 0 ? [`${formatCount(files.whole, 'file')} of output and evidence ${files.whole === 1 ? 'is' : 'are'} as recorded.`] : []),
	...(approvals.good > 0 ? [`${formatCount(approvals.good, 'approval')} ${approvals.good === 1 ? 'is' : 'are'} signed by the person that is named, say the allowed signers that the run began with.`] : []),
	...[checkpoint, since].flatMap((checked, index) => {
		if (checked === null || checked.verdict.kind === 'broken' || checked.signer.kind === 'bad' || checked.checkpoint === null) return [];
		return [`${index === 0 ? 'The checkpoint' : 'The checkpoint that you gave'} covers ${formatCount(checked.checkpoint.lines, 'line')}${signedBy(checked)}.${index === 1 ? ' Since then the journal only grew.' : ''}`];
	}),
];

const signedBy = ({signer}: CheckedCheckpoint): string => (signer.kind === 'known' ? `, signed by ${signer.who} (${signer.fingerprint})` : signer.kind === 'signed' ? `, signed with the key ${signer.fingerprint}` : '');

/** What was not shown, said as plainly. */
const limits = ({journal, isBound, files, approvals, checkpoint, since}: RecordVerification): readonly string[] => {
	const covered = Math.max(0, ...[checkpoint, since].map(checked => (checked?.verdict.kind === 'holds' ? (checked.checkpoint?.lines ?? 0) : 0)));
	return [
		...(covered < journal.lines ? [`${covered === 0 ? 'No line is' : `${formatCount(journal.lines - covered, 'line')} after that ${journal.lines - covered === 1 ? 'is' : 'are'} not`} covered by a checkpoint: that the last one was changed, or more were cut off, could not be seen.`] : []),
		...(checkpoint?.signer.kind === 'signed' ? ['Whose key that is, nobody has said: give --allowed-signers.'] : []),
		...(checkpoint?.signer.kind === 'unsigned' ? ['The checkpoint is not signed: whoever can change the journal can make one.'] : []),
		...(isBound ? [] : ['runbook.yaml does not lie beside it, so that it belongs to its run and runbook was not checked.']),
		...(approvals.unbound > 0 ? [`${formatCount(approvals.unbound, 'approval')} ${approvals.unbound === 1 ? 'is' : 'are'} signed by the person that is named, but with which allowed signers the run began is not recorded: whose list it is was not checked.`] : []),
		...(files.outside > 0 ? [`${formatCount(files.outside, 'file')} outside the run's folder ${files.outside === 1 ? 'was' : 'were'} not looked at.`] : []),
	];
};
