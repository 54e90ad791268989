import * as z from 'zod';

/** `report.json` of the worker. All attempts are kept, also those that a later one made good. */
export const smokeReport = z.lazy(() => z.object({
	checks: z.array(
		z.object({
			name: z.string(),
			url: z.string(),
			method: z.string(),
			attempts: z.array(z.object({at: z.string(), latencyMs: z.number(), status: z.number().nullable(), faults: z.array(z.object({kind: z.string(), what: z.string()}))})),
		}),
	),
}));

export type SmokeReport = z.infer<typeof smokeReport>;

/** Whether the last attempt of a check found no fault. */
export const hasPassed = ({attempts}: Pick<SmokeReport['checks'][number], 'attempts'>): boolean => attempts.at(-1)?.faults.length === 0;
