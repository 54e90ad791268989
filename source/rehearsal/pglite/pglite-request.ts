/** What the small `pg_dump` and `psql` ask the sandbox for: one JSON value, then the end of their side. */
export type PgliteRequest = {readonly kind: 'version'} | {readonly kind: 'dump'; readonly args: readonly string[]} | {readonly kind: 'query'; readonly sql: string};

/** The first line of the answer; bytes for stdout or a file follow. `error` goes to stderr, null when there is none. */
export type PgliteAnswer = {readonly error: string | null};

/** `file`: where the answer goes, null for stdout. `sqlFrom`: a file that holds the query, `-` for stdin. `refusal`: why there is none. */
export type PgliteOrder = {readonly request: PgliteRequest; readonly file: string | null} | {readonly sqlFrom: string} | {readonly refusal: string};

export type PgliteProgram = 'pg_dump' | 'psql';

/**
Reads the arguments of one of the two programs. Where the database is, is known; so what says that is left out. A format that the
WebAssembly pg_dump can't write is refused, as it would end well and leave a file of seven bytes (pglite-tools 0.4.8).
*/
export const readPgliteArguments = (program: PgliteProgram, argv: readonly string[]): PgliteOrder => {
	const {options, flags} = splitArguments(argv);
	const {file = null, format = 'plain', command} = options;
	if (flags.some(flag => flag === '--version' || flag === '-V')) return {request: {kind: 'version'}, file: null};
	if (program === 'psql') return command === undefined ? {sqlFrom: file ?? '-'} : {request: {kind: 'query', sql: command}, file: null};
	if (format !== 'plain' && format !== 'p') return {refusal: `PGlite writes the plain format only, not ${format}`};
	return {request: {kind: 'dump', args: flags.filter(flag => !passwordFlags.has(flag))}, file};
};

/** Options with a value that are understood here, by the letters that are short for them; others with a value have to be written with `=`. */
const valueOptions: Readonly<Record<string, string>> = {d: 'dbname', h: 'host', p: 'port', U: 'username', f: 'file', F: 'format', c: 'command'};
const passwordFlags = new Set(['-w', '--no-password', '-W', '--password']);

const splitArguments = (argv: readonly string[]): {readonly options: Readonly<Record<string, string>>; readonly flags: readonly string[]} => {
	const options: Record<string, string> = {};
	const flags: string[] = [];
	const words = [...argv];
	while (words.length > 0) {
		const word = words.shift() ?? '';
		const [, long, longValue] = /^--([a-z-]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
		const [, short = '', shortValue] = /^-([a-zA-Z])([\s\S]+)?$/.exec(word) ?? [];
		const name = long ?? valueOptions[short];
		if (name !== undefined && Object.values(valueOptions).includes(name)) options[name] = longValue ?? shortValue ?? words.shift() ?? '';
		else if (word.startsWith('-')) flags.push(word);
	}

	return {options, flags};
};
