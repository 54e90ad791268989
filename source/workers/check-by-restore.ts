import {join} from 'node:path';

import type {BackupReport} from '../actions/postgres/backup-report.ts';
import type {Census} from '../actions/postgres/census.ts';
import {censusFile} from '../actions/postgres/backup-commands.ts';
import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import type {BackupFacts} from '../actions/postgres/retention.ts';
import type {Finding} from '../journal/event.ts';
import {writeDurably} from '../stores/files.ts';
import type {Ready} from './backup-conditions.ts';
import {openCensus} from './census-session.ts';
import {dumpDatabase, type Dumped} from './dump-database.ts';
import type {Workplace} from './performer.ts';
import {stop} from './preview-stop.ts';
import {checkRestore, notDone} from './restore-check.ts';
import {writeFacts} from './name-backup.ts';

/** What was counted while the dump was made; null when no restore check follows. */
export type Counted = {readonly census: Census; readonly after: Census} | {readonly why: string} | null;

/** Dumps; where a restore check follows, from the very snapshot in which the rows are counted. */
export const dumpAndCount = async (work: BackupWork, place: Workplace, {server, last}: Ready): Promise<{readonly dumped: Dumped; readonly counted: Counted}> => {
	if (work.restoreCheck === null) return {dumped: await dumpDatabase(work, place, {server, last, snapshot: null}), counted: null};
	const {scripts, census} = work.restoreCheck;
	writeDurably(join(place.evidenceFolder, censusFile), `${scripts.census}\n${scripts.closing}`);
	const session = openCensus(census, scripts, {place, environment: work.environment});
	try {
		const snapshot = await session.snapshot;
		if (snapshot === null) {
			const result = await session.close();
			return stop(`The snapshot that the dump and the count would share can't be made: ${'why' in result ? result.why : 'the session ended'}`);
		}

		const dumped = await dumpDatabase(work, place, {server, last, snapshot});
		return {dumped, counted: await session.close()};
	} finally {
		await session.close();
	}
};

/** Does the restore check, if one is asked for and can be done, and writes its result beside the dump. Stops when it failed; the dump stays, and does not count as good. */
export const checkByRestore = async (
	work: BackupWork,
	place: Workplace,
	{facts, server, counted, record}: {readonly facts: BackupFacts; readonly server: Ready['server']; readonly counted: Counted; readonly record: (result: BackupReport['restoreCheck'], findings: readonly Finding[]) => void},
): Promise<BackupFacts> => {
	if (work.restoreCheck === null || counted === null) return facts;
	const impossible = server.mayCreateDatabases ? ('why' in counted ? counted.why : null) : `${server.user} may not create databases.`;
	const {result, findings} = impossible !== null || 'why' in counted ? notDone(impossible ?? '') : await checkRestore(work, work.restoreCheck, counted, place);
	record(result, findings);
	const checked: BackupFacts = {...facts, restoreCheck: result.state};
	writeFacts(work, checked);
	if (place.signal.aborted) stop(`The restore check was cancelled. The backup is whole at ${work.names.final}.`);
	if (result.state === 'failed') stop(`The dump does not restore to what was dumped: ${result.says}`);
	if (result.state === 'not done') place.say(`The restore check was not done: ${result.says}`);
	return checked;
};
