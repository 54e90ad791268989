/** `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `psql (PostgreSQL) 18beta1`; null when the text is neither. */
export const toolVersionOf = (text: string): ToolVersion | null => {
	const match = /\(PostgreSQL\) ((\d+)[^\s]*)/.exec(text);
	return match === null ? null : {text: match[1] ?? '', major: Number(match[2])};
};

export type ToolVersion = {readonly text: string; readonly major: number};

/** The major version in `server_version_num`: 150018 → 15, 90624 → 9. Source: PostgreSQL, "Preset Options". */
export const serverMajorOf = (versionNumber: number): number => Math.floor(versionNumber / 10_000);

/**
Whether a dump says something that the server it came from does not know, and would stop a restore there: from 17 on, pg_dump (in plain text) and
pg_restore begin with a setting that came with 17. Source: PostgreSQL 17, release notes, transaction_timeout.
*/
export const speaksTooNew = (toolMajor: number, serverMajor: number): boolean => toolMajor >= 17 && serverMajor < 17;

/** The line, and within how many lines it stands: in the 13th, or the 15th of a verbose one. A row of a table may read alike, and the first can't stand before the 30th. */
export const tooNewLine = 'SET transaction_timeout = 0;';
export const tooNewWithin = 20;
