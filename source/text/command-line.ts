/** An argv as one line that a POSIX shell would read back as the same argv. For display and for copying; never executed by us. */
export const commandLine = (argv: readonly string[]): string => argv.map(quote).join(' ');

const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
