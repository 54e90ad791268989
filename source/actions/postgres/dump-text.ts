/**
Whether the end of a plain dump is that of a whole one: pg_dump's last comment, and after it nothing but what newer minor versions add. That
the comment occurs somewhere says nothing, as a row may hold it.

	--
	-- PostgreSQL database dump complete
	--

	\unrestrict 7XDRG7v3x1R5…
*/
export const isEndOfDump = (tail: string, kind: 'database' | 'database cluster' = 'database'): boolean => {
	const lines = tail.split('\n').filter(line => line.trim() !== '');
	const at = lines.lastIndexOf(`-- PostgreSQL ${kind} dump complete`);
	return at !== -1 && lines.slice(at + 1).every(line => line === '--' || /^\\unrestrict \w+$/.test(line));
};

/** How much of the end is needed to tell. */
export const endBytes = 4096;

/** With these pg_dump begins the comment before an object in a plain dump: `-- Name: orders; Type: TABLE; Schema: public; Owner: boss`. */
export const objectBeginnings = ['\n-- Name: ', '\n-- Data for Name: '] as const;

/** Objects in what `pg_restore --list` prints: every line that is no comment. */
export const countObjects = (list: string): number => list.split('\n').filter(line => line !== '' && !line.startsWith(';')).length;
