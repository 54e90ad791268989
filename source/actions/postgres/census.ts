/**
What psql reads to take stock of a database: a snapshot that pg_dump can share, then the rows of each table in it, the state of each
sequence, the extensions. What belongs to an extension is left out, as a dump leaves it out. psql runs the statements that a query
ending with \gexec gives.

	["snapshot","00000003-0000001B-1"]
	["table","public.orders","20000"]
	["sequence","public.orders_id_seq","20000","true"]
	["extension","plpgsql","1.0"]
	["end"]
*/
export const censusScript = (): string => `SET idle_in_transaction_session_timeout = 0;
SET statement_timeout = 0;
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SELECT json_build_array('snapshot', pg_export_snapshot());
SELECT format('SELECT json_build_array(''table'', %L, (SELECT count(*) FROM ONLY %I.%I)::text)', format('%I.%I', n.nspname, c.relname), n.nspname, c.relname)
 FROM ${relations("'r', 'p'")} ORDER BY 1 \\gexec
${sequenceScript}SELECT json_build_array('extension', extname, extversion) FROM pg_extension ORDER BY extname;
SELECT json_build_array('end');
`;

/** Sequences are in no snapshot: they go on while a dump runs. So they are read once more after it, in the same session. */
export const closingScript = (): string => `${sequenceScript}SELECT json_build_array('end');
COMMIT;
`;

const relations = (kinds: string): string => `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN (${kinds}) AND c.relpersistence <> 't' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

const sequenceScript = `SELECT format('SELECT json_build_array(''sequence'', %L, last_value::text, is_called::text) FROM %I.%I', format('%I.%I', n.nspname, c.relname), n.nspname, c.relname)
 FROM ${relations("'S'")} ORDER BY 1 \\gexec
`;

export type Census = {
	/** Rows by name of the table. */
	readonly tables: ReadonlyMap<string, bigint>;
	/** The value by name of the sequence; the next one when it was used, so that `1, not used` and `1, used` differ. */
	readonly sequences: ReadonlyMap<string, bigint>;
	readonly extensions: ReadonlyMap<string, string>;
};

/** A line that psql printed, or null for one that is none of the census. */
export const readCensusLine = (line: string): readonly string[] | null => {
	if (!line.startsWith('["')) return null;
	try {
		const value: unknown = JSON.parse(line);
		return Array.isArray(value) && value.every(part => typeof part === 'string') ? value : null;
	} catch {
		return null;
	}
};

export const censusOf = (lines: readonly (readonly string[])[]): Census => {
	const of = (kind: string): readonly (readonly string[])[] => lines.filter(line => line[0] === kind);
	return {
		tables: new Map(of('table').map(([, name = '', rows = '0']) => [name, BigInt(rows)])),
		sequences: new Map(of('sequence').map(([, name = '', value = '0', isCalled]) => [name, BigInt(value) * 2n + (isCalled === 'true' ? 1n : 0n)])),
		extensions: new Map(of('extension').map(([, name = '', version = '']) => [name, version])),
	};
};

/** What differs, one line each; nothing when the restored database is what was dumped. `after`: sequences as they were when the dump had ended. */
export const compareCensus = (dumped: Census, restored: Census, after: Census): {readonly differences: readonly string[]; readonly remarks: readonly string[]} => {
	const tables = [...dumped.tables].flatMap(([name, rows]): string[] => {
		const found = restored.tables.get(name);
		if (found === undefined) return [`The table ${name} is not there.`];
		return found === rows ? [] : [`The table ${name} has ${found} rows; ${rows} were dumped.`];
	});
	const sequences = [...dumped.sequences].flatMap(([name, value]): string[] => {
		const found = restored.sequences.get(name);
		if (found === undefined) return [`The sequence ${name} is not there.`];
		const later = after.sequences.get(name) ?? value;
		const [low, high] = value <= later ? [value, later] : [later, value];
		return found >= low && found <= high ? [] : [`The sequence ${name} stands at ${found / 2n}; it was between ${low / 2n} and ${high / 2n} during the dump.`];
	});
	const extensions = [...dumped.extensions.keys()].filter(name => !restored.extensions.has(name)).map(name => `The extension ${name} is not there.`);
	const more = [
		...[...restored.tables.keys()].filter(name => !dumped.tables.has(name)).map(name => `The table ${name} was not there when the dump began.`),
		...[...restored.sequences.keys()].filter(name => !dumped.sequences.has(name)).map(name => `The sequence ${name} was not there when the dump began.`),
	];
	const versions = [...dumped.extensions].flatMap(([name, version]): string[] => {
		const found = restored.extensions.get(name);
		return found === undefined || found === version ? [] : [`The extension ${name} is ${version} in the database and ${found} where it was restored.`];
	});
	return {differences: [...tables, ...sequences, ...extensions, ...more], remarks: versions};
};

/** `41 tables with 20,412 rows, 38 sequences, 2 extensions` */
export const describeCensus = ({tables, sequences, extensions}: Census): string => {
	const rows = [...tables.values()].reduce((sum, count) => sum + count, 0n);
	return `${counted(tables.size, 'table')} with ${rows.toLocaleString('en')} ${rows === 1n ? 'row' : 'rows'}, ${counted(sequences.size, 'sequence')}, ${counted(extensions.size, 'extension')}`;
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
