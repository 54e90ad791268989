/**
Why a text is not one SQL statement; null when it is. A second statement could end the transaction that only reads, and change what it likes.
Strings, names in quotes, dollar quotes and comments are skipped as in chapter 4.1 of the PostgreSQL manual; a backslash in a plain string
escapes nothing there (standard_conforming_strings), one in an E-string does.
*/
export const faultOfStatement = (sql: string): string | null => {
	const words = sql.replaceAll(skipped, ' ');
	if (/["'\\]|\/\*|\$\w*\$/.test(words)) return 'A string, a name or a comment in it has no end.';
	const statements = words.split(';').filter(statement => statement.trim() !== '');
	if (statements.length === 0) return 'There is no statement in it.';
	if (statements.length > 1) return 'Only one statement is allowed: another one could end the transaction that only reads.';
	const verb = /[a-z]+/i.exec(words)?.[0]?.toLowerCase() ?? '';
	return verbs.has(verb) || /^\s*\(/.test(words) ? null : `It has to ask something (${[...verbs].join(', ')}), and begins with ${verb === '' ? 'no word' : verb}.`;
};

/** Statements that return rows and, in a transaction that only reads, change nothing. */
const verbs: ReadonlySet<string> = new Set(['select', 'with', 'values', 'table', 'show', 'explain']);

const skipped = /--[^\n]*|\/\*(?:[^*/]|\*(?!\/)|\/(?!\*))*\*\/|\b[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![\w$])\$(?<tag>[A-Za-z_]\w*)?\$[\s\S]*?\$\k<tag>\$/g;
