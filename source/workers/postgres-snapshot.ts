import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import type {SnapshotReport, SnapshotWork} from '../actions/postgres-snapshot.ts';
import {syncFolder, writeDurably} from '../stores/files.ts';
import type {Report, Workplace} from './performer.ts';
import {toolRunner} from './tool-runner.ts';

/** Characters of the proof's last line that are recorded. */
const mostCharacters = 300;

/** Performs `postgres/snapshot`. Leaves snapshot.json and, with a proof, what the command said in proof.txt. */
export const recordSnapshot = async ({snapshot, proof, maxAgeMs}: SnapshotWork, place: Workplace): Promise<Report> => {
	mkdirSync(place.evidenceFolder, {recursive: true});
	const names = proof === null ? [] : [join(place.evidenceFolder, 'proof.txt')];
	const proved = proof === null ? null : await prove(proof, place);
	const report: SnapshotReport = {...snapshot, recordedAt: new Date().toISOString(), proof: proved, maxAgeMs};
	const path = join(place.evidenceFolder, 'snapshot.json');
	writeDurably(path, `${JSON.stringify(report, null, '\t')}\n`);
	syncFolder(place.evidenceFolder);
	return {ok: (proved === null || proved.exitCode === 0) && !place.signal.aborted, data: report, evidence: [path, ...names]};
};

const prove = async (argv: readonly string[], place: Workplace): Promise<NonNullable<SnapshotReport['proof']>> => {
	const {exitCode, stdout, stderr} = await toolRunner(place, {})(argv);
	for (const line of stdout.trimEnd().split('\n')) if (line !== '') place.say(line);
	writeDurably(join(place.evidenceFolder, 'proof.txt'), `${stdout}${stderr}`);
	const says = (exitCode === 0 ? stdout : stderr || stdout).trim().split('\n').at(-1) ?? '';
	return {argv: [...argv], exitCode, says: says.slice(0, mostCharacters)};
};
