import type {OutputLog} from '../../supervisor/output.ts';

/** What the screens read of an attempt's output: never all of it, only the lines that are on the screen. */
export type OutputLines = Pick<OutputLog, 'version' | 'subscribe' | 'lineCount' | 'lines' | 'search' | 'lastOutputAt' | 'close'>;
