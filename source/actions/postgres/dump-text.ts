/**
Whether the end of a plain dump is that of a whole one: pg_dump's last comment, and after it nothing but what newer minor versions add. That
the comment occurs somewhere says nothing, as a row may hold it. Where the head has a key, the very same key has to be at the end, as psql
refuses the dump without it; pg_dumpall writes it before its last comment.

	--
	-- PostgreSQL database dump
	--

	\restrict 7XDRG7v3x1R5…
	…
	--
	-- PostgreSQL database dump complete
	--

	\unrestrict 7XDRG7v3x1R5…
*/
export const isWholeDump = ({head, tail}: {readonly head: string; readonly tail: string}, kind: 'database' | 'database cluster' = 'database'): boolean => {
	const key = /^(?:(?:--.*)?\n)*\\restrict (\w+)\n/.exec(head)?.[1];
	const unlocks = key === undefined ? null : `\\unrestrict ${key}`;
	const lines = tail.split('\n').filter(line => line.trim() !== '');
	const at = lines.lastIndexOf(`-- PostgreSQL ${kind} dump complete`);
	return at !== -1 && lines.slice(at + 1).every(line => line === '--' || line === unlocks) && (unlocks === null || lines.includes(unlocks));
};

/** How much of each end is needed to tell. */
export const endBytes = 4096;

/** With these pg_dump begins the comment before an object in a plain dump: `-- Name: orders; Type: TABLE; Schema: public; Owner: boss`. */
export const objectBeginnings = ['\n-- Name: ', '\n-- Data for Name: '] as const;

/** Objects in what `pg_restore --list` prints: every line that is no comment. */
export const countObjects = (list: string): number => list.split('\n').filter(line => line !== '' && !line.startsWith(';')).length;
