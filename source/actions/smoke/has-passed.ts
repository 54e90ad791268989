import type {SmokeReport} from '../smoke-http.ts';

/** Whether the last attempt of a check found no fault. */
export const hasPassed = ({attempts}: Pick<SmokeReport['checks'][number], 'attempts'>): boolean => attempts.at(-1)?.faults.length === 0;
