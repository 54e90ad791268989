import type {RunState} from './state.ts';

/** `214:9be0c1d2`: the journal's length and head, short enough to be pasted into a chat as an anchor. */
export const shortHead = ({lines, head}: Pick<RunState, 'lines' | 'head'>): string => `${lines}:${head.slice(0, 8)}`;
