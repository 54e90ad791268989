import type {Checkpoint} from '../journal/checkpoint.ts';
import type {Event, JournalLine} from '../journal/event.ts';

/**
The append-only record of one run. One writer. `append` returns only when the line is on disk (`write` + `fdatasync`).

It throws `Problem`:
- `event-too-large`: nothing was written, the store goes on;
- `journal-suspended`: the disk is full; what was written of the line is gone, the last line is `run.suspended`;
- `journal-poisoned`: a write or a flush failed, or somebody else changed the file.

After the last two every later `append` throws the same: the file has to be opened and verified again, under a new epoch.
*/
export interface JournalStore {
	/** The lines so far, in order. */
	readonly lines: readonly JournalLine[];
	/** SHA-256 of the last line, newline included; of the genesis while there is none. */
	readonly head: string;
	/** What this writer's lines carry; higher than that of every earlier writer. */
	readonly epoch: number;
	append(event: Event, at: Date): JournalLine;
	/** How far the journal has come. */
	readonly checkpoint: () => Checkpoint;
	close(): void;
}
