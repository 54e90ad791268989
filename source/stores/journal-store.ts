import type {Event, JournalLine} from '../journal/event.ts';

/**
The append-only record of one run. One writer. `append` returns only when the line is on disk (`write` + `fdatasync`).
After any failed write or flush the store is poisoned: every later `append` throws `Problem` (`journal-poisoned`), and the file has to be
opened and verified again under a new epoch.
*/
export interface JournalStore {
	/** The lines so far, in order. */
	readonly lines: readonly JournalLine[];
	/** SHA-256 of the last line, newline included. */
	readonly head: string;
	append(event: Event, at: Date): JournalLine;
	close(): void;
}
