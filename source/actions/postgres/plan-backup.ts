import {createHash} from 'node:crypto';
import {basename, join, resolve} from 'node:path';

import {Problem} from '../../errors.ts';
import type {PlanInput} from '../action.ts';
import {backupNames, isPlainCompressed, type BackupNames} from './backup-names.ts';
import {dumpArgv, globalsArgv, psqlArgv, type Tools} from './dump-commands.ts';
import {planRestoreCheck, type RestoreCheckWork} from './plan-restore-check.ts';
import {runInPod} from './pod.ts';
import {resolveProgram} from './resolve-program.ts';
import {isSameLogin, readServerAddress, serverOf, withDatabase, type ServerAddress} from './server-address.ts';
import {factsQuery} from './server-facts.ts';
import type {BackupSettings} from './settings.ts';

/** What the worker is given. Each argv is the one that was shown; no password is in it. */
export type BackupWork = {
	readonly run: string;
	readonly stamp: string;
	readonly settings: BackupSettings;
	readonly address: ServerAddress;
	/** What tells one server's backups from another's: `db.uat:5432`, or the pod before it. */
	readonly server: string;
	readonly names: BackupNames;
	/** Names that earlier attempts of the same task wrote to. */
	readonly leftovers: readonly string[];
	/** The same for people: their names in the folder, all attempts in one. */
	readonly leftoversShown: readonly string[];
	readonly isCompressed: boolean;
	/** The worker has the password as PGPASSWORD in its environment. */
	readonly hasPassword: boolean;
	/** The tools run in a pod: what they write comes by stdout, and the password goes by stdin. */
	readonly isStreamed: boolean;
	readonly dumpVersion: readonly string[];
	readonly facts: {readonly argv: readonly string[]; readonly query: string};
	readonly dump: readonly string[];
	readonly globals: readonly string[] | null;
	/** Null for a plain dump, which is read here. */
	readonly archive: {readonly version: readonly string[]; readonly list: readonly string[]; readonly read: readonly string[]} | null;
	readonly restoreCheck: RestoreCheckWork | null;
	readonly after: readonly (readonly string[])[];
	/** Put before a command, it runs in the pod and reads its stdin, the password first where there is one; empty where the tools run here. */
	readonly inPod: readonly string[];
	/** Ends what attempts of this task still do at the server: what runs in a pod goes on when kubectl is ended here. Prints a line for each. Null where the tools run here. */
	readonly endSessions: {readonly query: string; readonly argv: readonly string[]} | null;
	readonly environment: Readonly<Record<string, string>>;
};

/** Throws `Problem` when it is not clear what to back up, or a tool is missing. */
export const planBackup = (input: PlanInput<BackupSettings>): BackupWork => {
	const {with: settings, runId, taskId, attempt, runbookFolder, runFolder, target, stamp} = input;
	const {address, isTargetsLogin} = addressOf(input);
	const hasPassword = isTargetsLogin && input.databasePassword !== null;
	const inPod = settings.through === undefined ? null : runInPod(input, settings.through, hasPassword);
	if (inPod !== null) refuseInPod(input, address);
	const environment = environmentOf(`${sessionsOf(runId, taskId)}${attempt}`);
	const remote = (argv: readonly string[], variables = environment): readonly string[] => (inPod === null ? argv : inPod(argv, variables));
	const tools = toolsOf(input, inPod !== null);
	const folder = settings.folder === undefined ? join(runFolder, 'evidence', 'backups') : resolve(runbookFolder, settings.folder);
	const named = (number: number | string): BackupNames => backupNames(folder, {database: address.name, runId, taskId, attempt: number, settings});
	const names = named(attempt);
	const isCompressed = isPlainCompressed(settings);
	const place = inPod === null ? serverOf(address) : `${target.context}/${settings.through?.namespace ?? target.namespace}/${settings.through?.pod}/${serverOf(address)}`;
	return {
		run: runId,
		stamp,
		settings,
		address,
		server: place,
		names,
		leftovers: Array.from({length: attempt - 1}, (_, index) => named(index + 1)).flatMap(unfinishedOf),
		leftoversShown: unfinishedOf(named(attempt === 2 ? 1 : `{1..${attempt - 1}}`)).map(path => basename(path)),
		isCompressed,
		hasPassword,
		isStreamed: inPod !== null,
		dumpVersion: remote([tools.pg_dump, '--version']),
		facts: {argv: remote(psqlArgv(tools, address, '--file=-')), query: factsQuery},
		dump: remote(dumpArgv(tools, address, settings, {file: inPod === null ? names.partial : null, withSnapshot: settings['restore-check']})),
		globals: settings.globals === false ? null : remote(globalsArgv(tools, address, settings, inPod === null ? names.globals.partial : null)),
		archive: settings.format === 'plain' ? null : {version: [tools.pg_restore, '--version'], list: [tools.pg_restore, '--list', names.partial], read: [tools.pg_restore, '--file=/dev/null', names.partial]},
		restoreCheck: settings['restore-check'] ? planRestoreCheck(tools, address, {settings, names, runId, taskId}) : null,
		after: settings.then === undefined ? [] : afterCommands(input, settings.then, [names.final, ...(settings.globals === false ? [] : [names.globals.final])]),
		inPod: remote([], {}),
		endSessions: inPod === null ? null : {query: endSessionsQuery(runId, taskId), argv: remote(psqlArgv(tools, address, `--command=${endSessionsQuery(runId, taskId)}`))},
		environment,
	};
};

/** What could not be kept apart in a pod. */
const refuseInPod = ({taskId, databasePassword}: PlanInput<BackupSettings>, {url}: ServerAddress): void => {
	if (/[?&]application_name=/.test(url)) throw new Problem({code: 'database-address', what: `The address of the database that the task ${taskId} backs up can't be used in a pod.`, why: 'It sets application_name, by which the sessions of this backup are known at the server.', todo: 'Leave application_name out of the address.'});
	if (databasePassword?.includes('\n') === true) throw new Problem({code: 'database-address', what: `The password of the database that the task ${taskId} backs up can't be given to a pod.`, why: 'It has a line break, and a password goes in as one line.', todo: 'Choose a password without one.'});
};

const unfinishedOf = ({partial, globals}: BackupNames): readonly string[] => [partial, globals.partial];

const addressOf = ({with: {database}, target, taskId}: PlanInput<BackupSettings>): {readonly address: ServerAddress; readonly isTargetsLogin: boolean} => {
	const ofTarget = target.database === undefined ? null : known(target.database, taskId);
	if (database === undefined) {
		if (ofTarget === null) throw new Problem({code: 'target-incomplete', what: `It is not clear which database the task ${taskId} backs up.`, why: `The target ${target.name} names no database.`, todo: 'Add `database:` to the target in the runbook, or to `with:` of the task.'});
		return {address: ofTarget, isTargetsLogin: true};
	}

	if (!database.includes('://')) {
		if (ofTarget === null) throw new Problem({code: 'target-incomplete', what: `It is not clear on which server ${database} is.`, why: `The target ${target.name} names no database.`, todo: 'Add `database:` to the target in the runbook, or give a whole address: postgresql://user@host/name.'});
		return {address: withDatabase(ofTarget, database), isTargetsLogin: true};
	}

	const address = known(database, taskId);
	return {address, isTargetsLogin: ofTarget !== null && isSameLogin(address, ofTarget)};
};

const known = (text: string, taskId: string): ServerAddress => {
	const address = readServerAddress(text);
	if ('fault' in address) throw new Problem({code: 'database-address', what: `The address of the database that the task ${taskId} backs up can't be used.`, why: address.fault, todo: 'Mend `database:` in the runbook. A password comes from the target, from PGPASSWORD, or from a passfile.'});
	return address;
};

const toolsOf = ({findTool, taskId, with: settings}: PlanInput<BackupSettings>, isInPod: boolean): Tools => {
	const here = new Set(['pg_restore', ...(isInPod ? [] : ['pg_dump', 'psql', ...(settings.globals === false ? [] : ['pg_dumpall']), ...(settings['restore-check'] ? ['createdb', 'dropdb'] : [])])]);
	if (settings.format === 'plain') here.delete('pg_restore');
	const pathOf = (name: string): string => {
		if (!here.has(name)) return name;
		const path = findTool(name);
		if (path === null) throw new Problem({code: 'tool-missing', what: `${name} is not there.`, why: `The task ${taskId} runs it, and no folder of PATH has it.`, todo: `Install the PostgreSQL client (postgresql-client on Debian and Ubuntu), of the server's major version or later.`});
		return path;
	};
	return {pg_dump: pathOf('pg_dump'), pg_dumpall: pathOf('pg_dumpall'), pg_restore: pathOf('pg_restore'), psql: pathOf('psql'), createdb: pathOf('createdb'), dropdb: pathOf('dropdb')};
};

/** `{}` stands for the file; without one it is the last argument. With several files it runs once for each. */
const afterCommands = (input: PlanInput<BackupSettings>, [name = '', ...rest]: readonly string[], files: readonly string[]): readonly (readonly string[])[] => {
	const program = resolveProgram(input, name, 'It runs with the verified backup');
	return files.map(file => [program, ...(rest.some(word => word.includes('{}')) ? rest.map(word => word.replaceAll('{}', file)) : [...rest, file])]);
};

/** Ends them. A role may end its own sessions. Source: PostgreSQL, "Server Signaling Functions". */
const endSessionsQuery = (runId: string, taskId: string): string =>
	`SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE starts_with(application_name, $$${sessionsOf(runId, taskId)}$$) AND pid <> pg_backend_pid()`;

/** How the names of all sessions of a task begin; the attempt's number follows. PostgreSQL cuts a name after 63 bytes. */
const sessionsOf = (runId: string, taskId: string): string => {
	const name = `slipway ${runId} ${taskId}.`;
	return name.length <= 60 ? name : `slipway ${runId} ${createHash('sha256').update(taskId).digest('hex').slice(0, 16)}.`;
};

/** Words are looked for in what the tools say, so they say it in English; a server that does not answer is not waited for forever. */
const environmentOf = (sessions: string): Readonly<Record<string, string>> => ({LC_ALL: '', LC_MESSAGES: 'C', LANGUAGE: '', PGCONNECT_TIMEOUT: '20', PGAPPNAME: sessions});
