import {join} from 'node:path';

import type {BackupReport} from '../actions/postgres/backup-report.ts';
import type {Census} from '../actions/postgres/census.ts';
import {censusFile} from '../actions/postgres/backup-commands.ts';
import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import {writeDurably} from '../stores/files.ts';
import type {Ready} from './backup-conditions.ts';
import {openCensus} from './census-session.ts';
import {dumpDatabase, type Dumped} from './dump-database.ts';
import type {Workplace} from './performer.ts';
import {stop} from './preview-stop.ts';
import {checkRestore, notDone} from './restore-check.ts';

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

/** Does the restore check, if one is asked for and can be done. The dump has no final name yet, so that a check which is cancelled leaves nothing. */
export const checkByRestore = async (work: BackupWork, place: Workplace, {server, isTooNew, counted}: Pick<Ready, 'server' | 'isTooNew'> & {readonly counted: Counted}): Promise<Pick<BackupReport, 'restoreCheck' | 'findings'>> => {
	if (work.restoreCheck === null || counted === null) return {restoreCheck: {state: 'not asked', says: '', tookMs: null, left: null}, findings: []};
	const impossible = server.mayCreateDatabases ? ('why' in counted ? counted.why : null) : `${server.user} may not create databases.`;
	const {result, left, findings} = impossible !== null || 'why' in counted ? notDone(impossible ?? '') : await checkRestore(work, work.restoreCheck, {...counted, tables: server.tables, isTooNew}, place);
	if (place.signal.aborted) return stop(`The restore check was cancelled; nothing of the backup was kept${left === null ? '' : ` but the scratch database ${left}`}.`, [...findings]);
	if (result.state === 'not done') place.say(`The restore check was not done: ${result.says}`);
	return {restoreCheck: {...result, left}, findings: [...findings]};
};
