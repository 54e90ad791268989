/** `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `psql (PostgreSQL) 18beta1`; null when the text is neither. */
export const toolVersionOf = (text: string): ToolVersion | null => {
	const match = /\(PostgreSQL\) ((\d+)[^\s]*)/.exec(text);
	return match === null ? null : {text: match[1] ?? '', major: Number(match[2])};
};

export type ToolVersion = {readonly text: string; readonly major: number};

/** The major version in `server_version_num`: 150018 → 15, 90624 → 9. Source: PostgreSQL, "Preset Options". */
export const serverMajorOf = (versionNumber: number): number => Math.floor(versionNumber / 10_000);
