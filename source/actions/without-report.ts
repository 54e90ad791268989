import type {Ended, Judgement} from './action.ts';

/**
How an action ended whose worker left no report, or none that can be read: failed, with the last that it said. `noun`: `the preview`; `changes`: what
it began may be half done.
*/
export const withoutReport = (noun: string, {exitCode, signal, errTail}: Ended, {changes = false}: {readonly changes?: boolean} = {}): Judgement => {
	const last = errTail.trim().split('\n').at(-1) ?? '';
	const wasEnded = `${noun} ${noun.endsWith('s') ? 'were' : 'was'} ended by ${signal ?? ''}${changes ? '; what it began may be half done' : ''}`;
	return {outcome: 'failed', summary: signal === null ? `${noun} ended without a report (exit status ${exitCode ?? 'unknown'})${last === '' ? '' : `: ${last}`}` : wasEnded, outputs: {}, findings: []};
};
