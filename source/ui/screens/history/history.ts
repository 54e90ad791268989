import type {RunChoice} from '../home/home.ts';
import type {RunSource} from './run-source.ts';

/** What the history screen shows: all past runs in a table. */
export type History = {readonly who: string; readonly runs: RunSource};

export type HistoryChoice = RunChoice | {readonly kind: 'compare'; readonly run: string; readonly with: string} | {readonly kind: 'leave'};
