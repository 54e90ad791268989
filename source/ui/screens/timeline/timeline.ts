import type {FileFact, JournalLine} from '../../../journal/event.ts';
import type {RunState} from '../../../run/state.ts';
import type {OutputLines} from '../../hooks/output-lines.ts';

/** A run that is stepped through, as the screen reads it. */
export type Timeline = {
	readonly lines: readonly JournalLine[];
	/** What was known after that line. */
	readonly stateAt: (index: number) => RunState;
	/** What is wrong with the journal after the last line; null when nothing is. */
	readonly damage: string | null;
	readonly openOutput: (taskId: string, attempt: number) => Text;
	/** Reads a file of output or evidence, and holds it against what was recorded. */
	readonly openFile: (file: FileFact) => Promise<OpenedFile>;
};

/** Lines that are read piece by piece. */
export type Text = Pick<OutputLines, 'lineCount' | 'lines' | 'search' | 'subscribe' | 'close'>;

/** `standing`: a whole sentence. */
export type OpenedFile = {readonly text: Text; readonly standing: string; readonly isAsRecorded: boolean};

/** What was chosen there: to look at the run as it was after a line, or to leave. */
export type TimelineChoice = {readonly kind: 'look'; readonly line: number} | {readonly kind: 'leave'};
