import {rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {DatabaseSync, type SQLInputValue} from 'node:sqlite';

import {disk, errorCode} from './file-system.ts';
import {createDurably, makeFolderDurably} from './files.ts';

/** A run as the index keeps it: what a list shows, filters and sorts. Times are milliseconds since 1970. */
export type IndexedRun = {
	readonly id: string;
	/** What its journal looked like when it was read; another one means that it has to be read again. */
	readonly stamp: string;
	/** It has ended and its journal holds: it is not looked at again at every start. */
	readonly isFinal: boolean;
	/** It can be gone on with. */
	readonly isOpen: boolean;
	readonly runbook: string;
	readonly name: string;
	readonly target: string;
	/** How it stands or how it ended; `damaged` and `unreadable` stand before both. */
	readonly standing: string;
	readonly by: string;
	readonly startedAt: number;
	readonly tookMs: number;
	readonly waivers: number;
	readonly rehearsal: boolean;
	readonly changed: boolean;
	/** What a search looks through, in lower case. */
	readonly text: string;
	/** All else that is known of it, for whoever put it here. */
	readonly row: string;
	/** How long its tasks took, for whoever put it here. */
	readonly times: string;
};

export type RunQuery = {
	/** Each must stand somewhere in what is searched, in lower case. */
	readonly words?: readonly string[];
	readonly target?: string;
	/** The beginning of `user@host`. */
	readonly by?: string;
	readonly standings?: readonly string[];
	/** Begun at or after the first, before the second. */
	readonly since?: number;
	readonly until?: number;
	readonly isOpen?: boolean;
	readonly isWaived?: boolean;
	/** Only those that changed something outside their folder. */
	readonly changed?: boolean;
	readonly rehearsals: 'with' | 'without' | 'only';
	readonly sort?: RunOrder;
};

export type RunOrder = keyof typeof orders;

export type RunIndex = {
	/** What was kept under a name; null when nothing was. */
	readonly note: (name: string) => string | null;
	readonly keepNote: (name: string, value: string) => void;
	/** The newest first. */
	readonly ids: () => readonly string[];
	/** Stamps of those that are not final and of the newest ones, by id. */
	readonly restless: (newest: number) => ReadonlyMap<string, string>;
	readonly stamps: (ids: readonly string[]) => ReadonlyMap<string, string>;
	readonly put: (runs: readonly IndexedRun[]) => void;
	readonly remove: (ids: readonly string[]) => void;
	/** The `row` of each that matches, in order. */
	readonly list: (query: RunQuery, from: number, count: number) => readonly string[];
	readonly listIds: (query: RunQuery, from: number, count: number) => readonly string[];
	readonly count: (query: RunQuery) => number;
	/** The `times` of the last ended runs of one runbook, target and release, the newest first. */
	readonly times: (of: Pick<IndexedRun, 'runbook' | 'target' | 'name' | 'rehearsal'>, count: number) => readonly string[];
	readonly close: () => void;
};

/** How long to wait for another process that writes to it. */
const patienceMs = 2000;

/**
What is known of the runs on this machine, so that a list of 100,000 opens at once: `index.db` in the state folder. Nothing in it counts: it can
be deleted at any time, and is built again from the journals. One that can't be read is thrown away; where none can be written, it is in memory.
`layout` names what is put into it: an index of another program, with another one, is built anew.
*/
export const openRunIndex = (root: string, layout: string): RunIndex => runIndex(openDatabase(join(root, 'index.db'), `${schema}${layout}`));

/** An empty one in its place, after an error of SQLite: in memory when somebody else is writing to the file, else on disk, without the old one. */
export const replaceRunIndex = (root: string, layout: string, error: unknown): RunIndex => {
	if (isBusy(error)) return runIndex(prepare(new DatabaseSync(':memory:'), `${schema}${layout}`));
	discard(join(root, 'index.db'));
	return openRunIndex(root, layout);
};

/** Whether an error comes from the index, as opposed to the code that asks. */
export const isIndexFault = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';

const openDatabase = (path: string, layout: string): DatabaseSync => {
	try {
		return openFile(path, layout);
	} catch (error) {
		if (isBusy(error)) return prepare(new DatabaseSync(':memory:'), layout);
	}

	try {
		discard(path);
		return openFile(path, layout);
	} catch {
		return prepare(new DatabaseSync(':memory:'), layout);
	}
};

const openFile = (path: string, layout: string): DatabaseSync => {
	makeFolderDurably(dirname(path));
	createPrivate(path);
	return prepare(new DatabaseSync(path, {timeout: patienceMs}), layout);
};

/** Somebody else is writing to it: it is not ours to throw away. */
const isBusy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;

/** So that it is 0600, as are the files that SQLite makes beside it. */
const createPrivate = (path: string): void => {
	try {
		disk.close(createDurably(path));
	} catch (error) {
		if (errorCode(error) !== 'EEXIST') throw error;
	}
};

const discard = (path: string): void => {
	try {
		for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, {force: true});
	} catch {
		// Then it is in memory.
	}
};

const prepare = (database: DatabaseSync, layout: string): DatabaseSync => {
	try {
		database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;');
		const isThere = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'note'").get() !== undefined;
		const found = isThere ? (database.prepare("SELECT value FROM note WHERE name = 'layout'").get() as {value: string} | undefined) : undefined;
		if (found?.value !== layout) {
			database.exec('BEGIN IMMEDIATE');
			for (const table of ['run', 'detail', 'note']) database.exec(`DROP TABLE IF EXISTS ${table}`);
			database.exec(schema);
			database.prepare("INSERT INTO note VALUES ('layout', ?)").run(layout);
			database.exec('COMMIT');
		}

		return database;
	} catch (error) {
		database.close();
		throw error;
	}
};

/**
What is filtered stands by itself, so that a search reads little. `key` is the id, each character replaced by its counterpart from the other end of
the alphabet: so the newest come first, and as they are read first, pages are filled from the left.
*/
const schema = `
	CREATE TABLE run (
		key TEXT PRIMARY KEY, final INTEGER NOT NULL, open INTEGER NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL, standing TEXT NOT NULL,
		by TEXT NOT NULL, started INTEGER NOT NULL, took INTEGER NOT NULL, waivers INTEGER NOT NULL, rehearsal INTEGER NOT NULL,
		changed INTEGER NOT NULL, text TEXT NOT NULL
	) WITHOUT ROWID;
	CREATE INDEX restless ON run (key) WHERE final = 0;
	CREATE INDEX side ON run (open, rehearsal, standing);
	CREATE INDEX alike ON run (name, target, rehearsal, key) WHERE final = 1;
	CREATE INDEX begun ON run (started, changed, rehearsal, standing);
	CREATE TABLE detail (key TEXT PRIMARY KEY, stamp TEXT NOT NULL, runbook TEXT NOT NULL, row TEXT NOT NULL, times TEXT NOT NULL) WITHOUT ROWID;
	CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

const orders = {
	newest: 'run.key',
	oldest: 'run.key DESC',
	longest: 'took DESC, run.key',
	release: 'name COLLATE NOCASE, run.key',
	target: 'target COLLATE NOCASE, run.key',
	operator: 'by COLLATE NOCASE, run.key',
	result: 'standing, run.key',
	waivers: 'waivers DESC, run.key',
} as const;

/** The names of all orders. */
export const runOrders = Object.keys(orders) as readonly RunOrder[];

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const counterparts = new Map([...alphabet].map((character, index) => [character, alphabet[alphabet.length - 1 - index] ?? '']));

/** The key of an id, and the id of a key. */
const turn = (text: string): string => {
	let turned = '';
	for (const character of text) turned += counterparts.get(character) ?? character;
	return turned;
};

const runIndex = (database: DatabaseSync): RunIndex => {
	const all = <Row>(sql: string, values: readonly SQLInputValue[] = []): readonly Row[] => database.prepare(sql).all(...values) as unknown as readonly Row[];
	const together = (work: () => void): void => {
		database.exec('BEGIN IMMEDIATE');
		try {
			work();
			database.exec('COMMIT');
		} catch (error) {
			database.exec('ROLLBACK');
			throw error;
		}
	};

	const keys = (query: RunQuery, from: number, count: number): readonly string[] => {
		// Nearly all runs are closed: to walk through them in their order is faster than to find them by an index and sort them.
		const {where, values} = conditions(query, query.isOpen === true);
		return all<{key: string}>(`SELECT key FROM run ${where} ORDER BY ${orders[query.sort ?? 'newest']} LIMIT ? OFFSET ?`, [...values, count, from]).map(({key}) => key);
	};

	return {
		note: name => all<{value: string}>('SELECT value FROM note WHERE name = ?', [name])[0]?.value ?? null,
		keepNote: (name, value) => void database.prepare('INSERT OR REPLACE INTO note VALUES (?, ?)').run(name, value),
		ids: () => all<{key: string}>('SELECT key FROM run ORDER BY key').map(({key}) => turn(key)),
		restless: newest =>
			new Map(
				all<{key: string; stamp: string}>('SELECT key, stamp FROM (SELECT key FROM run WHERE final = 0 UNION SELECT key FROM (SELECT key FROM run ORDER BY key LIMIT ?)) JOIN detail USING (key)', [newest]).map(({key, stamp}) => [turn(key), stamp]),
			),
		stamps: ids => {
			const find = database.prepare('SELECT stamp FROM detail WHERE key = ?');
			return new Map(
				ids.flatMap(id => {
					const found = find.get(turn(id)) as {stamp: string} | undefined;
					return found === undefined ? [] : [[id, found.stamp] as const];
				}),
			);
		},
		put: runs => {
			if (runs.length === 0) return;
			const run = database.prepare(`INSERT OR REPLACE INTO run VALUES (${Array.from({length: 13}, () => '?').join(', ')})`);
			const detail = database.prepare('INSERT OR REPLACE INTO detail VALUES (?, ?, ?, ?, ?)');
			together(() => {
				for (const one of runs) {
					const key = turn(one.id);
					run.run(key, Number(one.isFinal), Number(one.isOpen), one.name, one.target, one.standing, one.by, one.startedAt, one.tookMs, one.waivers, Number(one.rehearsal), Number(one.changed), one.text);
					detail.run(key, one.stamp, one.runbook, one.row, one.times);
				}
			});
		},
		remove: ids => {
			if (ids.length === 0) return;
			const statements = ['run', 'detail'].map(table => database.prepare(`DELETE FROM ${table} WHERE key = ?`));
			together(() => {
				for (const id of ids) for (const statement of statements) statement.run(turn(id));
			});
		},
		list: (query, from, count) => {
			const find = database.prepare('SELECT row FROM detail WHERE key = ?');
			return keys(query, from, count).map(key => (find.get(key) as {row: string}).row);
		},
		listIds: (query, from, count) => keys(query, from, count).map(turn),
		count: query => {
			const {words = [], target, by, isWaived} = query;
			const {where, values} = conditions(query, words.length === 0 && target === undefined && by === undefined && isWaived === undefined);
			return all<{count: number}>(`SELECT count(*) AS count FROM run ${where}`, values)[0]?.count ?? 0;
		},
		times: ({runbook, target, name, rehearsal}, count) =>
			all<{times: string}>('SELECT times FROM run JOIN detail USING (key) WHERE name = ? AND target = ? AND rehearsal = ? AND final = 1 AND runbook = ? ORDER BY key LIMIT ?', [name, target, Number(rehearsal), runbook, count]).map(({times}) => times),
		close: () => {
			if (database.isOpen) database.close();
		},
	};
};

/** Shorter ones stand in half of all ids by chance. */
const endOfId = /^[0-9a-hjkmnp-tv-z]{5,26}$/;

/** `byIndex`: false keeps SQLite from taking an index that finds nearly all of the rows, one by one. */
const conditions = (query: RunQuery, byIndex: boolean): {readonly where: string; readonly values: readonly SQLInputValue[]} => {
	const {words = [], target, by, standings, since, until, isOpen, isWaived, changed, rehearsals} = query;
	const parts: readonly (readonly [string, ...(readonly SQLInputValue[])])[] = [
		...(isOpen === undefined ? [] : [[`${byIndex ? '' : '+'}open = ${isOpen ? 1 : 0}`] as const]),
		...(rehearsals === 'with' ? [] : [[`${byIndex ? '' : '+'}rehearsal = ${rehearsals === 'only' ? 1 : 0}`] as const]),
		...(target === undefined ? [] : [['target = ? COLLATE NOCASE', target] as const]),
		...(by === undefined ? [] : [['substr(by, 1, ?) = ? COLLATE NOCASE', by.length, by] as const]),
		...(standings === undefined ? [] : [[`standing IN (${standings.map(() => '?').join(', ')})`, ...standings] as const]),
		...(since === undefined ? [] : [['started >= ?', since] as const]),
		...(until === undefined ? [] : [['started < ?', until] as const]),
		...(isWaived === undefined ? [] : [[isWaived ? 'waivers > 0' : 'waivers = 0'] as const]),
		...(changed === undefined ? [] : [[`changed = ${changed ? 1 : 0}`] as const]),
		...words.map(word => (endOfId.test(word) ? (['(instr(text, ?) > 0 OR substr(key, ?) = ?)', word, -word.length, turn(word.toUpperCase())] as const) : (['instr(text, ?) > 0', word] as const))),
	];
	return {where: parts.length === 0 ? '' : `WHERE ${parts.map(([condition]) => condition).join(' AND ')}`, values: parts.flatMap(([, ...values]) => values)};
};
